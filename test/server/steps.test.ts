/** The steps of a project over the server: how they stand, and what `marey.yaml` says of them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ApiFailure, StepOverview } from '../../src/server/api.ts';
import { drawnProject } from '../project/drawn-project.ts';
import { serve, testFolder } from './served.ts';

async function served() {
  await using project = await drawnProject(testFolder(), { labeled: 2, video: 3 });
  const { root } = project;
  await project[Symbol.asyncDispose]();
  const server = await serve({ root });
  const yaml = join(root, 'marey.yaml');
  const state = (name: string, options: Record<string, unknown>): Promise<Response> =>
    server.ask(`/api/steps/${name}/options`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ options }),
    });
  const step = async (name: string): Promise<StepOverview> =>
    (await server.get<StepOverview[]>('/api/steps')).find((s) => s.name === name)!;
  return { yaml, state, step };
}

it('says of every step what it makes, of what, and which options it has, each with its meaning', async () => {
  const { step } = await served();
  const train = await step('train');
  expect(train).toMatchObject({
    needs: [],
    state: 'missing',
    items: [{ state: 'missing', why: 'not made yet' }],
  });
  expect(train.schema?.properties?.['network']).toMatchObject({
    enum: ['auto', 'accurate', 'fast'],
    default: 'auto',
  });
  expect((await step('report')).schema).toBeUndefined();
  expect((await step('track')).items).toEqual([{ item: 'walk', state: 'missing', why: 'not made yet' }]);
  for (const name of ['train', 'evaluate', 'track', 'export', 'kinematics'])
    for (const [option, { description }] of Object.entries((await step(name)).schema!.properties!))
      expect(description, `${name}.${option}`).toBeTruthy();
});

it('writes options into marey.yaml, keeps its comments, and takes them out again', async () => {
  const { yaml, state, step } = await served();
  writeFileSync(yaml, `${readFileSync(yaml, 'utf8')}\n# mine\n`);
  const answer = await state('export', { formats: ['csv', 'h5'] });
  expect(answer.status).toBe(200);
  const items = ((await answer.json()) as StepOverview[]).find(({ name }) => name === 'export')!.items;
  expect(items.map(({ item }) => item)).toEqual(['walk.csv', 'walk.h5']);
  expect((await step('export')).stated).toEqual({ formats: ['csv', 'h5'] });
  expect(readFileSync(yaml, 'utf8')).toContain('# mine');
  expect((await state('export', {})).status).toBe(200);
  expect((await step('export')).stated).toEqual({});
  expect(readFileSync(yaml, 'utf8')).not.toContain('h5');
});

it('refuses what does not fit, and leaves the file as it was', async () => {
  const { yaml, state } = await served();
  const before = readFileSync(yaml, 'utf8');
  const refused = await state('train', { minutes: -1 });
  expect(refused.status).toBe(400);
  expect(((await refused.json()) as ApiFailure).error).toMatchObject({ where: 'steps.train.minutes' });
  expect((await state('train', { colour: 'red' })).status).toBe(400);
  expect((await state('report', {})).status).toBe(404);
  expect((await state('none', {})).status).toBe(404);
  expect(readFileSync(yaml, 'utf8')).toBe(before);
});

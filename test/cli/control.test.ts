import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Project } from '../../src/project/index.ts';
import { projectWithVideo, testFolder } from '../server/served.ts';
import { expectClear, marey, startMarey } from './marey.ts';

test('marey control keeps a network that moves, the same from the same seed, also after a stop', async () => {
  const root = await projectWithVideo(testFolder(), 4);
  const argv = ['control', 'center-out', '--units', '12', '--steps', '220', '--seed', '4', '--all', '--json'];
  const run = marey(root, argv);
  expect(run.code, run.err).toBe(0);
  expect(run.json).toMatchObject({
    units: 12,
    networks: [
      { name: 'center-out', ended: 'steps', steps: 220, path: join(root, 'controllers', 'center-out.marey') },
    ],
  });

  const stopped = startMarey(root, [...argv, '--name', 'again']);
  await stopped.said('Training to center-out, ');
  stopped.interrupt();
  await stopped.ended;
  const resumed = marey(root, [...argv, '--name', 'again']);
  expect(resumed.code, resumed.err).toBe(0);
  await using project = await Project.open(root);
  const [first, again] = [
    await project.controllers.read('center-out'),
    await project.controllers.read('again'),
  ];
  expect(again.network.weights).toEqual(first.network.weights);
  expect(first.record.score.value).toBeLessThan(40);
}, 120_000);

test('several seeds are trained side by side, each as it would be alone', async () => {
  const root = await projectWithVideo(testFolder(), 4);
  const argv = ['control', 'posture-perturbation', '--units', '6', '--steps', '30', '--json'];
  const together = marey(root, [...argv, '--seeds', '3', '--name', 'some', '--threads', '2']);
  expect(together.code, together.err).toBe(0);
  expect((together.json.networks as { name: string }[]).map(({ name }) => name)).toEqual([
    'some-0',
    'some-1',
    'some-2',
  ]);
  expect(marey(root, [...argv, '--seed', '2', '--name', 'alone']).code).toBe(0);
  await using project = await Project.open(root);
  const [two, alone, one] = await Promise.all(
    ['some-2', 'alone', 'some-1'].map((n) => project.controllers.read(n)),
  );
  expect(two.network.weights).toEqual(alone.network.weights);
  expect(one.network.weights).not.toEqual(two.network.weights);
  expect([one.record.seed, two.record.seed]).toEqual([1, 2]);
}, 60_000);

test('marey control names what it cannot do', async () => {
  const root = await projectWithVideo(testFolder(), 4);
  expectClear(marey(root, ['control', 'juggling', '--json']), 'UsageError', /no such task/);
  expectClear(
    marey(root, ['control', 'cycling', '--name', '../x', '--json']),
    'UsageError',
    /no name for a network/,
  );
});

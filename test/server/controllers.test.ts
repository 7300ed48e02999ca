/** Networks of a project: listed with what may be done to them, run intact and changed, beside neurons that are theirs or are not. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/math/index.ts';
import { networkFor, record, tasks, train, type TrainedNetwork } from '../../src/model/circuit/index.ts';
import { Project } from '../../src/project/index.ts';
import type { ControllerRun, ControllersAnswer } from '../../src/server/api.ts';
import { projectWithVideo, serve, testFolder, type Asker } from './served.ts';

let trained: TrainedNetwork;
beforeAll(async () => {
  const taskName = 'center-out';
  const task = tasks.find(({ name }) => name === taskName)!.make();
  const { network, steps, best } = await train(networkFor(task, { units: 16, seed: 1 }), task, {
    steps: 60,
    seed: 1,
  });
  trained = {
    network,
    task,
    taskName,
    record: { seed: 1, steps, ended: 'steps', score: best.score },
  };
});

const post = (server: Asker, name: string, body: unknown): Promise<Response> =>
  server.ask(`/api/controllers/${encodeURIComponent(name)}/run`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Spikes of 24 neurons that mix the network's units, or that do not care what is done, in ten trials of each condition. */
function writeNeurons(root: string, name: string, from: 'network' | 'nothing'): void {
  const { network, task } = trained;
  const random = new Random(name);
  const { rates, trials } = record(network, task);
  const { units } = network;
  const mixing = Array.from({ length: 24 * units }, () => random.normal());
  const spikes = ['unit,t'];
  const cues = ['onset,label'];
  const start = (k: number): number => 1 + k * (task.steps * task.stepSeconds + 0.5);
  const trialCount = 10 * trials.batch;
  for (let k = 0; k < trialCount; k++)
    cues.push(`${start(k)},${trials.conditionNames[trials.condition[k % trials.batch]]}`);
  for (let n = 0; n < 24; n++) {
    for (let k = 0; k < trialCount; k++) {
      const c = from === 'network' ? k % trials.batch : random.integer(trials.batch);
      for (let s = 0; s < task.steps; s++) {
        let drive = 0;
        for (let u = 0; u < units; u++)
          drive += mixing[n * units + u] * rates[(s * trials.batch + c) * units + u];
        if (random.uniform() < Math.min(0.9, Math.max(2, 20 + 20 * drive) * task.stepSeconds))
          spikes.push(`${n},${start(k) + (s + random.uniform()) * task.stepSeconds}`);
      }
    }
  }
  writeFileSync(join(root, `${name}.csv`), spikes.join('\n'));
  writeFileSync(join(root, `${name} cues.csv`), cues.join('\n'));
}

async function trainedProject(): Promise<string> {
  const root = await projectWithVideo(testFolder(), 4);
  await using project = await Project.open(root);
  await project.controllers.write('reacher', trained);
  return root;
}

describe('controllers', () => {
  test('are listed with their parts, and a damaged one with what is wrong', async () => {
    const root = await trainedProject();
    writeFileSync(join(root, 'controllers', 'broken.marey'), 'PK nothing');
    const server = await serve({ root });
    const { networks, tasks: known, operations } = await server.get<ControllersAnswer>('/api/controllers');
    expect(networks.map(({ name }) => name)).toEqual(['broken', 'reacher']);
    expect(networks[0]).toMatchObject({ problem: { where: expect.stringContaining('broken.marey') } });
    expect(networks[1].facts).toMatchObject({ task: 'center-out', units: 16, seed: 1, steps: 60 });
    const sensors = networks[1].facts?.targets.find(({ name }) => name === 'sensors');
    expect(sensors?.parts.length).toBeGreaterThan(4);
    expect(known.map(({ name }) => name)).toEqual(tasks.map(({ name }) => name));
    // One may be chosen in the page: no part and no operation that the run refuses.
    for (const target of networks[1].facts!.targets) {
      for (const part of target.parts) {
        const answer = await post(server, 'reacher', {
          interventions: [{ target: target.name, select: [part], operation: 'scale', dose: 0.5 }],
        });
        expect([target.name, part, answer.status]).toEqual([target.name, part, 200]);
      }
    }
    expect(operations.length).toBe(8);
  });

  test('run intact and changed: what is not touched is the same, what is changed differs', async () => {
    const server = await serve({ root: await trainedProject() });
    const intact = await server.post<ControllerRun>('/api/controllers/reacher/run', { interventions: [] });
    expect(intact.behavior.changed).toEqual(intact.behavior.intact);
    expect(intact.behavior.intact.length).toBe(intact.conditions.length * intact.steps * 2);
    expect(intact.recorded).toBeUndefined();
    const late = await server.post<ControllerRun>('/api/controllers/reacher/run', {
      interventions: [{ target: 'units', operation: 'silence', dose: 1, fromSeconds: 0.3 }],
    });
    expect(late.behavior.intact).toEqual(intact.behavior.intact);
    const before = Math.floor(0.3 / late.stepSeconds) - 1;
    late.behavior.changed.forEach((v, i) => {
      if (Math.floor(i / 2) % late.steps < before) expect(v).toBe(late.behavior.intact[i]);
    });
    expect(late.behavior.changed).not.toEqual(late.behavior.intact);
    expect(late.score.changed.value).toBeGreaterThan(late.score.intact.value);
  });

  test('that are not there, or asked for what cannot be, are refused clearly', async () => {
    const server = await serve({ root: await trainedProject() });
    for (const name of ['other', '../reacher', '.hidden', 'a/b']) {
      const answer = await post(server, name, { interventions: [] });
      expect(answer.status, name).toBeGreaterThanOrEqual(400);
      expect(answer.status, name).toBeLessThan(500);
    }
    for (const wrong of [
      { target: 'units', select: ['left'], operation: 'silence', dose: 1 },
      { target: 'units', select: [16], operation: 'silence', dose: 1 },
      { target: 'wings', operation: 'silence', dose: 1 },
      { target: 'units', operation: 'tickle', dose: 1 },
      { target: 'units', operation: 'silence', dose: 2 },
      { target: 'units', operation: 'silence' },
    ]) {
      const answer = await post(server, 'reacher', { interventions: [wrong] });
      expect(answer.status, JSON.stringify(wrong)).toBe(400);
    }
  });

  test('stand beside neurons: alike to those that they made, no more than chance to others', async () => {
    const root = await trainedProject();
    mkdirSync(join(root, 'recorded'));
    writeNeurons(join(root, 'recorded'), 'own', 'network');
    writeNeurons(join(root, 'recorded'), 'other', 'nothing');
    {
      await using project = await Project.open(root);
      for (const name of ['own', 'other']) {
        await project.addData('walk', { path: join(root, 'recorded', `${name}.csv`), kind: 'spikes' });
        await project.addData('walk', { path: join(root, 'recorded', `${name} cues.csv`), kind: 'events' });
      }
    }
    const server = await serve({ root });
    const beside = async (name: string): Promise<NonNullable<ControllerRun['recorded']>> => {
      const { recorded } = await server.post<ControllerRun>('/api/controllers/reacher/run', {
        interventions: [],
        recorded: { recording: 'walk', spikes: name, events: `${name} cues` },
      });
      return recorded!;
    };
    const own = await beside('own');
    expect(own).toMatchObject({ units: 24, conditions: trained.task.conditions().conditionNames });
    expect(own.network.length).toBe(own.conditions.length * own.times * own.axes);
    expect(own.neurons.length).toBe(own.network.length);
    expect(own.value).toBeGreaterThan(own.null.percentile95);
    const other = await beside('other');
    expect(other.value).toBeLessThan(own.value);
    expect(other.p).toBeGreaterThan(0.05);
    const answer = await post(server, 'reacher', {
      interventions: [],
      recorded: { recording: 'walk', spikes: 'own cues', events: 'own' },
    });
    expect(answer.status).toBe(400);
  });
});

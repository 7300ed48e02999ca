import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeEngine } from '../../src/learn/engine/node.ts';
import { Random } from '../../src/math/random.ts';
import {
  afferents,
  continuousActivity,
  handwriting,
  planarArm,
  untrainedNetwork,
  writePerception,
} from '../../src/model/perception/index.ts';
import { judgeClaim, readClaimFile } from '../../src/project/claims/index.ts';
import { readVariables } from '../../src/project/claims/read-variables.ts';
import { InputError } from '../../src/signal/error.ts';
import { temporaryFolder } from './temporary.ts';

const arm = planarArm();
const samples = 1200;
const bin = 0.05;
const layer = 'temporal 2';

/** Shoulder and elbow that wander within the middle of their ranges, rad, samples x 2. */
function wandering(): Float64Array {
  const random = new Random('wandering');
  const rates = [0, 1].map(() => Array.from({ length: 5 }, () => random.uniform(0.5, 6)));
  return Float64Array.from({ length: 2 * samples }, (_, i) => {
    const sways = rates[i % 2].map((rate) => Math.sin(rate * bin * (i >> 1)));
    return [0.9, 1.4][i % 2] + 0.1 * sways.reduce((a, b) => a + b, 0);
  });
}

const movements = handwriting(arm, { count: 40, seed: 1 });
const felt = { movements, afferents: afferents(movements) };
const networks = [1, 2].map((seed) =>
  untrainedNetwork(felt, { encoder: 'spatial-temporal', task: 'decoding', seed }),
);

const plan = (networkLines: string, hypotheses: string): string => `claim: Which network do they follow?
data:
  files: [session.csv]
  bin: ${bin}
  networks:
${networkLines}
activity: {of: [u1, u2, u3, u4], transform: none}
hypotheses:
${hypotheses}
chance: {shifts: 49}
resamples: 100
recoveries: 2
folds: 3
seed: 4
`;
const both = `    first: {file: first.marey, of: [shoulder, elbow], layer: ${layer}}
    second: {file: second.marey, of: [shoulder, elbow], layer: ${layer}}`;
const hypotheses = `  one: [{of: first}]
  two: [{of: second}]`;

let folder: string;
const claimOf = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

let session: string;
beforeAll(async () => {
  const angles = wandering();
  const random = new Random('units');
  // Units that follow the second network's layer: the posture halfway between bins, as the claim takes it, is the network's every second step.
  const between = Float64Array.from({ length: 2 * (2 * samples - 1) }, (_, i) => {
    const [t, j] = [i >> 1, i % 2];
    const [a, b] = [t >> 1, (t + 1) >> 1];
    return (angles[2 * a + j] + angles[2 * b + j]) / 2;
  });
  const told = await continuousActivity(networks[1], arm, between, layer, await nodeEngine({ threads: 1 }));
  const mixing = Array.from({ length: 4 }, () => Array.from({ length: told.units }, () => random.normal()));
  const lines = ['shoulder,elbow,u1,u2,u3,u4'];
  for (let r = 0; r < samples; r++) {
    const at = Math.min(told.times - 1, Math.floor((2 * r) / told.stride));
    const state = told.values.subarray(at * told.units, (at + 1) * told.units);
    const units = mixing.map((w) => w.reduce((s, x, u) => s + x * state[u], 0) + random.normal());
    lines.push([angles[2 * r], angles[2 * r + 1], ...units].join(','));
  }
  session = lines.join('\n');
});

beforeEach(async () => {
  folder = temporaryFolder();
  await writeFile(join(folder, 'session.csv'), session);
  await writeFile(join(folder, 'first.marey'), writePerception(networks[0]));
  await writeFile(join(folder, 'second.marey'), writePerception(networks[1]));
});

describe('a claim about networks of proprioception', () => {
  it('finds the network that the units follow, to the same bytes each time', async () => {
    const path = await claimOf('networks.yaml', plan(both, hypotheses));
    const judged = await judgeClaim(path);
    expect(judged.result.ranking[0].name).toBe('two');
    expect(judged.result.ranking[1].behind!.interval[0]).toBeGreaterThan(0);
    expect(judged.inputs.map((i) => i.path)).toEqual(['session.csv', 'first.marey', 'second.marey']);
    const again = await judgeClaim(path);
    expect(again.result).toEqual(judged.result);
    expect(again.changes).toEqual([]);
  });

  it('carries nothing over a missing angle', async () => {
    const lines = ['shoulder,elbow,u1,u2,u3,u4'];
    for (let r = 0; r < 40; r++) lines.push(r === 20 ? ',1.4,0,0,0,0' : '0.9,1.4,0,0,0,0');
    await writeFile(join(folder, 'gap.csv'), lines.join('\n'));
    const text = plan(both, hypotheses).replace('session.csv', 'gap.csv');
    const { variables } = await readVariables(await readClaimFile(await claimOf('gap.yaml', text)));
    const { values } = variables.get('second')!;
    expect(values.rows).toBe(40);
    for (let r = 0; r < 40; r++) {
      const row = values.data.subarray(r * values.columns, (r + 1) * values.columns);
      expect(row.every(r === 20 ? Number.isNaN : Number.isFinite), `bin ${r}`).toBe(true);
    }
  });

  it.each([
    ['a file that is not there', both.replace('first.marey', 'none.marey'), /none\.marey/],
    ['a file that is no network', both.replace('first.marey', 'session.csv'), /not a checkpoint/],
    ['other angles', both.replace('[shoulder, elbow]', 'elbow'), /2 channels, rad: shoulder, elbow/],
    ['values that are no angles', both.replace('[shoulder, elbow]', '[u1, u2]'), /cannot be in this posture/],
    ['a variable that is not there', both.replace('[shoulder, elbow]', 'wrist'), /wrist/],
  ])('is refused with %s', async (_, lines, message) => {
    const path = await claimOf('refused.yaml', plan(lines, hypotheses));
    await expect(judgeClaim(path)).rejects.toThrow(InputError);
    await expect(judgeClaim(path)).rejects.toThrow(message);
  });
});

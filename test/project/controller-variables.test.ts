import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { centerOut, networkFor, ratesWhileMoved, writeNetwork } from '../../src/model/circuit/index.ts';
import { judgeClaim } from '../../src/project/claims/index.ts';
import { InputError } from '../../src/signal/error.ts';
import { temporaryFolder } from './temporary.ts';

const task = centerOut();
const samples = 900;
const bin = 0.05;
const perBin = Math.round(bin / task.stepSeconds);
const networks = [1, 2].map((seed) => networkFor(task, { units: 20, seed }));
const record = {
  seed: 0,
  steps: 0,
  ended: 'steps',
  score: { name: '', value: 1, unit: '', goal: 0 },
} as const;

const plan = (lines: string): string => `claim: Which controller do they follow?
data:
  files: [session.csv]
  bin: ${bin}
  networks:
${lines}
activity: {of: [u1, u2, u3, u4], transform: none}
hypotheses:
  one: [{of: first}]
  two: [{of: second}]
chance: {shifts: 49}
resamples: 100
recoveries: 2
folds: 3
seed: 4
`;
const told = 'inputs: {target x: {of: [x, y], channels: [1]}, target y: {of: y}, go: 1}';
const both = `    first: {file: first.marey, of: [shoulder, elbow], ${told}}
    second: {file: second.marey, of: [shoulder, elbow], ${told}}`;

let folder: string;
let session: string;
const judge = async (lines: string) => {
  const path = join(folder, 'claim.yaml');
  await writeFile(path, plan(lines));
  return judgeClaim(path);
};

beforeAll(() => {
  const random = new Random('wandering');
  const rates = Array.from({ length: 4 }, () => Array.from({ length: 5 }, () => random.uniform(0.5, 6)));
  // Joints, then the target: at bins, and joined by straight lines at the network's steps.
  const atBin = (r: number, c: number): number =>
    [0.7, 1.6, 0, 0][c] + (c < 2 ? 0.1 : 0.5) * rates[c].reduce((s, w) => s + Math.sin(w * bin * r), 0);
  const steps = (samples - 1) * perBin + 1;
  const at = (t: number, c: number): number => {
    const [r, share] = [Math.floor(t / perBin), (t % perBin) / perBin];
    return (1 - share) * atBin(r, c) + share * atBin(r + 1, c);
  };
  const positions = Float64Array.from({ length: 2 * steps }, (_, i) => at(i >> 1, i & 1));
  const inputs = Float64Array.from({ length: 3 * steps }, (_, i) =>
    i % 3 === 2 ? 1 : at(Math.floor(i / 3), 2 + (i % 3)),
  );
  const units = ratesWhileMoved(networks[1], task, { positions, inputs });
  const mixing = Array.from({ length: 4 }, () => Array.from({ length: 20 }, () => random.normal()));
  const lines = ['shoulder,elbow,x,y,u1,u2,u3,u4'];
  for (let r = 0; r < samples; r++) {
    const state = units.subarray(20 * r * perBin, 20 * (r * perBin + 1));
    const follow = mixing.map((w) => w.reduce((s, x, u) => s + x * state[u], 0) + 0.5 * random.normal());
    lines.push(
      [0, 1, 2, 3]
        .map((c) => atBin(r, c))
        .concat(follow)
        .join(','),
    );
  }
  session = lines.join('\n');
});

beforeEach(async () => {
  folder = temporaryFolder();
  await writeFile(join(folder, 'session.csv'), session);
  for (const [i, name] of ['first', 'second'].entries()) {
    const network = networks[i];
    await writeFile(
      join(folder, `${name}.marey`),
      writeNetwork({ network, task, taskName: 'center-out', record }),
    );
  }
});

describe('a claim about controllers', () => {
  it('finds the controller that the units follow, and takes its file into account', async () => {
    const judged = await judge(both);
    expect(judged.result.ranking[0].name).toBe('two');
    expect(judged.result.ranking[1].behind!.interval[0]).toBeGreaterThan(0);
    expect(judged.inputs.map((i) => i.path)).toEqual(['session.csv', 'first.marey', 'second.marey']);
  });

  it.each([
    ['without its inputs', both.replace(told, 'components: 3'), /expected|target x, target y, go/i],
    ['told of something else', both.replace('go: 1', 'cue: 1'), /target x, target y, go/],
    ['told of two channels at once', both.replace('{of: y}', '{of: [x, y]}'), /one channel/],
    ['read by an area that is not there', both.replace('inputs', 'layer: M1, inputs'), /no area "M1"/],
    ['with other angles', both.replace('[shoulder, elbow]', 'elbow'), /2 channels/],
    ['moved in degrees', both.replace('[shoulder, elbow]', '[u1, u2]'), /cannot be in this posture/],
    ['told of a variable that is not there', both.replace('{of: y}', '{of: z}'), /"z"|z/],
  ])('is refused %s', async (_, lines, message) => {
    await expect(judge(lines)).rejects.toThrow(InputError);
    await expect(judge(lines)).rejects.toThrow(message);
  });
});

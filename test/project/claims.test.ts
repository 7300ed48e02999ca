import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { judgeClaim, readClaimFile } from '../../src/project/claims/index.ts';
import { Project } from '../../src/project/index.ts';
import { temporaryFolder } from './temporary.ts';

/** Two movements that have nothing to do with each other, and four units that count with the first. */
function recorded(samples = 600): string {
  const random = new Random('claims');
  const lines = ['x,y,trial,u1,u2,u3,u4'];
  let [x, y] = [0, 0];
  for (let t = 0; t < samples; t++) {
    x = 0.8 * x + random.normal();
    y = 0.8 * y + random.normal();
    const counts = [1, -1, 0.7, -0.7].map((w) => random.poisson(Math.exp(1 + 0.4 * w * x)));
    lines.push([x.toFixed(5), y.toFixed(5), Math.floor(t / 50), ...counts].join(','));
  }
  return lines.join('\n');
}

const plan = `claim: What do they count?
data: {files: [session.csv], bin: 0.05, breaks: {of: trial}}
activity: {of: [u1, u2, u3, u4]}
hypotheses:
  first: [{of: x, lags: [0, 0.05]}]
  second: [{of: y, lags: [0, 0.05]}]
  both sizes: [{of: [x, y], as: size}]
chance: {shifts: 99}
resamples: 200
recoveries: 5
folds: 3
seed: 4
`;

let folder: string;
let path: string;
beforeEach(async () => {
  folder = temporaryFolder();
  path = join(folder, 'count.yaml');
  await writeFile(join(folder, 'session.csv'), recorded());
  await writeFile(path, plan);
});

describe('a claim in a file', () => {
  it('is judged as it says, to the same bytes each time, and what was seen is kept', async () => {
    const judged = await judgeClaim(path);
    expect(judged.result.verdict).toMatchObject({ kind: 'decided', best: 'first' });
    expect(judged.changes).toEqual([]);
    expect(judged.units).toEqual(['u1', 'u2', 'u3', 'u4']);
    const first = await readFile(judged.file);
    const again = await judgeClaim(path);
    expect(again.changes).toEqual([]);
    expect(await readFile(again.file)).toEqual(first);
    expect(JSON.parse(first.toString()).hash).toBe(judged.hash);
    const ledger = await readFile(join(judged.folder, 'ledger.jsonl'), 'utf8');
    expect(ledger.trim().split('\n')).toHaveLength(2);
  });

  it('has the same hash when only its words and their order change, and another when it says something else', async () => {
    const { hash } = await readClaimFile(path);
    const lines = plan.trimEnd().split('\n');
    await writeFile(path, `# by hand\n${[lines.at(-1), ...lines.slice(0, -1)].join('\n')}\nlevel: 0.05\n`);
    expect((await readClaimFile(path)).hash).toBe(hash);
    await writeFile(path, plan.replace('folds: 3', 'folds: 4'));
    expect((await readClaimFile(path)).hash).not.toBe(hash);
  });

  it('says so when it was changed after its result was seen, or its data were', async () => {
    const before = await judgeClaim(path, { now: new Date('2020-02-03T00:00:00Z') });
    await writeFile(path, plan.replace(/  both sizes.*\n/, '').replace('lags: [0, 0.05]', 'lags: [0]'));
    const changed = await judgeClaim(path);
    expect(changed.changes).toHaveLength(1);
    expect(changed.changes[0].what).toEqual(['hypothesis "first"', 'hypothesis "both sizes" removed']);
    expect(changed.changes[0].seen).toMatchObject({
      at: '2020-02-03T00:00:00.000Z',
      hash: before.hash,
      sentence: before.result.verdict.sentence,
    });
    await writeFile(join(folder, 'session.csv'), recorded(590));
    const other = await judgeClaim(path);
    expect(other.changes.map((c) => c.what)).toContainEqual(['the file session.csv']);
    // What was seen of a claim stays seen when it is changed back.
    await writeFile(path, plan);
    expect((await judgeClaim(path)).changes.length).toBeGreaterThanOrEqual(2);
  });

  it('is about the seconds that it names, and says where a stretch is unlike the rest', async () => {
    const lines = recorded().split('\n');
    for (let t = 1; t <= 10; t++) lines[t] = lines[t].replace(/^[^,]*,[^,]*/, `0,${50 + t}`);
    await writeFile(join(folder, 'session.csv'), lines.join('\n'));
    const all = await judgeClaim(path);
    expect(all.result.samples).toBe(600 - 12);
    expect(all.notes.join('\n')).toMatch(
      /"second": sample \d+ of "y\[t(-1)?\]" lies \d+ standard deviations/,
    );
    await writeFile(path, plan.replace('bin: 0.05,', 'bin: 0.05, from: 2.5, to: 25,'));
    const part = await judgeClaim(path);
    expect(part.result.samples).toBe(450 - 9);
    expect(part.notes.join('\n')).not.toMatch(/standard deviations/);
  });

  it('is about a recording of a project too', async () => {
    const root = join(folder, 'project');
    const random = new Random('rates');
    const rate = 100;
    const n = 30 * rate;
    const hand: number[] = [];
    const spikes = ['unit,time'];
    for (let i = 0, v = 0; i < n; i++) {
      v = 0.97 * v + 0.25 * random.normal();
      hand.push(v);
      for (const [u, w] of [1, -1].entries()) {
        if (random.uniform() < Math.exp(2.5 + 0.8 * w * v) / rate)
          spikes.push(`n${u},${((i + 0.5) / rate).toFixed(4)}`);
      }
    }
    await using project = await Project.create(root, { name: 'counts' });
    await writeFile(
      join(root, 'hand.csv'),
      ['hand,still', ...hand.map((v, i) => `${v},${i % 7}`)].join('\n'),
    );
    await writeFile(join(root, 'spikes.csv'), spikes.join('\n'));
    await project.addData('day 1', { path: 'hand.csv', kind: 'signal', rate, name: 'arm' });
    await project.addData('day 1', { path: 'spikes.csv', kind: 'spikes', name: 'cells' });
    await writeFile(
      path,
      `claim: hand or clock?
data: {project: project, recording: day 1, bin: 0.1}
activity: {of: cells}
hypotheses: {hand: [{of: arm, channels: [hand]}], clock: [{of: arm, channels: [2]}]}
chance: {shifts: 99}
resamples: 200
recoveries: 5
folds: 3
`,
    );
    const { result, inputs, units } = await judgeClaim(path);
    expect(units).toEqual(['n0', 'n1']);
    expect(result.ranking[0].name).toBe('hand');
    expect(result.ranking[0].corrected).toBeLessThan(0.05);
    expect(inputs.map((i) => i.path)).toEqual(['hand.csv', 'spikes.csv']);
  });

  it.each([
    [
      'a key that is none',
      ['folds: 3', 'foldz: 3'],
      /count\.yaml:11:1.*unknown key "foldz".*Did you mean "folds"/s,
    ],
    ['one hypothesis', [/  second(.|\n)*size}\]\n/, ''], /count\.yaml:4:1.*two hypotheses or more/s],
    ['a variable that is not there', ['of: y', 'of: z'], /no variable "z".*one of x, y, trial/s],
    ['a channel that is not there', ['of: y,', 'of: y, channels: [2],'], /"y" has no channel 2.*1 to 1/s],
    ['a lag between bins', ['[0, 0.05]', '[0, 0.06]'], /no whole number of bins.*multiple of 0\.05 s/s],
    [
      'a file that is not there',
      ['session.csv', 'sessions.csv'],
      /sessions\.csv.*not there.*Correct its name/s,
    ],
    [
      'neither file nor project',
      ['files: [session.csv], ', ''],
      /count\.yaml:2:1.*about files or about a project/s,
    ],
    [
      'a time that was not recorded',
      ['bin: 0.05,', 'bin: 0.05, from: 40,'],
      /nothing was recorded.*0\.00 to 30\.00/s,
    ],
    ['breaks by what is not there', ['of: trial', 'of: trials'], /no variable "trials"/],
  ] as const)('refuses %s, and keeps no result', async (_, [from, to], message) => {
    await writeFile(path, plan.replace(from, to));
    await expect(judgeClaim(path)).rejects.toThrow(message);
    await expect(readFile(join(folder, 'count.results', 'ledger.jsonl'))).rejects.toThrow(/ENOENT/);
  });

  it('takes arrays either way round, and refuses those of other lengths', async () => {
    const { variablesOf } = await import('../../src/project/claims/variables.ts');
    const { Columns } = await import('../../src/project/recorded/columns.ts');
    const values = Float64Array.from({ length: 12 }, (_, i) => i);
    const file = new Columns('a.npz', [
      { name: 'tall', shape: [6, 2], values },
      { name: 'wide', shape: [2, 6], values },
      { name: 'other', shape: [4, 3], values },
    ]);
    const read = variablesOf([file], ['tall', 'wide']);
    expect(Array.from(read.get('tall')!.values.data.slice(0, 4))).toEqual([0, 1, 2, 3]);
    expect(Array.from(read.get('wide')!.values.data.slice(0, 4))).toEqual([0, 6, 1, 7]);
    expect(() => variablesOf([file], ['tall', 'other'])).toThrow(
      /no samples in common.*"tall" 6 x 2, "other" 4 x 3/s,
    );
  });
});

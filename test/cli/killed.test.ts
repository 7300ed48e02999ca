/** Commands that are killed at random moments: nothing confirmed is lost, and repeated they end as if they had not been. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { Project, type Edit } from '../../src/project/index.ts';
import { parseJournal } from '../../src/project/records.ts';
import { killChild } from '../project/killed.ts';
import { writeDrawnProject, writeDrawnVideo } from './drawn-project.ts';
import { marey, startMarey, type Run, trainArguments } from './marey.ts';
import { folderForAll } from './temporary.ts';

const full = process.env.MAREY_FULL === '1';
/** 300 in all in the full form. */
const kills = full
  ? { label: 100, import: 50, train: 40, track: 50, export: 60 }
  : { label: 3, import: 3, train: 1, track: 2, export: 3 };
const random = new Random('kills by command');
const folder = folderForAll();
const training = trainArguments(110);
const trackArguments = ['track', '../v.mp4', '--threads', '1', '--json'];
const tally = { kills: 0, confirmed: 0, opened: 0 };

/** How long a command takes that nobody kills, ms: it is killed somewhere on the way. */
function timed(cwd: string, argv: readonly string[]): { run: Run; ms: number } {
  const start = performance.now();
  const run = marey(cwd, argv);
  expect(run.code, run.err).toBe(0);
  return { run, ms: performance.now() - start };
}

/** Starts the command and kills it; returns whether it was still at work. */
async function kill(cwd: string, argv: readonly string[], ms: number): Promise<boolean> {
  const started = startMarey(cwd, argv);
  const timer = setTimeout(started.kill, random.uniform(0.15, 0.95) * ms);
  const { code, err } = await started.ended;
  clearTimeout(timer);
  expect(err).not.toMatch(/^Error|fault in Marey/m);
  if (code === null) tally.kills++;
  else expect(code).toBe(0);
  return code === null;
}

/** Every way to see that a project is whole. */
async function expectWhole(root: string): Promise<void> {
  await using project = await Project.open(root);
  expect(project.labels.problems.filter((p) => p.kind === 'damaged')).toEqual([]);
  for (const key of await project.outputs.keys()) expect(await project.outputs.find(key)).toBeDefined();
  expect(project.checkpoints.notes).toEqual([]);
  tally.opened++;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A copy of the imported, trained project, as if it were another one. */
let copies = 0;
function copyOf(name: string): string {
  const copy = join(folder, `${name}-${copies++}`);
  cpSync(join(folder, name), copy, { recursive: true });
  return copy;
}

/** The bytes of a project's only training: model, learning curve and all other facts. */
function trained(root: string): unknown {
  const [first] = readdirSync(join(root, 'objects')).filter((name) => /^[0-9a-f]{2}$/.test(name));
  const [key] = readdirSync(join(root, 'objects', first));
  const bytes = (name: string): string => sha256(readFileSync(join(root, 'objects', first, key, name)));
  return { key, model: bytes('pose.marey'), facts: bytes('training.json') };
}

beforeAll(async () => {
  await writeDrawnProject(join(folder, 'dlc'), { frames: 24 });
  await writeDrawnVideo(join(folder, 'v.mp4'), full ? 6000 : 3000);
});

describe('a command that is killed', { timeout: 60 * 60_000 }, () => {
  let importMs: number;

  it(`import, ${kills.import} times: all of its labels or none, and then all`, async () => {
    importMs = timed(folder, ['import', 'dlc', '--to', 'untouched', '--json']).ms;
    const labels = marey(folder, ['export', 'whole.csv', '--project', 'untouched']);
    expect(labels.code, labels.err).toBe(0);
    const whole = readFileSync(join(folder, 'whole.csv'), 'utf8');
    for (let killed = 0, n = 0; killed < kills.import; n++) {
      const name = `import-${n}`;
      for (let attempt = 0; attempt < 4 && killed < kills.import; attempt++) {
        if (!(await kill(folder, ['import', 'dlc', '--to', name, '--json'], importMs))) break;
        killed++;
        if (!existsSync(join(folder, name, 'marey.yaml'))) continue;
        await expectWhole(join(folder, name));
        await using project = await Project.open(join(folder, name), { readOnly: true });
        expect([0, 24]).toContain(project.labels.size);
      }
      timed(folder, ['import', 'dlc', '--to', name, '--json']);
      timed(folder, ['export', `${name}.csv`, '--project', name]);
      expect(readFileSync(join(folder, `${name}.csv`), 'utf8')).toBe(whole);
    }
  });

  it(`labeling, ${kills.label} times: no confirmed edit is lost, and commands read them`, async () => {
    timed(folder, ['new', 'labeled', '--keypoints', 'nose,tail,paw']);
    const root = join(folder, 'labeled');
    const confirmed: { sequence: number; edits: Edit[] }[] = [];
    for (let n = 0; n < kills.label; n++) {
      const { said, errors } = await killChild(['label', root, `commands ${n}`], {
        after: 'first line',
        ms: random.uniform(0, 150),
      });
      tally.kills++;
      expect(errors).toBe('');
      confirmed.push(...(said as typeof confirmed));
      await expectWhole(root);
      const { records } = parseJournal(readFileSync(join(root, 'labels', 'journal.jsonl')));
      const lost = confirmed.filter(
        ({ sequence, edits }) =>
          !isDeepStrictEqual((records[sequence]?.content as { edits?: Edit[] } | undefined)?.edits, edits),
      );
      expect(lost).toEqual([]);
      const { json } = timed(folder, ['info', '--project', 'labeled', '--json']).run;
      expect(json.labels).toMatchObject({ problems: 0 });
    }
    tally.confirmed = confirmed.length;
    expect(confirmed.length).toBeGreaterThan(kills.label);
  });

  it(`train, ${kills.train} times: the same weights and learning curve to the bit`, async () => {
    const before = copyOf('untouched');
    const { ms } = timed(join(folder, 'untouched'), training);
    const whole = trained(join(folder, 'untouched'));
    for (let killed = 0; killed < kills.train;) {
      const root = join(folder, `train-${killed}`);
      cpSync(before, root, { recursive: true });
      for (let attempt = 0; attempt < 5 && killed < kills.train; attempt++) {
        if (!(await kill(root, training, ms))) break;
        killed++;
        await expectWhole(root);
      }
      const { run } = timed(root, training);
      expect(run.err).not.toContain('damaged');
      expect(trained(root)).toEqual(whole);
      expect(readdirSync(join(root, 'checkpoints'))).toEqual([]);
      expect(readdirSync(join(root, 'objects', '.tmp'))).toEqual([]);
    }
  });

  it(`track, ${kills.track} times: the same track to the bit`, async () => {
    const untouched = join(folder, 'untouched');
    const { ms, run } = timed(untouched, trackArguments);
    // Most frames are followed from the one before: what a resumed run would get wrong.
    expect(Number(run.json.searched)).toBeLessThan(Number(run.json.frames) / 2);
    const whole = readFileSync(join(untouched, 'tracks', 'v.csv'), 'utf8');
    for (let killed = 0; killed < kills.track;) {
      const root = copyOf('untouched');
      const path = join(root, 'tracks', 'v.csv');
      for (let attempt = 0; attempt < 3 && killed < kills.track; attempt++) {
        // What an earlier run left there stays whole until the new one has its place.
        if (!(await kill(root, trackArguments, ms))) break;
        killed++;
        await expectWhole(root);
        expect(readFileSync(path, 'utf8')).toBe(whole);
      }
      mkdirSync(join(root, 'elsewhere'));
      const again = timed(root, [...trackArguments, '--out', 'elsewhere/v.csv']).run;
      expect(again.json.frames).toBe(run.json.frames);
      expect(readFileSync(join(root, 'elsewhere', 'v.csv'), 'utf8')).toBe(whole);
      expect(readdirSync(join(root, 'elsewhere'))).toEqual(['v.csv']);
      expect(readdirSync(join(root, 'checkpoints'))).toEqual([]);
    }
  });

  it(`export, ${kills.export} times: the whole file or none`, async () => {
    const root = join(folder, 'untouched');
    for (const [format, name, file] of [
      ['deeplabcut-csv', 'labels.csv', 'labels.csv'],
      [
        'deeplabcut-project',
        'dlc-again',
        join('dlc-again', 'labeled-data', 'drawn', 'CollectedData_marey.h5'),
      ],
    ] as const) {
      const argv = (to: string): string[] => ['export', to, '--format', format];
      const { ms } = timed(root, argv(`whole/${name}`));
      const whole = readFileSync(join(root, 'whole', file));
      for (let n = 0; n < kills.export / 2; n++) {
        await kill(root, argv(`${n % 4}/${name}`), ms);
        const path = join(root, `${n % 4}`, file);
        if (existsSync(path)) expect(readFileSync(path).equals(whole)).toBe(true);
      }
      timed(root, argv(`0/${name}`));
      expect(readFileSync(join(root, '0', file)).equals(whole)).toBe(true);
      // What the kills left beside the file is swept up by the next export there.
      expect(readdirSync(join(root, '0')).filter((entry) => entry.includes('.part'))).toEqual([]);
    }
    await expectWhole(root);
    if (full)
      console.log(
        `${tally.kills} kills; ${tally.confirmed} confirmed edits, 0 lost; opened ${tally.opened} times`,
      );
  });
});

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits, frameKey, type Edit, type LabelState } from '../../src/project/edits.ts';
import { Journal } from '../../src/project/journal.ts';
import { Labels, type LabelScheme } from '../../src/project/labels.ts';
import { MachineError, UsageError } from '../../src/signal/error.ts';
import { skeleton } from '../../src/signal/skeleton.ts';
import { temporaryFolder } from './temporary.ts';

const keypoints = ['nose', 'tail'];
const individuals = ['a', 'b'];
const frames = ['day1/film.avi#3', 'day1/film.avi#20', 'day2/x.png'];

const scheme = (): LabelScheme => ({
  skeleton: skeleton(keypoints),
  individuals,
  root: '/project',
  videoPath: (recording, name) => (recording === 'day1' ? `videos/${name}` : undefined),
});

const visibility = fc.constantFrom('visible' as const, 'occluded' as const);
const coordinate = fc.double({ noNaN: true, noDefaultInfinity: true });
const frame = fc.constantFrom(...frames);
const individual = fc.constantFrom(...individuals);
const keypoint = fc.constantFrom(...keypoints);
const points = fc.array(fc.tuple(keypoint, coordinate, coordinate, visibility), { maxLength: 3 });
const instances = fc.array(fc.record({ individual, points }), { maxLength: 2 });

const edit: fc.Arbitrary<Edit> = fc.oneof(
  frame.chain((key) => {
    const [recording, rest] = key.split('/');
    const [name, n] = rest.split('#');
    const picture = n === undefined ? { image: `pictures/${name}` } : { video: name, frame: Number(n) };
    return instances.map((i): Edit => ({ op: 'frame', frame: key, recording, picture, instances: i }));
  }),
  fc.record({ op: fc.constant('remove-frame' as const), frame }),
  fc.record({ op: fc.constant('instance' as const), frame, individual, points }),
  fc.record({ op: fc.constant('remove-instance' as const), frame, individual }),
  fc.record({
    op: fc.constant('place' as const),
    frame,
    individual,
    keypoint,
    x: coordinate,
    y: coordinate,
    visibility,
  }),
  fc.record({ op: fc.constant('erase' as const), frame, individual, keypoint }),
);
const transactions = fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { maxLength: 30 });

async function newJournal(): Promise<string> {
  const path = join(temporaryFolder(), 'journal.jsonl');
  await Journal.create(path);
  return path;
}

/** Every frame there is, for comparison. */
const stateOf = (labels: Labels): LabelState =>
  new Map(labels.keys().map((key) => [key, labels.frame(key)!]));

/** Does the edits that fit, one after another or all at once; returns how many did. */
async function doAll(labels: Labels, list: readonly Edit[][], atOnce = false): Promise<number> {
  const doing: Promise<unknown>[] = [];
  for (const edits of list) {
    const done = labels.edit(edits).catch((error: unknown) => {
      if (!(error instanceof UsageError)) throw error;
      return undefined;
    });
    doing.push(done);
    if (!atOnce) await done;
  }
  return (await Promise.all(doing)).filter((r) => r !== undefined).length;
}

describe('edits', () => {
  it('are undone by what they return, in any order of kinds', () => {
    fc.assert(
      fc.property(transactions, fc.array(edit, { minLength: 1, maxLength: 4 }), (before, edits) => {
        const state: LabelState = new Map();
        const attempt = (list: readonly Edit[]): Edit[] | undefined => {
          try {
            return applyEdits(state, list);
          } catch (error) {
            if (!(error instanceof UsageError)) throw error;
            return undefined;
          }
        };
        for (const list of before) attempt(list);
        const was = new Map(state);
        const undo = attempt(edits);
        // Where one of them does not fit, none is done.
        if (undo !== undefined) attempt(undo);
        expect(state).toEqual(was);
      }),
    );
  });

  it('done again change nothing', () => {
    fc.assert(
      fc.property(edit, (once) => {
        fc.pre(once.op === 'frame' || once.op === 'place' || once.op === 'instance');
        const state: LabelState = new Map();
        const empty: Edit = {
          op: 'frame',
          frame: once.frame,
          recording: 'r',
          picture: { image: 'x' },
          instances: [],
        };
        applyEdits(state, [empty, once]);
        const was = new Map(state);
        applyEdits(state, [once]);
        expect(state).toEqual(was);
      }),
    );
  });

  it('name frames by what lasts', () => {
    expect(frameKey('r', { video: 'C:\\films\\a.avi', frame: 4, image: 'x/img004.png' })).toBe('r/a.avi#4');
    expect(frameKey('r', { image: 'old/folder/img1.png' })).toBe('r/img1.png');
    expect(() => frameKey('r', {})).toThrow(/needs a picture/);
    expect(() => frameKey('r', { video: 'a.avi' })).toThrow(/index of a frame/);
  });
});

describe('labels', () => {
  it('of any sequence of edits, read again, are those in memory', async () => {
    await fc.assert(
      fc.asyncProperty(transactions, fc.boolean(), async (list, atOnce) => {
        const path = await newJournal();
        const labels = await Labels.open(path, scheme);
        const done = await doAll(labels, list, atOnce);
        expect(labels.recordCount).toBe(done);
        await labels[Symbol.asyncDispose]();
        await using again = await Labels.open(path, scheme, { readOnly: true });
        expect(again.problems).toEqual([]);
        expect(stateOf(again)).toEqual(stateOf(labels));
        expect(again.labelSet()).toEqual(labels.labelSet());
      }),
      { numRuns: 40 },
    );
  });

  it('are the same through snapshots, and whichever snapshot is left', async () => {
    const path = await newJournal();
    const labels = await Labels.open(path, scheme);
    await labels.addFrame('day1', { video: 'film.avi', frame: 3 });
    const place = (i: number): ReturnType<Labels['place']> =>
      labels.place({ frame: frames[0], individual: 'a', keypoint: keypoints[i % 2] }, { x: i, y: -i });
    for (let i = 0; i < 1700; i += 100)
      await Promise.all(Array.from({ length: 100 }, (_, k) => place(i + k)));
    await labels[Symbol.asyncDispose]();
    const folder = join(path, '..');
    const snapshots = readdirSync(folder).filter((name) => name.startsWith('snapshot-'));
    expect(snapshots).toHaveLength(2);
    const whole = stateOf(labels);
    for (const damaged of ['', ...snapshots.sort()]) {
      if (damaged !== '') writeFileSync(join(folder, damaged), 'no snapshot');
      await using again = await Labels.open(path, scheme, { readOnly: true });
      expect(stateOf(again)).toEqual(whole);
      expect(again.problems).toEqual([]);
    }
  });

  it('leave no edit in a snapshot that the journal does not have yet', async () => {
    const path = await newJournal();
    let gate: Promise<void> | undefined;
    const labels = await Labels.open(path, scheme, { guard: async () => gate });
    const at = {
      frame: await labels.addFrame('day1', { video: 'film.avi', frame: 3 }),
      individual: 'a',
      keypoint: 'nose',
    };
    await Promise.all(Array.from({ length: 498 }, (_, i) => labels.place(at, { x: i, y: 0 })));
    // The 500th record is on its way, and the next edit waits behind it.
    let open = (): void => undefined;
    gate = new Promise((resolve) => (open = resolve));
    const last = labels.place(at, { x: 1, y: 1 });
    const behind = labels.edit([{ op: 'erase', ...at }]);
    open();
    await Promise.all([last, behind]);
    await labels[Symbol.asyncDispose]();
    expect(readdirSync(join(path, '..')).filter((name) => name.startsWith('snapshot-'))).toHaveLength(1);
    await using again = await Labels.open(path, scheme, { readOnly: true });
    expect([again.problems, stateOf(again)]).toEqual([[], stateOf(labels)]);
  });

  it('say so where the journal is older than a snapshot', async () => {
    const path = await newJournal();
    const labels = await Labels.open(path, scheme);
    await labels.addFrame('day1', { video: 'film.avi', frame: 3 });
    const old = readFileSync(path);
    const at = { frame: frames[0], individual: 'a', keypoint: 'nose' };
    for (let i = 0; i < 500; i += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, k) => labels.place(at, { x: i + k, y: 0 })));
    }
    await labels[Symbol.asyncDispose]();
    expect(readdirSync(join(path, '..')).some((name) => name.startsWith('snapshot-'))).toBe(true);
    writeFileSync(path, old);
    await using again = await Labels.open(path, scheme, { readOnly: true });
    expect(again.problems).toMatchObject([
      { kind: 'damaged', what: expect.stringContaining('does not go on from') },
    ]);
    expect(again.frame(frames[0])?.instances.size).toBe(0);
  });

  it('place, move, hide, erase and undo', async () => {
    await using labels = await Labels.open(await newJournal(), scheme);
    const key = await labels.addFrame('day1', { video: 'film.avi', frame: 3 });
    const at = { frame: key, individual: 'b', keypoint: 'tail' };
    const point = (): unknown => labels.frame(key)?.instances.get('b')?.get('tail');
    await expect(labels.setVisibility(at, 'occluded')).rejects.toThrow(/not placed/);
    const placed = await labels.place(at, { x: 1, y: 2 });
    await labels.setVisibility(at, 'occluded');
    expect(point()).toEqual({ x: 1, y: 2, visibility: 'occluded' });
    await labels.place(at, { x: 5, y: 6 });
    expect(point()).toEqual({ x: 5, y: 6, visibility: 'occluded' });
    const erased = await labels.edit([{ op: 'erase', ...at }]);
    expect(point()).toBeUndefined();
    await labels.edit(erased.undo);
    expect(point()).toEqual({ x: 5, y: 6, visibility: 'occluded' });
    await labels.edit(placed.undo);
    expect(labels.frame(key)?.instances.size).toBe(0);
  });

  it('refuse names that the project does not have, and places that are none', async () => {
    await using labels = await Labels.open(await newJournal(), scheme);
    const key = await labels.addFrame('day1', { video: 'film.avi', frame: 3 });
    const place = (individual: string, keypoint: string, x = 1): Promise<unknown> =>
      labels.place({ frame: key, individual, keypoint }, { x, y: 1 });
    await expect(place('a', 'nsoe')).rejects.toThrow(/no keypoint "nsoe".*Did you mean "nose"/);
    await expect(place('rex', 'nose')).rejects.toThrow(/no individual "rex".*one of a, b/);
    await expect(place('a', 'nose', NaN)).rejects.toThrow(/"nose" has no place/);
    await expect(
      labels.place({ frame: 'x', individual: 'a', keypoint: 'nose' }, { x: 1, y: 1 }),
    ).rejects.toThrow(/Add it first/);
    await expect(labels.addFrame('day2', { image: 'here/x.png' })).resolves.toBe('day2/x.png');
    await expect(labels.addFrame('day2', { image: 'there/x.png' })).rejects.toThrow(
      /another picture of this name/,
    );
    expect(labels.recordCount).toBe(2);
  });

  it('as a set come in the order of the project, frames in natural order', async () => {
    await using labels = await Labels.open(await newJournal(), scheme);
    await labels.addFrame('day2', { image: 'pictures/day2/x.png' });
    await labels.addFrame('day1', { video: 'film.avi', frame: 20 });
    const key = await labels.addFrame('day1', { video: 'film.avi', frame: 3 });
    await labels.place({ frame: key, individual: 'b', keypoint: 'tail' }, { x: 1, y: 2 });
    await labels.place({ frame: key, individual: 'a', keypoint: 'nose' }, { x: 3, y: 4 });
    const set = labels.labelSet();
    expect(set.frames.map((f) => f.picture)).toEqual([
      { video: 'videos/film.avi', frame: 3 },
      { video: 'videos/film.avi', frame: 20 },
      { image: 'pictures/day2/x.png' },
    ]);
    expect(set.frames[0].instances).toEqual([
      { individual: 'a', points: [{ x: 3, y: 4, visibility: 'visible' }, null] },
      { individual: 'b', points: [null, { x: 1, y: 2, visibility: 'visible' }] },
    ]);
    expect(set.root).toBe('/project');
    expect(set.provenance).toEqual({
      step: 'label',
      source: 'labels/journal.jsonl',
      options: { records: 5 },
    });
  });

  it('of a keypoint that the skeleton lost stay in the journal and are counted', async () => {
    const path = await newJournal();
    const labels = await Labels.open(path, scheme);
    const key = await labels.addFrame('day1', { video: 'film.avi', frame: 3 });
    for (const keypoint of keypoints)
      await labels.place({ frame: key, individual: 'a', keypoint }, { x: 1, y: 2 });
    await labels[Symbol.asyncDispose]();
    const smaller = (): LabelScheme => ({ ...scheme(), skeleton: skeleton(['tail']) });
    await using again = await Labels.open(path, smaller, { readOnly: true });
    const set = again.labelSet();
    expect(set.frames[0].instances[0].points).toEqual([{ x: 1, y: 2, visibility: 'visible' }]);
    expect(set.notes).toEqual(['1 points of "nose", which the skeleton does not have, were left out.']);
    expect(again.frame(key)?.instances.get('a')?.size).toBe(2);
  });

  it('take back what could not be written, everything that built on it, and nothing else', async () => {
    const path = await newJournal();
    let refuse = false;
    const guard = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      if (refuse) throw new MachineError('the disk is full');
    };
    await using labels = await Labels.open(path, scheme, { guard });
    const key = await labels.addFrame('day1', { video: 'film.avi', frame: 3 });
    const at = { frame: key, individual: 'a', keypoint: 'nose' };
    await labels.place(at, { x: 1, y: 1 });
    const before = stateOf(labels);
    refuse = true;
    const edits = [
      labels.place(at, { x: 2, y: 2 }),
      labels.edit([{ op: 'erase', ...at }]),
      labels.place(at, { x: 3, y: 3 }),
    ];
    expect(labels.frame(key)?.instances.get('a')?.get('nose')?.x).toBe(3);
    const results = await Promise.allSettled(edits);
    expect(results.map((r) => r.status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(stateOf(labels)).toEqual(before);
    refuse = false;
    await labels.place(at, { x: 4, y: 4 });
    await using again = await Labels.open(path, scheme, { readOnly: true });
    expect(stateOf(again)).toEqual(stateOf(labels));
    expect(again.recordCount).toBe(3);
  });

  it('behind a damaged record are still read, and what cannot be done is named', async () => {
    const path = await newJournal();
    const labels = await Labels.open(path, scheme);
    await labels.addFrame('day1', { video: 'film.avi', frame: 3 });
    await labels.addFrame('day1', { video: 'film.avi', frame: 20 });
    for (const key of frames.slice(0, 2)) {
      await labels.place({ frame: key, individual: 'a', keypoint: 'nose' }, { x: 1, y: 2 });
    }
    await labels[Symbol.asyncDispose]();
    const lines = readFileSync(path, 'utf8').split('\n');
    lines[2] = lines[2].replace('day1', 'day9');
    writeFileSync(path, lines.join('\n'));
    await using again = await Labels.open(path, scheme);
    expect(again.problems.map((p) => [p.kind, p.line])).toEqual([
      ['damaged', 3],
      ['damaged', 5],
    ]);
    expect(again.problems[1].what).toMatch(/day1\/film\.avi#20: this frame is not among the labeled ones/);
    expect(again.frame(frames[0])?.instances.get('a')?.get('nose')).toEqual({
      x: 1,
      y: 2,
      visibility: 'visible',
    });
  });
});

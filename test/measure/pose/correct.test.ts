import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  correctTrack,
  correctValues,
  origins,
  type Change,
  type Correction,
  type TrackValues,
} from '../../../src/measure/pose/correct.ts';
import { Random } from '../../../src/math/random.ts';
import { UsageError } from '../../../src/signal/error.ts';
import { poseTrack } from '../../../src/signal/pose.ts';
import { skeleton } from '../../../src/signal/skeleton.ts';
import { regularTime } from '../../../src/signal/time.ts';

const frames = 12;
const keypoints = ['nose', 'left', 'right'];
const individuals = ['black', 'white'];
const cells = frames * individuals.length * keypoints.length;

/** Two animals, a few points missing, one animal gone for some frames. */
function twoAnimals(seed = 1): TrackValues {
  const random = new Random(seed);
  const positions = Float32Array.from({ length: 2 * cells }, () => random.uniform(0, 100));
  const confidence = Float32Array.from({ length: cells }, () => random.uniform());
  const covariance = Float32Array.from({ length: 3 * cells }, () => random.uniform(1, 4));
  const gone = [3, 4, 20, ...Array.from({ length: 9 }, (_, i) => 45 + i)];
  for (const c of gone) {
    positions.fill(NaN, 2 * c, 2 * c + 2);
    confidence[c] = NaN;
  }
  return { individuals, keypoints, frames, positions, confidence, covariance };
}

const cell = (f: number, i: number, k: number): number => (f * individuals.length + i) * keypoints.length + k;
let serial = 0;
const on = 'key';
const made = (change: Change, key = on): Correction => ({ id: `c${serial++}`, on: key, change });
const correct = (changes: readonly Change[], values = twoAnimals()) =>
  correctValues(
    values,
    changes.map((c) => made(c)),
    on,
  );
const same = ({
  individuals,
  positions,
  confidence,
  covariance,
  origins,
}: ReturnType<typeof correctValues>) => ({
  individuals,
  positions,
  confidence,
  covariance,
  origins,
});

const frame = fc.integer({ min: 0, max: frames + 2 });
const interval = fc
  .tuple(fc.integer({ min: 0, max: frames - 1 }), frame)
  .map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));
const individual = fc.constantFrom(...individuals);
const keypoint = fc.constantFrom(...keypoints);
const coordinate = fc.double({ min: -10, max: 200, noNaN: true });
const swapKeypoints = fc
  .tuple(interval, individual)
  .map(([i, who]): Change => ({ kind: 'swap keypoints', ...i, individual: who, pairs: [['left', 'right']] }));
const swapIndividuals = interval.map((i): Change => ({
  kind: 'swap individuals',
  ...i,
  pair: ['black', 'white'],
}));
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('move' as const),
    individual,
    keypoint,
    frame,
    x: coordinate,
    y: coordinate,
  }),
  fc
    .tuple(interval, individual, fc.subarray(keypoints, { minLength: 1 }))
    .map(([i, who, points]): Change => ({ kind: 'delete', ...i, individual: who, keypoints: points })),
  fc.tuple(interval, individual).map(([i, who]): Change => ({ kind: 'check', ...i, individual: who })),
  fc
    .tuple(interval, individual, keypoint, coordinate, coordinate)
    .map(([{ first, last }, who, point, x, y]): Change => ({
      kind: 'interpolate',
      individual: who,
      keypoint: point,
      from: { frame: first, x, y },
      to: { frame: last + 2, x: y, y: x },
    })),
  swapKeypoints,
  swapIndividuals,
  fc.record({
    kind: fc.constant('split' as const),
    frame,
    individual,
    into: fc.constantFrom('new', 'other'),
  }),
  fc.constant<Change>({ kind: 'join', individual: 'black', other: 'white' }),
);

describe('the corrections of a track', () => {
  it('change nothing of what goes in, and give the same twice', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        const values = twoAnimals();
        const before = structuredClone(values);
        const list = changes.map((c) => made(c));
        const first = correctValues(values, list, on);
        expect(correctValues(values, list, on)).toEqual(first);
        expect(values).toEqual(before);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('swapped twice are the identity, after and before whatever else was done', () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 5 }),
        fc.oneof(swapKeypoints, swapIndividuals),
        fc.array(change, { maxLength: 5 }),
        (before, swap, after) => {
          const with2 = correct([...before, swap, swap, ...after]);
          expect(same(with2)).toEqual(same(correct([...before, ...after])));
        },
      ),
      { seed: 2, numRuns: 80 },
    );
  });

  it('split and joined again are the identity', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 5 }), frame, individual, (before, at, who) => {
        const split: Change = { kind: 'split', frame: at, individual: who, into: 'cut off' };
        const joined = correct([...before, split, { kind: 'join', individual: who, other: 'cut off' }]);
        expect(same(joined)).toEqual(same(correct(before)));
      }),
      { seed: 3, numRuns: 80 },
    );
  });

  it('lose and double no point that the network found, but for those that a person placed or deleted', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        const kept = changes.filter(({ kind }) => !['move', 'delete', 'interpolate'].includes(kind));
        const points = ({ positions }: TrackValues): string[] =>
          Array.from(
            { length: positions.length / 2 },
            (_, c) => `${positions[2 * c]} ${positions[2 * c + 1]}`,
          )
            .filter((p) => p !== 'NaN NaN')
            .sort();
        expect(points(correct(kept))).toEqual(points(twoAnimals()));
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it('a moved point is where the person put it, certain, and said to be theirs', () => {
    const corrected = correct([
      { kind: 'move', individual: 'white', keypoint: 'left', frame: 4, x: 7, y: 8 },
    ]);
    const c = cell(4, 1, 1);
    expect([...corrected.positions.subarray(2 * c, 2 * c + 2)]).toEqual([7, 8]);
    expect(corrected.confidence![c]).toBe(1);
    expect([...corrected.covariance!.subarray(3 * c, 3 * c + 3)]).toEqual([NaN, NaN, NaN]);
    expect(origins[corrected.origins[c]]).toBe('moved');
    expect(corrected.origins.filter((o) => o !== 0)).toHaveLength(1);
  });

  it('an interpolated point goes in a straight line between the two places, which stay', () => {
    const from = { frame: 2, x: 10, y: 0 };
    const to = { frame: 6, x: 18, y: 40 };
    const corrected = correct([{ kind: 'interpolate', individual: 'black', keypoint: 'nose', from, to }]);
    const raw = twoAnimals();
    const xs = [2, 3, 4, 5, 6].map((f) => corrected.positions[2 * cell(f, 0, 0)]);
    expect(xs).toEqual([raw.positions[2 * cell(2, 0, 0)], 12, 14, 16, raw.positions[2 * cell(6, 0, 0)]]);
    expect(corrected.positions[2 * cell(4, 0, 0) + 1]).toBe(20);
  });

  it('checked points are certain, missing ones stay missing; swapped ones keep the confidence they had', () => {
    const raw = twoAnimals();
    const checked = correct([{ kind: 'check', first: 0, last: 1, individual: 'black' }]);
    expect(checked.confidence![cell(0, 0, 0)]).toBe(1);
    expect(checked.confidence![cell(0, 1, 0)]).toBeNaN();
    const swapped = correct([
      { kind: 'swap keypoints', first: 5, last: 5, individual: 'black', pairs: [['left', 'right']] },
    ]);
    expect(swapped.confidence![cell(5, 0, 1)]).toBe(raw.confidence![cell(5, 0, 2)]);
    expect(origins[swapped.origins[cell(5, 0, 1)]]).toBe('swapped');
  });

  it('of another track hold only where they say where something is', () => {
    const list = [
      made({ kind: 'move', individual: 'white', keypoint: 'left', frame: 4, x: 7, y: 8 }, 'old'),
      made({ kind: 'swap individuals', first: 0, last: 11, pair: ['black', 'white'] }, 'old'),
      made({ kind: 'move', individual: 'grey', keypoint: 'left', frame: 4, x: 7, y: 8 }),
    ];
    const { leftOut, positions } = correctValues(twoAnimals(), list, on);
    expect(leftOut).toEqual(list.slice(1));
    expect(positions[2 * cell(4, 1, 1)]).toBe(7);
    expect(positions[0]).toBe(twoAnimals().positions[0]);
  });
});

it('a corrected pose track says in its provenance what a person made of which journal', () => {
  const { positions, confidence } = twoAnimals();
  const parts = { skeleton: skeleton(keypoints), individuals, confidence, provenance: { step: 'track' } };
  const track = poseTrack({ ...parts, positions, time: regularTime(frames, 30) });
  expect(correctTrack(track, [], { key: on, source: 's' })).toBe(track);
  const list = [
    made({ kind: 'move', individual: 'white', keypoint: 'left', frame: 4, x: 7, y: 8 }),
    made({ kind: 'delete', first: 0, last: 0, individual: 'black', keypoints: ['nose', 'left'] }),
  ];
  const corrected = correctTrack(track, list, { key: on, source: 'journal' });
  expect(corrected.positions.provenance).toMatchObject({
    step: 'correct',
    options: { by: 'person', moved: 1, deleted: 2, leftOut: 0 },
    inputs: [{ step: 'track' }, { step: 'proofread', source: 'journal' }],
  });
  expect(corrected.positions.shape).toEqual([frames, 2, 3, 2]);
  const inSpace = poseTrack({
    ...parts,
    confidence: undefined,
    space: 3,
    positions: new Float32Array(3 * cells),
    time: regularTime(frames, 30),
  });
  expect(() => correctTrack(inSpace, list, { key: on, source: 's' })).toThrow(UsageError);
});

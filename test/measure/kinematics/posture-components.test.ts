import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import { postureComponents } from '../../../src/measure/kinematics/index.ts';
import { poseTrack, type PoseTrack } from '../../../src/signal/pose.ts';
import { skeleton } from '../../../src/signal/skeleton.ts';
import { regularTime } from '../../../src/signal/time.ts';

const keypoints = ['body', 'neck', 'nose', 'tail'];
const frame = { origin: 'body', forward: 'neck' };

interface Made {
  /** The nose swings to the side with sd 8 px and the tail with sd 3 px, apart from each other. */
  readonly nose: Float64Array;
  readonly tail: Float64Array;
  readonly track: PoseTrack;
}

/** An animal whose place and heading are `at(t)`. */
function made(
  frames: number,
  seed: number,
  at: (t: number) => { x: number; y: number; heading: number },
  change: (positions: Float64Array) => void = () => {},
): Made {
  const random = new Random(seed);
  const nose = Float64Array.from({ length: frames }, () => random.normal(0, 8));
  const tail = Float64Array.from({ length: frames }, () => random.normal(0, 3));
  const positions = new Float64Array(frames * keypoints.length * 2);
  for (let t = 0; t < frames; t++) {
    const { x, y, heading } = at(t);
    const [c, s] = [Math.cos(heading), Math.sin(heading)];
    const shape = [
      [0, 0],
      [20, 0],
      [40, nose[t]],
      [-30, tail[t]],
    ];
    shape.forEach(([a, b], k) => {
      positions[(t * keypoints.length + k) * 2] = x + c * a - s * b;
      positions[(t * keypoints.length + k) * 2 + 1] = y + s * a + c * b;
    });
  }
  change(positions);
  const track = poseTrack({
    skeleton: skeleton(keypoints),
    positions,
    time: regularTime(frames, 30),
    provenance: { step: 'test' },
  });
  return { nose, tail, track };
}

const variance = (values: Float64Array): number => {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
};

test('finds what was put in: the nose first, the tail second, nothing else', () => {
  const { nose, tail, track } = made(500, 1, (t) => ({ x: 3 * t, y: 100, heading: t / 7 }));
  const found = postureComponents(track, { ...frame, components: 3 });
  const [n, l] = [variance(nose), variance(tail)];
  // Nose and tail are independent up to chance, which turns the axes by about 1/sqrt(500).
  expect(found.totalVariance).toBeCloseTo(n + l, 8);
  expect(found.explained[0]).toBeCloseTo(n / (n + l), 2);
  expect(found.explained[1]).toBeCloseTo(l / (n + l), 2);
  expect(found.explained[2]).toBeCloseTo(0, 10);
  expect(found.completeFrames).toBe(500);
  const noseY = found.axes.data[found.keypoints.indexOf('nose') * 2 + 1];
  expect(noseY).toBeGreaterThan(0.99);
  const scores = found.scores.contiguous();
  const worst = Math.max(
    ...nose.map((v, t) => Math.abs(scores[3 * t] - (v - nose.reduce((a, b) => a + b) / 500))),
  );
  expect(worst).toBeLessThan(2);
});

test('where the animal is and which way it looks changes nothing', () => {
  const still = postureComponents(made(80, 2, () => ({ x: 0, y: 0, heading: 0 })).track, frame);
  const expected = still.scores.contiguous();
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -6, max: 6, noNaN: true }), { minLength: 80, maxLength: 80 }),
      (wander) => {
        const track = made(80, 2, (t) => ({
          x: 50 * wander[t],
          y: 9 * wander[79 - t],
          heading: wander[t],
        })).track;
        const { scores, explained } = postureComponents(track, frame);
        expect(explained[0]).toBeCloseTo(still.explained[0], 6);
        scores.contiguous().forEach((v, i) => expect(v).toBeCloseTo(expected[i], 3));
      },
    ),
    { seed: 4, numRuns: 20 },
  );
});

test('scores are uncorrelated, their variances are those explained', () => {
  const { track } = made(300, 5, (t) => ({ x: t, y: -t, heading: t / 20 }));
  const { scores, explained, totalVariance } = postureComponents(track, { ...frame, components: 2 });
  const values = scores.contiguous();
  const of = (c: number): Float64Array => Float64Array.from({ length: 300 }, (_, t) => values[2 * t + c]);
  const [first, second] = [of(0), of(1)];
  expect(variance(first) / totalVariance).toBeCloseTo(explained[0], 5);
  expect(variance(second) / totalVariance).toBeCloseTo(explained[1], 5);
  expect(first.reduce((sum, v, t) => sum + v * second[t], 0) / 300).toBeCloseTo(0, 3);
});

test('a frame that lacks a point has no score; a point that is mostly missing is left out and said so', () => {
  const lose = (positions: Float64Array): void => {
    positions.fill(NaN, (7 * 4 + 2) * 2, (7 * 4 + 3) * 2);
    for (let t = 0; t < 100; t++) if (t % 3 > 0) positions.fill(NaN, (t * 4 + 3) * 2, (t * 4 + 4) * 2);
  };
  const { track } = made(100, 6, (t) => ({ x: t, y: 0, heading: 0 }), lose);
  const found = postureComponents(track, frame);
  expect(found.keypoints).toEqual(['body', 'neck', 'nose']);
  expect(found.completeFrames).toBe(99);
  const [, components] = found.scores.shape;
  const missing = Array.from(found.scores.contiguous().keys()).filter((i) =>
    Number.isNaN(found.scores.contiguous()[i]),
  );
  expect(missing).toEqual(Array.from({ length: components }, (_, c) => 7 * components + c));
});

test('bad input is said', () => {
  const at = () => ({ x: 0, y: 0, heading: 0 });
  expect(() => postureComponents(made(6, 1, at).track, frame)).toThrow(/too few frames.*Align to other/s);
  const all = (positions: Float64Array): void => void positions.fill(NaN);
  expect(() => postureComponents(made(60, 1, at, all).track, frame)).toThrow(/too few frames/);
  const stiff = (positions: Float64Array): void => {
    for (let i = 8; i < positions.length; i++) positions[i] = positions[i % 8];
  };
  expect(() => postureComponents(made(60, 1, at, stiff).track, frame)).toThrow(/never changes/);
  expect(() => postureComponents(made(60, 1, at).track, { origin: 'body', forward: 'wing' })).toThrow(
    /no keypoint "wing"/,
  );
});

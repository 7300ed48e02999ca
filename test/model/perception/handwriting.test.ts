import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  afferents,
  armCalled,
  arms,
  characters,
  handwriting,
  penPath,
  spatialArm,
  write,
  writtenPath,
} from '../../../src/model/perception/index.ts';
import { loadPhysics, quadruped } from '../../../src/model/body/index.ts';
import { mileusnicSpindle, powerLawSpindle, skinReceptor } from '../../../src/model/senses/index.ts';
import { InputError, UsageError } from '../../../src/signal/error.ts';

const made = await Promise.all(arms.map(({ make }) => make()));
const character = fc.constantFrom(...characters);

const speedsAlong = (pen: (share: number) => readonly [number, number], pieces: number): Float64Array =>
  Float64Array.from({ length: pieces }, (_, i) => {
    const [a, b] = [pen(i / pieces), pen((i + 1) / pieces)];
    return Math.hypot(a[0] - b[0], a[1] - b[1]) * pieces;
  });

describe('characters', () => {
  test('there are twenty or more, each of another name, in a box of height 1', () => {
    expect(characters.length).toBeGreaterThanOrEqual(20);
    expect(new Set(characters.map((c) => c.name)).size).toBe(characters.length);
    for (const c of characters) {
      const pen = penPath(c);
      for (let i = 0; i <= 100; i++) for (const v of pen(i / 100)) expect(Math.abs(v)).toBeLessThan(0.6);
    }
  });

  test('the pen starts at the first point, ends at the last, and rests there', () => {
    for (const c of characters) {
      const pen = penPath(c);
      const [first, last] = [c.points[0], c.points[c.points.length - 1]];
      for (const share of [-1, 0]) expect(pen(share)).toEqual([first[0] - 0.5, first[1] - 0.5]);
      for (const share of [1, 2]) {
        expect(pen(share)[0]).toBeCloseTo(last[0] - 0.5, 9);
        expect(pen(share)[1]).toBeCloseTo(last[1] - 0.5, 9);
      }
      const speeds = speedsAlong(pen, 200);
      expect(Math.max(speeds[0], speeds[199])).toBeLessThan(0.03 * Math.max(...speeds));
    }
  });

  test('where the curve bends more the pen is slower (two-thirds power law)', () => {
    // Half of a narrow ellipse: curvature rises from its flat side to its tip, and falls again.
    const points = Array.from({ length: 13 }, (_, i) => {
      const angle = Math.PI / 2 - (i / 12) * Math.PI;
      return [Math.cos(angle), 0.3 * Math.sin(angle)] as const;
    });
    const speeds = speedsAlong(penPath({ name: 'ellipse', points }), 100);
    expect(speeds[50]).toBeLessThan(0.9 * speeds[35]);
    expect(speeds[35]).toBeLessThan(0.9 * speeds[20]);
    expect(speeds[65]).toBeCloseTo(speeds[34], 1);
  });

  test('points that are no curve are refused', () => {
    expect(() => penPath({ name: 'dot', points: [[0, 0], [0, 0], [1, 1]] })).toThrow(UsageError); // prettier-ignore
    expect(() => penPath({ name: 'line', points: [[0, 0], [1, 1]] })).toThrow(/three points/); // prettier-ignore
  });
});

describe.each(made.map((a) => [a.name, a] as const))('handwriting of the %s', (_, hand) => {
  const few = handwriting(hand, { count: 40, seed: 1 });
  const { steps, stepSeconds } = few;

  test('postures put the end point where it was to be, within the joints’ ranges', () => {
    const ends = hand.endPoints(few.postures);
    few.path.forEach((p, i) => expect(Math.abs(p - ends[i])).toBeLessThan(1e-4));
    const J = hand.joints.length;
    few.postures.forEach((q, i) => {
      const [low, high] = hand.ranges[i % J];
      expect(q >= low - 1e-9 && q <= high + 1e-9).toBe(true);
    });
  });

  test('fibers’ velocities are the rates of change of their lengths', () => {
    const M = hand.muscles.length;
    for (let t = 1; t < steps - 1; t++) {
      for (let m = 0; m < M; m++) {
        const rate =
          (few.fiberLength[(t + 1) * M + m] - few.fiberLength[(t - 1) * M + m]) / (2 * stepSeconds);
        expect(few.fiberVelocity[t * M + m]).toBeCloseTo(rate, 9);
      }
    }
  });

  test('every character comes equally often; a movement depends on the seed and its number alone', () => {
    const counts = new Int32Array(characters.length);
    for (const label of few.labels) counts[label]++;
    expect(new Set(counts)).toEqual(new Set([2]));
    const fewer = handwriting(hand, { count: 5, seed: 1 });
    expect(fewer.path).toEqual(few.path.slice(0, fewer.path.length));
    expect(fewer.postures).toEqual(few.postures.slice(0, fewer.postures.length));
    expect(handwriting(hand, { count: 5, seed: 2 }).path).not.toEqual(fewer.path);
  });

  test('half the duration is twice the speed', () => {
    fc.assert(
      fc.property(character, fc.double({ min: 0.4, max: 1, noNaN: true }), (c, duration) => {
        const peak = (seconds: number): number => {
          const grid = { steps: 400, stepSeconds: seconds / 399 };
          const middle = hand.endPoints(Float64Array.from(hand.ranges, ([l, h]) => (l + h) / 2));
          const writing = {
            character: c,
            center: [...middle],
            size: 0.1,
            startSeconds: 0,
            durationSeconds: seconds,
          };
          const path = writtenPath(hand, writing, grid);
          let most = 0;
          for (let t = 1; t < grid.steps; t++) {
            let squares = 0;
            for (let d = 0; d < hand.dimensions; d++) {
              squares += (path[t * hand.dimensions + d] - path[(t - 1) * hand.dimensions + d]) ** 2;
            }
            most = Math.max(most, Math.sqrt(squares) / grid.stepSeconds);
          }
          return most;
        };
        expect(peak(duration / 2) / peak(duration)).toBeCloseTo(2, 6);
      }),
      { numRuns: 20 },
    );
  });

  test('what is out of reach is refused, with the place and the reason', () => {
    const far = Array.from({ length: hand.dimensions }, () => 2);
    const writing = { character: characters[0], center: far, size: 0.1, startSeconds: 0, durationSeconds: 1 };
    expect(() => write(hand, writing, { steps: 10, stepSeconds: 0.1 })).toThrow(InputError);
    expect(() => write(hand, writing, { steps: 10, stepSeconds: 0.1 })).toThrow(/character "a", step 0/);
    expect(() => handwriting(hand, { count: 1, seed: 1, size: [3, 4] })).toThrow(/no place was found/);
  });

  test('options that are none are refused', () => {
    for (const options of [
      { count: 0 },
      { count: 1.5 },
      { count: 2, characters: [] },
      { count: 2, spread: 2 },
      { count: 2, size: [0.2, 0.1] as const },
      { count: 2, durationSeconds: [0, 1] as const },
      { count: 2, durationSeconds: [1, 5] as const },
      { count: 2, steps: 1 },
    ]) {
      expect(() => handwriting(hand, { seed: 1, ...options })).toThrow(UsageError);
    }
  });

  test('afferents are movement x channel x muscle x time of what the receptor tells', () => {
    const told = afferents(few);
    const M = hand.muscles.length;
    expect(told.channels).toEqual(['velocity', 'length']);
    expect(told.values.length).toBe(few.count * 2 * M * steps);
    const [i, m, t] = [7, M - 1, 20];
    const fiber = (i * steps + t) * M + m;
    expect(told.values[((i * 2 + 0) * M + m) * steps + t]).toBeCloseTo(few.fiberVelocity[fiber], 5);
    expect(told.values[((i * 2 + 1) * M + m) * steps + t]).toBeCloseTo(few.fiberLength[fiber], 5);
    for (const receptor of [mileusnicSpindle, powerLawSpindle({ optimalLength: hand.optimalLength })]) {
      const rates = afferents(handwriting(hand, { count: 2, seed: 1 }), receptor);
      expect(rates.channels).toEqual(['Ia', 'II']);
      expect(rates.values.every((r) => r >= 0)).toBe(true);
      expect(Math.max(...rates.values)).toBeGreaterThan(0);
    }
    expect(() => afferents(few, skinReceptor())).toThrow(/more than a movement gives/);
  });

  test('noise follows from the seed', () => {
    const two = handwriting(hand, { count: 2, seed: 1 });
    const noisy = (seed: number): Float32Array => afferents(two, undefined, { noise: 0.1, seed }).values;
    expect(noisy(1)).toEqual(noisy(1));
    expect(noisy(1)).not.toEqual(noisy(2));
  });
});

test('arms are known by the names that they bear', async () => {
  expect(arms.map(({ name }) => name)).toEqual(made.map(({ name }) => name));
  await expect(armCalled('none')).rejects.toThrow(/planar arm, arm in space/);
});

test('only the arm in space is an arm in space', async () => {
  using model = (await loadPhysics()).compile(quadruped());
  expect(() => spatialArm(model)).toThrow(UsageError);
});

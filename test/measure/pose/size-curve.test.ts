import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import { sizeCurve, sizeSubsets } from '../../../src/measure/pose/index.ts';
import { UsageError } from '../../../src/signal/error.ts';

describe('the parts of the training frames', () => {
  it('grow, and each holds the smaller ones', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }),
        fc.integer(),
        (count, fractions, seed) => {
          const frames = Array.from({ length: count }, (_, i) => 3 * i);
          const subsets = sizeSubsets(frames, fractions, new Random(`${seed}`));
          subsets.forEach((subset, i) => {
            expect(new Set(subset).size).toBe(subset.length);
            expect(subset.every((f) => frames.includes(f))).toBe(true);
            if (i === 0) return;
            expect(subset.length).toBeGreaterThan(subsets[i - 1].length);
            expect(subsets[i - 1].every((f) => subset.includes(f))).toBe(true);
          });
          if (fractions.includes(1)) expect(subsets.at(-1)).toEqual(frames);
        },
      ),
    );
  });

  it('refuses sizes that are none', () => {
    for (const bad of [[0], [1.1], [NaN], []])
      expect(() => sizeSubsets([1, 2, 3], bad, new Random('x'))).toThrow(UsageError);
    expect(() => sizeSubsets([1], [1], new Random('x'))).toThrow(UsageError);
  });
});

describe('the curve', () => {
  const at = (frames: number, seed: number, errorsPx: number[]): Parameters<typeof sizeCurve>[0][number] => ({
    frames,
    seed,
    errorsPx,
  });

  it('takes the mean over seeds and points, sizes in order, unlabeled points left out', () => {
    const curve = sizeCurve(
      [at(20, 0, [1, 3, NaN, 2]), at(5, 0, [4, 8, NaN, 6]), at(5, 1, [6, 10, NaN, 8])],
      2,
      new Random('curve'),
    );
    expect(curve.map((p) => p.frames)).toEqual([5, 20]);
    expect(curve[0].meanPx).toBeCloseTo(7, 12);
    expect(curve[0].seeds).toEqual([
      { seed: 0, meanPx: 6 },
      { seed: 1, meanPx: 8 },
    ]);
    expect(curve[1].meanPx).toBeCloseTo(2, 12);
  });

  it('has an interval that covers the mean of new held-out frames about as often as it says', () => {
    let covered = 0;
    const rounds = 120;
    for (let r = 0; r < rounds; r++) {
      const random = new Random(`cover/${r}`);
      // Points of a frame go together: each frame has an offset of its own. The true mean is 10.
      const errors = Array.from({ length: 40 }, () => 10 + random.normal(0, 3)).flatMap((frame) => [
        frame + random.normal(0, 0.5),
        frame + random.normal(0, 0.5),
      ]);
      const [{ interval }] = sizeCurve([at(9, 0, errors)], 2, random);
      if (interval.low <= 10 && 10 <= interval.high) covered++;
    }
    expect(covered / rounds).toBeGreaterThan(0.87);
    expect(covered / rounds).toBeLessThan(0.995);
  });
});

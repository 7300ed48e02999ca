/** Known answers: rotations with known frequencies, tangles by hand, the null of greatest entropy against its own moments. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dsa,
  responses,
  rotation,
  selectTimes,
  tangling,
  tensorNull,
  type Responses,
} from '../../src/inquire/index.ts';
import { UsageError } from '../../src/signal/error.ts';
import { skewFit } from '../../src/inquire/dynamics/jpca.ts';
import { matrix, Random } from '../../src/math/index.ts';
import { mixed, population, randomRotation } from './population.ts';

/** Rotations of the given frequencies, one plane each, turned into units by orthonormal vectors, with noise. */
function rotating(
  hertz: readonly number[],
  options: { noise?: number; conditions?: number; seed?: string } = {},
): Responses {
  const { noise = 0, conditions = 12, seed = 'rotating' } = options;
  const random = new Random(seed);
  const [times, units, stepSeconds] = [30, 24, 0.01];
  const mixing = randomRotation(units, random).data;
  const values: number[] = [];
  for (let c = 0; c < conditions; c++) {
    const starts = hertz.map(() => [random.normal(), random.normal()]);
    for (let t = 0; t < times; t++) {
      for (let u = 0; u < units; u++) {
        let v = random.normal(0, noise);
        hertz.forEach((f, k) => {
          const angle = 2 * Math.PI * f * t * stepSeconds;
          const [x, y] = starts[k];
          v += (x * Math.cos(angle) - y * Math.sin(angle)) * mixing[2 * k * units + u];
          v += (x * Math.sin(angle) + y * Math.cos(angle)) * mixing[(2 * k + 1) * units + u];
        });
        values.push(v);
      }
    }
  }
  return responses(values, { conditions, times, units, stepSeconds });
}

describe('rotation (jPCA)', () => {
  it.each([0.8, 1.5, 2.5, 4])('finds a rotation of %d Hz within 2 %%', (hertz) => {
    for (const seed of ['1', '2', '3']) {
      // Units divided by their own range turn a circle into an ellipse, and with it the frequency: here none is.
      const found = rotation(rotating([hertz], { noise: 0.002, seed }), { components: 2, softening: 1e6 });
      expect(Math.abs(found.hertz / hertz - 1)).toBeLessThan(0.02);
      expect(found.skewR2).toBeGreaterThan(0.9);
    }
  });

  it('explains all of a pure rotation, in the fastest of its planes, at the frequency itself', () => {
    const found = rotation(rotating([1, 2, 3]), { softening: 0 });
    expect(found.explained).toBeCloseTo(1, 9);
    expect(found.bestR2).toBeCloseTo(1, 9);
    // Rotation after soft normalization and in components is a rotation of another shape: only the best M is exact.
    expect(found.skewR2).toBeGreaterThan(0.5);
    expect(found.plane.units).toBe(2);
  });

  it('is not fooled by growth without rotation', () => {
    const random = new Random('growth');
    const values: number[] = [];
    const ways = Array.from({ length: 12 }, () => random.normal());
    for (let c = 0; c < 12; c++) {
      for (let t = 0; t < 30; t++)
        for (let u = 0; u < 10; u++) values.push(ways[c] * t * Math.sin(u + 1) + random.normal(0, 0.2));
    }
    const found = rotation(responses(values, { conditions: 12, times: 30, units: 10, stepSeconds: 0.01 }), {
      softening: 0,
    });
    expect(found.skewR2).toBeLessThan(0.1);
  });

  it('fits the best skew-symmetric matrix: no small change of it does better', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const random = new Random(seed);
        const k = 4;
        const draw = (): ReturnType<typeof matrix> =>
          matrix(
            30,
            k,
            Float64Array.from({ length: 30 * k }, () => random.normal()),
          );
        const [states, changes] = [draw(), draw()];
        const m = skewFit(states, changes);
        const error = (w: Float64Array): number => {
          let sum = 0;
          for (let i = 0; i < 30; i++) {
            for (let a = 0; a < k; a++) {
              let v = changes.data[i * k + a];
              for (let b = 0; b < k; b++) v -= w[a * k + b] * states.data[i * k + b];
              sum += v * v;
            }
          }
          return sum;
        };
        const least = error(m.data);
        for (let a = 0; a < k; a++) {
          for (let b = 0; b < a; b++) {
            expect(m.data[a * k + b]).toBeCloseTo(-m.data[b * k + a], 10);
            for (const h of [1e-3, -1e-3]) {
              const w = m.data.slice();
              w[a * k + b] += h;
              w[b * k + a] -= h;
              expect(error(w)).toBeGreaterThan(least);
            }
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('refuses an odd number of components and one condition', () => {
    expect(() => rotation(population('x'), { components: 3 })).toThrow(/even number/);
    expect(() => rotation(population('x', { conditions: 1, times: 9, units: 4 }))).toThrow(
      /two or more conditions/,
    );
  });
});

describe('tangling', () => {
  it('is (angular speed)^2 times a known factor on a circle, by hand', () => {
    const [times, step, hertz] = [100, 0.01, 1];
    const values: number[] = [];
    for (let t = 0; t < times; t++)
      values.push(Math.cos(2 * Math.PI * hertz * t * step), Math.sin(2 * Math.PI * hertz * t * step));
    const found = tangling(responses(values, { conditions: 1, times, units: 2, stepSeconds: step }), {
      softening: 0,
    });
    // Range 2 in each unit: radius 1/2, variance 1/4. Rates differ as states do, by omega; most at opposite points, distance 1.
    const chord = (2 * Math.sin(Math.PI * hertz * step)) / step;
    expect(found.percentile90).toBeCloseTo(chord ** 2 / (1 + 0.1 * 0.25), 2);
  });

  it('is far higher where a path crosses itself than on a circle', () => {
    const path = (f: (angle: number) => number[]): Responses =>
      responses(Array.from({ length: 100 }, (_, t) => f((2 * Math.PI * t) / 100)).flat(), {
        conditions: 1,
        times: 100,
        units: 2,
        stepSeconds: 0.01,
      });
    const circle = tangling(
      path((a) => [Math.cos(a), Math.sin(a)]),
      { softening: 0 },
    );
    const eight = tangling(
      path((a) => [Math.cos(a), Math.sin(2 * a)]),
      { softening: 0 },
    );
    expect(eight.percentile90).toBeGreaterThan(4 * circle.percentile90);
  });

  it('grows with the square of speed', () => {
    const r = population('speed');
    const fast = { ...r, stepSeconds: r.stepSeconds / 2 };
    expect(tangling(fast).percentile90 / tangling(r).percentile90).toBeCloseTo(4, 9);
  });
});

describe('the null of greatest entropy', () => {
  const r = population('null', { conditions: 7, times: 9, units: 5 });

  /** Covariance over one axis of what is left beside the means, summed over the others. */
  function covariance(of: Responses, axis: number): Float64Array {
    const shape = [of.conditions, of.times, of.units];
    let rest: Float64Array = of.values;
    for (let k = 0; k < 3; k++) {
      const stride = shape.slice(k + 1).reduce((a, b) => a * b, 1);
      const sums = new Map<number, number>();
      const key = (i: number): number => i - (Math.floor(i / stride) % shape[k]) * stride;
      rest.forEach((v, i) => sums.set(key(i), (sums.get(key(i)) ?? 0) + v / shape[k]));
      rest = rest.map((v, i) => v - sums.get(key(i))!);
    }
    const size = shape[axis];
    const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const out = new Float64Array(size * size);
    rest.forEach((v, i) => {
      const a = Math.floor(i / stride) % size;
      for (let b = 0; b < size; b++) out[a * size + b] += v * rest[i + (b - a) * stride];
    });
    return out;
  }

  it('keeps the covariances over conditions, times and units on average', () => {
    const random = new Random('draws');
    const made = tensorNull(r);
    const draws = Array.from({ length: 400 }, () => made.draw(random));
    for (const axis of [0, 1, 2]) {
      const truth = covariance(r, axis);
      const mean = new Float64Array(truth.length);
      for (const d of draws) covariance(d, axis).forEach((v, i) => (mean[i] += v / draws.length));
      const norm = Math.hypot(...truth);
      expect(Math.hypot(...truth.map((v, i) => v - mean[i])) / norm).toBeLessThan(0.1);
    }
  });

  it('a true rotation rotates more than its null, smooth mixtures do not', () => {
    const beats = (of: Responses): number => {
      const made = tensorNull(of);
      const random = new Random('null');
      const options = { components: 4, softening: 0 };
      const value = rotation(of, options).skewR2;
      let below = 0;
      for (let i = 0; i < 40; i++) if (rotation(made.draw(random), options).skewR2 < value) below++;
      return below / 40;
    };
    expect(beats(rotating([1, 2.2], { noise: 0.3 }))).toBeGreaterThan(0.95);
    const smooth = tensorNull(rotating([1, 2.2], { noise: 0.3 })).draw(new Random('one draw'));
    expect(beats(smooth)).toBeLessThan(0.98);
  });

  it('refuses responses that are the sum of their means', () => {
    const additive = responses(
      Float64Array.from({ length: 60 }, (_, i) => (i % 3) + Math.floor(i / 3)),
      {
        conditions: 4,
        times: 5,
        units: 3,
      },
    );
    expect(() => tensorNull(additive)).toThrow(/beside the means/);
  });
});

describe('dynamical similarity', () => {
  it('sees the same dynamics in another geometry, and other dynamics in the same', () => {
    const slow = rotating([0.8, 1.6], { noise: 0.02 });
    const turned = mixed(slow, randomRotation(slow.units, new Random('turn')));
    expect(dsa.value(slow, turned)).toBeGreaterThan(0.99);
    const fast = rotating([3, 6], { noise: 0.02 });
    expect(1 - dsa.value(slow, fast)).toBeGreaterThan(5 * (1 - dsa.value(slow, turned)));
  });
});

describe('selectTimes', () => {
  const all = responses(
    Array.from({ length: 24 }, (_, i) => i),
    { conditions: 2, times: 4, units: 3, stepSeconds: 0.01 },
  );

  it('takes times of every condition, from the first up to and without the end', () => {
    const some = selectTimes(all, 1, 3);
    expect(some).toMatchObject({ conditions: 2, times: 2, units: 3, stepSeconds: 0.01 });
    expect([...some.values]).toEqual([3, 4, 5, 6, 7, 8, 15, 16, 17, 18, 19, 20]);
    expect(selectTimes(all, 0, 4).values).toEqual(all.values);
  });

  it.each([
    [-1, 2],
    [2, 2],
    [0, 5],
    [0.5, 2],
  ])('refuses %d to %d', (first, end) => {
    expect(() => selectTimes(all, first, end)).toThrow(UsageError);
  });
});

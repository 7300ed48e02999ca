import { describe, expect, it } from 'vitest';
import { matrix, Random, solve } from '../../../../src/math/index.ts';
import {
  kalmanForward,
  kalmanSmooth,
  type Observations,
} from '../../../../src/measure/kinematics/filters/kalman.ts';
import { kalmanSmoother } from '../../../../src/measure/kinematics/filters/kalman-smoother.ts';
import { irregularTime, regularTime } from '../../../../src/signal/time.ts';
import { columns, rootMeanSquare } from '../made.ts';

/**
 * A path drawn from the model itself: constant acceleration pieces, with the exact covariance of integrated white jerk over each
 * step by its Cholesky factor.
 */
function drawn(random: Random, times: Float64Array, q: number): { x: Float64Array; v: Float64Array } {
  const [x, v] = [new Float64Array(times.length), new Float64Array(times.length)];
  let [p, s, a] = [0, 0, 0];
  for (let t = 0; t < times.length; t++) {
    if (t > 0) {
      const dt = times[t] - times[t - 1];
      const [z1, z2, z3] = [random.normal(), random.normal(), random.normal()].map((z) => z * Math.sqrt(q));
      const da = z1 * Math.sqrt(dt);
      const ds = dt ** 1.5 * (z1 / 2 + z2 / Math.sqrt(12));
      const dp = dt ** 2.5 * (z1 / 6 + (z2 * Math.sqrt(12)) / 24 + z3 / Math.sqrt(720));
      p += s * dt + (a * dt * dt) / 2 + dp;
      s += a * dt + ds;
      a += da;
    }
    x[t] = p;
    v[t] = s;
  }
  return { x, v };
}

describe('the backward pass', () => {
  it('equals the dense least-squares posterior, with full covariances, gaps and irregular times', () => {
    const random = new Random(3);
    const times = Float64Array.of(0, 0.01, 0.03, 0.04, 0.05, 0.08, 0.09, 0.1);
    const positions = Float64Array.from({ length: 16 }, () => random.normal(0, 5));
    positions[6] = NaN;
    const noise = new Float64Array(24);
    for (let t = 0; t < 8; t++) noise.set([1 + t / 4, 0.5 - t / 8, 2], t * 3);
    const observed: Observations = { times, positions, axes: 2, noise, noiseKind: 'full' };
    const q = 1e5;
    const path = kalmanSmooth(observed, {
      model: 'velocity',
      processNoise: q,
      noiseScale: 1,
      gate: Infinity,
    });
    // Precision matrix of all 8 states (x, y, vx, vy): prior of velocities, then motion, then measurements.
    const size = 32;
    const A = new Float64Array(size * size);
    const b = new Float64Array(size);
    const add = (rows: number[], J: number[][], W: number[][], z: number[]): void =>
      rows.forEach((r, i) =>
        rows.forEach((c, j) => {
          for (let m = 0; m < W.length; m++) {
            for (let n = 0; n < W.length; n++) {
              A[r * size + c] += J[m][i] * W[m][n] * J[n][j];
              if (j === 0) b[r] += J[m][i] * W[m][n] * z[n];
            }
          }
        }),
      );
    const range = Math.max(
      ...[0, 1].map((a) => {
        const column = positions.filter((v, i) => i % 2 === a && !Number.isNaN(v));
        return Math.max(...column) - Math.min(...column);
      }),
    );
    const prior = (range / (0.1 / 7)) ** -2;
    add(
      [2, 3],
      [
        [1, 0],
        [0, 1],
      ],
      [
        [prior, 0],
        [0, prior],
      ],
      [0, 0],
    );
    for (let t = 0; t < 8; t++) {
      const s = 4 * t;
      if (t !== 3) {
        const [xx, xy, yy] = noise.subarray(t * 3, t * 3 + 3);
        const det = xx * yy - xy * xy;
        add(
          [s, s + 1],
          [
            [1, 0],
            [0, 1],
          ],
          [
            [yy / det, -xy / det],
            [-xy / det, xx / det],
          ],
          [positions[2 * t], positions[2 * t + 1]],
        );
      }
      if (t === 0) continue;
      const dt = times[t] - times[t - 1];
      const [a, c, d] = [(q * dt ** 3) / 3, (q * dt ** 2) / 2, q * dt];
      const det = a * d - c * c;
      for (const axis of [0, 1]) {
        add(
          [s - 4 + axis, s - 2 + axis, s + axis, s + 2 + axis],
          [
            [-1, -dt, 1, 0],
            [0, -1, 0, 1],
          ],
          [
            [d / det, -c / det],
            [-c / det, a / det],
          ],
          [0, 0],
        );
      }
    }
    const expected = solve(matrix(size, size, A), b);
    for (let t = 0; t < 8; t++) {
      for (const axis of [0, 1]) {
        expect(path.derivatives[0][2 * t + axis]).toBeCloseTo(expected[4 * t + axis], 7);
        expect(path.derivatives[1][2 * t + axis]).toBeCloseTo(expected[4 * t + 2 + axis], 5);
      }
      // Covariances are columns of the inverse.
      const unit = new Float64Array(size);
      unit[4 * t] = 1;
      const column = solve(matrix(size, size, A), unit);
      expect(path.covariances[0][3 * t]).toBeCloseTo(column[4 * t], 7);
      expect(path.covariances[0][3 * t + 1]).toBeCloseTo(column[4 * t + 1], 7);
    }
  });

  it('gives the same with one shared covariance as with full ones', () => {
    const random = new Random(4);
    const times = Float64Array.from({ length: 60 }, (_, i) => i / 50);
    const positions = Float64Array.from({ length: 120 }, (_, i) => Math.sin(i / 20) * 30 + random.normal());
    positions[40] = NaN;
    const full = new Float64Array(180);
    for (let t = 0; t < 60; t++) full.set([2, 0, 2], t * 3);
    const parameters = { model: 'acceleration', processNoise: 1e4, noiseScale: 1.5, gate: 20 } as const;
    const common = { times, positions, axes: 2 };
    const shared: Observations = { ...common, noise: new Float64Array(60).fill(2), noiseKind: 'isotropic' };
    const coupled: Observations = { ...common, noise: full, noiseKind: 'full' };
    expect(kalmanForward(shared, parameters).deviance).toBeCloseTo(
      kalmanForward(coupled, parameters).deviance,
      6,
    );
    const [a, b] = [kalmanSmooth(shared, parameters), kalmanSmooth(coupled, parameters)];
    for (let k = 0; k < 3; k++) {
      a.derivatives[k].forEach((v, i) =>
        expect(Math.abs(v - b.derivatives[k][i])).toBeLessThan(1e-6 * (1 + Math.abs(v))),
      );
      a.covariances[k].forEach((v, i) =>
        // The wide prior of acceleration costs digits at the first samples.
        expect(Math.abs(v - b.covariances[k][i])).toBeLessThan((k === 2 ? 1e-3 : 1e-6) * (1 + Math.abs(v))),
      );
    }
  });
});

describe('kalmanSmoother', () => {
  const rate = 100;
  const count = 1500;
  const seeds = [1, 2, 3, 4, 5];

  it.each(seeds)('velocity error within 10 % of the filter that knows the truth, seed %i', (seed) => {
    const random = new Random(seed);
    const times = Float64Array.from({ length: count }, (_, i) => i / rate);
    const q = 1e7;
    const paths = [drawn(random, times, q), drawn(random, times, q)];
    const measured = paths.map((p) => p.x.map((v) => v + random.normal()));
    const error = (options: Parameters<typeof kalmanSmoother>[1], variance?: number): number => {
      const { velocity } = kalmanSmoother(columns(regularTime(count, rate), measured, variance), options);
      return rootMeanSquare(velocity.values.map((v, i) => v - paths[i % 2].v[Math.floor(i / 2)]));
    };
    const optimal = error({ processNoise: q, measurementNoise: 1 });
    expect(error({}, 1) / optimal).toBeLessThan(1.1);
    expect(error({}) / optimal).toBeLessThan(1.1);
  });

  it('states errors that hold: normalized squared error near 1, at irregular times with missing samples', () => {
    const random = new Random('calibration');
    let now = 0;
    const times = Float64Array.from({ length: count }, () => (now += random.uniform(0.005, 0.015)));
    const path = drawn(random, times, 1e7);
    const measured = path.x.map((v) => (random.uniform() < 0.1 ? NaN : v + random.normal()));
    const signal = columns(irregularTime(times), [measured], 1);
    const { position, velocity, fitted } = kalmanSmoother(signal, { fillUpToSeconds: 0.1 });
    expect(fitted[0].processNoise).toBeGreaterThan(5e6);
    expect(fitted[0].processNoise).toBeLessThan(2e7);
    for (const [estimate, truth] of [
      [position, path.x],
      [velocity, path.v],
    ] as const) {
      const ratio = estimate.values.map((v, i) => (v - truth[i]) / Math.sqrt(estimate.covariance!.values[i]));
      expect(rootMeanSquare(ratio)).toBeGreaterThan(0.85);
      expect(rootMeanSquare(ratio)).toBeLessThan(1.15);
    }
    expect(velocity.unit).toBe('px/s');
    expect(velocity.covariance!.unit).toBe('px/s*px/s');
  });

  it.each(seeds)(
    'velocity of smooth motion within 10 % of the best process noise in hindsight, seed %i',
    (seed) => {
      const random = new Random(seed);
      const turn = 2 * Math.PI;
      const times = Float64Array.from({ length: 1000 }, (_, i) => i / rate);
      const x = times.map(
        (t) => 60 * Math.sin(turn * 1.1 * t) + 15 * Math.sin(turn * 3 * t + 1) + random.normal(),
      );
      const v = times.map(
        (t) => 66 * turn * Math.cos(turn * 1.1 * t) + 45 * turn * Math.cos(turn * 3 * t + 1),
      );
      const error = (options: Parameters<typeof kalmanSmoother>[1]): number => {
        const { velocity } = kalmanSmoother(columns(regularTime(1000, rate), [x], 1), {
          gateProbability: 1,
          ...options,
        });
        return rootMeanSquare(velocity.values.map((u, i) => u - v[i]));
      };
      const best = Math.min(
        ...Array.from({ length: 17 }, (_, i) => error({ processNoise: 10 ** (6 + i / 4) })),
      );
      expect(error({}) / best).toBeLessThan(1.1);
    },
  );

  it('rejects jumps and is not pulled by them', () => {
    const random = new Random('jumps');
    const truth = Float64Array.from({ length: 600 }, (_, i) => 100 * Math.sin(i / 30));
    const measured = truth.map((v) => v + random.normal());
    const jumps = [100, 101, 250, 400, 401, 402];
    for (const j of jumps) measured[j] += 300;
    const { position, fitted, use } = kalmanSmoother(columns(regularTime(600, rate), [measured]), {
      fillUpToSeconds: 0.05,
    });
    expect(fitted[0].outliers).toBeGreaterThanOrEqual(jumps.length);
    expect(fitted[0].outliers).toBeLessThan(jumps.length + 6);
    for (const j of jumps) expect(use[j]).toBe(2);
    expect(rootMeanSquare(position.values.map((v, i) => v - truth[i]))).toBeLessThan(0.6);
  });

  it('leaves gaps missing unless asked, and never extrapolates', () => {
    const x = Float64Array.from({ length: 100 }, (_, i) => i);
    x.fill(NaN, 0, 3);
    x.fill(NaN, 40, 43);
    x.fill(NaN, 60, 80);
    x.fill(NaN, 97);
    const signal = columns(regularTime(100, 100), [x], 1);
    const missing = (s: { position: { values: ArrayLike<number> } }): number[] =>
      Array.from(s.position.values).flatMap((v, i) => (Number.isNaN(v) ? [i] : []));
    const gaps = Array.from(x).flatMap((v, i) => (Number.isNaN(v) ? [i] : []));
    expect(missing(kalmanSmoother(signal))).toEqual(gaps);
    expect(missing(kalmanSmoother(signal, { fillUpToSeconds: 0.05 }))).toEqual(
      gaps.filter((i) => i < 40 || i > 42),
    );
  });

  it('names what is wrong', () => {
    const signal = columns(regularTime(10, 100), [new Float64Array(10)]);
    expect(() => kalmanSmoother(signal, { measurementNoise: 'given' })).toThrow(/no covariance/);
    expect(() => kalmanSmoother(signal, { processNoise: -1 })).toThrow(/above 0/);
    expect(() => kalmanSmoother(columns(regularTime(10, 100), [new Float64Array(10)], -1))).toThrow(
      /positive definite/,
    );
  });
});

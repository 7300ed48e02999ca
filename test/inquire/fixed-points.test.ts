import { describe, expect, it } from 'vitest';
import { fixedPoints, networkMap, type StateMap } from '../../src/inquire/index.ts';
import { matrix } from '../../src/math/index.ts';
import { Random } from '../../src/math/random.ts';
import { flipFlop, Loop, networkFor, type Trials } from '../../src/model/circuit/index.ts';

/** Three bits that hold what they were told, seen through a random rotation of six units; the other three fade. */
function threeBits(seed: string, withJacobian: boolean): { map: StateMap; basis: Float64Array } {
  const n = 6;
  const random = new Random(seed);
  const basis = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const v = Float64Array.from({ length: n }, () => random.normal());
    for (let k = 0; k < i; k++) {
      const dot = v.reduce((s, x, j) => s + x * basis[k * n + j], 0);
      for (let j = 0; j < n; j++) v[j] -= dot * basis[k * n + j];
    }
    const length = Math.hypot(...v);
    for (let j = 0; j < n; j++) basis[i * n + j] = v[j] / length;
  }
  const inner = (z: number, k: number): number => (k < 3 ? 0.4 * z + 0.6 * Math.tanh(2 * z) : 0.5 * z);
  const slope = (z: number, k: number): number => (k < 3 ? 0.4 + 1.2 * (1 - Math.tanh(2 * z) ** 2) : 0.5);
  const into = (x: Float64Array): number[] =>
    Array.from({ length: n }, (_, k) => x.reduce((s, v, j) => s + v * basis[k * n + j], 0));
  const map: StateMap = {
    units: n,
    step(x, next) {
      const z = into(x).map(inner);
      for (let j = 0; j < n; j++) next[j] = z.reduce((s, v, k) => s + v * basis[k * n + j], 0);
    },
    ...(withJacobian && {
      jacobian(x: Float64Array) {
        const z = into(x);
        const out = matrix(n, n);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++)
            for (let k = 0; k < n; k++)
              out.data[i * n + j] += basis[k * n + i] * slope(z[k], k) * basis[k * n + j];
        return out;
      },
    }),
  };
  return { map, basis };
}

const startsOf = (seed: string, count: number): ReturnType<typeof matrix> => {
  const random = new Random(seed);
  return matrix(
    count,
    6,
    Float64Array.from({ length: 6 * count }, () => random.uniform(-1.2, 1.2)),
  );
};

describe('fixed points', () => {
  it.each([true, false])(
    'of three bits are eight that hold and nineteen that tip (own Jacobian: %s)',
    (own) => {
      const { map } = threeBits('bits', own);
      const points = fixedPoints(map, startsOf('starts', 500));
      const by = [0, 1, 2, 3].map((k) => points.filter((p) => p.unstable === k).length);
      expect(by).toEqual([8, 12, 6, 1]);
      for (const p of points) {
        const next = new Float64Array(6);
        map.step(p.state, next);
        next.forEach((v, i) => expect(v).toBeCloseTo(p.state[i], 6));
        expect(p.eigenvalues.imaginary.every((v) => Math.abs(v) < 1e-6)).toBe(true);
      }
      expect(points.reduce((s, p) => s + p.starts, 0)).toBeLessThanOrEqual(500);
      // The bit in the middle, at rest at 0, runs away with a slope of 1.6.
      const middle = points.find((p) => p.unstable === 3)!;
      expect(middle.eigenvalues.real[0]).toBeCloseTo(1.6, 5);
      expect(middle.eigenvalues.real[5]).toBeCloseTo(0.5, 5);
    },
  );

  it('gives the same from the same starts, and nothing where the state never rests', () => {
    const { map } = threeBits('bits', true);
    const starts = startsOf('again', 40);
    expect(fixedPoints(map, starts)).toEqual(fixedPoints(map, starts));
    const wandering: StateMap = { units: 6, step: (x, next) => next.set(x.map((v) => v + 0.1)) };
    expect(fixedPoints(wandering, starts)).toEqual([]);
    expect(() => fixedPoints(map, matrix(2, 5))).toThrow(/no states of the network.*6 units/s);
  });
});

describe('the map of a network', () => {
  const task = flipFlop({ seconds: 1 });
  it.each(['leaky current', 'leaky rate', 'gru'] as const)('is its step without input (%s)', (cell) => {
    const network = networkFor(task, { cell, units: 7, seed: 5 });
    const silent: Trials = {
      ...task.conditions(),
      inputs: new Float64Array(task.conditions().inputs.length),
    };
    const loop = new Loop(network, task, silent.batch, { gradient: false });
    loop.run(silent);
    const next = new Float64Array(7);
    const map = networkMap(network);
    for (const k of [0, 3, 20]) {
      map.step(loop.stateAt(k).slice(0, 7), next);
      next.forEach((v, u) => expect(v).toBeCloseTo(loop.stateAt(k + 1)[u], 10));
    }
    const told = networkMap(network, [1, 0, 0]);
    told.step(loop.stateAt(3).slice(0, 7), next);
    expect(next.some((v, u) => Math.abs(v - loop.stateAt(4)[u]) > 1e-3)).toBe(true);
  });

  it('is refused with other inputs, and with delays', () => {
    const network = networkFor(task, { units: 4 });
    expect(() => networkMap(network, [1])).toThrow(/pulse 1, pulse 2, pulse 3/);
    const late = networkFor(task, { units: 4, connections: [{ from: 'area', to: 'area', delaySteps: 2 }] });
    expect(() => networkMap(late)).toThrow(/delays/);
  });
});

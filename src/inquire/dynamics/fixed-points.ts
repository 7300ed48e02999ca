import { eigenvalues, matrix, solve, type Eigenvalues, type Matrix } from '../../math/index.ts';
import { UsageError } from '../../signal/error.ts';

/** A recurrent network under a constant input, as a map from one state to the next. */
export interface StateMap {
  readonly units: number;
  step(state: Float64Array, next: Float64Array): void;
  /** d next / d state, units x units. Default: central differences. */
  jacobian?(state: Float64Array): Matrix;
}

export interface FixedPoint {
  readonly state: Float64Array;
  /** q = |F(x) - x|^2 / 2: 0 where the state stays for ever. */
  readonly speed: number;
  readonly jacobian: Matrix;
  readonly eigenvalues: Eigenvalues;
  /** Directions in which the state runs away: eigenvalues of absolute value above 1. None: stable. */
  readonly unstable: number;
  /** How many starts ended here. */
  readonly starts: number;
}

export interface FixedPointOptions {
  /** A state is fixed where `speed` is below that. Default 1e-16. */
  readonly tolerance?: number;
  /** States closer than that are one. Default 1e-4. */
  readonly apart?: number;
  /** Default 200. */
  readonly iterations?: number;
}

/**
 * Where a network's state does not move, and what it does around there (Sussillo & Barak 2013, Neural Comput 25:626): |F(x) - x|^2 is made least by
 * Levenberg-Marquardt from every start (states that the network visited, with noise on them), states that are the same are joined, and the
 * Jacobian says in which directions the state is drawn in and in which it runs away. Starts that end elsewhere are not told; the most visited
 * point comes first. That none is found does not mean that there is none.
 *
 * @param starts starts x units.
 */
export function fixedPoints(map: StateMap, starts: Matrix, options: FixedPointOptions = {}): FixedPoint[] {
  const { tolerance = 1e-16, apart = 1e-4, iterations = 200 } = options;
  const n = map.units;
  if (starts.columns !== n || starts.rows < 1) {
    throw new UsageError('these are no states of the network', {
      expected: `one start or more of ${n} units`,
      got: `${starts.rows} x ${starts.columns}`,
    });
  }
  const jacobianAt = (x: Float64Array): Matrix => map.jacobian?.(x) ?? differences(map, x);
  const found: { state: Float64Array; speed: number; starts: number }[] = [];
  for (let s = 0; s < starts.rows; s++) {
    const end = rest(map, jacobianAt, starts.data.slice(s * n, (s + 1) * n), tolerance, iterations);
    if (!(end.speed <= tolerance)) continue;
    const same = found.find((f) => distance(f.state, end.state) < apart);
    if (same) same.starts++;
    else found.push({ ...end, starts: 1 });
  }
  return found
    .toSorted((a, b) => b.starts - a.starts)
    .map((f) => {
      const jacobian = jacobianAt(f.state);
      const values = eigenvalues(jacobian);
      const unstable = values.real.filter((re, i) => Math.hypot(re, values.imaginary[i]) > 1).length;
      return { ...f, jacobian, eigenvalues: values, unstable };
    });
}

const distance = (a: Float64Array, b: Float64Array): number => Math.hypot(...a.map((v, i) => v - b[i]));

function rest(
  map: StateMap,
  jacobianAt: (x: Float64Array) => Matrix,
  start: Float64Array,
  tolerance: number,
  iterations: number,
): { readonly state: Float64Array; readonly speed: number } {
  const n = map.units;
  const next = new Float64Array(n);
  const moved = (x: Float64Array): Float64Array => {
    map.step(x, next);
    return next.map((v, i) => v - x[i]);
  };
  const speedOf = (r: Float64Array): number => r.reduce((s, v) => s + v * v, 0) / 2;
  let [x, r] = [start, moved(start)];
  let speed = speedOf(r);
  let damping = 1e-3;
  for (let i = 0; i < iterations && speed > tolerance; i++) {
    const a = jacobianAt(x);
    for (let k = 0; k < n; k++) a.data[k * n + k] -= 1;
    const normal = matrix(n, n);
    const slope = new Float64Array(n);
    for (let k = 0; k < n; k++) {
      for (let p = 0; p < n; p++) {
        const v = a.data[k * n + p];
        slope[p] -= v * r[k];
        for (let q = 0; q <= p; q++) normal.data[p * n + q] += v * a.data[k * n + q];
      }
    }
    for (let p = 0; p < n; p++) for (let q = 0; q < p; q++) normal.data[q * n + p] = normal.data[p * n + q];
    let better = false;
    while (!better && damping < 1e12) {
      const damped = matrix(n, n, normal.data);
      for (let k = 0; k < n; k++) damped.data[k * n + k] += damping;
      const change = solve(damped, slope);
      const tried = x.map((v, k) => v + change[k]);
      const residual = moved(tried);
      const slower = speedOf(residual);
      better = slower < speed;
      if (better) [x, r, speed] = [tried, residual, slower];
      damping *= better ? 0.2 : 5;
    }
    if (!better) break;
  }
  return { state: x, speed };
}

function differences(map: StateMap, x: Float64Array): Matrix {
  const n = map.units;
  const out = matrix(n, n);
  const [up, down] = [new Float64Array(n), new Float64Array(n)];
  const at = Float64Array.from(x);
  for (let j = 0; j < n; j++) {
    const h = 1e-6 * (1 + Math.abs(x[j]));
    at[j] = x[j] + h;
    map.step(at, up);
    at[j] = x[j] - h;
    map.step(at, down);
    at[j] = x[j];
    for (let i = 0; i < n; i++) out.data[i * n + j] = (up[i] - down[i]) / (2 * h);
  }
  return out;
}

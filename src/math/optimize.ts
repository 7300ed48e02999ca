import { UsageError } from '../signal/error.ts';

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly evaluations: number;
  /** Whether the tolerance was met before the evaluations ran out. */
  readonly converged: boolean;
}

export interface NelderMeadOptions {
  /** The first simplex' edge along each coordinate. Default: 5 % of the coordinate, or 0.00025 where it is 0. */
  readonly steps?: ArrayLike<number>;
  /** Stop when the simplex' values and coordinates differ by less than this, relative to their size. Default 1e-10. */
  readonly tolerance?: number;
  /** Default 400 a coordinate. */
  readonly maxEvaluations?: number;
}

/**
 * The local minimum of a function without derivatives, by the simplex of Nelder & Mead (1965) with the parameters of Gao & Han
 * (2012) for many coordinates. A value of NaN counts as infinitely bad: return it outside the domain.
 */
export function nelderMead(
  f: (x: Float64Array) => number,
  start: ArrayLike<number>,
  options: NelderMeadOptions = {},
): Minimum {
  const n = start.length;
  if (n === 0) throw new UsageError('nelderMead needs at least one coordinate');
  const { tolerance = 1e-10, maxEvaluations = 400 * n } = options;
  const [expansion, contraction, shrink] = n > 2 ? [1 + 2 / n, 0.75 - 1 / (2 * n), 1 - 1 / n] : [2, 0.5, 0.5];
  let evaluations = 0;
  const vertex = (x: Float64Array): { x: Float64Array; value: number } => {
    evaluations++;
    const value = f(x);
    return { x, value: Number.isNaN(value) ? Infinity : value };
  };
  const simplex = [vertex(Float64Array.from(start))];
  for (let k = 0; k < n; k++) {
    const x = Float64Array.from(start);
    x[k] += options.steps?.[k] ?? (x[k] === 0 ? 0.00025 : 0.05 * x[k]);
    simplex.push(vertex(x));
  }
  const byValue = (): void => void simplex.sort((a, b) => a.value - b.value);
  byValue();
  for (;;) {
    if (evaluations >= maxEvaluations || small(simplex, tolerance)) break;
    const worst = simplex[n];
    const center = Float64Array.from(start, (_, k) => simplex.reduce((s, v) => s + v.x[k], -worst.x[k]) / n);
    const along = (t: number): ReturnType<typeof vertex> =>
      vertex(center.map((c, k) => c + t * (worst.x[k] - c)));
    const reflected = along(-1);
    let accepted: ReturnType<typeof vertex> | undefined;
    if (reflected.value < simplex[0].value) {
      const expanded = along(-expansion);
      accepted = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < simplex[n - 1].value) {
      accepted = reflected;
    } else {
      const outside = reflected.value < worst.value;
      const contracted = along(outside ? -contraction : contraction);
      if (contracted.value < Math.min(reflected.value, worst.value)) accepted = contracted;
    }
    if (accepted) simplex[n] = accepted;
    else {
      const { x: best } = simplex[0];
      for (let i = 1; i <= n; i++)
        simplex[i] = vertex(simplex[i].x.map((v, k) => best[k] + shrink * (v - best[k])));
    }
    byValue();
  }
  return { ...simplex[0], evaluations, converged: small(simplex, tolerance) };
}

function small(simplex: readonly { x: Float64Array; value: number }[], tolerance: number): boolean {
  const [best] = simplex;
  const worst = simplex[simplex.length - 1];
  if (!(worst.value - best.value <= tolerance * (Math.abs(best.value) + tolerance))) return false;
  // Values agree to rounding long before coordinates do: a quadratic's coordinates follow the root of its value.
  const near = Math.sqrt(tolerance);
  return simplex.every((v) =>
    v.x.every((c, k) => Math.abs(c - best.x[k]) <= near * (Math.abs(best.x[k]) + near)),
  );
}

/**
 * The minimum of a function of one variable between `low` and `high`, by golden sections and parabolas (Brent 1973, chapter 5).
 * Finds the minimum of a function with one valley; of several, it finds one.
 *
 * @param tolerance of x, relative to the width of the interval. Default 1e-9.
 */
export function minimizeBetween(
  f: (x: number) => number,
  low: number,
  high: number,
  tolerance = 1e-9,
): { readonly x: number; readonly value: number } {
  if (!(low < high) || !Number.isFinite(high - low)) {
    throw new UsageError('minimizeBetween needs an interval', {
      expected: 'low < high',
      got: `${low} to ${high}`,
    });
  }
  const golden = (3 - Math.sqrt(5)) / 2;
  const width = tolerance * (high - low);
  let [a, b] = [low, high];
  let x = a + golden * (b - a);
  let [w, v] = [x, x];
  let fx = f(x);
  let [fw, fv] = [fx, fx];
  let [step, before] = [0, 0];
  for (let i = 0; i < 1000; i++) {
    const middle = (a + b) / 2;
    const reach = width + Number.EPSILON * Math.abs(x);
    if (Math.abs(x - middle) <= 2 * reach - (b - a) / 2) break;
    // The parabola through the best three, taken where it falls inside and shrinks the step before last by half.
    const r = (x - w) * (fx - fv);
    const q0 = (x - v) * (fx - fw);
    const p0 = (x - v) * q0 - (x - w) * r;
    const q = 2 * (q0 - r);
    const p = q > 0 ? -p0 : p0;
    const d = Math.abs(q);
    if (
      Math.abs(before) > reach &&
      Math.abs(p) < Math.abs((d * before) / 2) &&
      p > d * (a - x) &&
      p < d * (b - x)
    ) {
      before = step;
      step = p / d;
      if (x + step - a < 2 * reach || b - x - step < 2 * reach) step = x < middle ? reach : -reach;
    } else {
      before = x < middle ? b - x : a - x;
      step = golden * before;
    }
    const u = x + (Math.abs(step) >= reach ? step : Math.sign(step) * reach);
    const fu = f(u);
    if (fu <= fx) {
      if (u < x) b = x;
      else a = x;
      [v, fv, w, fw, x, fx] = [w, fw, x, fx, u, fu];
    } else {
      if (u < x) a = u;
      else b = u;
      if (fu <= fw || w === x) [v, fv, w, fw] = [w, fw, u, fu];
      else if (fu <= fv || v === x || v === w) [v, fv] = [u, fu];
    }
  }
  return { x, value: fx };
}

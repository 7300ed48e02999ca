import { matrix, multiply, multiplyVector, transpose, type Matrix } from '../../../math/index.ts';
import { UsageError } from '../../../signal/error.ts';
import { congruent, plus, product, solveAll, symmetric, trace } from './algebra.ts';

/**
 * A linear system with additive, control-dependent and state-dependent noise and a quadratic cost (Todorov 2005):
 *
 *     x' = A x + B u + xi + sum_i e_i C_i u,   y = H x + omega + sum_i f_i D_i x,   cost = sum_t x^T Q_t x + u^T R u
 *
 * xi and omega are Gaussian with these covariances, e_i and f_i standard normal, all independent. `stateCosts` has one matrix for each time, the
 * last for the end; so there are `stateCosts.length - 1` steps.
 */
export interface LinearProblem {
  readonly a: Matrix;
  readonly b: Matrix;
  readonly h: Matrix;
  /** Control-dependent noise, states x controls each. */
  readonly c: readonly Matrix[];
  /** State-dependent noise of what is observed, observations x states each. */
  readonly d: readonly Matrix[];
  readonly processNoise: Matrix;
  readonly sensorNoise: Matrix;
  readonly stateCosts: readonly Matrix[];
  readonly controlCost: Matrix;
  /** Mean and covariance of the first state; the estimate starts at the mean. */
  readonly start: Float64Array;
  readonly startCovariance: Matrix;
}

/** u_t = -gains_t e_t with the estimate e_{t+1} = A e_t + B u_t + filters_t (y_t - H e_t). */
export interface LinearController {
  readonly gains: readonly Matrix[];
  readonly filters: readonly Matrix[];
  /** What the cost is on average. */
  readonly cost: number;
  /** Passes over controller and estimator. */
  readonly iterations: number;
  /** The average cost after each. */
  readonly costs: readonly number[];
}

/**
 * The optimal linear controller and estimator (Todorov 2005, equations 4.2 and 5.2): passes over both in turn, each optimal for the other, until the cost
 * changes by less than `tolerance` of itself. Without control- and state-dependent noise one pass is the classical solution by Riccati's equations. Throws
 * `UsageError` for shapes that do not fit.
 */
export function lqg(
  problem: LinearProblem,
  options: { readonly tolerance?: number; readonly iterations?: number } = {},
): LinearController {
  const { tolerance = 1e-9, iterations = 200 } = options;
  check(problem);
  const { a, b, stateCosts } = problem;
  const steps = stateCosts.length - 1;
  let gains: readonly Matrix[] = Array.from({ length: steps }, () => matrix(b.columns, a.rows));
  let filters: readonly Matrix[] = [];
  const costs: number[] = [];
  for (let i = 0; i < iterations; i++) {
    filters = estimator(problem, gains);
    const control = controller(problem, filters);
    gains = control.gains;
    costs.push(control.cost);
    const before = costs.at(-2);
    if (before !== undefined && Math.abs(before - control.cost) <= tolerance * Math.abs(control.cost)) break;
  }
  return { gains, filters, cost: costs.at(-1)!, iterations: costs.length, costs };
}

/** The best gains for given filters, from the end to the start, and the cost with them (equation 4.2). */
function controller(
  problem: LinearProblem,
  filters: readonly Matrix[],
): { readonly gains: Matrix[]; readonly cost: number } {
  const { a, b, c, d, h, processNoise, sensorNoise, stateCosts, controlCost, start, startCovariance } =
    problem;
  const steps = stateCosts.length - 1;
  let sx = stateCosts[steps];
  let se = matrix(a.rows, a.rows);
  let rest = 0;
  const gains: Matrix[] = [];
  const at = transpose(a);
  for (let t = steps - 1; t >= 0; t--) {
    const k = filters[t];
    rest +=
      trace(multiply(sx, processNoise)) + trace(multiply(se, plus(processNoise, congruent(k, sensorNoise))));
    let bend = plus(controlCost, congruent(transpose(b), sx));
    for (const ci of c) bend = plus(bend, congruent(transpose(ci), plus(sx, se)));
    const gain = solveAll(bend, product(transpose(b), sx, a), 'the control gain');
    const driven = product(at, sx, b, gain);
    let nextX = plus(plus(stateCosts[t], product(at, sx, a)), driven, -1);
    for (const di of d) nextX = plus(nextX, congruent(transpose(multiply(k, di)), se));
    const left = plus(a, multiply(k, h), -1);
    se = symmetric(plus(driven, congruent(transpose(left), se)));
    sx = symmetric(nextX);
    gains[t] = gain;
  }
  const cost = dot(start, multiplyVector(sx, start)) + trace(multiply(plus(sx, se), startCovariance)) + rest;
  return { gains, cost };
}

/** The best filters for given gains, from the start to the end (equation 5.2). */
function estimator(problem: LinearProblem, gains: readonly Matrix[]): Matrix[] {
  const { a, b, c, d, h, processNoise, sensorNoise, start, startCovariance } = problem;
  let error = startCovariance;
  let estimate = multiply(matrix(start.length, 1, start), matrix(1, start.length, start));
  let cross = matrix(a.rows, a.rows);
  return gains.map((gain) => {
    let observed = plus(congruent(h, error), sensorNoise);
    const whole = plus(plus(error, estimate), plus(cross, transpose(cross)));
    for (const di of d) observed = plus(observed, congruent(di, whole));
    // K = A E H^T O^-1; O is symmetric.
    const k = transpose(solveAll(observed, product(h, error, transpose(a)), 'the estimator'));
    const closed = plus(a, multiply(b, gain), -1);
    const left = plus(a, multiply(k, h), -1);
    let nextError = plus(processNoise, product(left, error, transpose(a)));
    for (const ci of c) nextError = plus(nextError, congruent(multiply(ci, gain), estimate));
    const mixed = product(closed, cross, transpose(multiply(k, h)));
    const nextEstimate = plus(
      plus(product(k, h, error, transpose(a)), congruent(closed, estimate)),
      plus(mixed, transpose(mixed)),
    );
    cross = product(closed, cross, transpose(left));
    error = symmetric(nextError);
    estimate = symmetric(nextEstimate);
    return k;
  });
}

const dot = (x: Float64Array, y: Float64Array): number => x.reduce((sum, v, i) => sum + v * y[i], 0);

function check(problem: LinearProblem): void {
  const { a, b, h, c, d, processNoise, sensorNoise, stateCosts, controlCost, start, startCovariance } =
    problem;
  const n = a.rows;
  const m = b.columns;
  const p = h.rows;
  const wanted: readonly (readonly [string, Matrix, number, number])[] = [
    ['a', a, n, n],
    ['b', b, n, m],
    ['h', h, p, n],
    ...c.map((ci) => ['c', ci, n, m] as const),
    ...d.map((di) => ['d', di, p, n] as const),
    ['processNoise', processNoise, n, n],
    ['sensorNoise', sensorNoise, p, p],
    ...stateCosts.map((q) => ['stateCosts', q, n, n] as const),
    ['controlCost', controlCost, m, m],
    ['startCovariance', startCovariance, n, n],
  ];
  for (const [name, { rows, columns }, r, s] of wanted) {
    if (rows === r && columns === s) continue;
    throw new UsageError(`${name} does not fit`, {
      where: 'lqg',
      expected: `${r} x ${s}`,
      got: `${rows} x ${columns}`,
    });
  }
  if (stateCosts.length < 2 || start.length !== n) {
    throw new UsageError('the problem has no steps, or its start does not fit', {
      where: 'lqg',
      expected: `two state costs or more, ${n} values at the start`,
      got: `${stateCosts.length}, ${start.length}`,
    });
  }
}

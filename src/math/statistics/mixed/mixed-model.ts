import { InputError, UsageError } from '../../../signal/error.ts';
import { choleskySolve } from '../../cholesky.ts';
import { tCdf, tQuantile } from '../../distribution.ts';
import { leastSquares } from '../../least-squares.ts';
import { matrix, type Matrix } from '../../matrix.ts';
import { minimizeBetween, nelderMead } from '../../optimize.ts';
import { completeRows, varying } from '../present.ts';
import { RestrictedLikelihood, type Profile, type Response } from './likelihood.ts';
import { satterthwaite } from './satterthwaite.ts';

export interface MixedData {
  readonly response: ArrayLike<number>;
  /** Fixed effects by name; the constant is added. Code a group of animals as 0 and 1. */
  readonly fixed: Readonly<Record<string, ArrayLike<number>>>;
  /** The animal of each row: its own constant is random. */
  readonly group: ArrayLike<number | string>;
  /** The fixed effect whose slope differs from animal to animal too. Effects that vary within animals need it: without, their
   * error is that of trials, not of animals (Barr, Levy, Scheepers & Tily 2013, J. Mem. Lang. 68: 255-278). */
  readonly slope?: string;
}

export interface Coefficient {
  readonly name: string;
  readonly estimate: number;
  readonly standardError: number;
  /** Satterthwaite's degrees of freedom. */
  readonly df: number;
  readonly t: number;
  readonly p: number;
  /** The 95 % interval. */
  readonly low: number;
  readonly high: number;
}

export interface MixedModel {
  /** The constant first, named `constant`, then the fixed effects in their order. */
  readonly coefficients: readonly Coefficient[];
  readonly variance: {
    readonly residual: number;
    readonly constant: number;
    readonly slope?: number;
    readonly covariance?: number;
  };
  /** Each animal's deviation from the fixed constant (and slope), shrunk. */
  readonly effects: ReadonlyMap<number | string, Float64Array>;
  /** -2 log restricted likelihood. */
  readonly criterion: number;
  readonly n: number;
  readonly groups: number;
  readonly dropped: number;
  readonly caveats: readonly string[];
}

/**
 * A linear model with a random constant (and slope) for each animal, fitted by restricted maximum likelihood (REML); tests and
 * intervals of the coefficients by Student's t with Satterthwaite's degrees of freedom. Rows with a missing value are dropped and counted.
 *
 * Where a random variance is estimated at zero, `caveats` says so, and degrees of freedom are those of the model without it; where
 * the data do not determine them they are the number of animals minus the number of coefficients, at least 1. With fewer than about
 * eight animals check with `parametricBootstrap`. Throws `InputError` where there are fewer than three animals, no animal with two
 * rows, a constant response or linearly dependent effects.
 */
export function mixedModel(data: MixedData): MixedModel {
  const design = mixedDesign(data);
  const { likelihood, names, keys, dropped, zScale, response } = design;
  const fit = fitResponse(likelihood, likelihood.response(response));
  const { profile, components, singular } = fit;
  const { n, p, q } = likelihood;
  const onlyNoise = components.subarray(0, -1).every((c) => c === 0);
  const found = onlyNoise
    ? new Float64Array(p).fill(n - p)
    : satterthwaite(likelihood, likelihood.response(response), components);
  const undetermined = found.some((df) => !(df > 0));
  const coefficients = names.map((name, i): Coefficient => {
    const df = found[i] > 0 ? Math.min(found[i], n - p) : Math.max(1, keys.length - p);
    const { estimate, standardError } = coefficientOf(profile, components[components.length - 1], i);
    const t = estimate / standardError;
    const half = tQuantile(0.975, df) * standardError;
    return {
      name,
      estimate,
      standardError,
      df,
      t,
      p: 2 * tCdf(-Math.abs(t), df),
      low: estimate - half,
      high: estimate + half,
    };
  });
  const effects = profile.effects();
  return {
    coefficients,
    variance: {
      residual: components[components.length - 1],
      constant: components[0] / zScale[0] ** 2,
      ...(q === 2 && {
        slope: components[2] / zScale[1] ** 2,
        covariance: components[1] / (zScale[0] * zScale[1]),
      }),
    },
    effects: new Map(keys.map((key, g) => [key, effects[g].map((v, s) => v / zScale[s])])),
    criterion: likelihood.criterion(profile),
    n,
    groups: keys.length,
    dropped,
    caveats: [
      ...(singular
        ? [
            'a random variance is estimated at zero (or a correlation at one): too few animals or no difference between them',
          ]
        : []),
      ...(undetermined ? ['degrees of freedom are not determined: those of the animals are taken'] : []),
      ...(keys.length < 8 ? [`only ${keys.length} animals: check with the parametric bootstrap`] : []),
    ],
  };
}

export interface MixedDesign {
  readonly likelihood: RestrictedLikelihood;
  readonly x: Matrix;
  readonly names: readonly string[];
  readonly keys: readonly (number | string)[];
  /** Positions of the rows of each group, and Z with its scaled columns. */
  readonly rows: readonly Int32Array[];
  readonly z: Matrix;
  readonly zScale: readonly number[];
  readonly response: Float64Array;
  readonly dropped: number;
}

/** Checks the data and lays them out. */
export function mixedDesign({ response, fixed, group, slope }: MixedData): MixedDesign {
  const effectNames = Object.keys(fixed);
  if (slope !== undefined && !effectNames.includes(slope)) {
    throw new UsageError('the random slope must be one of the fixed effects', {
      expected: effectNames.join(', ') || 'a fixed effect',
      got: slope,
    });
  }
  if (group.length !== response.length) {
    throw new UsageError('each row needs a group', {
      expected: `${response.length}`,
      got: `${group.length}`,
    });
  }
  const {
    columns,
    rows: kept,
    dropped,
  } = completeRows(['the response', ...effectNames], [response, ...effectNames.map((name) => fixed[name])]);
  const [y, ...xs] = columns;
  varying('the response', y);
  const names = ['constant', ...effectNames];
  const members = new Map<number | string, number[]>();
  kept.forEach((row, i) => {
    const list = members.get(group[row]);
    if (list) list.push(i);
    else members.set(group[row], [i]);
  });
  const keys = [...members.keys()];
  if (keys.length < 3 || keys.length === y.length || y.length <= names.length + 1) {
    throw new InputError('the data cannot tell animals from trials', {
      expected: `three or more animals, some with two or more rows, and more than ${names.length + 1} rows`,
      got: `${keys.length} animals in ${y.length} rows`,
      fix: keys.length === y.length ? 'With one row an animal use an ordinary test.' : undefined,
    });
  }
  const x = matrix(y.length, names.length);
  for (let i = 0; i < y.length; i++) {
    x.data[i * names.length] = 1;
    xs.forEach((c, k) => (x.data[i * names.length + k + 1] = c[i]));
  }
  // Throws where columns are dependent.
  leastSquares(x, y);
  const random = slope === undefined ? [] : [xs[effectNames.indexOf(slope)]];
  const zScale = [1, ...random.map((c) => 1 / Math.sqrt(c.reduce((s, v) => s + v * v, 0) / c.length))];
  const z = matrix(y.length, zScale.length);
  for (let i = 0; i < y.length; i++) {
    z.data[i * zScale.length] = 1;
    random.forEach((c, k) => (z.data[i * zScale.length + k + 1] = c[i] * zScale[k + 1]));
  }
  const rows = keys.map((key) => Int32Array.from(members.get(key)!));
  const inverse = zScale.map((s) => 1 / s);
  return {
    likelihood: new RestrictedLikelihood(x, z, rows),
    x,
    names,
    keys,
    rows,
    z,
    zScale: inverse,
    response: y,
    dropped,
  };
}

export interface MixedFit {
  readonly profile: Profile;
  /** Of the random effects in scaled units (variance; or variance, covariance, variance), then the residual's variance. */
  readonly components: Float64Array;
  readonly singular: boolean;
}

/** The maximum of the restricted likelihood. */
export function fitResponse(likelihood: RestrictedLikelihood, response: Response): MixedFit {
  const { n, p, q } = likelihood;
  const of = (w: Float64Array): number => {
    const profile = likelihood.at(w, response);
    return profile && profile.residual > 0 ? likelihood.criterion(profile) : Infinity;
  };
  let w: Float64Array;
  if (q === 1) {
    // The ratio of variances w = (u / (1 - u))^2 runs from 0 to infinity while u runs from 0 to 1.
    const ratio = (u: number): Float64Array => Float64Array.of((u / (1 - u)) ** 2);
    const best = minimizeBetween((u) => of(ratio(u)), 0, 1 - 1e-6, 1e-10);
    w = of(Float64Array.of(0)) <= best.value + 1e-9 ? Float64Array.of(0) : ratio(best.x);
  } else {
    // W = L L' with L lower triangular.
    const square = ([a, b, c]: ArrayLike<number> & Iterable<number>): Float64Array =>
      Float64Array.of(a * a, a * b, a * b, b * b + c * c);
    let best = nelderMead((l) => of(square(l)), [1, 0, 0.5], { steps: [0.5, 0.3, 0.3], maxEvaluations: 600 });
    for (let again = 0; again < 2; again++) {
      best = nelderMead((l) => of(square(l)), best.x, { steps: [0.2, 0.2, 0.2], maxEvaluations: 600 });
    }
    const small = (v: number): number => (Math.abs(v) < 1e-5 ? 0 : v);
    w = square(best.x.map(small));
  }
  const profile = likelihood.at(w, response)!;
  const sigma2 = profile.residual / (n - p);
  const random = q === 1 ? [w[0]] : [w[0], w[1], w[3]];
  const singular = q === 1 ? w[0] === 0 : w[0] * w[3] - w[1] * w[1] <= 1e-8 * Math.max(w[0] * w[3], 1e-12);
  return { profile, components: Float64Array.from([...random.map((v) => v * sigma2), sigma2]), singular };
}

export function coefficientOf(
  { root, beta }: Profile,
  sigma2: number,
  i: number,
): { readonly estimate: number; readonly standardError: number } {
  const unit = new Float64Array(beta.length);
  unit[i] = 1;
  return { estimate: beta[i], standardError: Math.sqrt(sigma2 * choleskySolve(root, unit)[i]) };
}

import { cholesky, choleskySolve, matrix, multiply, symmetricEigen, transpose } from '../../math/index.ts';
import { InputError, UsageError } from '../../signal/error.ts';
import { centered, type Responses } from '../responses.ts';

/** What conditions differ in: for each factor, the level of every condition. */
export type Factors = Readonly<Record<string, readonly (string | number)[]>>;

export interface DemixedComponent {
  /** Weights of the units that read it out, and with which it comes back into the units. */
  readonly decoder: Float64Array;
  readonly encoder: Float64Array;
  /** [condition, time], of the centered responses. */
  readonly scores: Float64Array;
  /** Share of all variance that this component explains. */
  readonly explained: number;
  /** How the variance of its scores divides among the parts, in their order: 1 for its own where it is demixed. */
  readonly shares: Float64Array;
}

export interface DemixedPart {
  /** `time`, a factor, or factors joined by ` x `; each with what it has in common with time. */
  readonly name: string;
  /** Share of all variance that lies in this part. */
  readonly variance: number;
  readonly components: readonly DemixedComponent[];
}

export interface DemixOptions {
  /** In each part. Default 3. */
  readonly components?: number;
  /** Ridge penalty, relative to the mean variance of a unit. Default 1e-3; where trials are few, choose it on held-out trials. */
  readonly ridge?: number;
}

/**
 * Demixed principal components (Kobak et al. 2016, eLife 5:e10989): the variance of a population is divided into what depends on time alone, on each factor
 * and on their interactions (an analysis of variance of the condition means), and for each part the directions are found whose readout from the WHOLE
 * activity gives that part best: reduced-rank ridge regression, |X_part - F D X|^2 + ridge |F D|^2.
 *
 * Conditions must cross all levels of all factors, each once. Throws `UsageError` where labels do not fit the conditions, `InputError` naming the
 * combination that is missing or comes twice.
 */
export function dpca(r: Responses, factors: Factors, options: DemixOptions = {}): DemixedPart[] {
  const { components = 3, ridge = 1e-3 } = options;
  checkCrossed(r, factors);
  const names = Object.keys(factors);
  const x = centered(r);
  const subsets = Array.from({ length: 2 ** names.length }, (_, bits) =>
    names.filter((__, f) => (bits >> f) & 1),
  ).toSorted((a, b) => a.length - b.length);
  const means = new Map(subsets.map((s) => [keyOf(s), meansOver(x, factors, s)]));
  const parts = subsets.map((s) => partOf(s, means));
  const { units } = r;
  const rows = r.conditions * r.times;
  const total = sumOfSquares(x.values);
  if (!(total > 0))
    throw new InputError('responses that never change have no components', { got: 'no variance' });
  const whole = matrix(rows, units, x.values);
  const turned = transpose(whole);
  const penalized = multiply(turned, whole);
  for (let u = 0; u < units; u++) penalized.data[u * units + u] += (ridge * total) / units;
  const factor = cholesky(penalized);
  return subsets.map((subset, k) => {
    const part = matrix(rows, units, parts[k]);
    // X (X'X + ridge)^-1 X' X_part: the part as it is read out of the whole.
    const cross = multiply(turned, part);
    const readout = matrix(units, units);
    for (let c = 0; c < units; c++) {
      const column = Float64Array.from({ length: units }, (_, u) => cross.data[u * units + c]);
      choleskySolve(factor, column).forEach((v, u) => (readout.data[u * units + c] = v));
    }
    const predicted = multiply(whole, readout);
    const { values, vectors } = symmetricEigen(multiply(transpose(predicted), predicted));
    const own = sumOfSquares(parts[k]);
    const most = Math.min(components, units);
    const found: DemixedComponent[] = [];
    for (let q = 0; q < most && values[q] > 1e-12 * total; q++) {
      const encoder = Float64Array.from({ length: units }, (_, u) => vectors.data[u * units + q]);
      const decoder = Float64Array.from({ length: units }, (_, u) => {
        let sum = 0;
        for (let c = 0; c < units; c++) sum += readout.data[u * units + c] * encoder[c];
        return sum;
      });
      found.push(componentOf(x, decoder, encoder, parts, total));
    }
    return {
      name: subset.length === 0 ? 'time' : subset.join(' x '),
      variance: own / total,
      components: own > 1e-12 * total ? found : [],
    };
  });
}

const keyOf = (subset: readonly string[]): string => subset.join('\n');

function checkCrossed(r: Responses, factors: Factors): void {
  const names = Object.keys(factors);
  for (const name of names) {
    if (factors[name].length === r.conditions) continue;
    throw new UsageError('a factor does not say the level of every condition', {
      where: name,
      expected: `${r.conditions} levels`,
      got: `${factors[name].length}`,
    });
  }
  if (names.length === 0) {
    throw new UsageError('there is nothing to demix', { expected: 'one factor or more' });
  }
  const levels = names.map((n) => [...new Set(factors[n])]);
  const combinations = levels.reduce<(string | number)[][]>(
    (all, of) => all.flatMap((before) => of.map((level) => [...before, level])),
    [[]],
  );
  for (const wanted of combinations) {
    let count = 0;
    for (let c = 0; c < r.conditions; c++) if (names.every((n, f) => factors[n][c] === wanted[f])) count++;
    if (count === 1) continue;
    throw new InputError('the conditions do not cross all levels, each once', {
      where: names.map((n, f) => `${n} ${wanted[f]}`).join(', '),
      expected: 'one condition',
      got: `${count}`,
      fix: 'Average conditions that come twice; leave out levels that were not crossed.',
    });
  }
}

/** At every condition, the mean over the conditions with the same levels of `subset`. */
function meansOver(x: Responses, factors: Factors, subset: readonly string[]): Float64Array {
  const size = x.times * x.units;
  const labels = Array.from({ length: x.conditions }, (_, c) =>
    JSON.stringify(subset.map((n) => factors[n][c])),
  );
  const sums = new Map<string, { sum: Float64Array; count: number }>();
  labels.forEach((label, c) => {
    const entry = sums.get(label) ?? { sum: new Float64Array(size), count: 0 };
    for (let i = 0; i < size; i++) entry.sum[i] += x.values[c * size + i];
    entry.count++;
    sums.set(label, entry);
  });
  const out = new Float64Array(x.values.length);
  labels.forEach((label, c) => {
    const { sum, count } = sums.get(label)!;
    for (let i = 0; i < size; i++) out[c * size + i] = sum[i] / count;
  });
  return out;
}

/** What these factors add to all smaller sets of them: inclusion and exclusion. */
function partOf(subset: readonly string[], means: ReadonlyMap<string, Float64Array>): Float64Array {
  const out = new Float64Array(means.get('')!.length);
  for (let bits = 0; bits < 2 ** subset.length; bits++) {
    const smaller = subset.filter((_, f) => (bits >> f) & 1);
    const sign = (subset.length - smaller.length) % 2 === 0 ? 1 : -1;
    means.get(keyOf(smaller))!.forEach((v, i) => (out[i] += sign * v));
  }
  return out;
}

function componentOf(
  x: Responses,
  decoder: Float64Array,
  encoder: Float64Array,
  parts: readonly Float64Array[],
  total: number,
): DemixedComponent {
  const { units } = x;
  const read = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: values.length / units }, (_, row) => {
      let sum = 0;
      for (let u = 0; u < units; u++) sum += values[row * units + u] * decoder[u];
      return sum;
    });
  const scores = read(x.values);
  let left = 0;
  x.values.forEach((v, i) => (left += (v - scores[Math.floor(i / units)] * encoder[i % units]) ** 2));
  const own = sumOfSquares(scores);
  return {
    decoder,
    encoder,
    scores,
    explained: 1 - left / total,
    shares: Float64Array.from(parts, (p) => sumOfSquares(read(p)) / own),
  };
}

const sumOfSquares = (values: Float64Array): number => values.reduce((s, v) => s + v * v, 0);

import { UsageError } from '../../signal/error.ts';

/**
 * p values adjusted for many tests; reject where the adjusted p is at most alpha. NaN (no test) stays NaN and is not counted.
 */
export type Adjustment = (p: ArrayLike<number>) => Float64Array;

/** Family-wise error under any dependence: max over smaller ones of (m - i + 1) p_(i) (Holm 1979, Scand. J. Stat. 6: 65-70). */
export const holm: Adjustment = (p) =>
  adjusted(p, (sorted) => {
    let largest = 0;
    return sorted.map((v, i) => (largest = Math.max(largest, Math.min(1, (sorted.length - i) * v))));
  });

/**
 * False discovery rate of independent or positively dependent tests: min over larger ones of m p_(i) / i (Benjamini & Hochberg 1995,
 * J. R. Stat. Soc. B 57: 289-300).
 */
export const benjaminiHochberg: Adjustment = (p) => stepUp(p, () => 1);

/** False discovery rate under any dependence: the same times sum 1 / i (Benjamini & Yekutieli 2001, Annals of Statistics 29: 1165-1188). */
export const benjaminiYekutieli: Adjustment = (p) =>
  stepUp(p, (m) => {
    let sum = 0;
    for (let i = 1; i <= m; i++) sum += 1 / i;
    return sum;
  });

function stepUp(p: ArrayLike<number>, factor: (m: number) => number): Float64Array {
  return adjusted(p, (sorted) => {
    const m = sorted.length;
    const out = Float64Array.from(sorted);
    let smallest = 1;
    for (let i = m - 1; i >= 0; i--) {
      smallest = Math.min(smallest, ((factor(m) * m) / (i + 1)) * sorted[i]);
      out[i] = smallest;
    }
    return out;
  });
}

function adjusted(p: ArrayLike<number>, ofSorted: (sorted: Float64Array) => Float64Array): Float64Array {
  const order = Array.from({ length: p.length }, (_, i) => i).filter((i) => !Number.isNaN(p[i]));
  const bad = order.find((i) => !(p[i] >= 0 && p[i] <= 1));
  if (bad !== undefined) {
    throw new UsageError('a p value lies between 0 and 1', { where: `position ${bad}`, got: `${p[bad]}` });
  }
  order.sort((a, b) => p[a] - p[b]);
  const values = ofSorted(Float64Array.from(order, (i) => p[i]));
  const out = new Float64Array(p.length).fill(NaN);
  order.forEach((i, k) => (out[i] = values[k]));
  return out;
}

import { matrix, multiply, transpose, type Matrix } from '../../math/index.ts';
import { asMatrix, centered } from '../responses.ts';
import type { Measure } from './measure.ts';

/** Sum of squares. */
export function squaredNorm({ data }: Matrix): number {
  return data.reduce((s, v) => s + v * v, 0);
}

/**
 * Linear centered kernel alignment, |Y^T X|^2 / (|X^T X| |Y^T Y|) in Frobenius norms, of responses without their means (Kornblith et al. 2019,
 * ICML). Rows are conditions and times.
 */
export const cka: Measure = {
  name: 'cka',
  title: 'centered kernel alignment',
  meaning: 'alignment of the similarity of states, 0 to 1',
  source: 'Kornblith, Norouzi, Lee & Hinton 2019, ICML, equation 3',
  invariances: ['translation', 'scale', 'rotation'],
  symmetric: true,
  chance: 'conditions',
  range: [0, 1],
  value(a, b) {
    const [x, y] = [asMatrix(centered(a)), asMatrix(centered(b))];
    const own = (m: Matrix): number => Math.sqrt(squaredNorm(multiply(transpose(m), m)));
    return squaredNorm(multiply(transpose(y), x)) / (own(x) * own(y));
  },
};

/**
 * The same without the bias upwards that many units and few states give: the Hilbert-Schmidt independence criterion by its unbiased estimator
 * (Song et al. 2012, equation 4, as used by Nguyen, Raghu & Kornblith 2021). Around 0 for unrelated responses, sometimes below.
 */
export const debiasedCka: Measure = {
  name: 'debiased-cka',
  title: 'centered kernel alignment, debiased',
  meaning: 'alignment of the similarity of states, about 0 where unrelated, up to 1',
  source:
    'Song, Smola, Gretton, Bedo & Borgwardt 2012, JMLR 13, equation 5; Nguyen, Raghu & Kornblith 2021, ICLR',
  invariances: ['translation', 'scale', 'rotation'],
  symmetric: true,
  chance: 'conditions',
  range: [-1, 1],
  value(a, b) {
    // Means are taken away first only for numbers' sake: the estimator does not see them.
    const [k, l] = [gramWithoutDiagonal(asMatrix(centered(a))), gramWithoutDiagonal(asMatrix(centered(b)))];
    return unbiasedHsic(k, l) / Math.sqrt(unbiasedHsic(k, k) * unbiasedHsic(l, l));
  },
};

function gramWithoutDiagonal(x: Matrix): Matrix {
  const gram = multiply(x, transpose(x));
  for (let i = 0; i < gram.rows; i++) gram.data[i * gram.rows + i] = 0;
  return matrix(gram.rows, gram.rows, gram.data);
}

/** (tr(K L) + 1'K1 1'L1 / ((n-1)(n-2)) - 2/(n-2) 1'K L 1) / (n (n-3)), for symmetric K, L with an empty diagonal. */
function unbiasedHsic(k: Matrix, l: Matrix): number {
  const n = k.rows;
  const rowSums = (m: Matrix): Float64Array => {
    const sums = new Float64Array(n);
    m.data.forEach((v, i) => (sums[Math.floor(i / n)] += v));
    return sums;
  };
  const [sk, sl] = [rowSums(k), rowSums(l)];
  let [trace, cross, totalK, totalL] = [0, 0, 0, 0];
  for (let i = 0; i < k.data.length; i++) trace += k.data[i] * l.data[i];
  for (let i = 0; i < n; i++) {
    cross += sk[i] * sl[i];
    totalK += sk[i];
    totalL += sl[i];
  }
  return (trace + (totalK * totalL) / ((n - 1) * (n - 2)) - (2 * cross) / (n - 2)) / (n * (n - 3));
}

import { matrix } from '../../math/matrix.ts';
import { UsageError } from '../../signal/error.ts';
import { column, isWhole, type Series } from '../series.ts';
import type { Fitted, Method } from '../method.ts';
import { ridge } from '../ridge.ts';
import { fitWiener, type WienerOptions } from './wiener.ts';

export interface CascadeOptions extends WienerOptions {
  /** Of the polynomial behind the filter. Default 3. */
  readonly degree?: number;
}

/**
 * The Wiener cascade: a Wiener filter, then a polynomial of its output for each dimension of movement (Pohlmeyer et al. 2007;
 * Hunter & Korenberg 1986). Outputs of the filter beyond those of the fit are taken at the nearest seen, where the polynomial is
 * known.
 */
export function wienerCascade({ degree = 3, ...options }: CascadeOptions = {}): Method {
  if (!(Number.isInteger(degree) && degree >= 1 && degree <= 9)) {
    throw new UsageError('this is no degree of a polynomial', { expected: '1 to 9', got: `${degree}` });
  }
  return {
    name: 'cascade',
    async fit(x, y): Promise<Fitted> {
      const filter = fitWiener(x, y, options);
      const predicted = filter.predict(x);
      const curves = y.names.map((_, c) => {
        const [f, t] = [column(predicted, c), column(y.values, c)];
        const rows = Array.from(f.keys()).filter((r) => !Number.isNaN(f[r]) && isWhole(y.values, r));
        return polynomial(
          Float64Array.from(rows, (r) => f[r]),
          Float64Array.from(rows, (r) => t[r]),
          degree,
        );
      });
      return {
        notes: filter.notes,
        predict: async (x: Series) => {
          const out = filter.predict(x);
          return { ...out, data: out.data.map((v, i) => curves[i % out.columns](v)) };
        },
      };
    },
  };
}

/** The polynomial in standard units of u that is nearest to v, held constant beyond what was seen of u. */
function polynomial(u: Float64Array, v: Float64Array, degree: number): (u: number) => number {
  const mean = u.reduce((a, b) => a + b, 0) / u.length;
  const scale = Math.sqrt(u.reduce((s, e) => s + (e - mean) ** 2, 0) / u.length) || 1;
  const [low, high] = [u, u].map((all, k) =>
    all.reduce((a, b) => (k === 0 ? Math.min(a, b) : Math.max(a, b))),
  );
  const powers = (e: number): number[] =>
    Array.from({ length: degree }, (_, d) => ((e - mean) / scale) ** (d + 1));
  const design = matrix(u.length, degree, Float64Array.from(Array.from(u, powers).flat()));
  const fit = ridge(design, matrix(v.length, 1, v), new Int32Array(v.length), {
    penalties: [1e-6 * u.length],
  });
  return (e) =>
    Number.isNaN(e)
      ? NaN
      : powers(Math.min(high, Math.max(low, e))).reduce(
          (s, p, d) => s + (p - fit.xMean[d]) * fit.weights.data[d],
          fit.yMean[0],
        );
}

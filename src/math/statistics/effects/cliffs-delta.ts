import { tQuantile } from '../../distribution.ts';
import { present } from '../present.ts';
import type { EffectSize } from './effect-size.ts';

/**
 * How much more often a value of `a` exceeds one of `b` than the reverse: d = mean of sign(a_i - b_j), -1 to 1. The variance is
 * the unbiased one of Cliff 1996 (Multivariate Behavioral Research 31: 331-350), at least (1 - d^2) / (n m - 1); the interval is the
 * asymmetric one of Feng & Cliff 2004 (J. Mod. Appl. Stat. Methods 3: 322-332), with Student's t of n + m - 2 degrees of freedom:
 *
 *   (d - d^3 -+ t s sqrt(1 - 2 d^2 + d^4 + t^2 s^2)) / (1 - d^2 + t^2 s^2); where |d| = 1, from (k - t^2) / (k + t^2), k = min(n, m).
 */
export function cliffsDelta(a: ArrayLike<number>, b: ArrayLike<number>, level = 0.95): EffectSize {
  const [x, y] = [present('the first sample', a), present('the second sample', b)];
  const [n, m] = [x.values.length, y.values.length];
  const byRow = new Float64Array(n);
  const byColumn = new Float64Array(m);
  let total = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const sign = Math.sign(x.values[i] - y.values[j]);
      byRow[i] += sign / m;
      byColumn[j] += sign / n;
      total += sign;
      squares += sign * sign;
    }
  }
  const d = total / (n * m);
  const about = (values: Float64Array): number => values.reduce((s, v) => s + (v - d) ** 2, 0);
  const spread = squares - n * m * d * d;
  const variance = Math.max(
    (m * m * about(byRow) + n * n * about(byColumn) - spread) / (n * m * (n - 1) * (m - 1)),
    (1 - d * d) / (n * m - 1),
  );
  const t = tQuantile((1 + level) / 2, n + m - 2);
  const ts2 = t * t * variance;
  const edge = (Math.min(n, m) - t * t) / (Math.min(n, m) + t * t);
  const half = Math.sqrt(ts2 * ((1 - d * d) ** 2 + ts2));
  const scale = 1 - d * d + ts2;
  return {
    estimate: d,
    low: d === 1 ? edge : d === -1 ? -1 : Math.max(-1, (d - d ** 3 - half) / scale),
    high: d === -1 ? -edge : d === 1 ? 1 : Math.min(1, (d - d ** 3 + half) / scale),
    level,
    n: n + m,
    dropped: x.dropped + y.dropped,
  };
}

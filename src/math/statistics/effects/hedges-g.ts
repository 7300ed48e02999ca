import { InputError } from '../../../signal/error.ts';
import { Moments } from '../../moments.ts';
import { noncentralityAt } from '../../noncentral.ts';
import { logGamma } from '../../special.ts';
import { present, varying } from '../present.ts';
import type { EffectSize } from './effect-size.ts';

/**
 * The difference of two means in standard deviations, g = J (m_a - m_b) / s, s pooled, with Hedges' factor against bias
 * J = Gamma(df / 2) / (sqrt(df / 2) Gamma((df - 1) / 2)) (Hedges 1981, J. Educ. Stat. 6: 107-128, equation 6). The interval is exact for
 * normal values of one variance, by the noncentral t (Steiger & Fouladi 1997): it is that of the population's difference, without J.
 */
export function hedgesG(a: ArrayLike<number>, b: ArrayLike<number>, level = 0.95): EffectSize {
  const [x, y] = [present('the first sample', a), present('the second sample', b)];
  const [mx, my] = [Moments.of(x.values), Moments.of(y.values)];
  const df = mx.count + my.count - 2;
  const pooled = Math.sqrt(((mx.count - 1) * mx.variance + (my.count - 1) * my.variance) / df);
  if (!(pooled > 1e-14 * Math.max(Math.abs(mx.mean), Math.abs(my.mean)))) {
    throw new InputError('the values do not vary within the samples', {
      expected: 'a standard deviation above 0',
      got: `${pooled}`,
      fix: 'A difference in standard deviations has no meaning here: report the difference itself.',
    });
  }
  const d = (mx.mean - my.mean) / pooled;
  return withInterval(d, df, Math.sqrt((mx.count * my.count) / (mx.count + my.count)), level, {
    n: mx.count + my.count,
    dropped: x.dropped + y.dropped,
  });
}

/** The same for differences within pairs: g = J m / s of the differences, the size that goes with a paired t test. */
export function hedgesGPaired(differences: ArrayLike<number>, level = 0.95): EffectSize {
  const { values, dropped } = present('the differences', differences);
  varying('the differences', values);
  const m = Moments.of(values);
  return withInterval(m.mean / m.standardDeviation, m.count - 1, Math.sqrt(m.count), level, {
    n: m.count,
    dropped,
  });
}

function withInterval(
  d: number,
  df: number,
  root: number,
  level: number,
  rest: { readonly n: number; readonly dropped: number },
): EffectSize {
  const J = Math.exp(logGamma(df / 2) - logGamma((df - 1) / 2)) / Math.sqrt(df / 2);
  const t = d * root;
  return {
    estimate: df > 1 ? J * d : NaN,
    low: noncentralityAt(t, df, (1 + level) / 2) / root,
    high: noncentralityAt(t, df, (1 - level) / 2) / root,
    level,
    ...rest,
  };
}

import { UsageError } from '../signal/error.ts';

/** Special functions behind the distributions, in double precision. NaN in, NaN out. */

// Bernoulli numbers B_2k / (2k (2k - 1)): the coefficients of Stirling's series.
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

/**
 * The logarithm of the absolute value of the gamma function; infinite at 0, -1, -2, ... Stirling's series (Abramowitz & Stegun
 * 6.1.41) above 10, reached by the recurrence from below; absolute error below 1e-14 up to there.
 */
export function logGamma(x: number): number {
  if (x <= 0 && Number.isInteger(x)) return Infinity;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  if (x === Infinity) return Infinity;
  let product = 1;
  let z = x;
  for (; z < 10; z++) product *= z;
  let series = 0;
  for (let k = stirling.length - 1; k >= 0; k--) series = series / (z * z) + stirling[k];
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series / z - Math.log(product);
}

/**
 * The regularized lower incomplete gamma function P(a, x), for a > 0 and x >= 0: series below a + 1, continued fraction
 * (modified Lentz) above. Source: Abramowitz & Stegun 6.5.29 and 6.5.31.
 */
export function incompleteGamma(a: number, x: number): number {
  gammaDomain(a, x);
  return x < a + 1 ? gammaSeries(a, x) : 1 - gammaFraction(a, x);
}

/** The upper tail Q(a, x) = 1 - P(a, x), without cancellation where it is small. */
export function incompleteGammaUpper(a: number, x: number): number {
  gammaDomain(a, x);
  return x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x);
}

function gammaDomain(a: number, x: number): void {
  if (a <= 0 || x < 0) {
    throw new UsageError('incompleteGamma is outside its domain', {
      expected: 'a > 0, x >= 0',
      got: `a = ${a}, x = ${x}`,
    });
  }
}

function gammaSeries(a: number, x: number): number {
  if (x === 0) return 0;
  let term = 1 / a;
  let sum = term;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17 && n < 100_000; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * Math.exp(-x + a * Math.log(x) - logGamma(a));
}

function gammaFraction(a: number, x: number): number {
  if (Number.isNaN(a) || Number.isNaN(x)) return NaN;
  if (x === Infinity) return 0;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 100_000; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / nonZero(an * d + b);
    c = nonZero(b + an / c);
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return h * Math.exp(-x + a * Math.log(x) - logGamma(a));
}

/**
 * The regularized incomplete beta function I_x(a, b), for a, b > 0 and x in [0, 1], by its continued fraction (modified
 * Lentz). Source: Abramowitz & Stegun 26.5.8.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (Number.isNaN(x) || Number.isNaN(a) || Number.isNaN(b)) return NaN;
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) {
    throw new UsageError('incompleteBeta is outside its domain', {
      expected: 'a > 0, b > 0, 0 <= x <= 1',
      got: `a = ${a}, b = ${b}, x = ${x}`,
    });
  }
  if (x === 0 || x === 1) return x;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges quickly below the mean; above it, I_x(a, b) = 1 - I_{1-x}(b, a).
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return h;
}

const tiny = 1e-300;
const nonZero = (v: number): number => (Math.abs(v) < tiny ? tiny : v);

/** The error function. */
export function erf(x: number): number {
  if (x === 0) return x;
  return Math.sign(x) * incompleteGamma(0.5, x * x);
}

/** 1 - erf(x), without cancellation for large x. */
export function erfc(x: number): number {
  return x >= 0 ? incompleteGammaUpper(0.5, x * x) : 1 + incompleteGamma(0.5, x * x);
}

/**
 * The ratio I1(kappa) / I0(kappa) of modified Bessel functions, kappa >= 0: the mean resultant length of a von Mises
 * distribution. Continued fraction (modified Lentz), Abramowitz & Stegun 9.1.73 with imaginary argument.
 */
export function besselRatio(kappa: number): number {
  if (kappa === 0) return 0;
  if (kappa === Infinity) return 1;
  // I1/I0 = 1 / (2/k + 1 / (4/k + 1 / (6/k + ...)))
  let h = tiny;
  let c = h;
  let d = 0;
  for (let n = 1; n < 1_000_000; n++) {
    const b = (2 * n) / kappa;
    d = 1 / nonZero(b + d);
    c = nonZero(b + 1 / c);
    const step = c * d;
    h *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return h;
}

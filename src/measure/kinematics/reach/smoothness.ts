import { realFft } from '../../../math/index.ts';
import { UsageError } from '../../../signal/error.ts';

export interface SparcOptions {
  /** Upper limit of the spectrum, Hz. Default 10. */
  readonly maximumHz?: number;
  /** Share of the spectrum's peak below which it is cut off. Default 0.05. */
  readonly amplitudeThreshold?: number;
  /** Zero padding: powers of two beyond the next. Default 4. */
  readonly padding?: number;
}

/**
 * Spectral arc length (SPARC) of a speed profile: Balasubramanian, Melendez-Calderon, Roby-Brami & Burdet 2015, equation 7:
 *
 *   - integral_0^wc sqrt( (1/wc)^2 + (d V^ / d w)^2 ) dw,   V^ = |V(w)| / |V(0)|,
 *   wc = min(10 Hz, the highest frequency at which V^ reaches 0.05)
 *
 * Dimensionless and negative: nearer to zero is smoother. Independent of amplitude and duration. The speed must be evenly sampled,
 * without missing values, from onset to offset.
 */
export function spectralArcLength(speed: Float64Array, rate: number, options: SparcOptions = {}): number {
  const { maximumHz = 10, amplitudeThreshold = 0.05, padding = 4 } = options;
  requireProfile(speed, rate, 2);
  const length = 2 ** (Math.ceil(Math.log2(speed.length)) + padding);
  const padded = new Float64Array(length);
  padded.set(speed);
  const spectrum = realFft(padded);
  const magnitudes = Float64Array.from(spectrum.re, (re, k) => Math.hypot(re, spectrum.im[k]));
  const step = rate / length;
  const peak = magnitudes.reduce((m, v) => Math.max(m, v), 0);
  if (!(peak > 0)) return NaN;
  let last = 0;
  for (let k = 0; k < magnitudes.length && k * step <= maximumHz; k++) {
    if (magnitudes[k] / peak >= amplitudeThreshold) last = k;
  }
  if (last === 0) return NaN;
  let arc = 0;
  for (let k = 1; k <= last; k++) {
    arc += Math.hypot(1 / last, (magnitudes[k] - magnitudes[k - 1]) / peak);
  }
  return -arc;
}

/**
 * Log dimensionless jerk of a speed profile: Balasubramanian, Melendez-Calderon & Burdet 2012 and 2015, equation 3:
 *
 *   LDLJ = - ln( (T^3 / v_peak^2) integral_0^T |d^2 v / dt^2|^2 dt )
 *
 * Nearer to zero is smoother; the minimum-jerk movement has -ln(204.8) = -5.322 (jerk of the path: d^2 v / dt^2 of its speed along a
 * straight line). Very sensitive to noise: smooth first, with the same filter for all that is compared.
 */
export function logDimensionlessJerk(speed: Float64Array, rate: number): number {
  requireProfile(speed, rate, 4);
  const dt = 1 / rate;
  const duration = (speed.length - 1) * dt;
  const peak = speed.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  let integral = 0;
  for (let i = 1; i < speed.length - 1; i++) {
    integral += ((speed[i + 1] - 2 * speed[i] + speed[i - 1]) / (dt * dt)) ** 2 * dt;
  }
  return -Math.log((duration ** 3 / peak ** 2) * integral);
}

function requireProfile(speed: Float64Array, rate: number, least: number): void {
  if (speed.length < least || !(rate > 0) || !speed.every(Number.isFinite)) {
    throw new UsageError('smoothness needs a whole speed profile', {
      expected: `at least ${least} samples without missing values, and a rate above 0`,
      got: `${speed.length} samples, ${speed.reduce((n, v) => n + (Number.isFinite(v) ? 0 : 1), 0)} missing, rate ${rate}`,
      fix: 'Fill short gaps first (fillGaps).',
    });
  }
}

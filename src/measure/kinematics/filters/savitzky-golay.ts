import { UsageError } from '../../../signal/error.ts';
import { derived } from '../../../signal/provenance.ts';
import type { Signal } from '../../../signal/signal.ts';
import { medianInterval } from '../../../signal/time.ts';
import { perUnit } from '../../../signal/units.ts';
import { interleave, requirePositive, seriesOf } from '../series.ts';
import { windowBounds } from './window.ts';

export interface SavitzkyGolayOptions {
  /** From the first to the last sample of the window, seconds. A window of n samples at rate r is (n - 1) / r. */
  readonly windowSeconds: number;
  /** Degree of the polynomial. Default 3. */
  readonly order?: number;
  /** 0 smooths, 1 is velocity, 2 acceleration. Default 0. */
  readonly derivative?: number;
}

/**
 * Savitzky-Golay smoothing and differentiation (Savitzky & Golay 1964; Gorry 1990 for the ends): at each sample the least
 * squares polynomial through the window's samples, differentiated.
 *
 *   y(t) = d^k/dt^k  argmin_p  sum_{s in window} (x(s) - p(s))^2 = sum_s w(s) x(s)
 *
 * Regular and irregular times (the polynomial is fitted at the samples' own times). At both ends of the recording the
 * window is moved inwards and its polynomial evaluated off center.
 *
 * NaN: missing samples are left out of the fit and stay missing, so a gap is neither filled nor spread; a sample whose window
 * holds no more than `order` others is missing in the result. Covariance is propagated as sum w(s)^2 C(s), exact where
 * errors are independent between frames; heatmap errors usually are not quite. Unit: per second for each derivative.
 */
export function savitzkyGolay(signal: Signal, options: SavitzkyGolayOptions): Signal {
  const { windowSeconds, order = 3, derivative = 0 } = options;
  requirePositive(windowSeconds, 'windowSeconds', 'savitzkyGolay');
  if (!(Number.isInteger(order) && order >= 0 && Number.isInteger(derivative) && derivative >= 0)) {
    throw new UsageError('savitzkyGolay: order and derivative are whole numbers', {
      expected: '0 or more',
      got: `order ${order}, derivative ${derivative}`,
    });
  }
  const view = seriesOf(signal);
  const samples = 2 * Math.floor(windowSeconds / 2 / medianInterval(view.axis) + 1e-6) + 1;
  if (derivative > order || (view.count > 1 && samples <= order)) {
    throw new UsageError('savitzkyGolay: the polynomial does not fit the window', {
      expected: 'derivative <= order < samples in the window',
      got: `derivative ${derivative}, order ${order}, ${samples} samples`,
      fix: 'Widen the window or lower the order.',
    });
  }
  const covariance = signal.covariance && seriesOf(signal.covariance);
  const dimension = covariance ? signal.dimensions[signal.dimensions.length - 1].size : 1;
  const entries = (dimension * (dimension + 1)) / 2;
  const columns: Float64Array[] = [];
  const spread: Float64Array[] = [];
  const weightsAt = weightCache(view.times, order, derivative);
  for (let i = 0; i < view.series; i++) {
    const values = view.get(i);
    const out = new Float64Array(view.count).fill(NaN);
    // One set of covariance entries a point, taken along with the point's first coordinate.
    const from = covariance && i % dimension === 0 ? (i / dimension) * entries : -1;
    const variances = from < 0 ? [] : Array.from({ length: entries }, (_, e) => covariance!.get(from + e));
    const carried = variances.map(() => new Float64Array(view.count).fill(NaN));
    for (let t = 0; t < view.count; t++) {
      if (Number.isNaN(values[t])) continue;
      const [start, end] = windowBounds(view.times, t, windowSeconds, 'shift');
      const weights = weightsAt(values, t, start, end);
      if (!weights) continue;
      let sum = 0;
      for (let s = start; s < end; s++) if (weights[s - start] !== 0) sum += weights[s - start] * values[s];
      out[t] = sum;
      variances.forEach((variance, e) => {
        let total = 0;
        for (let s = start; s < end; s++) {
          if (weights[s - start] !== 0) total += weights[s - start] ** 2 * variance[s];
        }
        carried[e][t] = total;
      });
    }
    columns.push(out);
    spread.push(...carried);
  }
  let unit = signal.unit;
  for (let k = 0; k < derivative; k++) unit = perUnit(unit, 's');
  const provenance = derived('kinematics.savitzkyGolay', [signal.provenance], {
    windowSeconds,
    order,
    derivative,
  });
  return signal.derive(interleave(columns, view.count), provenance, {
    unit,
    covariance: signal.covariance?.derive(interleave(spread, view.count), provenance, {
      unit: `${unit}*${unit}`,
    }),
  });
}

type WeightsAt = (values: Float64Array, t: number, start: number, end: number) => Float64Array | undefined;

/** Offsets that differ by less than this part of the window give the same weights: rounding of times, no jitter of a camera. */
const sameOffset = 1e-10;

/**
 * Weights of complete windows are kept by their length and the sample's position: along evenly spaced times, be the axis regular
 * or a video's, all windows but those at the ends share one set.
 */
function weightCache(times: Float64Array, order: number, derivative: number): WeightsAt {
  const known = new Map<number, { readonly offsets: Float64Array; readonly weights: Float64Array }>();
  const fits = (offsets: Float64Array, t: number, start: number): boolean => {
    const tolerance = sameOffset * (offsets[offsets.length - 1] - offsets[0]);
    for (let k = 0; k < offsets.length; k++)
      if (Math.abs(times[start + k] - times[t] - offsets[k]) > tolerance) return false;
    return true;
  };
  return (values, t, start, end) => {
    let missing = 0;
    for (let s = start; s < end; s++) if (Number.isNaN(values[s])) missing++;
    if (end - start - missing <= order) return undefined;
    const key = (end - start) * 2 ** 26 + (t - start);
    const kept = missing === 0 ? known.get(key) : undefined;
    if (kept && fits(kept.offsets, t, start)) return kept.weights;
    const offsets = Float64Array.from({ length: end - start }, (_, k) =>
      Number.isNaN(values[start + k]) ? NaN : times[start + k] - times[t],
    );
    const weights = localPolynomialWeights(offsets, order, derivative);
    if (missing === 0) known.set(key, { offsets, weights });
    return weights;
  };
}

/**
 * Weights that turn values at `offsets` into the `derivative`-th derivative at offset 0 of their least-squares polynomial.
 * By polynomials orthogonal over the offsets (Forsythe 1957), which stays accurate at high order:
 *
 *   p_{k+1}(x) = (x - a_k) p_k(x) - b_k p_{k-1}(x);   w_i = sum_k p_k(x_i) p_k^(d)(0) / |p_k|^2
 *
 * @param offsets seconds; NaN gives weight 0.
 */
export function localPolynomialWeights(
  offsets: Float64Array,
  order: number,
  derivative: number,
): Float64Array {
  const n = offsets.length;
  const scale = offsets.reduce((m, x) => (Math.abs(x) > m ? Math.abs(x) : m), 0) || 1;
  const x = offsets.map((o) => o / scale);
  const weights = new Float64Array(n);
  let previous = new Float64Array(n);
  let current = x.map((v) => (Number.isNaN(v) ? 0 : 1));
  // Derivatives 0..d at zero of the previous and the current polynomial.
  let previousAt0 = new Float64Array(derivative + 1);
  let currentAt0 = new Float64Array(derivative + 1);
  currentAt0[0] = 1;
  let previousNorm = 0;
  for (let k = 0; k <= order; k++) {
    let norm = 0;
    let moment = 0;
    for (let i = 0; i < n; i++) {
      if (Number.isNaN(x[i])) continue;
      norm += current[i] ** 2;
      moment += x[i] * current[i] ** 2;
    }
    for (let i = 0; i < n; i++) weights[i] += (current[i] * currentAt0[derivative]) / norm;
    const a = moment / norm;
    const b = k === 0 ? 0 : norm / previousNorm;
    const [p, q, pAt0, qAt0] = [current, previous, currentAt0, previousAt0];
    current = x.map((v, i) => (Number.isNaN(v) ? 0 : (v - a) * p[i] - b * q[i]));
    currentAt0 = pAt0.map((v, d) => -a * v + (d > 0 ? d * pAt0[d - 1] : 0) - b * qAt0[d]);
    previous = p;
    previousAt0 = pAt0;
    previousNorm = norm;
  }
  return weights.map((w) => w / scale ** derivative);
}

import { minimizeBetween } from '../../../math/optimize.ts';
import { median } from '../../../math/quantile.ts';

/** A coordinate over time with its variance. */
export interface Smoothed {
  readonly values: Float64Array;
  readonly variances: Float64Array;
}

/** What of an error's variance is new in every frame at least: without any the filter would divide by zero. */
const leastNew = 1e-3;

/**
 * The most likely course of a coordinate, from noisy values with known variances: a velocity driven by white noise (the integrated Wiener
 * process, whose smoother is the cubic smoothing spline: Wahba 1978), filtered forwards (Kalman 1960) and smoothed backwards (Rauch, Tung &
 * Striebel 1965). The strength of the driving noise is the most likely one. Values that are NaN are missing: the course goes on through them with
 * a variance that grows.
 *
 * Only errors that are new in every frame are averaged. Those that last are as slow as the movement, so that no filter tells one from the other: they
 * stay in the course, and their variance is added to its own. They are as large as in the usual frame; what a frame is worse than that is new.
 *
 * @param times seconds, strictly increasing. @param variances of the values; ignored where the value is NaN. @param lasting share of these variances, 0
 * to 1, that is still there a frame later. Default 0.
 * Where fewer than three values are there, or all are the same, they are given back as they are.
 */
export function smoothCoordinate(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  variances: ArrayLike<number>,
  lasting = 0,
): Smoothed {
  const n = times.length;
  let present = 0;
  let spread = 0;
  let before = NaN;
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(values[i])) continue;
    if (present > 0) spread += (values[i] - before) ** 2;
    before = values[i];
    present++;
  }
  if (present < 3 || spread === 0)
    return { values: Float64Array.from(values), variances: Float64Array.from(variances) };
  const usual = lasting * median(Array.from(variances).filter((_, i) => Number.isFinite(values[i])));
  const lasts = Float64Array.from(variances, (r) => Math.min(lasting * r, usual));
  const fresh = Float64Array.from(variances, (r, i) => Math.max(r - lasts[i], leastNew * r));
  const filter = new TrendFilter(times, values, fresh, spread);
  const seconds = times[n - 1] - times[0];
  // From a course that hardly bends in all the recording to one that follows every value.
  const scale = spread / present;
  const low = Math.log(scale / seconds ** 3) - 12;
  const high = Math.log((scale * present ** 3) / seconds ** 3) + 12;
  const { x } = minimizeBetween((logQ) => filter.run(Math.exp(logQ)), low, high, 1e-2);
  filter.run(Math.exp(x));
  const smoothed = filter.smooth(Math.exp(x));
  if (lasting === 0) return smoothed;
  return {
    values: smoothed.values,
    variances: smoothed.variances.map((v, i) => v + (Number.isFinite(values[i]) ? lasts[i] : usual)),
  };
}

/** State: value and velocity, with their covariance as three numbers. */
class TrendFilter {
  readonly #times: ArrayLike<number>;
  readonly #values: ArrayLike<number>;
  readonly #variances: ArrayLike<number>;
  readonly #spread: number;
  readonly #x: Float64Array;
  readonly #v: Float64Array;
  readonly #p: Float64Array;

  /** @param spread sum of the squared steps of the values. */
  constructor(
    times: ArrayLike<number>,
    values: ArrayLike<number>,
    variances: ArrayLike<number>,
    spread: number,
  ) {
    this.#spread = spread;
    this.#times = times;
    this.#values = values;
    this.#variances = variances;
    this.#x = new Float64Array(times.length);
    this.#v = new Float64Array(times.length);
    this.#p = new Float64Array(3 * times.length);
  }

  /** Filters forwards; minus twice the logarithm of the likelihood. */
  run(q: number): number {
    const first = Array.prototype.findIndex.call(this.#values, Number.isFinite);
    let x = this.#values[first];
    let v = 0;
    // Nothing is known of the start: far wider than all that the coordinate does, in one step to the next.
    const wide = 1e4 * (this.#variances[first] + this.#spread);
    const step = (this.#times[this.#times.length - 1] - this.#times[0]) / (this.#times.length - 1);
    let [pxx, pxv, pvv] = [wide, 0, wide / step ** 2];
    let cost = 0;
    let seen = 0;
    for (let i = 0; i < this.#times.length; i++) {
      if (i > 0) {
        const dt = this.#times[i] - this.#times[i - 1];
        x += dt * v;
        pxx += dt * (2 * pxv + dt * pvv) + (q * dt ** 3) / 3;
        pxv += dt * pvv + (q * dt ** 2) / 2;
        pvv += q * dt;
      }
      const z = this.#values[i];
      if (Number.isFinite(z)) {
        const s = pxx + this.#variances[i];
        const error = z - x;
        const [kx, kv] = [pxx / s, pxv / s];
        x += kx * error;
        v += kv * error;
        pvv -= kv * pxv;
        // Not by subtraction: after a start of which nothing is known that leaves rounding errors alone.
        pxv *= this.#variances[i] / s;
        pxx *= this.#variances[i] / s;
        // The first two values only set the start.
        if (seen++ >= 2) cost += Math.log(s) + (error * error) / s;
      }
      this.#x[i] = x;
      this.#v[i] = v;
      this.#p.set([pxx, pxv, pvv], 3 * i);
    }
    return cost;
  }

  smooth(q: number): Smoothed {
    const n = this.#times.length;
    const values = this.#x.slice();
    const variances = Float64Array.from({ length: n }, (_, i) => this.#p[3 * i]);
    let [x, v] = [this.#x[n - 1], this.#v[n - 1]];
    let [sxx, sxv, svv] = this.#p.subarray(3 * (n - 1));
    for (let i = n - 2; i >= 0; i--) {
      const dt = this.#times[i + 1] - this.#times[i];
      const [pxx, pxv, pvv] = this.#p.subarray(3 * i, 3 * i + 3);
      // Prediction, and the gain C = P F^T (F P F^T + Q)^-1.
      const mxx = pxx + dt * (2 * pxv + dt * pvv) + (q * dt ** 3) / 3;
      const mxv = pxv + dt * pvv + (q * dt ** 2) / 2;
      const mvv = pvv + q * dt;
      const det = mxx * mvv - mxv * mxv;
      const [a, b] = [pxx + dt * pxv, pxv];
      const [c, d] = [pxv + dt * pvv, pvv];
      const c00 = (a * mvv - b * mxv) / det;
      const c01 = (b * mxx - a * mxv) / det;
      const c10 = (c * mvv - d * mxv) / det;
      const c11 = (d * mxx - c * mxv) / det;
      const ex = x - (this.#x[i] + dt * this.#v[i]);
      const ev = v - this.#v[i];
      x = this.#x[i] + c00 * ex + c01 * ev;
      v = this.#v[i] + c10 * ex + c11 * ev;
      const [dxx, dxv, dvv] = [sxx - mxx, sxv - mxv, svv - mvv];
      sxx = pxx + c00 * (c00 * dxx + c01 * dxv) + c01 * (c00 * dxv + c01 * dvv);
      sxv = pxv + c00 * (c10 * dxx + c11 * dxv) + c01 * (c10 * dxv + c11 * dvv);
      svv = pvv + c10 * (c10 * dxx + c11 * dxv) + c11 * (c10 * dxv + c11 * dvv);
      values[i] = x;
      variances[i] = Math.max(sxx, 0);
    }
    return { values, variances };
  }
}

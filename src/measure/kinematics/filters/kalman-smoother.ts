import { chi2Quantile, median } from '../../../math/index.ts';
import { InputError, UsageError } from '../../../signal/error.ts';
import { derived } from '../../../signal/provenance.ts';
import { Signal } from '../../../signal/signal.ts';
import { perUnit } from '../../../signal/units.ts';
import { interleave, runsWhere, seriesOf } from '../series.ts';
import { kalmanForward, kalmanSmooth, type SmoothedPath, type Observations } from './kalman.ts';
import { fitMotion } from './motion-fit.ts';
import { stateOrder, type MotionModel } from './motion-model.ts';
import { fitRisk } from './risk-fit.ts';

export interface KalmanSmootherOptions {
  /** `acceleration` (default): nearly constant acceleration, white-noise jerk. `velocity`: white-noise acceleration. */
  readonly model?: MotionModel;
  /** Density of the driving noise, unit^2/s^5 or unit^2/s^3. Default: fitted to each point (see `fitBy`). */
  readonly processNoise?: number;
  /**
   * `given`: the signal's covariance as it is (the default where there is one). `scaled`: times a factor fitted to each point.
   * `isotropic`: unknown but constant, fitted (the default where there is no covariance). A number: its standard deviation.
   */
  readonly measurementNoise?: 'given' | 'scaled' | 'isotropic' | number;
  /** A sample less probable than 1 - this under the prediction is an outlier and counts as missing; 1 gates nothing. Default 0.9999. */
  readonly gateProbability?: number;
  /** Missing stretches up to this long get the smoothed estimate, seconds. Default 0: gaps stay missing. */
  readonly fillUpToSeconds?: number;
  /**
   * `risk` (default): least estimated position error (see `following`), which asks nothing of the motion. `likelihood`: as if the motion was
   * driven by noise. Against the best filter for the motion, velocity errors of sines were 1.2-1.7 times as large by likelihood and 1.0-1.1 by
   * risk; of motion that noise did drive, 1.00 and 1.01 (validation/kinematics.ts).
   */
  readonly fitBy?: 'likelihood' | 'risk';
  /** Samples used for fitting, in five blocks spread over the recording. Default 3000. */
  readonly fitSamples?: number;
}

/** What was fitted to one point. */
export interface FittedMotion {
  /** Position of the point among the signal's dimensions between time and space, row-major. */
  readonly point: number;
  readonly processNoise: number;
  /** Factor on the measurement covariance; the variance itself where the noise is `isotropic`. */
  readonly noiseScale: number;
  readonly outliers: number;
}

export interface SmoothedMotion {
  readonly position: Signal;
  readonly velocity: Signal;
  /** Absent for the model `velocity`, whose acceleration is white noise. */
  readonly acceleration?: Signal;
  readonly fitted: readonly FittedMotion[];
  /** time x point: 0 missing, 1 used, 2 rejected by the gate. */
  readonly use: Uint8Array;
}

/**
 * Kalman/RTS smoothing of positions with their own measurement covariance, at regular or irregular times, with velocity
 * and acceleration as states. The driving noise is the only free parameter. It is fitted to each point by the likelihood of
 * its innovations (Shumway & Stoffer 1982), and then, unless `fitBy` says otherwise, moved to the least estimated error (`following`). In the
 * likelihood a sample beyond the gate is charged as an outlier anywhere in the range V of the data:
 *
 *   -2 log L(q) = sum_used log|2 pi S_t| + y_t' S_t^-1 y_t  +  sum_outliers -2 log(0.001 / V)
 *
 * `positions` is time x ... x space. All results carry covariances in the square of their units. NaN: missing samples and
 * outliers are bridged inside the estimate and are missing in the result unless their stretch is at most `fillUpToSeconds`;
 * nothing is extrapolated beyond the first and last sample. A present sample whose covariance is missing takes the median
 * covariance of its point.
 *
 * The covariance assumes errors independent between frames. A pose network's errors are partly shared by neighboring frames:
 * intervals are then too narrow. Throws `UsageError` for options that do not fit, `InputError` for impossible covariances.
 */
export function kalmanSmoother(positions: Signal, options: KalmanSmootherOptions = {}): SmoothedMotion {
  const { model = 'acceleration', gateProbability = 0.9999, fillUpToSeconds = 0 } = options;
  const axes = positions.dimensions.at(-1)!.size;
  if (positions.dimensions.length < 2 || axes > 3) {
    throw new UsageError('kalmanSmoother smooths points in space', {
      where: `signal "${positions.name}"`,
      expected: 'time x ... x space, space of 1 to 3',
      got: positions.shape.join(' x '),
    });
  }
  if (!(gateProbability > 0 && gateProbability <= 1) || !(fillUpToSeconds >= 0)) {
    throw new UsageError('kalmanSmoother: options out of range', {
      expected: 'gateProbability in (0, 1], fillUpToSeconds 0 or more',
      got: `${gateProbability}, ${fillUpToSeconds}`,
    });
  }
  const gate = gateProbability === 1 ? Infinity : chi2Quantile(gateProbability, axes);
  const view = seriesOf(positions);
  const points = view.series / axes;
  const order = stateOrder(model);
  const entries = (axes * (axes + 1)) / 2;
  const values = Array.from({ length: order }, (): Float64Array[] => []);
  const spreads = Array.from({ length: order }, (): Float64Array[] => []);
  const fitted: FittedMotion[] = [];
  const uses: Uint8Array[] = [];
  for (let point = 0; point < points; point++) {
    const { observed, fitScale } = observationsOf(positions, point, axes, options);
    const { path, ...parameters } = fitAndSmooth(observed, model, gate, { ...options, fitScale });
    const shown = shownSamples(path.use, view.times, fillUpToSeconds);
    const column = (from: Float64Array, width: number, offset: number): Float64Array =>
      Float64Array.from({ length: view.count }, (_, t) => (shown[t] ? from[t * width + offset] : NaN));
    for (let k = 0; k < order; k++) {
      for (let a = 0; a < axes; a++) values[k].push(column(path.derivatives[k], axes, a));
      for (let e = 0; e < entries; e++) spreads[k].push(column(path.covariances[k], entries, e));
    }
    uses.push(path.use);
    fitted.push({ point, ...parameters, outliers: path.use.reduce((n, u) => n + (u === 2 ? 1 : 0), 0) });
  }
  const provenance = derived('kinematics.kalmanSmoother', [positions.provenance], {
    model,
    fitBy: options.fitBy ?? 'risk',
    gateProbability,
    fillUpToSeconds,
    processNoise: fitted.map((f) => f.processNoise),
    noiseScale: fitted.map((f) => f.noiseScale),
  });
  const labels = spaceEntries(positions);
  let unit = positions.unit;
  const [position, velocity, acceleration] = values.map((columns, k) => {
    if (k > 0) unit = perUnit(unit, 's');
    const name = [positions.name, `${positions.name} velocity`, `${positions.name} acceleration`][k];
    const covariance = new Signal({
      name: `${name} covariance`,
      dimensions: [...positions.dimensions.slice(0, -1), { name: 'entry', size: entries, labels }],
      values: interleave(spreads[k], view.count),
      unit: `${unit}*${unit}`,
      time: positions.time,
      provenance,
    });
    return positions.derive(interleave(columns, view.count), provenance, { name, unit, covariance });
  });
  const use = new Uint8Array(view.count * points);
  uses.forEach((column, p) => column.forEach((u, t) => (use[t * points + p] = u)));
  return { position, velocity, acceleration, fitted, use };
}

interface FittedPath {
  readonly processNoise: number;
  readonly noiseScale: number;
  readonly path: SmoothedPath;
}

/** Outliers are those under the motion of greatest likelihood, whatever the smoothing then is. */
function fitAndSmooth(
  observed: Observations,
  model: MotionModel,
  gate: number,
  options: KalmanSmootherOptions & { readonly fitScale: boolean },
): FittedPath {
  const likely = fitMotion(observed, model, gate, options);
  if (options.fitBy === 'likelihood' || options.processNoise !== undefined) {
    return { ...likely, path: kalmanSmooth(observed, { model, gate, ...likely }) };
  }
  const { use } = kalmanForward(observed, { model, gate, ...likely });
  const positions = observed.positions.map((v, i) => (use[Math.floor(i / observed.axes)] === 2 ? NaN : v));
  const kept = { ...observed, positions };
  const parameters = fitRisk(kept, model, likely, options);
  return { ...parameters, path: { ...kalmanSmooth(kept, { model, gate: Infinity, ...parameters }), use } };
}

/** `xx`, `xy`, ...: names of the entries of a covariance over the last dimension. */
function spaceEntries(positions: Signal): string[] {
  const last = positions.dimensions.at(-1)!;
  const names = last.labels ?? Array.from({ length: last.size }, (_, i) => `${i}`);
  return names.flatMap((a, i) => names.slice(i).map((b) => `${a}${b}`));
}

/** Which samples are given out: those used, and missing stretches between them, from the first missing to the next present. */
function shownSamples(use: Uint8Array, times: Float64Array, fillUpToSeconds: number): Uint8Array {
  const shown = use.map((u) => (u === 1 ? 1 : 0));
  for (const { start, end } of runsWhere(use.length, (t) => use[t] !== 1)) {
    if (start === 0 || end === use.length) continue;
    if (times[end] - times[start] <= fillUpToSeconds) shown.fill(1, start, end);
  }
  return shown;
}

function observationsOf(
  positions: Signal,
  point: number,
  axes: number,
  options: KalmanSmootherOptions,
): { observed: Observations; fitScale: boolean } {
  const kind = options.measurementNoise ?? (positions.covariance ? 'given' : 'isotropic');
  const view = seriesOf(positions);
  const columns = Array.from({ length: axes }, (_, a) => view.get(point * axes + a));
  const samples = interleave(columns, view.count);
  const common = { times: view.times, positions: samples, axes };
  if (kind === 'isotropic' || typeof kind === 'number') {
    const variance = kind === 'isotropic' ? 1 : kind * kind;
    if (!(variance > 0)) {
      throw new UsageError('kalmanSmoother: a measurement has some noise', {
        expected: 'a standard deviation above 0',
        got: `${kind}`,
      });
    }
    const noise = new Float64Array(view.count).fill(variance);
    return { observed: { ...common, noise, noiseKind: 'isotropic' }, fitScale: kind === 'isotropic' };
  }
  if (!positions.covariance) {
    throw new UsageError(`the signal "${positions.name}" has no covariance to use`, {
      expected: 'a covariance, or measurementNoise "isotropic" or a standard deviation',
    });
  }
  const spread = seriesOf(positions.covariance);
  const entries = (axes * (axes + 1)) / 2;
  const noise = interleave(
    Array.from({ length: entries }, (_, e) => spread.get(point * entries + e)),
    view.count,
  );
  fillCovariance(noise, samples, axes, positions.name);
  const isotropic = reduceIsotropic(noise, axes);
  const observed: Observations = isotropic
    ? { ...common, noise: isotropic, noiseKind: 'isotropic' }
    : { ...common, noise, noiseKind: 'full' };
  return { observed, fitScale: kind === 'scaled' };
}

/** Missing covariances of present samples become the median of those there are; impossible ones throw. */
function fillCovariance(noise: Float64Array, samples: Float64Array, axes: number, name: string): void {
  const entries = (axes * (axes + 1)) / 2;
  const count = samples.length / axes;
  let usual: number[] | undefined;
  const first = Array.from({ length: axes }, (_, a) => a * axes - (a * (a - 1)) / 2);
  for (let t = 0; t < count; t++) {
    const row = noise.subarray(t * entries, (t + 1) * entries);
    if (row.some(Number.isNaN)) {
      usual ??= Array.from({ length: entries }, (_, e) => median(noise.filter((_, i) => i % entries === e)));
      // Without any known covariance the scale is free, and one unit stands for all.
      for (let e = 0; e < entries; e++)
        row[e] = Number.isNaN(usual[e]) ? (first.includes(e) ? 1 : 0) : usual[e];
    }
    const positive =
      axes === 1
        ? row[0] > 0
        : row[0] > 0 &&
          (axes === 2
            ? row[0] * row[2] > row[1] ** 2
            : determinant3(row) > 0 && row[0] * row[3] > row[1] ** 2);
    if (!positive && !Number.isNaN(samples[t * axes])) {
      throw new InputError('a measurement covariance is not positive definite', {
        where: `signal "${name}", sample ${t}`,
        expected: 'a positive variance along every direction',
        got: Array.from(row).join(', '),
      });
    }
  }
}

function determinant3([a, b, c, d, e, f]: ArrayLike<number> & Iterable<number>): number {
  return a * (d * f - e * e) - b * (b * f - c * e) + c * (b * e - c * d);
}

/** The common variance of each sample where every covariance is a multiple of the identity. */
function reduceIsotropic(noise: Float64Array, axes: number): Float64Array | undefined {
  const entries = (axes * (axes + 1)) / 2;
  const count = noise.length / entries;
  const out = new Float64Array(count);
  for (let t = 0; t < count; t++) {
    let entry = t * entries;
    out[t] = noise[entry];
    for (let a = 0; a < axes; a++) {
      for (let b = a; b < axes; b++) if (noise[entry++] !== (a === b ? out[t] : 0)) return undefined;
    }
  }
  return out;
}

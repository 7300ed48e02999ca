import {
  advanceRows,
  processCovariance,
  retreatRows,
  shiftColumns,
  stateOrder,
  type MotionModel,
} from './motion-model.ts';

/** One point's measured path. */
export interface Observations {
  /** Seconds, increasing. */
  readonly times: Float64Array;
  /** time x axis; a sample is missing where any axis is NaN. */
  readonly positions: Float64Array;
  readonly axes: number;
  /**
   * Measurement covariance. `isotropic`: time x 1, the variance of each axis. `full`: time x entry, upper triangle row by row.
   */
  readonly noise: Float64Array;
  readonly noiseKind: 'isotropic' | 'full';
}

export interface KalmanParameters {
  readonly model: MotionModel;
  /** Density of the driving white noise, unit^2/s^3 (`velocity`) or unit^2/s^5 (`acceleration`). */
  readonly processNoise: number;
  /** The measurement covariance is multiplied by this. */
  readonly noiseScale: number;
  /** Squared Mahalanobis distance of an innovation beyond which a sample counts as an outlier and is not used. */
  readonly gate: number;
}

/** What the forward pass leaves for the backward pass, one block of numbers a sample. */
interface Trail {
  readonly states: Float64Array;
  readonly covariances: Float64Array;
  readonly gains: Float64Array;
  readonly weighted: Float64Array;
  readonly precisions: Float64Array;
}

export interface ForwardPass {
  /**
   * -2 log likelihood, the first `order` samples excepted: log|2 pi S| + d^2 for a sample used, and for an outlier that of a uniform
   * density over the range of the data, so that a fit cannot profit from calling fast movement an outlier.
   */
  readonly deviance: number;
  /** 1 where a sample entered the estimate, 2 where it was gated out, 0 where it is missing. */
  readonly use: Uint8Array;
  /** The first sample that is present; `times.length` where there is none. */
  readonly first: number;
  readonly trail?: Trail;
}

/*
 * Where the measurement noise is the same along every axis, all axes share one covariance: the state is an order x axes
 * matrix (block 1, width axes). Otherwise it is one column of order * axes numbers (block axes, width 1). Rows are
 * derivative-major in both.
 */
function layout(o: Observations, model: MotionModel): { order: 2 | 3; block: number; width: number } {
  const order = stateOrder(model);
  return o.noiseKind === 'isotropic'
    ? { order, block: 1, width: o.axes }
    : { order, block: o.axes, width: 1 };
}

/**
 * Kalman filter over irregular times (Kalman 1960):
 *
 *   x <- F x,  P <- F P F' + Q;   y = z - H x,  S = H P H' + R,  K = P H' S^-1,  x <- x + K y,  P <- P - K H P
 *
 * The prior of position is the first sample; those of velocity and acceleration are wide enough for any motion that crosses
 * the whole range of the data within one sampling interval.
 */
export function kalmanForward(o: Observations, p: KalmanParameters, keep = false): ForwardPass {
  const { order, block, width } = layout(o, p.model);
  const n = order * block;
  const count = o.times.length;
  const use = new Uint8Array(count);
  const present = (t: number): boolean => {
    for (let a = 0; a < o.axes; a++) if (Number.isNaN(o.positions[t * o.axes + a])) return false;
    return true;
  };
  let first = 0;
  while (first < count && !present(first)) first++;
  const trail: Trail | undefined = keep
    ? {
        states: new Float64Array(count * n * width),
        covariances: new Float64Array(count * n * n),
        gains: new Float64Array(count * n * block),
        weighted: new Float64Array(count * block * width),
        precisions: new Float64Array(count * block * block),
      }
    : undefined;
  if (first === count) return { deviance: 0, use, first, trail };

  const x = new Float64Array(n * width);
  const P = new Float64Array(n * n);
  const R = new Float64Array(block * block);
  const S = new Float64Array(block * block);
  const y = new Float64Array(block * width);
  const weighted = new Float64Array(block * width);
  const K = new Float64Array(n * block);
  measurementCovariance(o, first, p.noiseScale, R);
  for (let i = 0; i < block * width; i++) x[i] = o.positions[first * o.axes + i];
  const wide = priorScales(o);
  const outlierDeviance = 2 * (o.axes * Math.log(wide[0]) - Math.log(OUTLIER_RATE));
  for (let a = 0; a < block; a++) {
    for (let b = 0; b < block; b++) P[a * n + b] = R[a * block + b];
    for (let k = 1; k < order; k++) P[(k * block + a) * (n + 1)] = wide[k] ** 2;
  }
  use[first] = 1;
  trail?.states.set(x, first * n * width);
  trail?.covariances.set(P, first * n * n);
  let deviance = 0;
  let seen = 1;
  let Q = new Float64Array(0);
  let lastStep = NaN;
  for (let t = first + 1; t < count; t++) {
    const dt = o.times[t] - o.times[t - 1];
    if (dt !== lastStep) Q = processCovariance(order, dt).map((v) => v * p.processNoise);
    lastStep = dt;
    advanceRows(x, order, block, width, dt);
    advanceRows(P, order, block, n, dt);
    shiftColumns(P, order, block, dt, 'advance');
    for (let j = 0; j < order; j++) {
      for (let k = 0; k < order; k++) {
        for (let a = 0; a < block; a++) P[(j * block + a) * n + k * block + a] += Q[j * order + k];
      }
    }
    if (present(t)) {
      measurementCovariance(o, t, p.noiseScale, R);
      for (let a = 0; a < block; a++) {
        for (let b = 0; b < block; b++) S[a * block + b] = P[a * n + b] + R[a * block + b];
      }
      const determinant = invertSymmetric(S, block);
      for (let i = 0; i < block * width; i++) y[i] = o.positions[t * o.axes + i] - x[i];
      let distance = 0;
      for (let a = 0; a < block; a++) {
        for (let w = 0; w < width; w++) {
          let sum = 0;
          for (let b = 0; b < block; b++) sum += S[a * block + b] * y[b * width + w];
          weighted[a * width + w] = sum;
          distance += sum * y[a * width + w];
        }
      }
      // Until velocity and acceleration are known, innovations only reflect the prior.
      const settled = seen >= order;
      const gated = settled && distance > p.gate;
      if (gated) deviance += outlierDeviance;
      else if (settled) deviance += width * Math.log(determinant) + o.axes * LOG_2_PI + distance;
      if (gated) use[t] = 2;
      else {
        use[t] = 1;
        seen++;
        update(x, P, S, K, y, n, block, width);
        trail?.gains.set(K, t * n * block);
        trail?.weighted.set(weighted, t * block * width);
        trail?.precisions.set(S, t * block * block);
      }
    }
    trail?.states.set(x, t * n * width);
    trail?.covariances.set(P, t * n * n);
  }
  return { deviance, use, first, trail };
}

const LOG_2_PI = Math.log(2 * Math.PI);
/** Prior probability of an outlier, which then lies anywhere within the range of the data. */
const OUTLIER_RATE = 1e-3;

/** K = P H' S^-1; x += K y; P -= K (P H')'. `precision` is S^-1. */
function update(
  x: Float64Array,
  P: Float64Array,
  precision: Float64Array,
  K: Float64Array,
  y: Float64Array,
  n: number,
  block: number,
  width: number,
): void {
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < block; a++) {
      cross[i * block + a] = P[i * n + a];
      let sum = 0;
      for (let b = 0; b < block; b++) sum += P[i * n + b] * precision[b * block + a];
      K[i * block + a] = sum;
    }
    for (let w = 0; w < width; w++) {
      let sum = 0;
      for (let a = 0; a < block; a++) sum += K[i * block + a] * y[a * width + w];
      x[i * width + w] += sum;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      let sum = 0;
      for (let a = 0; a < block; a++) sum += K[i * block + a] * cross[j * block + a];
      P[i * n + j] -= sum;
      P[j * n + i] = P[i * n + j];
    }
  }
}

// Scratch of the inner loops, large enough for three derivatives of three axes.
const cross = new Float64Array(27);
const sums = new Float64Array(3);

export interface SmoothedPath {
  /** Derivative k of position: time x axis; NaN before the first sample. */
  readonly derivatives: readonly Float64Array[];
  /** Covariance of derivative k: time x entry, upper triangle row by row; NaN before the first sample. */
  readonly covariances: readonly Float64Array[];
  readonly use: Uint8Array;
}

/**
 * Fixed-interval smoothing: the estimate of each state from all samples, equal to that of Rauch, Tung & Striebel 1965, in the
 * modified Bryson-Frazier form (Bierman 1973), which inverts no state covariance:
 *
 *   L~ = H' S^-1 H + C' L C,  l~ = C' l - H' S^-1 y,  C = I - K H;   L <- F' L~ F,  l <- F' l~
 *   x_s = x - P l,  P_s = P - P L P
 */
export function kalmanSmooth(o: Observations, p: KalmanParameters): SmoothedPath {
  const { order, block, width } = layout(o, p.model);
  const n = order * block;
  const count = o.times.length;
  const { use, first, trail } = kalmanForward(o, p, true);
  const entries = (o.axes * (o.axes + 1)) / 2;
  const derivatives = Array.from({ length: order }, () => new Float64Array(count * o.axes).fill(NaN));
  const covariances = Array.from({ length: order }, () => new Float64Array(count * entries).fill(NaN));
  const l = new Float64Array(n * width);
  const L = new Float64Array(n * n);
  const LP = new Float64Array(n * n);
  if (!trail) return { derivatives, covariances, use };
  for (let t = count - 1; t >= first; t--) {
    const x = trail.states.subarray(t * n * width, (t + 1) * n * width);
    const P = trail.covariances.subarray(t * n * n, (t + 1) * n * n);
    for (let i = 0; i < n; i++) {
      for (let w = 0; w < width; w++) {
        let sum = x[i * width + w];
        for (let j = 0; j < n; j++) sum -= P[i * n + j] * l[j * width + w];
        derivatives[Math.floor(i / block)][t * o.axes + (i % block) + w] = sum;
      }
    }
    multiplySquare(L, P, LP, n);
    for (let k = 0; k < order; k++) {
      let entry = t * entries;
      for (let a = 0; a < o.axes; a++) {
        for (let b = a; b < o.axes; b++) {
          if (block === 1 && a !== b) covariances[k][entry++] = 0;
          else {
            const i = k * block + (block === 1 ? 0 : a);
            const j = k * block + (block === 1 ? 0 : b);
            let sum = P[i * n + j];
            for (let m = 0; m < n; m++) sum -= P[i * n + m] * LP[m * n + j];
            covariances[k][entry++] = sum;
          }
        }
      }
    }
    if (t === first) break;
    if (use[t] === 1) {
      const K = trail.gains.subarray(t * n * block, (t + 1) * n * block);
      const weighted = trail.weighted.subarray(t * block * width, (t + 1) * block * width);
      const precision = trail.precisions.subarray(t * block * block, (t + 1) * block * block);
      absorb(l, L, K, weighted, precision, n, block, width);
    }
    const dt = o.times[t] - o.times[t - 1];
    retreatRows(l, order, block, width, dt);
    retreatRows(L, order, block, n, dt);
    shiftColumns(L, order, block, dt, 'retreat');
  }
  return { derivatives, covariances, use };
}

/** l <- C' l - H' S^-1 y, L <- C' L C + H' S^-1 H. */
function absorb(
  l: Float64Array,
  L: Float64Array,
  K: Float64Array,
  weighted: Float64Array,
  precision: Float64Array,
  n: number,
  block: number,
  width: number,
): void {
  for (let a = 0; a < block; a++) {
    for (let w = 0; w < width; w++) {
      let sum = weighted[a * width + w];
      for (let i = 0; i < n; i++) sum += K[i * block + a] * l[i * width + w];
      sums[a * width + w] = sum;
    }
  }
  for (let i = 0; i < block * width; i++) l[i] -= sums[i];
  // C' L: only the first `block` rows change; then (C' L) C: only the first `block` columns.
  for (let j = 0; j < n; j++) {
    for (let a = 0; a < block; a++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += K[i * block + a] * L[i * n + j];
      sums[a] = sum;
    }
    for (let a = 0; a < block; a++) L[a * n + j] -= sums[a];
  }
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < block; a++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += L[i * n + j] * K[j * block + a];
      sums[a] = sum;
    }
    for (let a = 0; a < block; a++) L[i * n + a] -= sums[a];
  }
  for (let a = 0; a < block; a++) for (let b = 0; b < block; b++) L[a * n + b] += precision[a * block + b];
}

function multiplySquare(a: Float64Array, b: Float64Array, out: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
      out[i * n + j] = sum;
    }
  }
}

function measurementCovariance(o: Observations, t: number, scale: number, R: Float64Array): void {
  if (o.noiseKind === 'isotropic') {
    R[0] = scale * o.noise[t];
    return;
  }
  let entry = (t * o.axes * (o.axes + 1)) / 2;
  for (let a = 0; a < o.axes; a++) {
    for (let b = a; b < o.axes; b++) R[a * o.axes + b] = R[b * o.axes + a] = scale * o.noise[entry++];
  }
}

/** Standard deviations of the priors of velocity and acceleration: the data's range within one sampling interval. */
function priorScales(o: Observations): number[] {
  let range = 0;
  for (let a = 0; a < o.axes; a++) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = a; i < o.positions.length; i += o.axes) {
      if (o.positions[i] < low) low = o.positions[i];
      if (o.positions[i] > high) high = o.positions[i];
    }
    range = Math.max(range, high - low);
  }
  const interval = (o.times[o.times.length - 1] - o.times[0]) / Math.max(1, o.times.length - 1) || 1;
  const largest = range || 1;
  return [largest, largest / interval, (2 * largest) / interval ** 2];
}

/** The inverse of a symmetric positive matrix of one to three rows, in place; returns the determinant. */
function invertSymmetric(m: Float64Array, n: number): number {
  if (n === 1) {
    const determinant = m[0];
    m[0] = 1 / determinant;
    return determinant;
  }
  if (n === 2) {
    const [a, b, , d] = m;
    const determinant = a * d - b * b;
    m[0] = d / determinant;
    m[1] = m[2] = -b / determinant;
    m[3] = a / determinant;
    return determinant;
  }
  const [a, b, c, , e, f, , , i] = m;
  const [A, B, C] = [e * i - f * f, c * f - b * i, b * f - c * e];
  const determinant = a * A + b * B + c * C;
  m[0] = A / determinant;
  m[1] = m[3] = B / determinant;
  m[2] = m[6] = C / determinant;
  m[4] = (a * i - c * c) / determinant;
  m[5] = m[7] = (b * c - a * f) / determinant;
  m[8] = (a * e - b * b) / determinant;
  return determinant;
}

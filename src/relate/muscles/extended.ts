import { cholesky } from '../../math/cholesky.ts';
import { matrix } from '../../math/matrix.ts';
import { gram } from '../gram.ts';

/** Channels beside their own past, uncorrelated and of unit variance: dimensions x samples. */
export interface Extended {
  readonly dimensions: number;
  readonly samples: number;
  /** Row by row, one row a dimension. */
  readonly values: Float32Array;
}

/**
 * Extends every channel by `delays - 1` earlier samples of it and whitens: with C + e I = L L^T, z = L^-1 x. e is a share of the mean
 * variance, so that directions in which there is only noise are not blown up. What is found in z does not depend on which whitening
 * is taken, since they differ by a rotation.
 *
 * @param values `samples x channels`, row by row.
 */
export function extendedAndWhitened(
  values: ArrayLike<number>,
  channels: number,
  delays: number,
  ridge: number,
): Extended {
  const samples = values.length / channels;
  const mean = new Float64Array(channels);
  for (let i = 0; i < values.length; i++) mean[i % channels] += values[i] / samples;
  const d = channels * delays;
  const rows = matrix(samples, d);
  for (let t = 0; t < samples; t++) {
    for (let k = 0; k < delays && k <= t; k++) {
      for (let c = 0; c < channels; c++) {
        rows.data[t * d + k * channels + c] = values[(t - k) * channels + c] - mean[c];
      }
    }
  }
  const covariance = gram(rows);
  let trace = 0;
  for (let i = 0; i < d; i++) trace += covariance.data[i * d + i] / samples / d;
  for (let i = 0; i < d * d; i++) covariance.data[i] /= samples;
  for (let i = 0; i < d; i++) covariance.data[i * d + i] += ridge * trace;
  const l = cholesky(covariance);
  // Row by row of z, so that projections run along memory.
  const z = new Float32Array(d * samples);
  const at = new Float64Array(d);
  for (let t = 0; t < samples; t++) {
    for (let i = 0; i < d; i++) {
      let sum = rows.data[t * d + i];
      const row = i * d;
      for (let k = 0; k < i; k++) sum -= l.data[row + k] * at[k];
      at[i] = sum / l.data[row + i];
      z[i * samples + t] = at[i];
    }
  }
  return { dimensions: d, samples, values: z };
}

/** w^T z at every sample. */
export function projected({ dimensions, samples, values }: Extended, w: Float64Array): Float64Array {
  const s = new Float64Array(samples);
  for (let i = 0; i < dimensions; i++) {
    const weight = w[i];
    const row = i * samples;
    for (let t = 0; t < samples; t++) s[t] += weight * values[row + t];
  }
  return s;
}

/** The mean of z weighted by `weights`, one a sample. */
export function weightedMean({ dimensions, samples, values }: Extended, weights: Float64Array): Float64Array {
  const out = new Float64Array(dimensions);
  for (let i = 0; i < dimensions; i++) {
    const row = i * samples;
    let sum = 0;
    for (let t = 0; t < samples; t++) sum += weights[t] * values[row + t];
    out[i] = sum / samples;
  }
  return out;
}

/** The mean of z over some samples. */
export function meanAt({ dimensions, samples, values }: Extended, at: ArrayLike<number>): Float64Array {
  const out = new Float64Array(dimensions);
  for (let i = 0; i < dimensions; i++) {
    for (let k = 0; k < at.length; k++) out[i] += values[i * samples + at[k]] / at.length;
  }
  return out;
}

/** The sum of squares of z at every sample: where many units fire at once, or a large one. */
export function activity({ dimensions, samples, values }: Extended): Float64Array {
  const out = new Float64Array(samples);
  for (let i = 0; i < dimensions; i++) {
    for (let t = 0; t < samples; t++) out[t] += values[i * samples + t] ** 2;
  }
  return out;
}

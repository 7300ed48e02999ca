import type { Random } from '../../math/random.ts';
import type { Encoded, EncodingHypothesis } from './hypothesis.ts';

/** Absolute refractory period, s, and the highest rate that a neuron is asked for, spikes/s. */
export const refractorySeconds = 0.002;
const highestRate = 250;

/** One simulated neuron: its weights on the standardized variables, and its firing rate at the steps of the truth, spikes/s. */
export interface Neuron {
  readonly name: string;
  readonly hypothesis: string;
  readonly variables: readonly string[];
  readonly weights: Float64Array;
  readonly rates: Float64Array;
}

/**
 * Rates of a neuron under a hypothesis:
 *
 *   r(t) = min(r0 exp(depth w . z(t + lead)), 250),   |w| = 1, z standardized over the recording
 *
 * with r0 such that the mean is `meanRate`. Variables that never change, such as the force of a muscle that rests, are not encoded.
 */
export function neuron(
  name: string,
  hypothesis: EncodingHypothesis,
  encoded: Encoded,
  {
    meanRate,
    depth,
    stepRate,
    random,
  }: {
    readonly meanRate: number;
    readonly depth: number;
    readonly stepRate: number;
    readonly random: Random;
  },
): Neuron {
  const { z, moving } = standardized(encoded);
  const k = encoded.names.length;
  const steps = z.length / k;
  const chosen = Array.from(
    random.permutation(moving.length).subarray(0, hypothesis.variablesPerNeuron ?? k),
    (i) => moving[i],
  );
  const weights = new Float64Array(k);
  for (const c of chosen) weights[c] = random.normal();
  const length = Math.hypot(...weights);
  if (length > 0) weights.forEach((w, c) => (weights[c] = w / length));
  const lead = Math.round(hypothesis.leadSeconds * stepRate);
  const drive = Float64Array.from({ length: steps }, (_, t) => {
    const at = Math.min(Math.max(t + lead, 0), steps - 1);
    let sum = 0;
    for (const c of chosen) sum += weights[c] * z[at * k + c];
    return Math.exp(depth * sum);
  });
  const ratesOf = (r0: number): Float64Array => drive.map((d) => Math.min(r0 * d, highestRate));
  const mean = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / steps;
  // The mean rises with r0, up to the highest rate: halve the interval.
  let [low, high] = [0, highestRate / Math.min(...drive)];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (mean(ratesOf(middle)) < meanRate) low = middle;
    else high = middle;
  }
  return {
    name,
    hypothesis: hypothesis.name,
    variables: encoded.names,
    weights,
    rates: ratesOf((low + high) / 2),
  };
}

/** Variables in units of their deviation, and which of them change at all. */
function standardized({ names, values }: Encoded): {
  readonly z: Float64Array;
  readonly moving: readonly number[];
} {
  const k = names.length;
  const steps = values.length / k;
  const z = new Float64Array(values.length);
  const moving: number[] = [];
  for (let c = 0; c < k; c++) {
    let [sum, squares] = [0, 0];
    for (let t = 0; t < steps; t++) sum += values[t * k + c];
    const mean = sum / steps;
    for (let t = 0; t < steps; t++) squares += (values[t * k + c] - mean) ** 2;
    const deviation = Math.sqrt(squares / steps);
    if (!(deviation > 1e-9 * Math.max(1, Math.abs(mean)))) continue;
    moving.push(c);
    for (let t = 0; t < steps; t++) z[t * k + c] = (values[t * k + c] - mean) / deviation;
  }
  return { z, moving };
}

/**
 * Spikes of an inhomogeneous Poisson process with an absolute refractory period, by inverting its integrated hazard. So that the refractory
 * period does not lower the rate, the hazard after it is r / (1 - r refractory). Master time, s, within the steps of the rate.
 */
export function spikeTimes(rates: Float64Array, stepRate: number, random: Random): Float64Array {
  const spikes: number[] = [];
  const dt = 1 / stepRate;
  let left = -Math.log(1 - random.uniform());
  let ready = 0;
  for (let i = 0; i < rates.length; i++) {
    const hazard = rates[i] / (1 - rates[i] * refractorySeconds);
    let at = Math.max(i * dt, ready);
    const end = (i + 1) * dt;
    while (at < end) {
      const gained = hazard * (end - at);
      if (gained < left) {
        left -= gained;
        break;
      }
      at += left / hazard;
      spikes.push(at);
      ready = at + refractorySeconds;
      at = ready;
      left = -Math.log(1 - random.uniform());
    }
  }
  return Float64Array.from(spikes);
}

import type { Encoded, EncodingHypothesis } from './hypothesis.ts';

/** Two planes of rotation: frequency, Hz, and how fast a kick dies away, s. */
const planes = [
  { hertz: 1.6, decaySeconds: 0.35 },
  { hertz: 2.7, decaySeconds: 0.25 },
];
/** Noise that drives the state, a root second. */
const drive = 0.4;

/**
 * x' = A x + kicks + noise: in each plane the state rotates and decays; the start of each event of the truth kicks it, in a direction that is the
 * same for events of one label.
 */
export const latentDynamics: EncodingHypothesis['variables'] = (truth, { random }): Encoded => {
  const { rate, steps } = truth.movement;
  const { starts, labels } = truth.events;
  const size = 2 * planes.length;
  const directions = new Map<string, number[]>();
  for (const label of truth.events.vocabulary) {
    directions.set(
      label,
      Array.from({ length: size }, () => random.normal()),
    );
  }
  const values = new Float64Array(steps * size);
  const state = new Float64Array(size);
  let next = 0;
  for (let t = 0; t < steps; t++) {
    planes.forEach(({ hertz, decaySeconds }, p) => {
      const [c, s] = [Math.cos((2 * Math.PI * hertz) / rate), Math.sin((2 * Math.PI * hertz) / rate)];
      const kept = Math.exp(-1 / (rate * decaySeconds));
      const [x, y] = [state[2 * p], state[2 * p + 1]];
      state[2 * p] = kept * (c * x - s * y);
      state[2 * p + 1] = kept * (s * x + c * y);
    });
    for (let k = 0; k < size; k++) state[k] += (drive / Math.sqrt(rate)) * random.normal();
    for (; next < starts.length && starts[next] * rate <= t; next++) {
      directions.get(labels[next])!.forEach((d, k) => (state[k] += d));
    }
    values.set(state, t * size);
  }
  return { names: planes.flatMap((_, p) => [`latent ${2 * p + 1}`, `latent ${2 * p + 2}`]), values };
};

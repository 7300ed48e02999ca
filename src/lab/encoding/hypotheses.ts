import { UsageError } from '../../signal/error.ts';
import type { Signal } from '../../signal/signal.ts';
import type { Truth } from '../truth.ts';
import type { Encoded, EncodingHypothesis } from './hypothesis.ts';
import { latentDynamics } from './latent.ts';

const axes = ['x', 'y', 'z'];

function placeOf(truth: Truth, effector: string): Encoded {
  const place = truth.markers.positions.select('individual', 0).select('keypoint', effector);
  return { names: axes, values: Float64Array.from(place.contiguous()) };
}

/** By central differences, one-sided at the ends. */
function rateOf({ names, values }: Encoded, rate: number): Encoded {
  const k = names.length;
  const steps = values.length / k;
  return {
    names,
    values: values.map((_, i) => {
      const [t, c] = [Math.floor(i / k), i % k];
      const [a, b] = [Math.max(0, t - 1), Math.min(steps - 1, t + 1)];
      return ((values[b * k + c] - values[a * k + c]) * rate) / (b - a);
    }),
  };
}

const channels = (signal: Signal): Encoded => ({
  names: signal.dimensions[1].labels!,
  values: Float64Array.from(signal.contiguous()),
});

/** Every hypothesis. A new one is one more record; the conformance suite then holds it to the same laws. */
export const hypotheses: readonly EncodingHypothesis[] = [
  {
    name: 'position',
    title: 'where the hand (or nose) is',
    leadSeconds: 0.1,
    variables: (truth, { effector }) => placeOf(truth, effector),
  },
  {
    name: 'velocity',
    title: 'how fast, and where to, the hand (or nose) moves: cosine tuning (Georgopoulos et al. 1982)',
    leadSeconds: 0.1,
    variables: (truth, { effector }) => rateOf(placeOf(truth, effector), truth.movement.rate),
  },
  {
    name: 'acceleration',
    title: 'how the velocity of the hand (or nose) changes',
    leadSeconds: 0.1,
    variables: (truth, { effector }) =>
      rateOf(rateOf(placeOf(truth, effector), truth.movement.rate), truth.movement.rate),
  },
  {
    name: 'muscle-length',
    title: 'how long muscles are',
    leadSeconds: 0,
    variablesPerNeuron: 2,
    variables: (truth) => channels(truth.muscleLengths),
  },
  {
    name: 'spindle',
    title: 'what primary spindle afferents report, 20 ms later',
    leadSeconds: -0.02,
    variablesPerNeuron: 1,
    variables: (truth) => channels(truth.primaries),
  },
  {
    name: 'muscle-activity',
    title: 'how strongly muscles are driven',
    leadSeconds: 0.05,
    variablesPerNeuron: 2,
    variables: (truth) => channels(truth.activations),
  },
  {
    name: 'force',
    title: 'how hard muscles pull',
    leadSeconds: 0.05,
    variablesPerNeuron: 2,
    variables: (truth) => channels(truth.forces),
  },
  {
    name: 'latent',
    title:
      'a latent rotation that movements start, and nothing of the body itself (after Churchland et al. 2012)',
    leadSeconds: 0,
    variables: latentDynamics,
  },
];

/** Throws `UsageError` naming those that there are. */
export function hypothesisCalled(name: string): EncodingHypothesis {
  const found = hypotheses.find((h) => h.name === name);
  if (found) return found;
  throw new UsageError(`there is no encoding hypothesis "${name}"`, {
    where: 'the laboratory',
    expected: `one of ${hypotheses.map((h) => h.name).join(', ')}`,
  });
}

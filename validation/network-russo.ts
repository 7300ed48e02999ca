/**
 * Tangling of a network's units beside that of the muscles they drive. See `card.ts`:
 *
 *     npx tsx validation/network-russo.ts [--seeds 5] [--from 0] [--write]
 */
import { networkResponses, selectTimes, tangling } from '../src/inquire/index.ts';
import { cycling, networkFor, record, train } from '../src/model/circuit/index.ts';
import { card } from './card.ts';
import { rateSoftening } from './rotation.ts';

const task = cycling();

async function measure(recurrent: boolean, seed: number) {
  const network = networkFor(task, {
    seed,
    units: 64,
    cell: 'leaky rate',
    // Without recurrence a unit keeps nothing from one step to the next.
    seconds: recurrent ? 0.05 : task.stepSeconds,
    connections: recurrent ? [{ from: 'area', to: 'area' }] : [],
  });
  const trained = await train(network, task, { steps: 500, batch: 16, seed, until: 'goal' });
  const recording = record(trained.network, task);
  // Steady cycling: from half a second after go.
  const from = recording.trials.events.go[0] + Math.round(0.5 / task.stepSeconds);
  const part = (rates: Float64Array) =>
    selectTimes(networkResponses({ ...recording, rates }, task.stepSeconds), from, task.steps);
  return {
    error: trained.best.score.value,
    units: tangling(part(recording.rates), { softening: rateSoftening }).percentile90,
    muscles: tangling(part(recording.activation), { softening: 0 }).percentile90,
  };
}

await card({
  name: 'network-russo',
  title: 'Tangling below the muscles, by recurrence',
  finding:
    'While a monkey cycles, the trajectory of motor cortex is much less tangled than that of its muscles: a system that drives itself must not be in one place with two futures. Networks that generate the muscles by their recurrence come out the same.',
  source: 'Russo, Bittner, Perkins, Seely, London, Lara, Miri, Marshall, Kohn, Jessell, Abbott, Cunningham and Churchland 2018, Neuron 97:953',
  setting:
    '64 units that control the six-muscle arm around a circle at two speeds in both directions, with and without connections among each other (without, the delayed senses alone tell the phase); 90th percentile of Q over all times from 0.5 s after go, eight components.',
  criterion:
    'tangling of the units is below that of the muscles with recurrence, and above it without',
  async measure(seed) {
    const joined = await measure(true, seed);
    const apart = await measure(false, seed);
    return {
      figures: {
        'recurrent: distance from the path, mm': joined.error,
        'recurrent: units, s^-2': joined.units,
        'recurrent: muscles, s^-2': joined.muscles,
        'recurrent: units / muscles': joined.units / joined.muscles,
        'no recurrence: distance from the path, mm': apart.error,
        'no recurrence: units, s^-2': apart.units,
        'no recurrence: muscles, s^-2': apart.muscles,
        'no recurrence: units / muscles': apart.units / apart.muscles,
      },
      holds: joined.units < joined.muscles && apart.units > apart.muscles,
    };
  },
});

/**
 * Tangling of a network's units beside that of the muscles they drive. See `card.ts`:
 *
 *     npx tsx validation/network-russo.ts [--seeds 5] [--from 0] [--write]
 */
import { networkResponses, selectTimes, tangling } from '../src/inquire/index.ts';
import { cycling, networkFor, record, train } from '../src/model/circuit/index.ts';
import { card } from './card.ts';
import { monkeyBody } from './monkey-arm.ts';
import { rateSoftening } from './rotation.ts';

const task = cycling({ ...monkeyBody, seconds: 1.5, speeds: [1, 1.5], goSeconds: [0.1, 0.2] });

async function measure(recurrent: boolean, seed: number) {
  const network = networkFor(task, {
    seed,
    cell: 'leaky rate',
    ...(recurrent
      ? { units: 64, seconds: 0.05 }
      : {
          // Two layers, so that a nonlinear map from the senses can be learned; a unit keeps nothing from one step to the next.
          seconds: task.stepSeconds,
          areas: [
            { name: 'first', units: 64, read: false },
            { name: 'second', units: 64, receives: [] },
          ],
          connections: [{ from: 'first', to: 'second' }],
        }),
  });
  const trained = await train(network, task, {
    steps: recurrent ? 600 : 1200,
    batch: 8,
    seed,
    every: 50,
    schedule: (f) => 0.01 * Math.min(1, 20 * f) * (1 - 0.8 * f),
  });
  const recording = record(trained.network, task);
  const go = recording.trials.events.go[0];
  const at = (seconds: number): number => go + Math.round(seconds / task.stepSeconds);
  const of = (rates: Float64Array, from: number, softening: number): number => {
    const all = networkResponses({ ...recording, rates }, task.stepSeconds);
    return tangling(selectTimes(all, from, task.steps), { softening }).percentile90;
  };
  const ratio = (from: number): number =>
    of(recording.rates, from, rateSoftening) / of(recording.activation, from, 0);
  return {
    error: trained.best.score.value,
    units: of(recording.rates, at(-0.1), rateSoftening),
    muscles: of(recording.activation, at(-0.1), 0),
    ratio: ratio(at(-0.1)),
    steady: ratio(at(0.4)),
  };
}

await card({
  name: 'network-russo',
  title: 'Tangling below the muscles, by recurrence',
  finding:
    'While a monkey cycles, the trajectory of motor cortex is much less tangled than that of its muscles: a system that drives itself must not be in one place with two futures. Networks that generate the muscles by their recurrence come out the same.',
  source:
    'Russo, Bittner, Perkins, Seely, London, Lara, Miri, Marshall, Kohn, Jessell, Abbott, Cunningham and Churchland 2018, Neuron 97:953',
  setting:
    "64 units that control a monkey's arm of six muscles around a circle at two speeds in both directions, joined among each other, or in two layers of 64 without any way back (the senses, 50 ms late, alone tell the phase); 90th percentile of Q from 0.1 s before go to the end, eight components.",
  criterion: 'tangling of the units is below that of the muscles with recurrence, and not below it without',
  notes:
    'Arm and learning rate were chosen on seeds 100 to 103. The last row of each network leaves the start out (from 0.4 s after go), in which what is told jumps and units without recurrence with it: in steady cycling these are less tangled than the muscles as well (in four of seeds 0 to 4), since the senses of a moving arm, position and velocity, are hardly tangled themselves. With a human arm of strong muscles (Nijhof and Kouwenhoven 2000) networks without recurrence switched the muscles on and off, which tangled those as much: the finding held in 3 of 5 seeds.',
  async measure(seed) {
    const joined = await measure(true, seed);
    const apart = await measure(false, seed);
    const figures: Record<string, number> = {};
    for (const [name, m] of [
      ['recurrent', joined],
      ['no recurrence', apart],
    ] as const) {
      figures[`${name}: distance from the path, mm`] = m.error;
      figures[`${name}: units, s^-2`] = m.units;
      figures[`${name}: muscles, s^-2`] = m.muscles;
      figures[`${name}: units / muscles`] = m.ratio;
      figures[`${name}: units / muscles in steady cycling`] = m.steady;
    }
    return { figures, holds: joined.ratio < 1 && apart.ratio >= 1 };
  },
});

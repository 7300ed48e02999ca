/**
 * Networks that reproduce muscles' activity, with and without regularization. See `card.ts`:
 *
 *     npx tsx validation/network-sussillo.ts [--seeds 5] [--from 0] [--write]
 */
import { networkResponses, selectTimes } from '../src/inquire/index.ts';
import { muscleActivity, networkFor, record, train, type Weights } from '../src/model/circuit/index.ts';
import { card } from './card.ts';
import { rateSoftening, rotationBesideNull } from './rotation.ts';

const task = muscleActivity({ conditions: 12 });
const units = 80;
const gain = 2.5;
const seconds = 0.03;
const plain: Weights = { output: 10 };
const regularized: Weights = { output: 10, 'hidden rate': 0.1, 'weight decay': 0.1, jacobian: 0.1 };

async function measure(objective: Weights, seed: number) {
  const network = networkFor(task, {
    units,
    seed,
    seconds,
    connections: [{ from: 'area', to: 'area', gain }],
  });
  const trained = await train(network, task, { steps: 700, batch: 24, seed, objective });
  const go = task.conditions().events.go[0];
  const all = networkResponses(record(trained.network, task), task.stepSeconds);
  const moving = selectTimes(all, go + 5, go + 35);
  return {
    fit: 1 - trained.best.score.value,
    ...rotationBesideNull(moving, rateSoftening, seed),
  };
}

await card({
  name: 'network-sussillo',
  title: 'Only a regularized network rotates like motor cortex',
  finding:
    "Recurrent networks reproduce the activity of a reaching monkey's muscles with or without regularization; only those whose rates, weights and Jacobian were kept small have the simple rotations of motor cortex (jPCA).",
  source: 'Sussillo, Churchland, Kaufman and Shenoy 2015, Nature Neuroscience 18:1025',
  setting: `${units} units (gain ${gain} and time constant ${1000 * seconds} ms at the start, the same first weights for both) reproduce eight simulated muscles in 12 reaches; 50 to 350 ms after go, six components.`,
  criterion:
    "both networks explain at least 0.95 of the muscles' variance, and the R2 of a pure rotation is above the 95th percentile of its tensor null in the regularized one and not in the other",
  notes:
    'The regularized network has the higher R2 of a rotation in four of seeds 0 to 4, but the unregularized one rotates too, beyond its null. The weights were chosen on seeds 1 and 2; with twice as much on rates, weights and Jacobian the order was the other way round in three of three. The simulated muscles are simpler than those of a monkey, and rotate themselves. With the muscles of a simulated monkey arm instead, which do not, and weights chosen on seeds 101 to 103, the finding was there in those three and in none of seeds 0 to 4.',
  async measure(seed) {
    const kept = await measure(regularized, seed);
    const free = await measure(plain, seed);
    return {
      figures: {
        'regularized: R2 of muscles': kept.fit,
        'regularized: R2 of a rotation': kept.skewR2,
        'regularized: R2 of any linear dynamics': kept.bestR2,
        'regularized: null, 95 %': kept.null95,
        'unregularized: R2 of muscles': free.fit,
        'unregularized: R2 of a rotation': free.skewR2,
        'unregularized: R2 of any linear dynamics': free.bestR2,
        'unregularized: null, 95 %': free.null95,
      },
      holds: kept.fit >= 0.95 && free.fit >= 0.95 && kept.skewR2 > kept.null95 && free.skewR2 <= free.null95,
    };
  },
});

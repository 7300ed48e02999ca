/**
 * Networks that predict neurons from movement beside generalized linear models of the same features, in two recordings. See `card.ts`:
 *
 *     npx tsx validation/network-encoding.ts [--data folder of m1-s1-reach] [--seeds 5] [--from 0] [--write]
 */
import { nodeEngine } from '../src/learn/engine/node.ts';
import { Random } from '../src/math/index.ts';
import {
  column,
  crossPredict,
  lagged,
  mostActive,
  poissonDeviances,
  poissonGlm,
  rateNetwork,
  scoreInterval,
  scoreOf,
  type Losses,
  type Method,
} from '../src/relate/index.ts';
import { card } from './card.ts';
import { around, blockLength, loadM1, loadS1, m1S1Folder, movement, type Area } from './m1-s1-recordings.ts';

const engine = await nodeEngine();
const neurons = 20;

/** Held-out losses of each neuron: all samples together, and each fold alone. */
async function losses(area: Area, method: Method): Promise<{ all: Losses[]; folds: Losses[][] }> {
  const truth = mostActive(area.counts, neurons);
  const nearby = lagged(movement(area), around);
  const { predictions } = await crossPredict(method, nearby, truth, area.folds);
  const of = (pick: (v: Float64Array) => Float64Array): Losses[] =>
    truth.names.map((_, u) => poissonDeviances(pick(column(truth.values, u)), pick(column(predictions, u))));
  return {
    all: of((v) => v),
    folds: area.folds.map(({ test }) => of((v) => Float64Array.from(test, (i) => v[i]))),
  };
}

const score = (all: readonly Losses[]): number => all.reduce((sum, l) => sum + scoreOf(l), 0) / all.length;

/** What a method leaves beside what another leaves: a "score" of the first with the second's errors taken off. */
const difference = (a: readonly Losses[], b: readonly Losses[]): Losses[] =>
  a.map(({ model, constant }, u) => ({
    constant,
    model: model.map((m, i) => constant[i] + m - b[u].model[i]),
  }));

const linear = new Map<string, Awaited<ReturnType<typeof losses>>>();

async function linearOf(area: Area): Promise<Awaited<ReturnType<typeof losses>>> {
  const found = linear.get(area.name) ?? (await losses(area, poissonGlm()));
  linear.set(area.name, found);
  return found;
}

await card({
  name: 'network-encoding',
  title: 'Networks predict neurons from movement better than linear models',
  finding:
    'Neural networks (and other methods of machine learning) predict the spikes of M1 and S1 from movement better than generalized linear models of the same features.',
  source:
    'Benjamin, Fernandes, Tomlinson, Ramkumar, VerSteeg, Chowdhury, Miller and Kording 2018, Frontiers in Computational Neuroscience 12:56; recordings of Stevenson et al. 2011 (M1) and the Miller laboratory (area 2)',
  setting: `the ${neurons} most active neurons of each area in bins of 50 ms; position, velocity, speed, directions, distance and acceleration of the hand at five moments from -0.2 to 0.2 s; two hidden layers of 64 units that all neurons share, two networks averaged. Mean pseudo-R2 on three contiguous held-out folds, the same for both methods.`,
  criterion:
    'the network has the higher pseudo-R2 in both areas and in each of their folds, and the 95 % interval of the difference (blocks of 5 s) lies above zero',
  notes:
    'Seeds differ in the first weights of the networks alone: recordings, folds and the linear model are the same for all, so the interval over seeds is that of training, and the least of the difference, by blocks of time, that of the recording.',
  async measure(seed, data = m1S1Folder) {
    const figures: Record<string, number> = {};
    let holds = true;
    for (const area of [await loadM1(data), await loadS1(data)]) {
      const glm = await linearOf(area);
      const network = await losses(area, rateNetwork({ engine, seed: 100 * seed }));
      const { estimate, low, high } = scoreInterval(difference(network.all, glm.all), {
        blockLength,
        random: new Random(1),
        resamples: 1000,
      });
      const better = network.folds.filter((fold, k) => score(fold) > score(glm.folds[k])).length;
      figures[`${area.name}: linear`] = score(glm.all);
      figures[`${area.name}: network`] = score(network.all);
      figures[`${area.name}: network less linear`] = estimate;
      figures[`${area.name}: its least (blocks of time)`] = low;
      figures[`${area.name}: its most`] = high;
      figures[`${area.name}: folds in which it is better, of ${area.folds.length}`] = better;
      holds &&= low > 0 && better === area.folds.length;
    }
    return { figures, holds };
  },
});

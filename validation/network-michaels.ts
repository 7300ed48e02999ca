/**
 * What a cut between premotor and motor modules does, with and without a penalty on rates. See `card.ts`:
 *
 *     npx tsx validation/network-michaels.ts [--seeds 5] [--from 0] [--write]
 */
import { intervene } from '../src/inquire/index.ts';
import { muscleActivity, networkFor, train, type Task, type Trials } from '../src/model/circuit/index.ts';
import { card } from './card.ts';

const full = muscleActivity({ conditions: 8, holdSeconds: [0.5, 0.7] });
/** What is to be grasped is seen in the first 0.3 s alone; it must be kept until go. */
const shownSteps = Math.round(0.3 / full.stepSeconds);
const task: Task = {
  ...full,
  draw: (random, batch) => remembered(full.draw(random, batch)),
  conditions: () => remembered(full.conditions()),
};

function remembered(trials: Trials): Trials {
  const width = full.inputNames.length;
  const inputs = trials.inputs.slice();
  for (let i = shownSteps * trials.batch * width; i < inputs.length; i++) {
    if (i % width !== width - 1) inputs[i] = 0;
  }
  return { ...trials, inputs };
}

async function measure(rateWeight: number, seed: number) {
  const seen = full.inputNames.filter((name) => name !== 'hold');
  const sparse = { density: 0.1 };
  const within = { gain: 1.2 };
  const network = networkFor(task, {
    seed,
    nonlinearity: 'retanh',
    seconds: 0.1,
    areas: [
      { name: 'AIP', units: 40, receives: [...seen, 'hold'], read: false },
      { name: 'F5', units: 40, receives: ['hold'], read: false },
      { name: 'M1', units: 40, receives: ['hold'] },
    ],
    connections: [
      { from: 'AIP', to: 'AIP', ...within },
      { from: 'F5', to: 'F5', ...within },
      { from: 'M1', to: 'M1', ...within },
      { from: 'AIP', to: 'F5', ...sparse },
      { from: 'F5', to: 'AIP', ...sparse },
      { from: 'F5', to: 'M1', ...sparse },
      { from: 'M1', to: 'F5', ...sparse },
    ],
  });
  const steps = 800;
  const trained = await train(network, task, {
    steps,
    batch: 16,
    seed,
    every: 100,
    objective: { output: 10, 'hidden rate': rateWeight, 'weight decay': 1e-4 },
    schedule: (f) => 3e-3 * Math.min(1, 20 * f) * (1 - 0.9 * f),
  });
  const trials = task.conditions();
  const go = trials.events.go[0] * task.stepSeconds;
  const unexplained = (select: string): number => {
    const { changed } = intervene(
      trained.network,
      task,
      [{ target: 'connections', operation: 'silence', select: [select], fromSeconds: go }],
      { trials, seed },
    );
    return task.score(trials, changed.behavior).value;
  };
  return { intact: trained.best.score.value, cut: unexplained('F5 > M1'), far: unexplained('AIP > F5') };
}

const penalty = 2;
const most = 0.5;

await card({
  name: 'network-michaels',
  title: 'What a lesion does depends on the penalty on rates',
  finding:
    'In a modular network (AIP, F5, M1) that turns what is seen of an object into muscle activity, the plan is kept across modules and movement is generated from it in M1. How much a lesion between premotor and motor module disturbs depends on the penalty on firing rates in training: with it M1 goes on almost alone, without it nothing is left.',
  source:
    'Michaels, Schaffelhofer, Agudelo-Toro and Scherberger 2020, PNAS 117:32124 (the lesion beside the penalty as told in the review of Hausmann, Vargas, Mathis and Mathis 2021; the factor of two is ours)',
  setting: `three modules of 40 units (theirs: 100) with a tenth of the synapses between neighbors; a label of eight conditions instead of visual features, shown to AIP alone for 0.3 s, then kept until go; eight simulated muscles read from M1; penalty on the mean squared rate ${penalty} or none. From go on the connections F5 > M1 (or AIP > F5) are silent. Error: the unexplained fraction of the muscles' variance.`,
  criterion: `both intact networks leave at most 0.05 unexplained, and the cut of F5 > M1 leaves at most ${most} times as much with the penalty as without`,
  async measure(seed) {
    const free = await measure(0, seed);
    const kept = await measure(penalty, seed);
    return {
      figures: {
        'no penalty: intact': free.intact,
        'no penalty: F5 > M1 cut': free.cut,
        'no penalty: AIP > F5 cut': free.far,
        'penalty: intact': kept.intact,
        'penalty: F5 > M1 cut': kept.cut,
        'penalty: AIP > F5 cut': kept.far,
        'F5 > M1 cut, penalty / none': kept.cut / free.cut,
      },
      holds: free.intact <= 0.05 && kept.intact <= 0.05 && kept.cut <= most * free.cut,
    };
  },
});

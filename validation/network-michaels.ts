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

async function measure(penalty: number, seed: number) {
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
    objective: { output: 10, 'hidden rate': penalty, 'weight decay': 1e-4 },
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

await card({
  name: 'network-michaels',
  title: 'What a lesion does depends on the penalty on rates',
  finding: '',
  source: 'Michaels, Schaffelhofer, Agudelo-Toro and Scherberger 2020, PNAS 117:32124',
  setting: '',
  criterion: '',
  async measure(seed) {
    const figures: Record<string, number> = {};
    for (const penalty of [0, 1e-2, 1e-1, 1]) {
      const { intact, cut, far } = await measure(penalty, seed);
      figures[`${penalty}: intact`] = intact;
      figures[`${penalty}: F5 > M1 cut`] = cut;
      figures[`${penalty}: AIP > F5 cut`] = far;
    }
    return { figures, holds: true };
  },
});

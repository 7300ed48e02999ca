/**
 * Three tasks learned one after the other: what is left of the earlier ones. See `card.ts`:
 *
 *     npx tsx validation/network-continual.ts [--seeds 5] [--from 0] [--write]
 */
import { mean } from '../src/math/index.ts';
import {
  carried,
  multiTask,
  networkFor,
  protect,
  record,
  train,
  wrongTrials,
  type Carried,
  type Network,
  type Rule,
} from '../src/model/circuit/index.ts';
import { card } from './card.ts';

const rules: readonly Rule[] = ['delayed go', 'delayed anti', 'decision'];
const tasks = rules.map((rule) => multiTask({ rules: [rule] }));
const least = 3;
const alpha = 0.01;

/** Mean squared error of the outputs in the steps that count, and the fraction of wrong trials. */
function judge(network: Network, task: (typeof tasks)[number]): { error: number; wrong: number } {
  const { trials, commands } = record(network, task);
  let [error, whole] = [0, 0];
  commands.forEach((v, i) => {
    const w = trials.importance[Math.floor(i / 3)];
    error += w * (v - trials.desired[i]) ** 2;
    whole += w;
  });
  return { error: error / whole, wrong: mean(wrongTrials(trials, commands)) };
}

/** Errors of each task right after it was learned and after all were. */
async function learnInTurn(projected: boolean, seed: number) {
  let network = networkFor(tasks[0], { units: 80, seed });
  const earlier: Carried[] = [];
  const fresh: { error: number; wrong: number }[] = [];
  for (const [k, task] of tasks.entries()) {
    const steps = 400;
    const trained = await train(network, task, {
      steps,
      batch: 16,
      seed: `${seed}/${k}`,
      // Judged at the end alone, so that the last weights are kept.
      every: steps,
      project: projected && k > 0 ? protect(network, earlier, { alpha }) : undefined,
    });
    network = trained.network;
    fresh.push(judge(network, task));
    earlier.push(carried(network, task));
  }
  return { fresh, last: tasks.map((task) => judge(network, task)) };
}

await card({
  name: 'network-continual',
  title: 'Projected gradients keep earlier tasks',
  finding:
    'A recurrent network that learns tasks in turn forgets the earlier ones; where each step is projected out of the subspaces that earlier tasks use, it keeps them and still learns the new ones.',
  source:
    'Duncker, Driscoll, Shenoy, Sahani and Sussillo 2020, Advances in Neural Information Processing Systems 33 (the factor of three is ours)',
  setting: `80 units learn ${rules.join(', then ')}, 400 steps each, plainly and with projected steps (P = alpha (C + alpha I)^-1, alpha ${alpha} of C's mean diagonal, on both sides, behind Adam).`,
  criterion: `the mean squared error of the earlier tasks at the end is at least ${least} times lower with projection, and the last task is answered wrongly in at most 0.1 of its trials`,
  notes:
    'At the end the earlier tasks have the error that they had right after learning: what is still answered wrongly was not learned in 400 steps rather than forgotten. Alpha was chosen after a run of seed 0 with 0.001, in which the last task was wrong in 0.25 of its trials.',
  async measure(seed) {
    const plain = await learnInTurn(false, seed);
    const kept = await learnInTurn(true, seed);
    const early = ({ last }: typeof plain): number => mean(last.slice(0, -1).map((l) => l.error));
    const earlyWrong = ({ last }: typeof plain): number => mean(last.slice(0, -1).map((l) => l.wrong));
    const ratio = early(plain) / early(kept);
    const lastWrong = kept.last.at(-1)!.wrong;
    return {
      figures: {
        'earlier tasks right after learning: error': mean(kept.fresh.slice(0, -1).map((f) => f.error)),
        'earlier tasks at the end, plain: error': early(plain),
        'earlier tasks at the end, projected: error': early(kept),
        'plain / projected': ratio,
        'earlier tasks at the end, plain: wrong': earlyWrong(plain),
        'earlier tasks at the end, projected: wrong': earlyWrong(kept),
        'last task, plain: wrong': plain.last.at(-1)!.wrong,
        'last task, projected: wrong': lastWrong,
      },
      holds: ratio >= least && lastWrong <= 0.1,
    };
  },
});

import {
  record,
  type Intervention as LoopIntervention,
  type Network,
  type Recording,
  type Task,
  type Trials,
} from '../../model/circuit/index.ts';
import { Random } from '../../math/random.ts';
import { UsageError } from '../../signal/error.ts';
import { operations, type Operation, type OperationName } from './operations.ts';
import { targets, type Change, type TargetName } from './targets.ts';

/** One thing that is done to a network, its body or its world. */
export interface Intervention {
  readonly target: TargetName;
  /** Parts of the target by name or number. Default: all of it. */
  readonly select?: readonly (number | string)[];
  readonly operation: OperationName;
  /** In the operation's unit; 0 changes nothing. Default 1. */
  readonly dose?: number;
  /** Of a clamp: what the values are drawn towards. Default 0. */
  readonly value?: number;
  /** Default: all trials. */
  readonly trials?: readonly number[];
  /** It acts in steps that begin in [fromSeconds, toSeconds). Default: the whole trial. */
  readonly fromSeconds?: number;
  readonly toSeconds?: number;
}

export interface InterveneOptions {
  /** Default: each condition of the task once. */
  readonly trials?: Trials;
  /** Of all noise, the intact run's too. Default 0. */
  readonly seed?: number | string;
  readonly unitNoise?: number;
}

export interface Intervened {
  readonly intact: Recording;
  readonly changed: Recording;
  /** For each intervention the mean absolute change of the selected values in the touched trials, by step. */
  readonly delivered: readonly Float64Array[];
}

/**
 * Runs the same trials twice, untouched and with interventions (in their order, each on what the one before left). Trials that no intervention names are the
 * same to the bit in both runs, and so are the others until the first acts. Throws `UsageError` for parts, trials, times or doses that are not there.
 */
export function intervene(
  network: Network,
  task: Task,
  interventions: readonly Intervention[],
  options: InterveneOptions = {},
): Intervened {
  const { trials = task.conditions(), seed = 0, unitNoise = 0 } = options;
  const prepared = interventions.map((each, i) =>
    prepare(each, network, task, trials, `${seed}/intervention ${i}`),
  );
  const intervention = inOrder(prepared.map((p) => p.intervention));
  return {
    intact: record(network, task, { trials, seed, unitNoise }),
    changed: record(network, task, { trials, seed, unitNoise, intervention }),
    delivered: prepared.map((p) => p.delivered),
  };
}

function prepare(
  each: Intervention,
  network: Network,
  task: Task,
  { batch, steps }: Trials,
  seed: string,
): { readonly intervention: LoopIntervention; readonly delivered: Float64Array } {
  const { dose = 1, value = 0, fromSeconds = 0, toSeconds = Infinity } = each;
  const where = `${each.operation} of ${each.target}`;
  const target = targets.find((t) => t.name === each.target);
  const operation: Operation | undefined = operations.find((o) => o.name === each.operation);
  if (!target || !operation) {
    throw new UsageError('there is no such intervention', {
      where,
      expected: `one of ${operations.map((o) => o.name).join(', ')} of ${targets.map((t) => t.name).join(', ')}`,
    });
  }
  const [least, greatest] = operation.doses;
  if (!(dose >= least && dose <= greatest && Number.isFinite(dose) && Number.isFinite(value))) {
    throw new UsageError('the dose is out of range', {
      where,
      expected: `${least} to ${greatest}, ${operation.unit}`,
      got: `${dose}`,
    });
  }
  const timed = each.fromSeconds !== undefined || each.toSeconds !== undefined;
  if (
    !(fromSeconds >= 0 && fromSeconds < toSeconds && fromSeconds < steps * task.stepSeconds) ||
    (timed && operation.lasting)
  ) {
    throw new UsageError('the times are not of this trial', {
      where,
      expected: operation.lasting
        ? 'no times: it lasts the whole trial (silence has times)'
        : `from 0 to ${(steps * task.stepSeconds).toFixed(2)} s, the end after the start`,
      got: `${fromSeconds} to ${toSeconds} s`,
    });
  }
  const touched = each.trials ?? Array.from({ length: batch }, (_, b) => b);
  const wrong = touched.find((b) => !(Number.isInteger(b) && b >= 0 && b < batch));
  if (wrong !== undefined) {
    throw new UsageError('a trial is not there', { where, expected: `0 to ${batch - 1}`, got: `${wrong}` });
  }
  const { columns, width, through } = target.aim(network, each.select);
  const first = Math.ceil(fromSeconds / task.stepSeconds - 1e-9);
  const end = Math.min(steps, Math.ceil(toSeconds / task.stepSeconds - 1e-9));
  const ranks = ranksOf(columns.length, new Random(`${seed}/ranks`));
  /** What was there before, by lane and step. */
  const history: Float64Array[][] = [];
  const delivered = new Float64Array(steps);

  const change: Change = (step, values, lane) => {
    if (operation.needs === 'past') (history[lane] ??= [])[step] = values.slice();
    if (step < first || step >= end) return;
    for (const b of touched) {
      const random =
        operation.needs === 'chance' ? new Random(`${seed}/${lane}/trial ${b}/step ${step}`) : undefined;
      columns.forEach((column, c) => {
        const at = b * width + column;
        const changed = operation.change(values[at], dose, {
          past: (back) => history[lane][Math.max(0, step - back)][at],
          rank: ranks[c],
          uniform: random?.uniform() ?? 0,
          normal: random?.normal() ?? 0,
          stepSeconds: task.stepSeconds,
          value,
        });
        delivered[step] += Math.abs(changed - values[at]) / (touched.length * columns.length);
        values[at] = changed;
      });
    }
  };
  return { intervention: through(change), delivered };
}

/** A random order of `count` things as numbers in [0, 1). */
function ranksOf(count: number, random: Random): Float64Array {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return Float64Array.from(order, (rank) => rank / count);
}

/** All of them, one after the other in each stage. */
function inOrder(all: readonly LoopIntervention[]): LoopIntervention {
  return {
    taskInputs: (step, values) => all.forEach((each) => each.taskInputs?.(step, values)),
    senses: (step, values) => all.forEach((each) => each.senses?.(step, values)),
    drive: (step, values, loop) => all.forEach((each) => each.drive?.(step, values, loop)),
    rates: (step, values) => all.forEach((each) => each.rates?.(step, values)),
    commands: (step, values) => all.forEach((each) => each.commands?.(step, values)),
  };
}

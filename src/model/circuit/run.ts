import { Loop, type RunOptions } from './loop.ts';
import { Network, type NetworkOptions } from './network.ts';
import { terminals, type Behavior, type Score, type Task, type Trials } from './task.ts';

/** Everything that happened in a batch of trials; copies. */
export interface Recording {
  readonly trials: Trials;
  readonly behavior: Behavior;
  /** Rates after each step, `steps x trial x unit`. */
  readonly rates: Float64Array;
  /** Commands to the body, or the outputs, `steps x trial x output`. */
  readonly commands: Float64Array;
  /** What came in, `steps x trial x input`. */
  readonly inputs: Float64Array;
  /** Activation of the muscles (or motors) after each step, `steps x trial x muscle`; empty without a body. */
  readonly activation: Float64Array;
}

/** A new network for a task. Throws `UsageError` for areas or connections that do not fit. */
export const networkFor = (task: Task, options: NetworkOptions = {}): Network =>
  new Network(terminals(task), options);

/** Runs trials (default: each condition once) and keeps all of it. Throws `InputError` where the body's state is no longer finite. */
export function record(
  network: Network,
  task: Task,
  options: RunOptions & { readonly trials?: Trials } = {},
): Recording {
  const { trials = task.conditions() } = options;
  const loop = new Loop(network, task, trials.batch, { gradient: false });
  loop.run(trials, options);
  const { arrays, batch, rollout } = loop;
  return {
    trials,
    behavior: loop.behavior(),
    rates: arrays.rate.slice(batch * network.units),
    commands: loop.commands.slice(),
    inputs: arrays.inputs.slice(),
    activation: rollout
      ? rollout.activation.slice(batch * rollout.plant.actuators.names.length)
      : new Float64Array(0),
  };
}

/** The task's score of these weights in a loop that has a trial for each condition. */
export function assess(loop: Loop, weights: Float64Array): Score {
  const trials = loop.task.conditions();
  loop.setWeights(weights);
  loop.run(trials);
  return loop.task.score(trials, loop.behavior());
}

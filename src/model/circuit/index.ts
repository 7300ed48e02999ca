/**
 * Networks that control a body and perceive by it: recurrent networks of areas in a closed loop with a plant and its senses, trained by backpropagation through both
 * to do a task.
 *
 * @example
 * const task = centerOut();
 * const { network, best } = await train(networkFor(task, { units: 128, seed: 1 }), task, { steps: 1000, until: 'goal' });
 * const { rates, behavior } = record(network, task);
 */
export type { Area, Connection } from './areas.ts';
export { cells, nonlinearities, type Cell, type CellName, type NonlinearityName } from './cells/index.ts';
export { carried, protect, type Carried, type ProtectOptions } from './continual.ts';
export { follow } from './control/follow.ts';
export { ilqg, reachCost, type ReachControl, type ReachPlan } from './control/ilqg.ts';
export { linearize, stateSize, type Linearized } from './control/linearize.ts';
export { lqg, type LinearController, type LinearProblem } from './control/lqg.ts';
export {
  controlledReaches,
  reachProblem,
  type ControlledReach,
  type LinearReach,
} from './control/reach-lqg.ts';
export { Loop, type Intervention, type RunOptions } from './loop.ts';
export { ratesWhileMoved, type PastMovement } from './moved.ts';
export {
  isNetworkFile,
  readNetwork,
  writeNetwork,
  type TrainedNetwork,
  type TrainingRecord,
} from './network-file.ts';
export { Network, type Block, type NetworkOptions, type Terminals } from './network.ts';
export {
  checkObjective,
  evaluate,
  terms,
  type Evaluation,
  type TermName,
  type Weights,
} from './objective/objective.ts';
export { networkFor, record, type Recording } from './run.ts';
export { postureAt, terminals, type Behavior, type Score, type Task, type Trials } from './task.ts';
export { centerOut, defaultSenses, delayedReach, type ReachOptions } from './tasks/reach.ts';
export { outAndBack, type OutAndBackOptions } from './tasks/out-and-back.ts';
export { cycling, type CyclingOptions } from './tasks/cycling.ts';
export {
  forceField,
  posturePerturbation,
  type ForceFieldOptions,
  type PostureOptions,
} from './tasks/disturbed.ts';
export { flipFlop, type FlipFlopOptions } from './tasks/flip-flop.ts';
export { multiTask, sixRules, wrongTrials, type MultiTaskOptions, type Rule } from './tasks/multi-task.ts';
export { muscleActivity, type MuscleActivityOptions } from './tasks/muscle-activity.ts';
export { tasks, type TaskRecord } from './tasks/registry.ts';
export { producedIntervals, readySetGo, type TimingOptions } from './tasks/timing.ts';
export { train, type Training, type TrainOptions, type TrainProgress } from './train.ts';

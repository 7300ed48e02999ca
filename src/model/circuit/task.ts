import type { Random } from '../../math/random.ts';
import { InputError } from '../../signal/error.ts';
import { Feedback, type FeedbackChannel } from '../plant/feedback.ts';
import type { Load } from '../plant/loads.ts';
import type { Plant } from '../plant/plant.ts';
import { Rollout } from '../plant/rollout.ts';
import type { Terminals } from './network.ts';
import type { Weights } from './objective/objective.ts';

/** A batch of trials of a task. Step k of `desired` is compared with what is there after step k. */
export interface Trials {
  readonly batch: number;
  readonly steps: number;
  /** What the network is told, `steps x trial x input`. */
  readonly inputs: Float64Array;
  /** Where the endpoint should be (m), or what the outputs should be: `steps x trial x value`. */
  readonly desired: Float64Array;
  /** How much each step counts, `steps x trial`, 0 or more. */
  readonly importance: Float64Array;
  /** Steps in which the endpoint should rest, `steps x trial`. Of bodies only. */
  readonly rest?: Float64Array;
  /** Coordinates at the start, `trial x 2`, rad or m. Of bodies only. */
  readonly start?: Float64Array;
  readonly loads?: readonly Load[];
  /** What kind of trial each is: an index into `conditionNames`. */
  readonly condition: Int32Array;
  readonly conditionNames: readonly string[];
  /** Steps at which something happens in each trial (go, set, end), by name; -1 where it does not. */
  readonly events: Readonly<Record<string, Int32Array>>;
}

/** What was done in a batch: the endpoint after each step (`steps x trial x [x, y, dx/dt, dy/dt]`, m and m/s), or the outputs (`steps x trial x output`). */
export interface Behavior {
  readonly values: Float64Array;
  readonly width: number;
}

export interface Score {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Reached at this value or below. */
  readonly goal: number;
}

/** What a network is to do: with a body, or by its outputs alone. */
export interface Task {
  readonly name: string;
  /** The source of the task. */
  readonly source: string;
  readonly stepSeconds: number;
  readonly steps: number;
  readonly inputNames: readonly string[];
  /** With a body: it is moved by the outputs and felt by the senses. */
  readonly body?: { readonly plant: Plant; readonly senses: readonly FeedbackChannel[] };
  /** Without a body. */
  readonly outputNames?: readonly string[];
  /** Weights of the objective's terms that train it well. */
  readonly objective: Weights;
  /** Trials to learn from. All chance comes from `random`. */
  draw(random: Random, batch: number): Trials;
  /** Each condition once, without chance. */
  conditions(): Trials;
  /** How well it was done; lower is better. */
  score(trials: Trials, behavior: Behavior): Score;
}

/** What stands around a network that does this task. */
export function terminals(task: Task): Terminals {
  const { body } = task;
  const common = { stepSeconds: task.stepSeconds, task: task.inputNames };
  if (!body) return { ...common, senses: [], outputs: task.outputNames ?? [], link: 'linear' };
  const { names, activation } = body.plant.actuators;
  return {
    ...common,
    senses: senseNames(body),
    outputs: names,
    link: activation.range[0] < 0 ? 'motors' : 'muscles',
  };
}

function senseNames({ plant, senses }: NonNullable<Task['body']>): readonly string[] {
  return new Feedback(new Rollout(plant, { steps: 1 }), senses).names;
}

/**
 * The coordinates that put the endpoint at (x, y), m. Throws `InputError` where the body cannot reach that: too far, or past a joint's limit.
 */
export function postureAt(plant: Plant, x: number, y: number, what: string): readonly [number, number] {
  const where = `${what}, ${plant.name}`;
  let q: readonly [number, number];
  try {
    q = plant.skeleton.positionsAt(x, y);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new InputError(`${what} is out of the body's reach`, { ...cause.facts, where, cause });
  }
  const { limits } = plant;
  if (limits) {
    for (const j of [0, 1]) {
      if (q[j] >= limits.low[j] && q[j] <= limits.high[j]) continue;
      throw new InputError(`${what} is out of the body's reach`, {
        where,
        expected: `${plant.skeleton.coordinates[j]} within ${limits.low[j].toFixed(3)} to ${limits.high[j].toFixed(3)} ${plant.skeleton.positionUnit}`,
        got: `${q[j].toFixed(3)} at (${x.toFixed(3)}, ${y.toFixed(3)}) m`,
        fix: 'Move the workspace or make the movements shorter.',
      });
    }
  }
  return q;
}

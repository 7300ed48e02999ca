import { decodeCheckpoint, encodeCheckpoint, type Store } from '../../learn/training/checkpoint.ts';
import type { Schedule } from '../../learn/optimizers/schedules.ts';
import { Random } from '../../math/random.ts';
import { CancelledError, InputError, UsageError } from '../../signal/error.ts';
import { sha256 } from '../../signal/hash.ts';
import { Adam } from './adam.ts';
import { Loop } from './loop.ts';
import type { Network } from './network.ts';
import { checkObjective, evaluate, type Evaluation, type Weights } from './objective/objective.ts';
import { assess } from './run.ts';
import type { Score, Task } from './task.ts';

export interface TrainProgress extends Evaluation {
  /** Steps taken. */
  readonly step: number;
  readonly fraction: number;
  readonly seconds: number;
  /** An estimate, from the pace so far. */
  readonly remainingSeconds: number;
  /** Of the steps in which the task was assessed. */
  readonly score?: Score;
}

export interface TrainOptions {
  /** Draws the batches. Default 0. */
  readonly seed?: number | string;
  /** At most. */
  readonly steps: number;
  /** Default 32. */
  readonly batch?: number;
  /** Default: the task's. */
  readonly objective?: Weights;
  /** Learning rate over the run. Default: 0.001 times the root of 128 / units, after a rise over the first 20 steps. */
  readonly schedule?: Schedule;
  /** The gradient's norm is cut to it. Default 1. */
  readonly clipNorm?: number;
  /** Standard deviation of private noise on each unit's drive. Default 0. */
  readonly unitNoise?: number;
  /** Steps between assessments by the task's own score. Default 25. */
  readonly every?: number;
  /** Stop when the score reaches this; by default all steps are taken. `goal` is the task's own. */
  readonly until?: number | 'goal';
  /** Another task for each step: a curriculum. It must have the same body, inputs and outputs. */
  readonly curriculum?: (step: number) => Task;
  /** Changes each step of the weights in place before it is taken (see `protect`). */
  readonly project?: (change: Float64Array) => void;
  readonly onProgress?: (progress: TrainProgress) => void;
  /** Stops after the step under way, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Saves every so many steps and at the end; goes on from what is there under that name. */
  readonly checkpoint?: { readonly store: Store; readonly name: string; readonly every: number };
  /** Seconds, for progress alone. */
  readonly clock?: () => number;
}

export interface Training {
  /** With the weights of the best assessment. */
  readonly network: Network;
  readonly steps: number;
  readonly seconds: number;
  readonly ended: 'steps' | 'goal' | 'diverged';
  readonly best: { readonly step: number; readonly score: Score };
  /** Scores by step. */
  readonly history: readonly { readonly step: number; readonly loss: number; readonly score: number }[];
  /** Where `ended` is `diverged`. */
  readonly divergence?: { readonly step: number; readonly why: string };
}

/** A loss this many times the first smoothed one is a divergence. */
const blowUp = 20;

/** Steps over which the default learning rate rises. */
const rise = 20;

/** Everything that changes during a run. */
interface State {
  weights: Float64Array;
  best: Float64Array;
  bestStep: number;
  bestScore: Score | undefined;
  firstLoss: number;
  smoothLoss: number;
  seconds: number;
  history: { step: number; loss: number; score: number }[];
}

/**
 * Trains a network to do a task: backpropagation through the network and the body, Adam with a clipped gradient. Batches depend on the seed and the
 * step alone, so the same seed gives the same bytes and a resumed run takes the same steps. A run that diverges (a loss or state that is not finite, or a loss that grows
 * twenty-fold) is stopped and said so in the result, which then has the best weights from before.
 *
 * Throws `UsageError` for options that do not fit, `CancelledError` on `signal` after saving, `InputError` where the checkpoint is of another run.
 */
export async function train(network: Network, task: Task, options: TrainOptions): Promise<Training> {
  const { seed = 0, batch = 32, clipNorm = 1, every = 25, until, unitNoise = 0, checkpoint } = options;
  const { objective = task.objective, clock = () => performance.now() / 1000 } = options;
  for (const [name, value] of Object.entries({ steps: options.steps, batch, every })) {
    if (!(Number.isInteger(value) && value > 0)) {
      throw new UsageError(`${name} is not a count`, {
        where: 'train',
        expected: 'a whole number above 0',
        got: `${value}`,
      });
    }
  }
  checkObjective(objective, task);
  const peak = 1e-3 * Math.sqrt(128 / network.units);
  const rateAt = (step: number): number =>
    options.schedule?.(step / options.steps) ?? peak * Math.min(1, (step + 1) / rise);
  const goal = until === 'goal' ? undefined : until;
  const adam = new Adam(network.weights.length);
  const state: State = {
    weights: network.weights.slice(),
    best: network.weights.slice(),
    bestStep: 0,
    bestScore: undefined,
    firstLoss: 0,
    smoothLoss: 0,
    seconds: 0,
    history: [],
  };
  const print = fingerprint(network, task, { seed, batch, objective, clipNorm, unitNoise, every });
  if (checkpoint) await resume(state, adam, checkpoint, print);
  const began = clock() - state.seconds;
  const loops = new Map<Task, Loop>();
  const loopOf = (now: Task): Loop => {
    const kept = loops.get(now) ?? new Loop(network, now, batch);
    loops.set(now, kept);
    return kept;
  };
  const judge = new Loop(network, task, task.conditions().batch, { gradient: false });
  const result = (ended: Training['ended'], divergence?: Training['divergence']): Training => ({
    network: network.withWeights(state.best),
    steps: adam.steps,
    seconds: state.seconds,
    ended,
    best: { step: state.bestStep, score: state.bestScore ?? assess(judge, network.weights) },
    history: state.history,
    divergence,
  });
  const reached = (): boolean =>
    until !== undefined &&
    state.bestScore !== undefined &&
    state.bestScore.value <= (goal ?? state.bestScore.goal);

  while (adam.steps < options.steps && !reached()) {
    const step = adam.steps;
    if (options.signal?.aborted) {
      if (checkpoint) await save(state, adam, checkpoint, print);
      throw new CancelledError('training was stopped', {
        where: `step ${step}`,
        fix: checkpoint ? 'Run again to go on.' : undefined,
      });
    }
    const now = options.curriculum?.(step) ?? task;
    const loop = loopOf(now);
    const why = (reason: string): Training => result('diverged', { step: step + 1, why: reason });
    let evaluation: Evaluation;
    let norm: number;
    try {
      loop.setWeights(state.weights);
      const trials = now.draw(new Random(`${seed}/batch/${step}`), batch);
      loop.run(trials, { seed: `${seed}/noise/${step}`, unitNoise });
      evaluation = evaluate(loop, trials, objective);
      loop.backward();
      norm = Math.sqrt(loop.arrays.gradient.reduce((sum, g) => sum + g * g, 0));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return why(`the body's state is no longer finite: ${error.message}`);
    }
    const { loss } = evaluation;
    if (!Number.isFinite(loss)) return why(`the loss is ${loss}`);
    if (!Number.isFinite(norm)) return why(`the gradient's norm is ${norm}`);
    state.smoothLoss = step === 0 ? loss : 0.9 * state.smoothLoss + 0.1 * loss;
    if (step === 0) state.firstLoss = loss;
    if (state.smoothLoss > blowUp * state.firstLoss) {
      return why(
        `the loss grew from ${state.firstLoss.toPrecision(3)} to ${state.smoothLoss.toPrecision(3)}`,
      );
    }
    const before = options.project && state.weights.slice();
    adam.step(state.weights, loop.arrays.gradient, norm, rateAt(step), clipNorm);
    if (before) projectStep(before, state.weights, options.project!);
    const done = adam.steps;
    let score: Score | undefined;
    if (done % every === 0 || done === options.steps) {
      try {
        score = assess(judge, state.weights);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        return why(`the body's state is no longer finite: ${error.message}`);
      }
      state.history.push({ step: done, loss: state.smoothLoss, score: score.value });
      if (state.bestScore === undefined || score.value < state.bestScore.value) {
        state.bestScore = score;
        state.bestStep = done;
        state.best.set(state.weights);
      }
    }
    state.seconds = clock() - began;
    if (checkpoint && (done % checkpoint.every === 0 || done === options.steps)) {
      await save(state, adam, checkpoint, print);
    }
    const fraction = done / options.steps;
    const remainingSeconds = (state.seconds * (1 - fraction)) / fraction;
    options.onProgress?.({
      ...evaluation,
      step: done,
      fraction,
      seconds: state.seconds,
      remainingSeconds,
      score,
    });
    // So that a page, a worker's messages and an abort get their turn.
    if (done % every === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return result(reached() ? 'goal' : 'steps');
}

/** Replaces the step from `before` to `weights` by its projection. */
function projectStep(
  before: Float64Array,
  weights: Float64Array,
  project: (change: Float64Array) => void,
): void {
  const change = weights.map((w, i) => w - before[i]);
  project(change);
  for (let i = 0; i < weights.length; i++) weights[i] = before[i] + change[i];
}

/** What must be the same for a run to go on. */
function fingerprint(network: Network, task: Task, rest: object): string {
  const first = new Uint8Array(
    network.weights.buffer,
    network.weights.byteOffset,
    network.weights.byteLength,
  );
  return sha256(
    JSON.stringify({
      task: task.name,
      steps: task.steps,
      inputs: network.inputs,
      first: sha256(first),
      ...rest,
    }),
  );
}

type Place = NonNullable<TrainOptions['checkpoint']>;

/** Doubles as bytes, since a checkpoint's tensors are of single precision. */
const bytesOf = (a: Float64Array) => ({
  dtype: 'uint8' as const,
  shape: [a.byteLength],
  data: new Uint8Array(a.slice().buffer),
});

async function save(state: State, adam: Adam, { store, name }: Place, print: string): Promise<void> {
  const { weights, best, ...record } = state;
  const bytes = encodeCheckpoint({
    values: {
      weights: bytesOf(weights),
      best: bytesOf(best),
      mean: bytesOf(adam.mean),
      square: bytesOf(adam.square),
    },
    record: JSON.parse(JSON.stringify({ ...record, print, step: adam.steps })),
  });
  await store.write(name, bytes);
}

async function resume(state: State, adam: Adam, { store, name }: Place, print: string): Promise<void> {
  const bytes = await store.read(name);
  if (!bytes) return;
  const { values, record } = decodeCheckpoint(bytes, name);
  if (record.print !== print) {
    throw new InputError('the checkpoint is of another run', {
      where: name,
      expected: 'the same network, task, seed, batch and objective',
      fix: 'Take those, or another name for this run.',
    });
  }
  const doubles = (key: string): Float64Array =>
    new Float64Array((values[key].data as Uint8Array).slice().buffer);
  adam.restore(doubles('mean'), doubles('square'), Number(record.step));
  state.weights.set(doubles('weights'));
  state.best.set(doubles('best'));
  const kept = record as unknown as Omit<State, 'weights' | 'best'>;
  Object.assign(state, {
    bestStep: kept.bestStep,
    bestScore: kept.bestScore,
    firstLoss: kept.firstLoss,
    smoothLoss: kept.smoothLoss,
    seconds: kept.seconds,
    history: kept.history,
  });
}

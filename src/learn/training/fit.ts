/** A training run: batches, learning rates, validation, early stop, checkpoints and exact resume around a `Trainer`. */
import { CancelledError, InputError, UsageError } from '../../signal/error.ts';
import { Random } from '../../math/random.ts';
import type { Values } from '../engine/engine.ts';
import type { TensorValue } from '../graph/tensor.ts';
import type { Schedule } from '../optimizers/schedules.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import type { Store } from './checkpoint.ts';
import type { StepResult, Trainer } from './trainer.ts';

export interface Progress {
  /** Steps taken. */
  readonly step: number;
  /** The fraction of the run that is done, in [0, 1]. */
  readonly fraction: number;
  readonly learningRate: number;
  readonly seconds: number;
  /** An estimate of what is left, from the pace so far. */
  readonly remainingSeconds: number;
  readonly result: StepResult;
  /** The validation score, after steps that were validated. */
  readonly score?: number;
}

export interface Validation {
  /** Steps between validations; the last step is always validated. */
  readonly every: number;
  /** The score of these weights; lower is better. It must not depend on anything but them. */
  readonly score: (weights: Values) => Promise<number> | number;
  /** Stop after this many validations in a row without a better score; never by default. */
  readonly patience?: number;
}

/** Looks at the weights at a few moments of a run. Nothing of the run depends on it. */
export interface Watch {
  /** Fractions of the run, in (0, 1], after which it looks: after the step in which one is passed. */
  readonly at: readonly number[];
  readonly look: (
    weights: Readonly<Record<string, TensorValue>>,
    progress: Pick<Progress, 'step' | 'fraction' | 'remainingSeconds' | 'result'>,
  ) => Promise<void> | void;
}

export interface FitOptions {
  /** How many steps to take in all, resumed ones included. This, `timeSeconds`, or both: the run ends with the first. */
  readonly steps?: number;
  /** How long to train in all. A run bounded by time is not reproducible to the bit; one bounded by steps is. */
  readonly timeSeconds?: number;
  /** A clock in seconds; `performance.now()` by default. */
  readonly clock?: () => number;
  /**
   * The feeds of a step (from 0). All randomness comes from `random`, which depends on the seed and the step alone. The next
   * batch is made while a step runs in a worker. Samples of several kinds go into one batch with weights for the losses.
   */
  readonly batches: (step: number, random: Random) => Promise<Values> | Values;
  readonly schedule: Schedule;
  readonly validation?: Validation;
  readonly watch?: Watch;
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the run after the step under way, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Saves every so many steps and at the end; goes on from what is there under that name. */
  readonly checkpoint?: { readonly store: Store; readonly name: string; readonly every: number };
}

export interface FitResult {
  readonly steps: number;
  readonly seconds: number;
  readonly ended: 'steps' | 'time' | 'patience';
  /** The weights of the best validation, or of the last step where there is none. */
  readonly weights: Readonly<Record<string, TensorValue>>;
  readonly best?: { readonly step: number; readonly score: number };
}

/** What a run knows beyond its trainer's state. */
interface RunState {
  seconds: number;
  best: { step: number; score: number; weights: Record<string, TensorValue> } | undefined;
  /** Validations since the best. */
  stale: number;
}

/**
 * Trains until the steps, the time or the patience are used up. Resuming from a checkpoint takes the same steps as a run
 * that was never interrupted.
 * @throws CancelledError on `signal`, after saving; InputError where the checkpoint is damaged or of another network.
 */
export async function fit(trainer: Trainer, options: FitOptions): Promise<FitResult> {
  const {
    steps = Infinity,
    timeSeconds = Infinity,
    clock = () => performance.now() / 1000,
    checkpoint,
  } = options;
  if (steps === Infinity && timeSeconds === Infinity) {
    throw new UsageError('A run needs an end', { where: 'fit', fix: 'Give steps or timeSeconds.' });
  }
  const run: RunState = { seconds: 0, best: undefined, stale: 0 };
  if (checkpoint) await resume(trainer, run, checkpoint);
  const start = clock() - run.seconds;
  const fraction = (): number => Math.min(1, Math.max(trainer.steps / steps, run.seconds / timeSeconds));
  const draw = async (step: number): Promise<Values> =>
    options.batches(step, new Random(`${trainer.seed}/batch/${step}`));

  let passed = fraction();
  let ended = endOf(trainer, run, options);
  let feeds = ended ? undefined : await draw(trainer.steps);
  while (feeds) {
    if (options.signal?.aborted) {
      if (checkpoint) await save(trainer, run, checkpoint);
      throw new CancelledError('Training was stopped', {
        where: `step ${trainer.steps}`,
        fix: checkpoint ? 'Run again to go on.' : undefined,
      });
    }
    const learningRate = options.schedule(fraction());
    const following: number = trainer.steps + 1;
    const [result, next]: [StepResult, Values | undefined] = await Promise.all([
      trainer.step(feeds, learningRate),
      following < steps ? draw(following) : undefined,
    ]);
    run.seconds = clock() - start;
    const last = endOf(trainer, run, options) !== undefined;
    const score = await validate(trainer, run, options.validation, last);
    ended = endOf(trainer, run, options);
    feeds = ended ? undefined : next;
    const done = fraction();
    const remainingSeconds = (run.seconds * (1 - done)) / done;
    const { watch } = options;
    if (watch?.at.some((moment) => passed < moment && moment <= done)) {
      // Before the checkpoint, so that a run which goes on from there does not look again.
      const now = { step: trainer.steps, fraction: done, remainingSeconds, result };
      await watch.look(await trainer.weights(), now);
      run.seconds = clock() - start;
    }
    passed = done;
    if (checkpoint && (ended || trainer.steps % checkpoint.every === 0)) await save(trainer, run, checkpoint);
    options.onProgress?.({
      step: trainer.steps,
      fraction: done,
      learningRate,
      seconds: run.seconds,
      remainingSeconds,
      result,
      score,
    });
  }
  const { best } = run;
  return {
    steps: trainer.steps,
    seconds: run.seconds,
    ended: ended ?? 'steps',
    weights: best?.weights ?? (await trainer.weights()),
    best: best && { step: best.step, score: best.score },
  };
}

function endOf(trainer: Trainer, run: RunState, options: FitOptions): FitResult['ended'] | undefined {
  const { steps = Infinity, timeSeconds = Infinity, validation } = options;
  if (trainer.steps >= steps) return 'steps';
  if (run.seconds >= timeSeconds) return 'time';
  if (validation?.patience !== undefined && run.stale >= validation.patience) return 'patience';
  return undefined;
}

async function validate(
  trainer: Trainer,
  run: RunState,
  validation: Validation | undefined,
  last: boolean,
): Promise<number | undefined> {
  if (!validation || !(last || trainer.steps % validation.every === 0)) return undefined;
  const weights = await trainer.weights();
  const score = await validation.score(weights);
  if (run.best === undefined || score < run.best.score) {
    run.best = { step: trainer.steps, score, weights };
    run.stale = 0;
  } else {
    run.stale++;
  }
  return score;
}

type Place = NonNullable<FitOptions['checkpoint']>;

const bestPrefix = 'best/';

async function save(trainer: Trainer, run: RunState, { store, name }: Place): Promise<void> {
  const { step, values } = await trainer.save();
  const best = Object.entries(run.best?.weights ?? {}).map(
    ([path, value]) => [bestPrefix + path, value] as const,
  );
  const bytes = encodeCheckpoint({
    values: { ...values, ...Object.fromEntries(best) },
    record: {
      step,
      seed: trainer.seed,
      seconds: run.seconds,
      stale: run.stale,
      best: run.best ? { step: run.best.step, score: run.best.score } : null,
    },
  });
  await store.write(name, bytes);
}

async function resume(trainer: Trainer, run: RunState, { store, name }: Place): Promise<void> {
  const bytes = await store.read(name);
  if (!bytes) return;
  const { values, record } = decodeCheckpoint(bytes, name);
  if (record.seed !== trainer.seed) {
    throw new InputError('The checkpoint is of a run with another seed', {
      where: name,
      expected: `${trainer.seed}`,
      got: `${String(record.seed)}`,
      fix: 'Use that seed, or another name for this run.',
    });
  }
  const entries = Object.entries(values);
  const now = entries.filter(([path]) => !path.startsWith(bestPrefix));
  await trainer.restore({ step: Number(record.step), values: Object.fromEntries(now) });
  run.seconds = Number(record.seconds);
  run.stale = Number(record.stale);
  const best = record.best as { step: number; score: number } | null;
  const weights = entries.flatMap(([path, value]) =>
    path.startsWith(bestPrefix) ? [[path.slice(bestPrefix.length), value] as const] : [],
  );
  run.best = best ? { ...best, weights: Object.fromEntries(weights) } : undefined;
}

import {
  networkFor,
  tasks,
  train,
  writeNetwork,
  type CellName,
  type Score,
  type Training,
} from '../../model/circuit/index.ts';
import { CheckpointStore } from '../../project/index.ts';

/** One network to be trained: plain data, so that it can cross to another thread. */
export interface ControlJob {
  /** As the registry calls it. */
  readonly task: string;
  readonly units: number;
  readonly cell: CellName;
  readonly seed: number;
  readonly steps: number;
  /** Take all steps, also past the goal. */
  readonly all: boolean;
  /** The folder of states under way, and this run's name in it. */
  readonly checkpoints: string;
  readonly run: string;
}

export interface ControlDone extends Pick<Training, 'ended' | 'steps' | 'divergence'> {
  readonly seed: number;
  readonly score: Score;
  /** Of `writeNetwork`. */
  readonly bytes: Uint8Array;
}

export interface ControlProgress {
  readonly seed: number;
  readonly fraction: number;
  readonly secondsLeft: number;
  readonly score?: Score;
}

/** Steps between kept states. */
const keepEvery = 100;

/** @param stop set to 1 by whoever wants it to end: its state is kept then, and `CancelledError` thrown. */
export async function trainOne(
  { task: name, units, cell, seed, steps, all, checkpoints, run }: ControlJob,
  stop: Int32Array,
  onProgress: (progress: ControlProgress) => void,
): Promise<ControlDone> {
  const kind = tasks.find((t) => t.name === name)!;
  const task = kind.make();
  const stopped = new AbortController();
  const training = await train(networkFor(task, { units, cell, seed }), task, {
    steps,
    seed,
    until: all ? undefined : 'goal',
    signal: stopped.signal,
    clock: () => performance.now() / 1000,
    checkpoint: { store: new CheckpointStore(checkpoints), name: run, every: keepEvery },
    onProgress: ({ fraction, remainingSeconds, score }) => {
      if (Atomics.load(stop, 0) === 1) stopped.abort();
      onProgress({ seed, fraction, secondsLeft: remainingSeconds, score });
    },
  });
  const { network, ended, best, divergence } = training;
  const record = { seed, steps: training.steps, ended, score: best.score };
  const bytes = writeNetwork({ network, task, taskName: name, record });
  return { seed, score: best.score, bytes, ended, steps: training.steps, divergence };
}

import { workerEntry } from '../../media/worker-entry.ts';
import { WorkerLine } from '../../media/worker-line.ts';
import type { ControlCalls } from './calls.ts';
import type { ControlDone, ControlJob, ControlProgress } from './train-one.ts';

/**
 * Trains all, as many at once as there are threads, each in one of its own: what comes out does not depend on how many run at once. When `signal` is aborted
 * each keeps its state and `CancelledError` is thrown.
 *
 * @param onDone gets each network as soon as it is trained. @param onProgress gets the share of all that is done, and the seconds left.
 */
export async function trainAll(
  jobs: readonly ControlJob[],
  options: {
    readonly threads: number;
    readonly signal: AbortSignal;
    readonly onDone: (job: ControlJob, done: ControlDone) => Promise<void>;
    readonly onProgress: (fraction: number, secondsLeft: number, last: ControlProgress) => void;
  },
): Promise<void> {
  const { threads, signal, onDone, onProgress } = options;
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const end = (): void => void Atomics.store(stop, 0, 1);
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  const fractions = new Map<number, number>();
  const start = performance.now();
  const queue = [...jobs];
  const hear = (progress: unknown): void => {
    const told = progress as ControlProgress;
    fractions.set(told.seed, told.fraction);
    const fraction = [...fractions.values()].reduce((a, b) => a + b, 0) / jobs.length;
    const seconds = (performance.now() - start) / 1000;
    onProgress(fraction, (seconds * (1 - fraction)) / fraction, told);
  };
  const lines = Array.from(
    { length: Math.min(threads, jobs.length) },
    () => new WorkerLine<ControlCalls>(workerEntry(import.meta.url, './entry.js'), hear),
  );
  try {
    const results = await Promise.allSettled(
      lines.map(async (line) => {
        for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
          const done = await line.call('train', [job, stop]);
          fractions.set(job.seed, 1);
          await onDone(job, done);
        }
      }),
    );
    const failed = results.find((r) => r.status === 'rejected');
    if (failed) throw failed.reason;
  } finally {
    signal.removeEventListener('abort', end);
    await Promise.all(lines.map((line) => line[Symbol.asyncDispose]()));
  }
}

import { Worker, parentPort } from 'node:worker_threads';
import { MachineError, UsageError } from '../signal/error.ts';
import { heardError, toldError, type ToldError } from '../signal/told-error.ts';

/** Functions that a worker runs for another thread, by name; arguments and results are cloned or transferred. */
type Calls<C> = { [K in keyof C]: (...args: never[]) => unknown };

type Reply =
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'report'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: ToldError };

/**
 * A worker that answers calls in the order in which they were made. It keeps the process alive only while a call is
 * under way. Errors of ours keep their class and their facts.
 */
export class WorkerLine<C extends Calls<C>> implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #waiting: { resolve: (value: never) => void; reject: (error: Error) => void }[] = [];
  readonly #ended: Promise<void>;
  #closed = false;
  #failure: Error | undefined;

  /** @param onReport gets what the worker reports while it works on a call. */
  constructor(entry: URL, onReport: (value: unknown) => void = () => {}) {
    this.#worker = new Worker(entry);
    this.#worker.unref();
    this.#worker.on('message', (reply: Reply) => {
      if (reply.kind === 'report') return onReport(reply.value);
      const { resolve, reject } = this.#waiting.shift()!;
      if (this.#waiting.length === 0) this.#worker.unref();
      if (reply.kind === 'done') resolve(reply.value as never);
      else reject(heardError(reply.error));
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#fail(new MachineError('a worker thread ended unexpectedly', { got: `exit code ${code}` }));
        resolve();
      });
    });
  }

  call<K extends keyof C & string>(
    name: K,
    args: Parameters<C[K]>,
    transfer: ArrayBuffer[] = [],
  ): Promise<Awaited<ReturnType<C[K]>>> {
    if (this.#closed) throw new UsageError(`${name} was called after close`);
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ name, args }, transfer);
    });
  }

  /** Lets calls that were made end, then ends the worker. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#worker.ref();
      this.#worker.postMessage({ name: null });
    }
    await this.#ended;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}

/**
 * The worker's side: answers the calls of the thread that started it, one at a time. `release` runs before the worker ends;
 * `transfer` names the buffers of a result that are handed over instead of copied.
 */
export function answerCalls<C extends Calls<C>>(
  calls: C,
  options: { release?: () => void; transfer?: (result: unknown) => ArrayBuffer[] } = {},
): void {
  const answer = async ({
    name,
    args,
  }: {
    name: (keyof C & string) | null;
    args: never[];
  }): Promise<void> => {
    if (name === null) {
      options.release?.();
      parentPort!.close();
      return;
    }
    try {
      const made = calls[name](...args);
      const value: unknown = made instanceof Promise ? await made : made;
      parentPort!.postMessage({ kind: 'done', value } satisfies Reply, options.transfer?.(value));
    } catch (error) {
      parentPort!.postMessage({ kind: 'failed', error: toldError(error) } satisfies Reply);
    }
  };
  // One after the other: the thread takes the answers in the order in which it asked.
  let answering = Promise.resolve();
  parentPort!.on('message', (message: Parameters<typeof answer>[0]) => {
    answering = answering.then(() => answer(message));
  });
}

/** From a worker to its thread, while a call is under way. */
export function report(value: unknown): void {
  parentPort!.postMessage({ kind: 'report', value } satisfies Reply);
}

import { Worker } from 'node:worker_threads';
import { InputError, MachineError, UsageError } from '../../signal/error.ts';
import type { OperationInput, OperationName, OperationOutput, Reply, Request } from './operations.ts';

export interface IsolateOptions {
  /** After this many seconds the worker is ended and the file given up; default 120. */
  readonly timeLimitSeconds?: number;
}

interface Waiting {
  readonly request: Request;
  readonly limitSeconds: number;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One worker that runs library calls one after another. It is started on first use, ended where a call outlasts its time
 * limit, crashes or leaves the library in doubt, and started anew by the next call. It does not keep the process alive.
 */
class Isolate {
  #worker: Worker | undefined;
  #running: Waiting | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #queue: Waiting[] = [];
  #lastId = 0;

  run(
    name: OperationName,
    bytes: Uint8Array,
    where: string,
    input: unknown,
    limitSeconds: number,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const request: Request = { id: ++this.#lastId, name, bytes, where, input };
      this.#queue.push({ request, limitSeconds, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#running) return;
    this.#running = this.#queue.shift();
    if (!this.#running) {
      this.#worker?.unref();
      return;
    }
    const { request, limitSeconds } = this.#running;
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#timer = setTimeout(() => {
      this.#end();
      this.#settle(
        new InputError('reading took too long and was given up', {
          where: request.where,
          expected: `at most ${limitSeconds} s`,
          fix: 'The file is probably broken: copy it again from its source. A very large one may need a longer limit (timeLimitSeconds).',
        }),
      );
    }, limitSeconds * 1000);
    this.#worker.postMessage(request);
  }

  #start(): Worker {
    // Standard streams are taken from the libraries: what they print belongs to nobody's output.
    const worker = new Worker(workerFile(), {
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 2048 },
    });
    worker.on('message', (reply: Reply) => {
      if (worker !== this.#worker || reply.id !== this.#running?.request.id) return;
      if ('output' in reply) return this.#settle(undefined, reply.output);
      if (reply.fatal) this.#end();
      this.#settle(revive(reply, this.#running.request.where));
    });
    const fail = (cause?: unknown): void => {
      if (worker !== this.#worker) return;
      this.#worker = undefined;
      const where = this.#running?.request.where;
      this.#settle(
        new InputError('the parser broke down on this file', {
          where,
          got: cause instanceof Error ? cause.message : undefined,
          fix: 'The file is probably broken: copy it again from its source.',
          cause,
        }),
      );
    };
    worker.on('error', fail);
    worker.on('messageerror', fail);
    worker.on('exit', () => fail());
    return worker;
  }

  #end(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }

  #settle(error: Error | undefined, output?: unknown): void {
    clearTimeout(this.#timer);
    const running = this.#running;
    this.#running = undefined;
    if (error) running?.reject(error);
    else running?.resolve(output);
    this.#next();
  }
}

function revive(reply: Extract<Reply, { fatal: boolean }>, where: string): Error {
  const { kind, what, facts } = reply.error;
  switch (kind) {
    case 'input':
      return new InputError(what, facts);
    case 'usage':
      return new UsageError(what, facts);
    case 'library': {
      if (/memory|allocation failed/i.test(what))
        return new MachineError('there is not enough memory', { where, got: what });
      const [line] = what.split('\n', 1);
      return new InputError('the file cannot be read', { where, got: line.slice(0, 300) });
    }
    default:
      return kind satisfies never;
  }
}

/** Node cannot start a worker from TypeScript: from the sources (in tests) the built worker is taken. */
function workerFile(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('../../../dist/formats/isolated/worker.js', import.meta.url)
    : new URL('./worker.js', import.meta.url);
}

const isolate = new Isolate();

/** Runs a library call on untrusted bytes where it can neither hang nor end this process. Throws `InputError`, `MachineError`. */
export async function isolated<N extends OperationName>(
  name: N,
  bytes: Uint8Array,
  where: string,
  input: OperationInput<N>,
  { timeLimitSeconds = 120 }: IsolateOptions = {},
): Promise<OperationOutput<N>> {
  return (await isolate.run(name, bytes, where, input, timeLimitSeconds)) as OperationOutput<N>;
}

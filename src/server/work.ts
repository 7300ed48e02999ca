import { WorkerLine } from '../media/worker-line.ts';
import { workerEntry } from '../media/worker-entry.ts';
import type { WorkCalls } from './work-calls.ts';

/** Work of seconds, done in a thread of its own so that the server goes on answering. The thread ends when it is long idle. */
export class Work implements AsyncDisposable {
  #line: WorkerLine<WorkCalls> | undefined;

  call<K extends keyof WorkCalls & string>(
    name: K,
    ...args: Parameters<WorkCalls[K]>
  ): Promise<Awaited<ReturnType<WorkCalls[K]>>> {
    this.#line ??= new WorkerLine<WorkCalls>(workerEntry(import.meta.url, './work-entry.js'));
    return this.#line.call(name, args);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#line?.[Symbol.asyncDispose]();
  }
}

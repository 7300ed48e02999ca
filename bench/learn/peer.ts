/** The process of `pytorch.py`, asked one line at a time. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MachineError } from '../../src/signal/error.ts';

export class Peer {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor(python: string, threads: number) {
    const script = fileURLToPath(new URL('./pytorch.py', import.meta.url));
    this.#process = spawn(python, [script, String(threads)], {
      env: { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) },
    });
    this.#process.stderr.pipe(process.stderr);
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async ask<Answer>(request: object): Promise<Answer> {
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) {
      throw new MachineError('PyTorch has ended', {
        where: 'bench/learn/pytorch.py',
        got: 'no answer; its own message is above',
        fix: 'Name a Python that has torch and numpy with --python.',
      });
    }
    return JSON.parse(value) as Answer;
  }

  end(): void {
    this.#process.stdin.end();
  }
}

import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ErrorFacts } from '../../signal/error.ts';
import type { JobState } from '../api.ts';
import type { CommandLine } from './command-line.ts';

/** One point of a learning curve, as a command tells it. */
export interface CurvePoint {
  readonly stage: string;
  readonly step: number;
  readonly loss: number;
  /** Where it was judged: its mean error on held-out frames, px. */
  readonly heldOutPx?: number;
}

export interface Progress extends NonNullable<JobState['progress']> {
  readonly training?: CurvePoint;
}

/** How a command tells with `--json` that it failed. */
interface ToldFailure extends ErrorFacts {
  readonly what: string;
}

export type JobOutcome = Pick<JobState, 'result' | 'error'> & { readonly ok: boolean };

export interface JobProcessOptions {
  readonly command: readonly string[];
  readonly commandLine: CommandLine;
  readonly pass: string | undefined;
  readonly cwd: string;
  readonly log: string;
  readonly onProgress: (progress: Progress) => void;
}

/** A command that runs on while pages come and go, and ends with the server. */
export class JobProcess {
  /** How it ended. Never rejects. */
  readonly ended: Promise<JobOutcome>;
  readonly #interrupt: () => void;
  readonly #kill: () => void;

  constructor({ command, commandLine, pass, cwd, log, onProgress }: JobProcessOptions) {
    const lines = createWriteStream(log, { flags: 'a' });
    // The log is for people: a disk that refuses it must not end the work.
    lines.on('error', () => lines.destroy());
    lines.write(`marey ${command.join(' ')}\n`);
    // A group of its own: Ctrl-C in the server's terminal reaches the server alone, which then stops it in order.
    const child = spawn(commandLine.program, [...commandLine.first, ...command], {
      cwd,
      env: commandLine.environment(pass),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    // The command stops when its standard input ends, which a killed server brings about too.
    child.stdin.on('error', () => undefined);
    this.#interrupt = () => {
      child.stdin.end();
      if (process.platform !== 'win32') child.kill('SIGINT');
    };
    this.#kill = () => void child.kill('SIGKILL');
    let out = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    createInterface({ input: child.stderr }).on('line', (line) => {
      const progress = progressOf(line);
      if (progress) onProgress(progress);
      else lines.write(`${line}\n`);
    });
    const failed = once(child, 'error').then(([error]: Error[]) => error.message);
    const closed = new Promise<number | string>((resolve) => {
      child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    });
    this.ended = Promise.race([closed, failed]).then((code) => {
      lines.end(`${out.trimEnd()}\n`);
      return outcomeOf(code, out, log);
    });
  }

  /** As Ctrl-C does: the step at hand is finished and what is done is kept. */
  interrupt(): void {
    this.#interrupt();
  }

  kill(): void {
    this.#kill();
  }
}

function progressOf(line: string): Progress | undefined {
  if (!line.startsWith('{"progress":')) return undefined;
  try {
    return (JSON.parse(line) as { progress: Progress }).progress;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function outcomeOf(code: number | string, out: string, log: string): JobOutcome {
  const said = lastObject(out);
  if (code === 0 && said) return { ok: true, result: said };
  const error = said?.['error'] as ToldFailure | undefined;
  if (error) {
    const { what, where, expected, got, fix } = error;
    return { ok: false, error: { message: what, where, expected, got, fix } };
  }
  return {
    ok: false,
    error: {
      message: 'the command ended unexpectedly',
      where: log,
      got: `exit code ${code}`,
      fix: 'Look into its log.',
    },
  };
}

function lastObject(out: string): Record<string, unknown> | undefined {
  const last = out.trimEnd().split('\n').at(-1) ?? '';
  try {
    return last.startsWith('{') ? (JSON.parse(last) as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

import { spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect } from 'vitest';

export const bin = resolve('bin/marey.js');

/** A training of so many steps that is the same wherever it runs. */
export const trainArguments = (steps: number): string[] => [
  'train',
  '--steps',
  `${steps}`,
  '--network',
  'fast',
  '--threads',
  '1',
  '--json',
];

/** How a command ended. `json` is the object on the last line of standard output, empty where there is none. */
export interface Run {
  readonly code: number | null;
  readonly json: Record<string, unknown>;
  readonly out: string;
  readonly err: string;
}

/** Runs the command to its end in the folder `cwd`; `prefix` is a command to start it under. */
export function marey(cwd: string, argv: readonly string[], prefix: readonly string[] = []): Run {
  const [command, ...rest] = [...prefix, process.execPath, bin, ...argv];
  const { status, stdout, stderr } = spawnSync(command, rest, { cwd, encoding: 'utf8' });
  return ended(status, stdout, stderr);
}

/** Starts the command. `said` resolves when it has said this on standard error, or has ended; `kill` is SIGKILL. */
export function startMarey(
  cwd: string,
  argv: readonly string[],
): {
  readonly kill: () => void;
  /** As Ctrl-C does. */
  readonly interrupt: () => void;
  readonly said: (text: string) => Promise<void>;
  readonly ended: Promise<Run>;
} {
  const child = spawn(process.execPath, [bin, ...argv], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  const listeners: (() => void)[] = [];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => {
    err += data.toString();
    for (const listener of listeners) listener();
  });
  const end = new Promise<Run>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done(ended(code, out, err)));
  });
  return {
    kill: () => child.kill('SIGKILL'),
    interrupt: () => child.kill('SIGINT'),
    said: (text) =>
      new Promise((done) => {
        const check = (): void => {
          if (err.includes(text)) done();
        };
        listeners.push(check);
        void end.then(() => done());
        check();
      }),
    ended: end,
  };
}

function ended(code: number | null, out: string, err: string): Run {
  const last = out.trimEnd().split('\n').at(-1) ?? '';
  return { code, out, err, json: last.startsWith('{') ? (JSON.parse(last) as Run['json']) : {} };
}

/** What an `--json` failure holds. */
export function failure({ json }: Run): { name: string; message: string; where?: string; fix?: string } {
  return json.error as ReturnType<typeof failure>;
}

/**
 * Expects a failure that a person can act on: the exit code of its kind, the place, and what to do; no trace of a stack; with
 * `--json` the same as one object.
 */
export function expectClear(run: Run, name: string, message: RegExp): void {
  expect(run.err).toMatch(/^Error: /m);
  expect(run.err).not.toMatch(/fault in Marey|^\s+at /m);
  const error = failure(run);
  expect(error.name).toBe(name);
  expect(error.message).toMatch(message);
  expect(run.err).toContain(error.message);
  expect(run.code).toBe(name === 'UsageError' ? 2 : 1);
}

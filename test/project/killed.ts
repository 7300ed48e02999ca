import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const child = fileURLToPath(new URL('child.mjs', import.meta.url));

export interface Ended {
  /** The JSON values of the whole lines on standard output. */
  readonly said: readonly unknown[];
  readonly errors: string;
  readonly code: number | null;
}

/** Starts `child.mjs`; `prefix` is a command to start it under. */
export function startChild(
  arguments_: readonly string[],
  prefix: readonly string[] = [],
): { process: ChildProcess; firstLine: Promise<void>; ended: Promise<Ended> } {
  const [command, ...rest] = [...prefix, process.execPath, child, ...arguments_];
  const started = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  let heard: () => void;
  const firstLine = new Promise<void>((resolve) => (heard = resolve));
  started.stdout.on('data', (data: Buffer) => {
    output += data.toString();
    if (output.includes('\n')) heard();
  });
  started.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    started.on('error', reject);
    started.on('close', (code) => {
      heard();
      const lines = output.split('\n').slice(0, -1);
      resolve({ said: lines.map((line) => JSON.parse(line) as unknown), errors, code });
    });
  });
  return { process: started, firstLine, ended };
}

/** Runs `child.mjs` to its end. */
export function runChild(arguments_: readonly string[], prefix?: readonly string[]): Promise<Ended> {
  return startChild(arguments_, prefix).ended;
}

/** Runs `child.mjs` and kills it so many ms after its first line, or after its start. */
export async function killChild(
  arguments_: readonly string[],
  { after, ms }: { readonly after: 'start' | 'first line'; readonly ms: number },
): Promise<Ended> {
  const { process: started, firstLine, ended } = startChild(arguments_);
  if (after === 'first line') await firstLine;
  await new Promise((resolve) => setTimeout(resolve, ms));
  started.kill('SIGKILL');
  return ended;
}

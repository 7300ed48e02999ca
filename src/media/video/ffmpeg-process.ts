import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { MachineError } from '../../signal/error.ts';

/** One picture of a run of ffmpeg, with its time stamp in seconds. */
export interface RawPicture {
  readonly seconds: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** A run of ffmpeg that writes raw pictures of `pictureBytes` and says each one's time by its `showinfo` filter. */
export class FfmpegRun implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #pictureBytes: number;
  readonly #exit: Promise<number | null>;
  readonly #times: number[] = [];
  #timeBase = NaN;
  #stderr = '';
  #complaint = '';

  constructor(args: readonly string[], pictureBytes: number) {
    this.#pictureBytes = pictureBytes;
    this.#child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#exit = new Promise((resolve, reject) => {
      this.#child.once('close', resolve);
      this.#child.once('error', reject);
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => this.#readLog(text));
  }

  /** The next picture, or undefined at the end. */
  async next(): Promise<RawPicture | undefined> {
    const data = await this.#bytes();
    if (!data) {
      const code = await this.#exit;
      if (code === 0 || this.#times.length === 0) return undefined;
      throw new MachineError('ffmpeg failed', { got: this.#complaint || `exit code ${code}` });
    }
    while (this.#times.length === 0) {
      await new Promise((resolve) => this.#child.stderr.once('data', resolve));
    }
    return { seconds: this.#times.shift()!, data };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    this.#child.stdout.resume();
    await this.#exit;
  }

  async #bytes(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const out = new Uint8Array(this.#pictureBytes);
    for (let filled = 0; filled < out.length;) {
      const { stdout } = this.#child;
      const part = stdout.read(Math.min(out.length - filled, stdout.readableLength || 1)) as Buffer | null;
      if (part) {
        out.set(part, filled);
        filled += part.length;
      } else if (stdout.readableEnded || stdout.destroyed) return undefined;
      else await new Promise<void>((resolve) => this.#onceReadableOrEnd(resolve));
    }
    return out;
  }

  #onceReadableOrEnd(resolve: () => void): void {
    const { stdout } = this.#child;
    const events = ['readable', 'end', 'close', 'error'];
    const done = () => {
      for (const event of events) stdout.off(event, done);
      resolve();
    };
    for (const event of events) stdout.on(event, done);
  }

  #readLog(text: string): void {
    const lines = (this.#stderr + text).split('\n');
    this.#stderr = lines.pop()!;
    for (const line of lines) {
      const base = /showinfo.* config in time_base: (\d+)\/(\d+)/.exec(line);
      const time = /showinfo.* n: *\d+ pts: *(-?\d+|NOPTS)/.exec(line);
      if (base) this.#timeBase = Number(base[1]) / Number(base[2]);
      else if (time) this.#times.push(Number(time[1]) * this.#timeBase);
      else if (/error|invalid|failed/i.test(line)) this.#complaint = line;
    }
  }
}

/** Runs ffprobe and hands on each line of its output. Resolves to what it complained of. */
export async function probe(args: readonly string[], onLine: (line: string) => void): Promise<string> {
  const child = spawn('ffprobe', ['-v', 'error', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (complaint = (complaint + text).slice(-2000)));
  const closed = new Promise<void>((resolve, reject) => {
    child.once('close', () => resolve());
    child.once('error', reject);
  });
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    lines.forEach(onLine);
  });
  await closed;
  if (rest) onLine(rest);
  return complaint.trim();
}

import { MachineError } from '../../signal/error.ts';
import { workerEntry } from '../worker-entry.ts';
import { WorkerLine } from '../worker-line.ts';
import type { DecodeOptions, Scan, VideoBackend } from './backend.ts';
import type { DecodeCalls } from './decode-worker.ts';
import type { FrameIndex } from './frame-index.ts';
import type { Picture, StreamFacts } from './stream.ts';

/** FFmpeg's libraries in a worker thread, by the optional package `node-av`. */
export class NodeAvBackend implements VideoBackend {
  readonly name = 'node-av';
  readonly facts: StreamFacts;
  readonly #line: WorkerLine<DecodeCalls>;
  readonly #progress: { on: (fraction: number) => void };

  private constructor(
    line: WorkerLine<DecodeCalls>,
    facts: StreamFacts,
    progress: { on: (f: number) => void },
  ) {
    this.#line = line;
    this.facts = facts;
    this.#progress = progress;
  }

  static async open(path: string): Promise<NodeAvBackend> {
    const progress = { on: (_fraction: number): void => {} };
    const line = new WorkerLine<DecodeCalls>(workerEntry(import.meta.url, './decode-worker.js'), (fraction) =>
      progress.on(fraction as number),
    );
    try {
      return new NodeAvBackend(line, await line.call('open', [path]), progress);
    } catch (error) {
      await line[Symbol.asyncDispose]();
      throw error;
    }
  }

  async scan(threads: number, onProgress: (fraction: number) => void = () => {}): Promise<Scan> {
    this.#progress.on = onProgress;
    return this.#line.call('scan', [threads]);
  }

  use(index: FrameIndex, options: DecodeOptions): Promise<void> {
    return this.#line.call('use', [index, this.facts, options]);
  }

  read(first: number, end: number, spare: ArrayBuffer[] = []): Promise<Picture[]> {
    return this.#line.call('read', [first, end, spare], spare);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#line[Symbol.asyncDispose]();
  }
}

/** Undefined where `node-av` can be loaded, else why not. */
export async function whyNoNodeAv(): Promise<MachineError | undefined> {
  try {
    await import('node-av/lib');
    return undefined;
  } catch (cause) {
    return new MachineError('node-av cannot be loaded', {
      got: cause instanceof Error ? cause.message.split('\n')[0] : String(cause),
      fix: 'Install it (npm install node-av) or put ffmpeg and ffprobe on the PATH.',
      cause,
    });
  }
}

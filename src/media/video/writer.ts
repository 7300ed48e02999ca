import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { MachineError, MareyError, UsageError } from '../../signal/error.ts';
import type { Frame } from '../frame.ts';
import { workerEntry } from '../worker-entry.ts';
import { WorkerLine } from '../worker-line.ts';
import type { EncodeCalls } from './encode-worker.ts';
import { whyNoFfmpeg } from './ffmpeg.ts';
import { whyNoNodeAv } from './node-av.ts';

export interface VideoWriterOptions {
  /** Size of the frames written, pixels. Odd sizes are padded by one column or row that repeats the last. */
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  /** Constant rate factor of x264: 0 keeps all, 51 is worst. Default 20. */
  readonly quality?: number;
  /** Default: `node-av`, or the ffmpeg program where that cannot be loaded. */
  readonly backend?: 'node-av' | 'ffmpeg';
}

/** What an encoder is told of the (even-sized) pictures that it gets. */
export interface EncodeShape {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly quality: number;
  readonly threads: number;
  /** x264's own options, `name=value` joined by colons; empty for none. */
  readonly codecParameters: string;
}

/**
 * What keeps x264's bytes the same. They follow the number of threads, which by default follows that of the cores. Its AVX-512 code for the trees of
 * macroblocks (core 165) reads memory that was never written; code for SSE 4.2, which takes as long here, does not.
 */
const sameBytes = { threads: 4, codecParameters: process.arch === 'x64' ? 'asm=SSE4.2' : '' };

type Picture = Pick<Frame, 'width' | 'height' | 'channels' | 'data'>;

interface Sink extends AsyncDisposable {
  /** Resolves when the next picture may come. */
  write(data: Uint8Array, channels: 1 | 3): Promise<void>;
  finish(): Promise<void>;
}

/**
 * Writes a video that browsers play: H.264, yuv420p, mp4 with its index in front. It is written beside `path` and takes
 * its name when `close` has succeeded; disposed of without `close`, it leaves nothing. The same frames give the same bytes, by the same build of
 * the encoder.
 *
 * @throws MachineError where neither `node-av` nor ffmpeg is there, or the file cannot be written.
 */
export async function openVideoWriter(path: string, options: VideoWriterOptions): Promise<VideoWriter> {
  const { width, height, framesPerSecond, quality = 20 } = options;
  if (!(
    Number.isInteger(width) &&
    Number.isInteger(height) &&
    width > 0 &&
    height > 0 &&
    framesPerSecond > 0
  )) {
    throw new UsageError('no such video', {
      where: path,
      expected: 'a width and height in whole pixels and a rate above 0',
      got: `${width} x ${height} at ${framesPerSecond} frames a second`,
    });
  }
  const beside = `${resolve(path)}.${randomUUID()}.part`;
  const even = { width: width + (width % 2), height: height + (height % 2) };
  const shape = { ...even, framesPerSecond, quality, ...sameBytes };
  return new VideoWriter(path, beside, options, await openSink(beside, shape, options.backend));
}

export class VideoWriter implements AsyncDisposable {
  readonly path: string;
  readonly #beside: string;
  readonly #options: VideoWriterOptions;
  readonly #sink: Sink;
  #count = 0;
  #closed = false;

  constructor(path: string, beside: string, options: VideoWriterOptions, sink: Sink) {
    this.path = path;
    this.#beside = beside;
    this.#options = options;
    this.#sink = sink;
  }

  /** Appends a frame; its `data` is copied. Resolves when the next may come. */
  async write(frame: Picture): Promise<void> {
    const { width, height } = this.#options;
    if (this.#closed) throw new UsageError('frame was written after close', { where: this.path });
    if (frame.width !== width || frame.height !== height) {
      throw new UsageError(`frame ${this.#count} has another size`, {
        where: this.path,
        expected: `${width} x ${height}`,
        got: `${frame.width} x ${frame.height}`,
      });
    }
    this.#count++;
    await this.#sink.write(padded(frame), frame.channels);
  }

  /** Finishes the file and gives it its name. */
  async close(): Promise<void> {
    if (this.#closed) return;
    if (this.#count === 0) throw new UsageError('a video needs at least one frame', { where: this.path });
    this.#closed = true;
    try {
      await this.#sink.finish();
      await this.#sink[Symbol.asyncDispose]();
      const file = await open(this.#beside);
      await file.sync();
      await file.close();
      await rename(this.#beside, this.path);
    } catch (error) {
      await rm(this.#beside, { force: true });
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#sink[Symbol.asyncDispose]();
    await rm(this.#beside, { force: true });
  }
}

async function openSink(
  path: string,
  shape: EncodeShape,
  wanted: VideoWriterOptions['backend'],
): Promise<Sink> {
  let noNodeAv: MachineError | undefined;
  if (wanted !== 'ffmpeg') {
    try {
      return await NodeAvSink.open(path, shape);
    } catch (error) {
      noNodeAv = error instanceof MareyError ? undefined : await whyNoNodeAv();
      if (!noNodeAv) throw error;
      if (wanted === 'node-av') throw noNodeAv;
    }
  }
  const noFfmpeg = await whyNoFfmpeg();
  if (!noFfmpeg) return new FfmpegSink(path, shape);
  throw new MachineError('nothing here can encode videos', {
    expected: 'the package node-av, or ffmpeg with libx264 on the PATH',
    got: [noNodeAv, noFfmpeg].flatMap((e) => e?.facts.got ?? []).join('; '),
    fix: 'Run npm install node-av, or install FFmpeg.',
  });
}

class NodeAvSink implements Sink {
  readonly #line = new WorkerLine<EncodeCalls>(workerEntry(import.meta.url, './encode-worker.js'));
  #last: Promise<void> = Promise.resolve();

  static async open(path: string, shape: EncodeShape): Promise<NodeAvSink> {
    const sink = new NodeAvSink();
    try {
      await sink.#line.call('open', [path, shape]);
      return sink;
    } catch (error) {
      await sink.#line[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** One picture is encoded while the next is made. */
  async write(data: Uint8Array, channels: 1 | 3): Promise<void> {
    const before = this.#last;
    this.#last = this.#line.call('write', [data, channels]);
    await Promise.all([before, Promise.race([this.#last, Promise.resolve()])]);
  }

  async finish(): Promise<void> {
    await this.#last;
    await this.#line.call('finish', []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([this.#last]);
    await this.#line[Symbol.asyncDispose]();
  }
}

class FfmpegSink implements Sink {
  readonly #path: string;
  readonly #child: ChildProcessByStdio<Writable, null, Readable>;
  readonly #exit: Promise<number | null>;
  #complaint = '';

  constructor(path: string, shape: EncodeShape) {
    const { width, height, framesPerSecond, quality, threads, codecParameters } = shape;
    this.#path = path;
    const input = [
      '-f',
      'rawvideo',
      '-pix_fmt',
      'rgb24',
      '-s',
      `${width}x${height}`,
      '-r',
      String(framesPerSecond),
    ];
    const color = ['-pix_fmt', 'yuv420p', '-colorspace', 'smpte170m', '-color_primaries', 'smpte170m'];
    const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', String(quality), ...color];
    const same = ['-threads', String(threads), '-fflags', '+bitexact', '-flags:v', '+bitexact'];
    if (codecParameters) same.push('-x264-params', codecParameters);
    const file = ['-movflags', '+faststart', '-f', 'mp4', path];
    this.#child = spawn(
      'ffmpeg',
      ['-v', 'error', '-y', ...input, '-i', 'pipe:0', ...codec, ...same, ...file],
      { stdio: ['pipe', 'ignore', 'pipe'] },
    );
    this.#exit = new Promise((done, fail) => {
      this.#child.once('close', done);
      this.#child.once('error', fail);
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#complaint += text));
    // A broken pipe shows as ffmpeg's exit code, which `finish` reports.
    this.#child.stdin.on('error', (error) => (this.#complaint ||= error.message));
  }

  async write(data: Uint8Array, channels: 1 | 3): Promise<void> {
    const { stdin } = this.#child;
    if (stdin.destroyed) return this.finish();
    const room = stdin.write(channels === 3 ? data.slice() : repeated(data));
    if (!room) await Promise.race([new Promise((go) => stdin.once('drain', go)), this.#exit]);
  }

  async finish(): Promise<void> {
    this.#child.stdin.end();
    const code = await this.#exit;
    if (code === 0) return;
    throw new MachineError('video cannot be written', {
      where: this.#path,
      got: this.#complaint.trim() || `ffmpeg ended with ${code}`,
      fix: 'Check that the folder can be written to, the disk has room, and ffmpeg has libx264.',
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }
}

function repeated(gray: Uint8Array): Uint8Array {
  const out = new Uint8Array(gray.length * 3);
  for (let i = 0; i < gray.length; i++) out.fill(gray[i], 3 * i, 3 * i + 3);
  return out;
}

/** The frame's pixels, with the last column and row repeated where its size is odd. */
function padded({ width, height, channels, data }: Picture): Uint8Array {
  if (width % 2 === 0 && height % 2 === 0) return data;
  const row = width * channels;
  const wide = (width + (width % 2)) * channels;
  const out = new Uint8Array(wide * (height + (height % 2)));
  for (let y = 0; y * wide < out.length; y++) {
    const from = Math.min(y, height - 1) * row;
    out.set(data.subarray(from, from + row), y * wide);
    if (wide > row) out.copyWithin(y * wide + row, y * wide + row - channels, y * wide + row);
  }
  return out;
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { InputError, MachineError } from '../../signal/error.ts';
import type { DecodeOptions, Scan, VideoBackend } from './backend.ts';
import { FfmpegRun, probe } from './ffmpeg-process.ts';
import { CORRUPT, HIDDEN, KEY, hasPresentationTimes, hideFragments } from './frame-index.ts';
import type { FrameIndex } from './frame-index.ts';
import { Gate } from './gate.ts';
import { UPRIGHT, orient, orientationOf } from './orientation.ts';
import type { Orientation } from './orientation.ts';
import type { Picture, StreamFacts } from './stream.ts';

/**
 * The programs ffmpeg and ffprobe, for machines without `node-av`. Seeking is only a way to start near: each picture is
 * known by the time stamp that ffmpeg prints for it, and where the seek landed too late reading starts over.
 */
export class FfmpegBackend implements VideoBackend {
  readonly name = 'ffmpeg';
  readonly facts: StreamFacts;
  readonly #path: string;
  #index: FrameIndex | undefined;
  #options: DecodeOptions | undefined;
  #packetAt = new Map<number, number>();
  #run: FfmpegRun | undefined;
  #gate: Gate<Uint8Array<ArrayBuffer>> | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(path: string, facts: StreamFacts) {
    this.#path = path;
    this.facts = facts;
  }

  static async open(path: string): Promise<FfmpegBackend> {
    let json = '';
    const complaint = await probe(
      ['-select_streams', 'V:0', '-show_streams', '-of', 'json', `file:${path}`],
      (line) => (json += line),
    );
    const stream = (JSON.parse(json || '{}') as { streams?: ProbedStream[] }).streams?.[0];
    if (stream) return new FfmpegBackend(path, factsOf(stream));
    throw new InputError('cannot be opened as a video', {
      where: path,
      expected: 'a video file that FFmpeg knows (mp4, mov, avi, mkv, webm, ...)',
      got: complaint.split('\n').at(-1) || 'no video stream',
      fix: 'The file is damaged, was never finished (its index is written last), or is no video: copy it again from where it was recorded.',
    });
  }

  async scan(): Promise<Scan> {
    const rows: [pts: number, dts: number, position: number, flags: number][] = [];
    const entries = 'packet=pts,dts,pos,flags:stream=time_base';
    let timeBase = { num: NaN, den: NaN };
    await probe(
      ['-select_streams', 'V:0', '-show_entries', entries, '-of', 'compact', `file:${this.#path}`],
      (line) => {
        const field = (name: string) => new RegExp(`\\b${name}=([^|]*)`).exec(line)?.[1] ?? 'N/A';
        if (line.startsWith('stream|')) {
          const [num, den] = field('time_base').split('/').map(Number);
          timeBase = { num, den };
        }
        if (!line.startsWith('packet|')) return;
        const flags = field('flags');
        const position = Number(field('pos'));
        rows.push([
          Number(field('pts')),
          Number(field('dts')),
          Number.isNaN(position) ? -1 : position,
          (flags.includes('K') ? KEY : 0) |
            (flags.includes('D') ? HIDDEN : 0) |
            (flags.includes('C') ? CORRUPT : 0),
        ]);
      },
    );
    const column = (c: number) => Float64Array.from(rows, (row) => row[c]);
    const packets = hideFragments({
      pts: column(0),
      dts: column(1),
      position: column(2),
      flags: Uint8Array.from(rows, (row) => row[3]),
      timeBase,
    });
    if (!hasPresentationTimes(packets)) {
      throw new MachineError('frames cannot be told apart by the ffmpeg program', {
        where: this.#path,
        expected: 'a time stamp of its own for each frame',
        fix: 'Install the package node-av, which reads such files.',
      });
    }
    const corrupt = packets.flags.filter((f) => f & CORRUPT).length;
    return { packets, warnings: corrupt ? [`${corrupt} packets are incomplete or corrupt`] : [] };
  }

  async use(index: FrameIndex, options: DecodeOptions): Promise<void> {
    this.#index = index;
    this.#options = options;
    this.#packetAt = new Map(Array.from(index.packets.pts, (t, p) => [t, p]));
  }

  read(first: number, end: number): Promise<Picture[]> {
    const pictures = this.#queue.then(() => this.#read(first, end));
    this.#queue = pictures.catch(() => undefined);
    return pictures;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue;
    await this.#run?.[Symbol.asyncDispose]();
  }

  async #read(first: number, end: number): Promise<Picture[]> {
    const start = this.#index!.startOf[first];
    const goesOn =
      this.#gate && first >= this.#gate.nextFrame && start <= this.#index!.startOf[this.#gate.nextFrame];
    if (!goesOn) await this.#restart(start);
    const pictures = await this.#collect(first, end);
    if (this.#gate!.startIsSound !== false || start === 0 || pictures.every((p) => p.data)) return pictures;
    await this.#restart(0);
    return this.#collect(first, end);
  }

  async #collect(first: number, end: number): Promise<Picture[]> {
    const gate = this.#gate!;
    const pictures: Picture[] = [];
    while (gate.nextFrame < end) {
      const next = gate.take();
      if (!next) {
        await this.#step(gate);
      } else if (next.frame >= first) {
        const usable = next.sound || this.#options!.damaged === 'conceal';
        pictures.push({
          frame: next.frame,
          data: usable && next.picture ? this.#upright(next.picture) : undefined,
        });
      }
    }
    return pictures;
  }

  async #step(gate: Gate<Uint8Array<ArrayBuffer>>): Promise<void> {
    const picture = await this.#run!.next();
    if (!picture) return gate.finish();
    const { flags, timeBase } = this.#index!.packets;
    const packet = this.#packetAt.get(Math.round((picture.seconds * timeBase.den) / timeBase.num));
    if (packet !== undefined) gate.put(packet, picture.data, (flags[packet] & CORRUPT) !== 0);
  }

  async #restart(start: number): Promise<void> {
    await this.#run?.[Symbol.asyncDispose]();
    const { packets } = this.#index!;
    const { shape, threads } = this.#options!;
    const [width, height] = this.#storedSize();
    const seek = start > 0 ? ['-seek_timestamp', '1', '-noaccurate_seek', '-ss'] : [];
    if (start > 0)
      seek.push((((packets.pts[start] + 0.5) * packets.timeBase.num) / packets.timeBase.den).toFixed(6));
    const shrinks = width < this.facts.width || height < this.facts.height;
    const scale = `scale=${width}:${height}:flags=${shrinks ? 'area+accurate_rnd+full_chroma_int' : 'bicubic'}:out_range=full`;
    const input = [
      '-threads',
      String(threads),
      '-err_detect',
      'explode',
      '-noautorotate',
      '-copyts',
      ...seek,
    ];
    const output = ['-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'];
    const filters = `showinfo,${scale},format=${shape.channels === 1 ? 'gray' : 'rgb24'}`;
    this.#run = new FfmpegRun(
      ['-hide_banner', '-nostdin', '-nostats', '-v', 'info', ...input, '-i', `file:${this.#path}`].concat([
        '-map',
        '0:V:0',
        '-vf',
        filters,
        ...output,
      ]),
      width * height * shape.channels,
    );
    this.#gate = new Gate(this.#index!, start);
  }

  #storedSize(): [number, number] {
    const { width, height } = this.#options!.shape;
    return this.facts.orientation.quarterTurns % 2 ? [height, width] : [width, height];
  }

  #upright(data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const { orientation } = this.facts;
    if (orientation.quarterTurns === 0 && !orientation.mirrored) return data;
    return orient(data, ...this.#storedSize(), this.#options!.shape.channels, orientation);
  }
}

/** Undefined where ffmpeg and ffprobe can be run, else why not. */
export async function whyNoFfmpeg(): Promise<MachineError | undefined> {
  try {
    for (const program of ['ffmpeg', 'ffprobe']) await promisify(execFile)(program, ['-version']);
    return undefined;
  } catch (cause) {
    return new MachineError('ffmpeg or ffprobe cannot be run', {
      got: cause instanceof Error ? cause.message.split('\n')[0] : String(cause),
      fix: 'Install FFmpeg and put both on the PATH.',
      cause,
    });
  }
}

interface ProbedStream {
  readonly codec_name?: string;
  readonly pix_fmt?: string;
  readonly width: number;
  readonly height: number;
  readonly avg_frame_rate?: string;
  readonly sample_aspect_ratio?: string;
  readonly side_data_list?: readonly { readonly displaymatrix?: string }[];
}

function factsOf(stream: ProbedStream): StreamFacts {
  const warnings: string[] = [];
  const matrix = stream.side_data_list?.find((d) => d.displaymatrix)?.displaymatrix;
  const orientation: Orientation | undefined = matrix ? orientationOf(parsedMatrix(matrix)) : UPRIGHT;
  if (!orientation) warnings.push('asks to be turned by something else than quarter turns: shown as stored');
  const aspect = stream.sample_aspect_ratio;
  if (aspect && !['0:1', '1:1', 'N/A'].includes(aspect)) {
    warnings.push(`pixels are not square (${aspect}): x and y differ in scale`);
  }
  const [num, den] = (stream.avg_frame_rate ?? '0/0').split('/').map(Number);
  const pixelFormat = stream.pix_fmt ?? 'unknown';
  return {
    codec: stream.codec_name ?? 'unknown',
    pixelFormat,
    width: stream.width,
    height: stream.height,
    gray: /^(gray|mono|ya)/.test(pixelFormat),
    orientation: orientation ?? UPRIGHT,
    frameSeconds: num > 0 && den > 0 ? den / num : 1 / 25,
    warnings,
  };
}

/** ffprobe prints the matrix as three lines, each an offset and three numbers. */
function parsedMatrix(text: string): Uint8Array {
  const numbers = text
    .trim()
    .split('\n')
    .flatMap((line) => line.replace(/^.*?:/, '').trim().split(/\s+/).map(Number));
  return new Uint8Array(Int32Array.from(numbers).buffer);
}

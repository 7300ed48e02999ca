import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { InputError, MachineError, MareyError } from '../../signal/error.ts';
import { medianRate } from '../position.ts';
import { outputShape } from '../shape.ts';
import type { Scan, VideoBackend } from './backend.ts';
import { FfmpegBackend, whyNoFfmpeg } from './ffmpeg.ts';
import { buildFrameIndex } from './frame-index.ts';
import { contentKey, indexFile, readScan, writeScan } from './index-cache.ts';
import { NodeAvBackend, whyNoNodeAv } from './node-av.ts';
import type { DamagePolicy } from './stream.ts';
import { VideoSource } from './video-source.ts';

export interface VideoOptions {
  /** Folder for what was learned of a video's packets, so that it is read through only once. Default: kept nowhere. */
  readonly cacheDir?: string;
  /** One channel: luma over the full range 0 to 255 (BT.601 or BT.709 as the video says), cheaper than color. */
  readonly gray?: boolean;
  /** Size of the frames given out; one alone keeps the proportions. Shrinking averages over areas. */
  readonly width?: number;
  readonly height?: number;
  /**
   * Frames that cannot be decoded from undamaged data: `refuse` (default) throws at them, `skip` leaves them out of
   * `frames()` and throws in `frame()`, `conceal` gives what the decoder made up where it made up something. Which they
   * were is in `info.warnings`.
   */
  readonly damaged?: DamagePolicy;
  /** Default: `node-av`, or the ffmpeg program where that cannot be loaded. */
  readonly backend?: 'node-av' | 'ffmpeg';
  /** Threads that decode. Default: as many as there are processors, at most 4. */
  readonly threads?: number;
  /** Bytes of pictures kept for `frame()`. Default 64 MiB. */
  readonly cacheBytes?: number;
  /**
   * For a fast pass over many frames: a frame from `frames()` lends its `data` only until the next one is asked for, and
   * then the memory is used again. Default false: each frame is yours to keep.
   */
  readonly reuse?: boolean;
  /** Gets the fraction done while a file that was not seen before is read through. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Opens a video file.
 *
 * @throws InputError where it is no video, is damaged beyond reading or holds no frame.
 * @throws MachineError where neither `node-av` nor ffmpeg is there.
 */
export async function openVideo(path: string, options: VideoOptions = {}): Promise<VideoSource> {
  const backend = await openBackend(resolve(path), options.backend);
  try {
    return await sourceOf(path, backend, options);
  } catch (error) {
    await backend[Symbol.asyncDispose]();
    throw error;
  }
}

async function openBackend(path: string, wanted: VideoOptions['backend']): Promise<VideoBackend> {
  let noNodeAv: MachineError | undefined;
  if (wanted !== 'ffmpeg') {
    try {
      return await NodeAvBackend.open(path);
    } catch (error) {
      noNodeAv = error instanceof MareyError ? undefined : await whyNoNodeAv();
      if (!noNodeAv) throw error;
      if (wanted === 'node-av') throw noNodeAv;
    }
  }
  const noFfmpeg = await whyNoFfmpeg();
  if (!noFfmpeg) return FfmpegBackend.open(path);
  throw new MachineError('nothing here can decode videos', {
    where: path,
    expected: 'the package node-av, or ffmpeg and ffprobe on the PATH',
    got: [noNodeAv, noFfmpeg].map((e) => e?.facts.got).join('; '),
    fix: 'Run npm install node-av, or install FFmpeg.',
  });
}

async function sourceOf(path: string, backend: VideoBackend, options: VideoOptions): Promise<VideoSource> {
  const { facts } = backend;
  const threads = options.threads ?? Math.min(4, availableParallelism());
  const damaged = options.damaged ?? 'refuse';
  const { scan, notes } = await scanned(path, backend, threads, options);
  const index = buildFrameIndex(scan.packets, scan.order, facts.frameSeconds);
  if (index.packetOf.length === 0 || facts.width === 0 || facts.height === 0) {
    throw new InputError('holds no frame that can be decoded', {
      where: path,
      got: `${scan.packets.flags.length} packets of ${facts.codec}, ${facts.width} x ${facts.height} pixels`,
      fix: 'The recording was cut off or the file is damaged: copy it again from where it was recorded.',
    });
  }
  const turned = facts.orientation.quarterTurns % 2 === 1;
  const [width, height] = turned ? [facts.height, facts.width] : [facts.width, facts.height];
  const shape = outputShape({ width, height, channels: facts.gray ? 1 : 3 }, options);
  await backend.use(index, { shape, threads, damaged });
  const info = {
    name: path,
    frameCount: index.packetOf.length,
    ...shape,
    times: index.times,
    framesPerSecond: medianRate(index.times, 1 / facts.frameSeconds),
    warnings: [...facts.warnings, ...scan.warnings, ...index.warnings, ...notes],
    codec: facts.codec,
    pixelFormat: facts.pixelFormat,
    startSeconds: index.startSeconds,
    keyFrameCount: new Set(index.startOf).size,
    backend: backend.name,
  };
  const { cacheBytes = 64 << 20, reuse = false } = options;
  return new VideoSource(backend, index, info, { cacheBytes, damaged, reuse });
}

async function scanned(
  path: string,
  backend: VideoBackend,
  threads: number,
  { cacheDir, onProgress }: VideoOptions,
): Promise<{ scan: Scan; notes: string[] }> {
  if (cacheDir === undefined) return { scan: await backend.scan(threads, onProgress), notes: [] };
  const file = indexFile(cacheDir, path, `${await contentKey(path)}.${backend.name}`);
  const notes: string[] = [];
  const unkept = (error: unknown): undefined => {
    const why = error instanceof Error ? error.message : String(error);
    notes.push(`its index could not be kept in ${cacheDir} (${why}): it is read through at each opening`);
  };
  const kept = await readScan(file).catch(unkept);
  if (kept) return { scan: kept, notes };
  const scan = await backend.scan(threads, onProgress);
  if (notes.length === 0) await writeScan(file, scan).catch(unkept);
  return { scan, notes };
}

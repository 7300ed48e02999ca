import { access, constants, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { canvasOf, openVideoWriter, PosePainter, type Frame, type FrameSource } from '../../media/index.ts';
import { MachineError, UsageError } from '../../signal/error.ts';
import type { PoseTrack } from '../../signal/pose.ts';

export interface LabeledVideoOptions {
  /** First frame shown, and the one after the last. Default: all. */
  readonly start?: number;
  readonly end?: number;
  /** Points less certain than this are drawn faintly. Default 0.6. */
  readonly faintBelow?: number;
  /** Length of the trail behind each keypoint. Default 0.4 s. */
  readonly trailSeconds?: number;
  /** Size of the source's pictures over that of the pictures that were tracked. Default 1. */
  readonly scale?: number;
  /** As in `VideoWriterOptions`. */
  readonly quality?: number;
  readonly backend?: 'node-av' | 'ffmpeg';
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface LabeledVideoResult {
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

/**
 * Writes a video (H.264, mp4) of `source` with its track drawn on it. Picture i of it is frame `start` + i of the source,
 * played at the source's median rate; a frame that the source leaves out shows the picture before it. The file takes its
 * name when it is whole: stopped or killed before, it leaves nothing under that name.
 *
 * @throws UsageError where the track has not as many frames as the source.
 * @throws MachineError where nothing can encode, or the file cannot be written.
 */
export async function writeLabeledVideo(
  path: string,
  source: FrameSource,
  track: PoseTrack,
  options: LabeledVideoOptions = {},
): Promise<LabeledVideoResult> {
  checkVideoName(path);
  const { name, frameCount, width, height, framesPerSecond } = source.info;
  const { start = 0, end = frameCount, trailSeconds = 0.4, signal } = options;
  if (track.positions.shape[0] !== frameCount) {
    throw new UsageError('track and video have not the same frames', {
      where: name,
      expected: `a track of ${frameCount} frames`,
      got: `${track.positions.shape[0]}`,
    });
  }
  const trailFrames = Math.max(1, Math.round(trailSeconds * framesPerSecond));
  const painter = new PosePainter(track, { ...options, trailFrames });
  const { quality, backend } = options;
  await using writer = await openVideoWriter(path, { width, height, framesPerSecond, quality, backend });
  let next = start;
  let last: Frame | undefined;
  /** Writes `picture` for each frame from the next one up to but not including `stop`. */
  const fill = async (picture: Frame, stop: number): Promise<void> => {
    for (; next < stop; next++) {
      signal?.throwIfAborted();
      const canvas = canvasOf(picture);
      painter.draw(canvas, next);
      await writer.write(canvas);
      options.onProgress?.(next + 1 - start, end - start);
    }
  };
  for await (const frame of source.frames(start, end)) {
    await fill(last ?? blank(frame), frame.index);
    await fill(frame, frame.index + 1);
    last = frame;
  }
  if (last) await fill(last, end);
  signal?.throwIfAborted();
  await writer.close();
  return { frames: next - start, width, height, framesPerSecond };
}

/** Fails now where `writeLabeledVideo` could not write to `path` later: for use before long work. */
export async function checkLabeledVideo(path: string): Promise<void> {
  checkVideoName(path);
  try {
    await access(dirname(path), constants.W_OK);
  } catch (cause) {
    throw new MachineError('labeled video cannot be written', {
      where: path,
      got: cause instanceof Error ? cause.message : String(cause),
      fix: 'Name a folder that is there and can be written to.',
      cause,
    });
  }
  await inTemporaryFolder(async (folder) => {
    const size = { width: 64, height: 64 };
    await using writer = await openVideoWriter(join(folder, 'test.mp4'), { ...size, framesPerSecond: 25 });
    await writer.write({ ...size, channels: 1, data: new Uint8Array(64 * 64) });
    await writer.close();
  });
}

/** A short labeled video as bytes, to be put into a page. */
export interface LabeledClip extends LabeledVideoResult {
  readonly bytes: Uint8Array;
  readonly type: 'video/mp4';
  readonly startSeconds: number;
  readonly seconds: number;
}

/**
 * The labeled video of up to `seconds` (default 10) from frame `start` on, compressed for a page: see `writeLabeledVideo`,
 * which it is written by, in the system's temporary folder.
 */
export async function labeledClip(
  source: FrameSource,
  track: PoseTrack,
  {
    seconds = 10,
    start = 0,
    ...options
  }: Omit<LabeledVideoOptions, 'end'> & { readonly seconds?: number } = {},
): Promise<LabeledClip> {
  const { times, frameCount } = source.info;
  let end = start + 1;
  while (end < frameCount && times[end] - times[start] < seconds) end++;
  return inTemporaryFolder(async (folder) => {
    const path = join(folder, 'clip.mp4');
    const result = await writeLabeledVideo(path, source, track, { quality: 22, ...options, start, end });
    const bytes = new Uint8Array(await readFile(path));
    const length = result.frames / result.framesPerSecond;
    return { ...result, bytes, type: 'video/mp4', startSeconds: times[start], seconds: length };
  });
}

async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'marey-video-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function checkVideoName(path: string): void {
  if (extname(path).toLowerCase() === '.mp4') return;
  throw new UsageError('labeled videos are written as mp4', {
    where: path,
    expected: 'a name that ends in .mp4',
    got: extname(path) || 'no ending',
  });
}

function blank(frame: Frame): Frame {
  return { ...frame, data: new Uint8Array(frame.data.length) };
}

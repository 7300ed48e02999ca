import { createHash } from 'node:crypto';
import { openFrames } from '../../media/index.ts';
import {
  bodyLength,
  Picture,
  type FrameRun,
  type PosePlan,
  type Unlabeled,
} from '../../measure/pose/index.ts';
import { InputError, UsageError } from '../../signal/error.ts';
import type { LabelSet } from '../../signal/labels.ts';
import type { Json } from '../../signal/provenance.ts';

export interface UnlabeledOptions {
  /** Paths of videos, or of whatever else `openFrames` opens. */
  readonly videos: readonly string[];
  /** Weight of the temporal loss (see `temporalLoss`); without it the loss is not used. */
  readonly temporal?: number;
  /** How far a keypoint may go from frame to frame at no cost, in body lengths. Default 0.25. */
  readonly maximumJump?: number;
  /** Weight of the skeleton loss (see `skeletonLoss`); without it the loss is not used. */
  readonly skeleton?: number;
}

/** What is kept beside a model of its unlabeled frames. */
export interface UnlabeledFacts {
  readonly videos: readonly string[];
  readonly runs: number;
  readonly framesPerRun: number;
  readonly temporal?: Unlabeled['temporal'];
  readonly skeleton?: Unlabeled['skeleton'];
  /** What the losses did not reach. */
  readonly note?: string;
}

/** Two frames on each side of one, as the networks with temporal context of Lightning Pose (Biderman et al. 2024) see them. */
const framesPerRun = 5;
const mostRuns = 60;
/**
 * Pixels at which a frame is kept: four times the most that a whole-picture network sees. All runs together take at most
 * 60 x 5 x 172,000 bytes, 52 MB, and once more for the reduced copies that views are taken from.
 */
const keptPixels = 172_000;

/**
 * Reads runs of frames spread evenly over the videos, more from longer ones, gray and reduced, and puts them together with the losses.
 * The hash is of what was read, so that a changed video trains anew wherever it lies.
 *
 * @throws InputError where a video is missing, unreadable or shorter than a run. @throws UsageError where no loss is asked for, a value
 * is not usable, or the skeleton loss meets a skeleton without edges.
 */
export async function readUnlabeled(
  options: UnlabeledOptions,
  labels: LabelSet,
  cacheDir?: string,
): Promise<{
  readonly unlabeled: Unlabeled;
  readonly params: Json;
  readonly hash: string;
  facts(plan: PosePlan): UnlabeledFacts;
}> {
  const { temporal, skeleton, maximumJump = 0.25 } = options;
  checkOptions(options, labels);
  const limitPx = maximumJump * bodyLength(labels.frames.flatMap(({ instances }) => instances));
  const videos = [];
  for (const path of options.videos) videos.push({ path, ...(await sizeOf(path, cacheDir)) });
  const total = videos.reduce((sum, { frameCount }) => sum + frameCount, 0);
  const runs: ReadRun[] = [];
  for (const video of videos) {
    const share = 1 + Math.floor(((mostRuns - videos.length) * video.frameCount) / total);
    runs.push(...(await runsOf(video, share, cacheDir)));
  }
  const losses = {
    temporal: temporal === undefined ? undefined : { weight: temporal, limitPx },
    skeleton: skeleton === undefined ? undefined : { weight: skeleton },
  };
  return {
    unlabeled: { runs: runs.map(({ pictures, scale }) => ({ pictures, scale })), ...losses },
    params: JSON.parse(JSON.stringify({ temporal, skeleton, maximumJump })) as Json,
    hash: hashOf(runs),
    facts: ({ stages }) => ({
      videos: options.videos,
      runs: runs.length,
      framesPerRun,
      ...losses,
      note:
        stages.length > 1
          ? 'The losses on unlabeled frames taught the network that finds the animal on the whole picture; the one that refines its points in a crop learned from the labels alone.'
          : undefined,
    }),
  };
}

function checkOptions(
  { videos, temporal, skeleton, maximumJump = 0.25 }: UnlabeledOptions,
  labels: LabelSet,
): void {
  const where = 'unlabeled frames';
  if (videos.length === 0 || videos.length > mostRuns) {
    throw new UsageError('the losses on unlabeled frames need videos', {
      where,
      expected: `1 to ${mostRuns} videos`,
      got: `${videos.length}`,
      fix: 'Name a video with --unlabeled.',
    });
  }
  const used = [temporal, skeleton].filter((weight) => weight !== undefined);
  if (used.length === 0 || ![...used, maximumJump].every((v) => Number.isFinite(v) && v >= 0)) {
    throw new UsageError('unlabeled frames need a loss to be of use', {
      where,
      expected: 'a temporal or skeleton weight and a largest jump, finite and not below 0',
      got: JSON.stringify({ temporal, skeleton, maximumJump }),
    });
  }
  if (skeleton !== undefined && labels.skeleton.edges.length === 0) {
    throw new UsageError('the skeleton loss needs bones, and the skeleton has no edges', {
      where,
      expected: 'pairs of keypoints that a bone joins',
      fix: 'State the edges in the project, or leave --skeleton away.',
    });
  }
  if (
    temporal !== undefined &&
    Number.isNaN(bodyLength(labels.frames.flatMap(({ instances }) => instances)))
  ) {
    throw new InputError('jumps are told by body lengths, and no labeled animal has one', {
      where,
      expected: 'a frame with two labeled keypoints',
    });
  }
}

interface VideoSize {
  readonly frameCount: number;
  readonly width: number;
  readonly height: number;
}

async function sizeOf(path: string, cacheDir?: string): Promise<VideoSize> {
  await using source = await openFrames(path, { gray: true, cacheDir });
  const { frameCount, width, height } = source.info;
  if (frameCount < framesPerRun) {
    throw new InputError('the video is too short to learn from without labels', {
      where: path,
      expected: `${framesPerRun} frames or more`,
      got: `${frameCount}`,
    });
  }
  return { frameCount, width, height };
}

interface ReadRun extends FrameRun {
  readonly bytes: readonly Uint8Array[];
}

/** At most `most` runs, in the middles of equal parts of the video. */
async function runsOf(
  { path, frameCount, width, height }: VideoSize & { readonly path: string },
  most: number,
  cacheDir?: string,
): Promise<ReadRun[]> {
  const reduction = Math.max(1, Math.sqrt((width * height) / keptPixels));
  const kept = Math.max(1, Math.floor(width / reduction));
  await using source = await openFrames(path, {
    gray: true,
    cacheDir,
    ...(reduction > 1 && { width: kept }),
  });
  const count = Math.min(most, Math.floor(frameCount / framesPerRun));
  const runs: ReadRun[] = [];
  for (let r = 0; r < count; r++) {
    const start = Math.floor(((r + 0.5) * frameCount) / count - framesPerRun / 2);
    const frames = [];
    for await (const frame of source.frames(start, start + framesPerRun)) frames.push(frame);
    runs.push({
      pictures: frames.map((frame) => new Picture(frame)),
      scale: reduction > 1 ? width / kept : 1,
      bytes: frames.map(({ data }) => data),
    });
  }
  return runs;
}

function hashOf(runs: readonly ReadRun[]): string {
  const hash = createHash('sha256');
  for (const { pictures, scale, bytes } of runs) {
    bytes.forEach((data, i) => {
      hash.update(`${pictures[i].width} ${pictures[i].height} ${scale}\n`).update(data);
    });
  }
  return hash.digest('hex');
}

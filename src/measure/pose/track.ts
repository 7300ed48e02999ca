/** From a video to a pose track: block by block, followed from frame to frame or each frame by itself, resumable. */
import { CancelledError, InputError } from '../../signal/error.ts';
import { poseTrack, type PoseTrack } from '../../signal/pose.ts';
import type { Provenance } from '../../signal/provenance.ts';
import { irregularTime } from '../../signal/time.ts';
import { decodeCheckpoint, encodeCheckpoint, float32, type Store } from '../../learn/index.ts';
import type { Frame, FrameSource } from '../../media/frame.ts';
import { Follower } from './follow.ts';
import type { Estimate, PosePredictor } from './predict.ts';
import { Picture } from './sample.ts';

export interface TrackOptions {
  /**
   * `follow`: where the model refines in a crop, the crop follows the animal from frame to frame, and the whole picture is
   * searched only when it is lost. `each`: every frame by itself. Default `follow` where the model has a crop.
   */
  readonly mode?: 'follow' | 'each';
  /** Frames that go through the network at once in mode `each`. Default 8. */
  readonly batch?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** Keeps what is done; a run with the same store and name goes on from there. */
  readonly checkpoint?: { readonly store: Store; readonly name: string; readonly everyFrames?: number };
  readonly provenance: Provenance;
}

export interface TrackResult {
  readonly track: PoseTrack;
  /** Frames that the source could not give: runs of them, first to last. Their points are NaN. */
  readonly gaps: readonly { readonly first: number; readonly last: number }[];
  /** Frames in which the whole picture was searched. */
  readonly searched: number;
}

/**
 * Tracks one animal through `source`. Every frame that can be decoded gets a position for every keypoint, however unlikely; the
 * confidence says how far to trust it. Memory grows by 24 bytes a keypoint and frame, whatever the video's size.
 *
 * Throws `CancelledError` on `signal`; what is done is then in the checkpoint.
 */
export async function trackPose(
  predictor: PosePredictor,
  source: FrameSource,
  options: TrackOptions,
): Promise<TrackResult> {
  const { info } = source;
  const { skeleton } = predictor.model;
  const K = skeleton.keypoints.length;
  const follows = (options.mode ?? 'follow') === 'follow' && predictor.crops;
  const state = new TrackState(info.frameCount, K, new Follower(predictor));
  await state.resume(options.checkpoint);
  const every = options.checkpoint?.everyFrames ?? 2000;
  let saved = state.done;
  const frames = source.frames(state.done);
  const poses = follows ? followed(frames, state.follower) : searched(frames, predictor, options.batch ?? 8);
  for await (const { indices, estimates } of poses) {
    indices.forEach((index, i) => state.put(index, predictor, estimates[i]));
    state.done = indices.at(-1)! + 1;
    if (!follows) state.follower.searched += indices.length;
    options.onProgress?.(state.done, info.frameCount);
    if (options.signal?.aborted) {
      await state.save(options.checkpoint);
      throw new CancelledError('tracking was stopped', {
        where: `frame ${state.done} of ${info.frameCount}`,
        fix: options.checkpoint ? 'Run it again to go on from there.' : undefined,
      });
    }
    if (options.checkpoint && state.done - saved >= every) {
      await state.save(options.checkpoint);
      saved = state.done;
    }
  }
  const track = poseTrack({
    skeleton,
    positions: state.positions,
    confidence: state.confidence,
    covariance: state.covariance,
    time: irregularTime(info.times),
    provenance: options.provenance,
  });
  return { track, gaps: gapsOf(state.positions, info.frameCount, K), searched: state.follower.searched };
}

interface Poses {
  readonly indices: readonly number[];
  readonly estimates: readonly Estimate[];
}

async function* followed(frames: AsyncIterable<Frame>, follower: Follower): AsyncGenerator<Poses> {
  const indices: number[] = [];
  const pictures: Picture[] = [];
  const next = async (): Promise<Poses> => {
    const estimates = await follower.estimate(pictures);
    pictures.splice(0, estimates.length);
    return { indices: indices.splice(0, estimates.length), estimates };
  };
  for await (const frame of frames) {
    indices.push(frame.index);
    pictures.push(new Picture(frame));
    while (pictures.length >= follower.together) yield await next();
  }
  while (pictures.length > 0) yield await next();
}

// While a batch is with the networks, the next one is made ready.
async function* searched(
  frames: AsyncIterable<Frame>,
  predictor: PosePredictor,
  batch: number,
): AsyncGenerator<Poses> {
  let waiting: Frame[] = [];
  let running: Promise<Poses> | undefined;
  const start = async (taken: readonly Frame[]): Promise<Poses> => {
    const estimates = await predictor.estimate(taken.map((frame) => new Picture(frame)));
    return { indices: taken.map(({ index }) => index), estimates };
  };
  for await (const frame of frames) {
    waiting.push(frame);
    if (waiting.length < batch) continue;
    const next = start(waiting);
    next.catch(() => {}); // told when it is waited for
    waiting = [];
    if (running) yield await running;
    running = next;
  }
  if (running) yield await running;
  if (waiting.length > 0) yield await start(waiting);
}

class TrackState {
  readonly positions: Float32Array;
  readonly confidence: Float32Array;
  readonly covariance: Float32Array;
  readonly follower: Follower;
  done = 0;
  readonly #keypoints: number;

  constructor(frames: number, keypoints: number, follower: Follower) {
    this.follower = follower;
    this.#keypoints = keypoints;
    this.positions = new Float32Array(frames * keypoints * 2).fill(NaN);
    this.confidence = new Float32Array(frames * keypoints).fill(NaN);
    this.covariance = new Float32Array(frames * keypoints * 3).fill(NaN);
  }

  put(index: number, predictor: PosePredictor, estimate: Estimate): void {
    const { positions, confidence, covariance } = predictor.prediction(estimate);
    this.positions.set(positions, index * positions.length);
    this.confidence.set(confidence, index * confidence.length);
    this.covariance.set(covariance, index * covariance.length);
  }

  async save(checkpoint: TrackOptions['checkpoint']): Promise<void> {
    if (!checkpoint) return;
    const part = (name: 'positions' | 'confidence' | 'covariance', per: number): Float32Array =>
      this[name].subarray(0, this.done * per);
    const K = this.#keypoints;
    const values = {
      positions: float32([this.done * K * 2], part('positions', K * 2)),
      confidence: float32([this.done * K], part('confidence', K)),
      covariance: float32([this.done * K * 3], part('covariance', K * 3)),
    };
    const record = { done: this.done, following: this.follower.record() };
    await checkpoint.store.write(checkpoint.name, encodeCheckpoint({ values, record }));
  }

  async resume(checkpoint: TrackOptions['checkpoint']): Promise<void> {
    const keypoints = this.#keypoints;
    const frames = this.confidence.length / keypoints;
    const bytes = await checkpoint?.store.read(checkpoint.name);
    if (!bytes) return;
    const { values, record } = decodeCheckpoint(bytes, checkpoint?.name);
    const done = Number(record.done);
    if (!(done >= 0 && done <= frames) || values.confidence.data.length !== done * keypoints) {
      throw new InputError('the kept state is of another video or model', {
        where: checkpoint?.name,
        expected: `at most ${frames} frames of ${keypoints} keypoints`,
        got: `${done} frames, ${values.confidence.data.length} confidences`,
        fix: 'Remove it and track again.',
      });
    }
    for (const name of ['positions', 'confidence', 'covariance'] as const) {
      this[name].set(values[name].data as Float32Array);
    }
    this.done = done;
    this.follower.resume(record.following);
  }
}

function gapsOf(
  positions: Float32Array,
  frames: number,
  keypoints: number,
): { first: number; last: number }[] {
  const gaps: { first: number; last: number }[] = [];
  for (let f = 0; f < frames; f++) {
    if (!Number.isNaN(positions[f * keypoints * 2])) continue;
    const open = gaps.at(-1);
    if (open && open.last === f - 1) open.last = f;
    else gaps.push({ first: f, last: f });
  }
  return gaps;
}

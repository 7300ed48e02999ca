import { nodeWorkerEngine } from '../../learn/engine/node.ts';
import type { FrameSource } from '../../media/index.ts';
import { PosePredictor, trackPose, type PoseModel, type TrackResult } from '../../measure/pose/index.ts';
import type { Provenance } from '../../signal/provenance.ts';
import { sha256OfJson } from '../digest.ts';
import { sayingMemory } from '../memory.ts';
import type { Project } from '../project.ts';
import { sizeText } from '../size.ts';
import { requireSpace } from '../space.ts';
import { videoHash } from './inputs.ts';
import { trainedModel } from './train.ts';

export interface TrackStepOptions {
  readonly mode?: 'follow' | 'each';
  /** How the source was told to treat damaged frames: another way is another run. */
  readonly damaged?: string;
  /**
   * Puts the finished track where it belongs. What is kept to go on from is removed only when this is done, so that a full disk
   * at the very end does not cost the whole run.
   */
  readonly write?: (result: TrackResult) => Promise<void>;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface TrackStepResult extends TrackResult {
  /** Of decoding and networks together, 1/s; of this run only: undefined where an earlier run had left nothing to track. */
  readonly framesPerSecond: number | undefined;
  readonly model: PoseModel;
}

const memoryFix =
  'Close other programs, give fewer --threads, make the pictures smaller, or use a machine with more memory. It then goes on where it stopped.';

/** Bytes of a kept state a keypoint and frame (positions, confidence, covariance); the two newest are kept. */
const keptBytes = 2 * 24;
/** A state is kept after this many frames, or after a hundredth of a long video. */
const leastFramesKept = 200;

/** Tracks frames with the project's pose model. Stopped or killed, it goes on where it was. */
export async function trackStep(
  project: Project,
  source: FrameSource,
  options: TrackStepOptions,
): Promise<TrackStepResult> {
  const { model, key } = await trainedModel(project);
  const { name, frameCount, width, height } = source.info;
  if (!project.readOnly) {
    const bytes = keptBytes * model.skeleton.keypoints.length * frameCount;
    await requireSpace(project.layout.checkpoints, bytes, `the state of tracking ${frameCount} frames`);
  }
  const engine = await nodeWorkerEngine({ threads: options.threads });
  const params = { mode: options.mode ?? 'follow', model: key };
  const run = `track-${sha256OfJson({
    ...params,
    damaged: options.damaged ?? '',
    name,
    content: (await videoHash(name)) ?? '',
    frameCount,
    width,
    height,
  }).slice(0, 16)}`;
  const provenance: Provenance = { step: 'track', options: params, inputs: [{ step: 'read', source: name }] };
  try {
    await using predictor = await PosePredictor.load(model, engine, { threads: options.threads });
    const start = performance.now();
    let before: number | undefined;
    let after = 0;
    const result = await sayingMemory(
      {
        where: `tracking ${name}, ${width} x ${height} px`,
        expected: `${sizeText(width * height)} a gray picture, and several of them`,
        fix: memoryFix,
      },
      () =>
        trackPose(predictor, source, {
          mode: options.mode,
          signal: options.signal,
          provenance,
          // A read-only project (another process writes) can still be tracked with; it only cannot resume.
          checkpoint: project.readOnly
            ? undefined
            : {
                store: project.checkpoints,
                name: run,
                everyFrames: Math.max(leastFramesKept, Math.ceil(frameCount / 100)),
              },
          onProgress(done, total) {
            before ??= done - 1;
            after = done;
            options.onProgress?.(done, total);
          },
        }),
    );
    const seconds = (performance.now() - start) / 1000;
    await options.write?.(result);
    if (!project.readOnly) await project.checkpoints.remove(run);
    const framesPerSecond = before === undefined ? undefined : (after - before) / seconds;
    return { ...result, model, framesPerSecond };
  } finally {
    await engine.terminate();
  }
}

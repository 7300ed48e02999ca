import { nodeWorkerEngine } from '../../learn/engine/node.ts';
import type { FrameSource } from '../../media/index.ts';
import { PosePredictor, trackPose, type TrackResult } from '../../measure/pose/index.ts';
import type { Provenance } from '../../signal/provenance.ts';
import { sha256OfJson } from '../digest.ts';
import type { Project } from '../project.ts';
import { trainedModel } from './train.ts';

export interface TrackStepOptions {
  readonly mode?: 'follow' | 'each';
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface TrackStepResult extends TrackResult {
  /** Of decoding and networks together, 1/s; of this run only. */
  readonly framesPerSecond: number;
}

/** Tracks frames with the project's pose model. Stopped or killed, it goes on where it was. */
export async function trackStep(
  project: Project,
  source: FrameSource,
  options: TrackStepOptions,
): Promise<TrackStepResult> {
  const { model, key } = await trainedModel(project);
  const engine = await nodeWorkerEngine({ threads: options.threads });
  const { name, frameCount, width, height } = source.info;
  const params = { mode: options.mode ?? 'follow', model: key };
  const run = `track-${sha256OfJson({ ...params, name, frameCount, width, height }).slice(0, 16)}`;
  const provenance: Provenance = { step: 'track', options: params, inputs: [{ step: 'read', source: name }] };
  try {
    await using predictor = await PosePredictor.load(model, engine, { threads: options.threads });
    const start = performance.now();
    let before: number | undefined;
    let after = 0;
    const result = await trackPose(predictor, source, {
      mode: options.mode,
      signal: options.signal,
      provenance,
      // A read-only project (another process writes) can still be tracked with; it only cannot resume.
      checkpoint: project.readOnly ? undefined : { store: project.checkpoints, name: run },
      onProgress(done, total) {
        before ??= done - 1;
        after = done;
        options.onProgress?.(done, total);
      },
    });
    const seconds = (performance.now() - start) / 1000;
    if (!project.readOnly) await project.checkpoints.remove(run);
    return { ...result, framesPerSecond: (after - (before ?? 0)) / seconds };
  } finally {
    await engine.terminate();
  }
}

import { join } from 'node:path';
import { encodeJpeg, openFrames } from '../../media/index.ts';
import type { EvaluatedFrame } from '../../measure/pose/index.ts';
import type { Project } from '../../project/index.ts';
import type { EvaluateResult } from '../../project/steps/index.ts';
import type { ShownPoint, WorstFrame, WorstFrames } from '../report/index.ts';

const shown = 6;

/** The held-out frames with the largest errors, as pictures with label and prediction. */
export async function worstFramesPart(project: Project, result: EvaluateResult): Promise<WorstFrames> {
  const { test, testFrames, model } = result;
  const { keypoints } = model.skeleton;
  const frames = [];
  for (const { frame, name } of test!.worst.slice(0, shown)) {
    const { points, worst } = shownPoints(keypoints, testFrames[frame]);
    await using source = await openFrames(join(project.root, name));
    const picture = await source.frame(0);
    const { width, height } = picture;
    frames.push({
      name,
      picture: { bytes: await encodeJpeg(picture), type: 'image/jpeg' as const, width, height },
      points,
      worst,
    });
  }
  return {
    outOf: testFrames.length,
    frames,
    cautions: ['A large error may also be a slip of the person who labeled: look, and correct the label.'],
  };
}

/** The points of a judged frame with their labels, and the one that is farthest off. */
export function shownPoints(
  keypoints: readonly string[],
  { truth, prediction }: EvaluatedFrame,
): Pick<WorstFrame, 'points' | 'worst'> {
  const points = keypoints.map((keypoint, k): ShownPoint => {
    const point = truth.points[k];
    const [x, y] = prediction.positions.subarray(2 * k, 2 * k + 2);
    return {
      keypoint,
      predicted: { x, y, confidence: prediction.confidence[k] },
      true: point === null ? undefined : { x: point.x, y: point.y },
    };
  });
  const errors = points.map((p) =>
    p.true && p.predicted ? Math.hypot(p.predicted.x - p.true.x, p.predicted.y - p.true.y) : 0,
  );
  const worst = errors.indexOf(Math.max(...errors));
  return { points, worst: { keypoint: keypoints[worst], error: errors[worst], unit: 'px' } };
}

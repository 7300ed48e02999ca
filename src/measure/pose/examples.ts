/** Labeled pictures in memory, checked: what training and evaluation read. */
import { InputError } from '../../signal/error.ts';
import type { LabeledFrame, LabelSet, PictureReference } from '../../signal/labels.ts';
import type { Frame } from '../../media/frame.ts';
import { halfPixel } from './affine.ts';
import { Picture } from './sample.ts';

/** Brings a labeled picture. Throws `InputError` where it cannot be found or read. */
export type PictureLoader = (
  reference: PictureReference,
) => Promise<Pick<Frame, 'width' | 'height' | 'channels' | 'data'>>;

export interface Example {
  /** Position in `labels.frames`. */
  readonly frame: number;
  readonly picture: Picture;
  /** x, y of each keypoint in continuous picture coordinates, px (pixel centers at half numbers); NaN where not labeled. */
  readonly points: Float64Array;
}

/** How a picture is called in messages. */
export function pictureName({ image, video, frame }: PictureReference): string {
  if (image !== undefined) return image;
  return video === undefined ? 'a picture without a name' : `${video}, frame ${frame ?? '?'}`;
}

/**
 * Loads the pictures of `indices` (all by default) with the labels of their first labeled animal. Frames on which nobody
 * placed a point stay in: they teach absence.
 * @throws InputError where no frame is labeled, a label is not finite, or lies more than a tenth of the picture outside it.
 */
export async function loadExamples(
  labels: LabelSet,
  pictures: PictureLoader,
  indices: readonly number[] = labels.frames.map((_, i) => i),
): Promise<Example[]> {
  const examples: Example[] = [];
  for (const index of indices) {
    const frame = labels.frames[index];
    const picture = new Picture(await pictures(frame.picture));
    examples.push({ frame: index, picture, points: pointsOf(labels, frame, picture) });
  }
  if (!examples.some(({ points }) => points.some(Number.isFinite))) {
    throw new InputError('no frame has a label', {
      where: 'labels',
      expected: 'at least one frame with one placed keypoint',
      got: `${examples.length} frames`,
      fix: 'Label frames of the video first; 50 to 200 are usual.',
    });
  }
  return examples;
}

function pointsOf({ skeleton }: LabelSet, frame: LabeledFrame, { width, height }: Picture): Float64Array {
  const points = new Float64Array(2 * skeleton.keypoints.length).fill(Number.NaN);
  const instance =
    frame.instances.find(({ points: list }) => list.some((p) => p !== null)) ?? frame.instances[0];
  if (instance === undefined) return points;
  if (instance.points.length !== skeleton.keypoints.length) {
    throw new InputError('a labeled frame has another number of keypoints than the skeleton', {
      where: pictureName(frame.picture),
      expected: `${skeleton.keypoints.length}: ${skeleton.keypoints.join(', ')}`,
      got: `${instance.points.length}`,
    });
  }
  instance.points.forEach((point, k) => {
    if (point === null) return;
    const { x, y } = point;
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      throw new InputError('a label is not a number', {
        where: `${pictureName(frame.picture)}, ${skeleton.keypoints[k]}`,
        got: `(${x}, ${y})`,
        fix: 'Leave a point that cannot be placed out instead.',
      });
    }
    if (x < -0.1 * width || y < -0.1 * height || x > 1.1 * width || y > 1.1 * height) {
      throw new InputError('a label lies outside its picture', {
        where: `${pictureName(frame.picture)}, ${skeleton.keypoints[k]}`,
        expected: `within ${width} x ${height} px`,
        got: `(${x.toFixed(1)}, ${y.toFixed(1)})`,
        fix: 'The picture was perhaps scaled or cropped after labeling: use the one that was labeled.',
      });
    }
    points[2 * k] = x + halfPixel;
    points[2 * k + 1] = y + halfPixel;
  });
  return points;
}

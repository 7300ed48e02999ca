/** What a stage's network sees of a picture, in training and afterwards. */
import { UsageError } from '../../signal/error.ts';
import type { Random } from '../../math/random.ts';
import { compose, mirror, similarity } from './affine.ts';
import type { Affine } from './affine.ts';
import { bodyFrame, bodyView } from './body.ts';
import type { PosePlan, StagePlan } from './choose.ts';
import type { Example } from './examples.ts';
import type { Picture } from './sample.ts';

/** Fraction of a `point` stage's views around no keypoint. */
const elsewhere = 0.05;

export interface View {
  /** From the picture to the network's input, continuous coordinates. */
  readonly map: Affine;
  /** The picture is mirrored: left keypoints are right ones. */
  readonly mirrored: boolean;
}

export interface TrainingView extends View {
  /** The view does not show the animal as it should: every keypoint counts as absent. */
  readonly wrong: boolean;
}

/** The view of a `frame` stage: the picture's middle in the middle of the input. */
export function frameView(
  { width, height, scale }: StagePlan,
  picture: Pick<Picture, 'width' | 'height'>,
): Affine {
  return similarity(0, 1 / scale, [picture.width / 2, picture.height / 2], [width / 2, height / 2]);
}

/** The view of a `body` stage for a pose; undefined where the pose has fewer than two points. */
export function poseView(
  { width, height, scale }: StagePlan,
  body: NonNullable<PosePlan['body']>,
  pose: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Affine | undefined {
  const shape = Float64Array.from(body.shape, (v) => v ?? Number.NaN);
  const frame = bodyFrame({ shape, size: body.size }, pose, { rigid: body.rigid, weights });
  return frame && bodyView(frame, width, height, scale);
}

/** The view of a `point` stage: a place in the picture in the middle of the input. */
export function pointView({ width, height, scale }: StagePlan, at: readonly [number, number]): Affine {
  return similarity(0, 1 / scale, at, [width / 2, height / 2]);
}

// A labeled keypoint or, rarely and where none is labeled, anywhere: the network then learns what is no keypoint.
function somewhere({ points, picture }: Example, random: Random): [number, number] {
  const labeled = [...points.keys()].filter((i) => i % 2 === 0 && Number.isFinite(points[i]));
  const anywhere: [number, number] = [random.uniform(0, picture.width), random.uniform(0, picture.height)];
  const at = labeled.length > 0 ? labeled[random.integer(labeled.length)] : -1;
  return at < 0 || random.uniform() < elsewhere ? anywhere : [points[at], points[at + 1]];
}

/** A random view for training. @throws UsageError for a `body` stage where the labels do not say where the body is. */
export function trainingView(
  plan: PosePlan,
  stage: StagePlan,
  example: Example,
  random: Random,
): TrainingView {
  const mirrored = stage.mirror && random.uniform() < 0.5;
  const wrong = random.uniform() < stage.wrong;
  const exact = stage.kind === 'body' ? poseView(stage, plan.body!, example.points) : undefined;
  if (stage.kind === 'body' && !exact) {
    throw new UsageError('a frame with fewer than two labeled keypoints cannot train a body crop', {
      where: `labeled frame ${example.frame}`,
    });
  }
  const base =
    exact ??
    (stage.kind === 'point'
      ? pointView(stage, somewhere(example, random))
      : frameView(stage, example.picture));
  const middle: readonly [number, number] = [stage.width / 2, stage.height / 2];
  const zoom = Math.exp(random.normal(0, stage.zoom));
  let change: Affine;
  if (wrong) change = astray(stage, middle, random);
  else if (stage.rotation === 'any' && stage.kind === 'frame') {
    const to: [number, number] = [
      random.uniform(0.05, 0.95) * stage.width,
      random.uniform(0.05, 0.95) * stage.height,
    ];
    change = similarity(
      random.uniform(-Math.PI, Math.PI),
      zoom,
      centerOf(base, example.points) ?? middle,
      to,
    );
  } else {
    const to: [number, number] = [
      middle[0] + random.normal(0, stage.shift) * stage.width,
      middle[1] + random.normal(0, stage.shift) * stage.height,
    ];
    const angle =
      stage.rotation === 'any' ? random.uniform(-Math.PI, Math.PI) : random.normal(0, stage.rotation);
    change = similarity(angle, zoom, middle, to);
  }
  const flipped = mirrored ? compose(mirror(middle[1]), base) : base;
  return { map: compose(mirrored ? mirroredChange(change, middle[1]) : change, flipped), mirrored, wrong };
}

// The change was drawn for the picture as it is: carried over to the mirrored one.
function mirroredChange(change: Affine, axis: number): Affine {
  return compose(mirror(axis), compose(change, mirror(axis)));
}

// Mostly the wrong way round, which is how a coarse look errs; else shifted by more than half the view.
function astray(stage: StagePlan, middle: readonly [number, number], random: Random): Affine {
  if (random.uniform() < 0.7) {
    const angle = Math.PI + random.normal(0, 0.4);
    const shift = (size: number): number => size * (0.5 + random.normal(0, 0.07));
    return similarity(angle, 1, middle, [shift(stage.width), shift(stage.height)]);
  }
  const direction = random.uniform(-Math.PI, Math.PI);
  const distance = random.uniform(0.6, 1.5) * Math.max(stage.width, stage.height);
  return similarity(random.uniform(-Math.PI, Math.PI), 1, middle, [
    middle[0] + distance * Math.cos(direction),
    middle[1] + distance * Math.sin(direction),
  ]);
}

function centerOf(map: Affine, points: ArrayLike<number>): [number, number] | undefined {
  let [x, y, count] = [0, 0, 0];
  for (let i = 0; i < points.length; i += 2) {
    if (!Number.isFinite(points[i])) continue;
    x += map[0] * points[i] + map[1] * points[i + 1] + map[2];
    y += map[3] * points[i] + map[4] * points[i + 1] + map[5];
    count++;
  }
  return count > 0 ? [x / count, y / count] : undefined;
}

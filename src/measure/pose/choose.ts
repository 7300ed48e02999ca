/** What to train for these labels: which stages, at which size, with which changes of the pictures, and why. */
import { twinsByName } from '../../signal/skeleton.ts';
import type { Skeleton } from '../../signal/skeleton.ts';
import { bodyOf, rigidPart, steadySize, symmetrized } from './body.ts';
import type { Body } from './body.ts';
import type { Example } from './examples.ts';
import { networkNamed } from './networks/index.ts';
import type { NetworkName } from './networks/index.ts';

/** One network of a pose model and the pictures it learns from. */
export interface StagePlan {
  /**
   * `frame`: sees the whole picture, reduced. `body`: sees a crop that is turned with the animal. It starts from the pose
   * that the stage before it found. `point`: sees a crop around one keypoint, closer than the whole picture was seen.
   */
  readonly kind: 'frame' | 'body' | 'point';
  readonly network: NetworkName;
  /** Input size of the network, px. */
  readonly width: number;
  readonly height: number;
  /** Picture px to one input px. */
  readonly scale: number;
  /** Standard deviation of a keypoint's target, input px. */
  readonly sigma: number;
  readonly batch: number;
  readonly learningRate: number;
  /** Standard deviation of the random rotation, radians; `any` is the full circle. */
  readonly rotation: number | 'any';
  /** Standard deviation of the log of the random scale. */
  readonly zoom: number;
  /** Standard deviation of the random shift, as a fraction of the input's width and height. */
  readonly shift: number;
  /** Half the pictures are mirrored, left and right keypoints swapped. */
  readonly mirror: boolean;
  /** Fraction of views that do not show the animal as they should, from which the network learns to say so. */
  readonly wrong: number;
}

export interface PosePlan {
  readonly stages: readonly StagePlan[];
  /** The body's own frame, for a `body` stage. */
  readonly body?: {
    /**
     * x, y of each keypoint, px of the mean animal, heading along the x axis; null for keypoints that are not of the rigid part
     * (as JSON, which plans are kept in, writes NaN).
     */
    readonly shape: readonly (number | null)[];
    readonly size: number;
    /** Animals differ so little in size that the picture's scale is kept. */
    readonly rigid: boolean;
  };
  /** Position of each keypoint's left/right twin (its own where it has none). */
  readonly swap: readonly number[];
  /** Why, in sentences. */
  readonly reasons: readonly string[];
}

export interface ChooseOptions {
  /** `accurate` by default. */
  readonly network?: NetworkName;
}

/**
 * A body that keeps its shape to this fraction of its size is found by its shape: its crop can be turned to a fixed heading.
 * Measured: a mouse from above, four points: 0.04 to 0.06; a reaching hand with a joystick 0.27; a mouse from the side and below 0.26.
 */
const rigidBelow = 0.2;
/** Above this concentration of headings all animals head the same way, and full turns would only waste training. */
const alignedAbove = 0.97;
/** A mean shape this near to its own mirror image (as a fraction of its size) allows mirrored pictures. */
const symmetricBelow = 0.15;
/** A body that bends has a mean shape known less well: the same for it. */
const flexibleSymmetricBelow = 0.3;
/** Below this concentration of headings a bending body counts as turning freely. */
const turningBelow = 0.7;
/** Pixels of a reduced whole picture: enough to find a body; more where no second stage follows. */
const findPixels = 20_000;
const wholePixels = 43_000;
/** Input length of a body crop, px, and what a crop adds around the labeled points, in body lengths. */
const cropLength = 128;
const cropMargin = 0.22;
const longestCrop = 176;
/** A crop is at least this high for its length: bodies are wider than the line of their keypoints. */
const cropAspect = 0.75;
/** Side of a crop around one keypoint, input px, and how much closer than the whole picture it is seen, at most. */
const pointSide = 96;
const pointCloser = 3;
/** Where the whole picture is reduced less than this, a closer look has little to add. */
const closerFrom = 1.5;

/** Chooses from the labels of the training frames. Says why in `reasons`. */
export function choosePlan(
  examples: readonly Example[],
  skeleton: Skeleton,
  options: ChooseOptions = {},
): PosePlan {
  const network = options.network ?? 'accurate';
  const swap = twins(skeleton);
  const poses = examples.map(({ points }) => points);
  const body = rigidPart(poses, swap, rigidBelow) ?? bodyOf(poses, swap);
  const width = Math.max(...examples.map(({ picture }) => picture.width));
  const height = Math.max(...examples.map(({ picture }) => picture.height));
  const fraction = body ? (2 * Math.max(...body.extent)) / Math.max(width, height) : 1;
  const percent = (x: number): string => `${Math.round(100 * x)} %`;
  if (!body || body.flexibility > rigidBelow || fraction > 0.7) {
    const why = !body
      ? 'no frame has two labeled keypoints, so there is no body shape to align by'
      : body.flexibility > rigidBelow
        ? `the keypoints move against each other by ${percent(body.flexibility)} of their spread, so one crop cannot be aligned to them`
        : `the keypoints span ${percent(fraction)} of the picture, so a crop would hold nearly all of it`;
    const turns = body !== undefined && body.headingConcentration < turningBelow;
    const mirrors = turns && body.asymmetry < flexibleSymmetricBelow;
    const seen = frameStage(network, [width, height], findingAll, { turning: turns, mirror: mirrors });
    const closer = seen.scale >= closerFrom;
    const reasons = [`A network sees the whole picture: ${why}.`];
    if (closer)
      reasons.push(
        `It sees it reduced ${seen.scale.toFixed(1)} times, so a second one looks closer around each keypoint that it found.`,
      );
    if (turns)
      reasons.push('Animals head every way, so pictures are turned through the full circle in training.');
    if (mirrors) reasons.push('The mean body is its own mirror image, so half the pictures are mirrored.');
    return {
      stages: closer ? [seen, pointStage(network, seen)] : [seen],
      swap,
      reasons,
    };
  }
  const turning = body.headingConcentration < alignedAbove;
  const mirror = body.asymmetry < symmetricBelow;
  const rigid = body.scaleSpread < steadySize;
  const shape = mirror ? symmetrized(body.shape, swap) : body.shape;
  const steady = [...swap.keys()].filter((k) => Number.isFinite(shape[2 * k]));
  return {
    stages: [
      frameStage(network, [width, height], finding, { turning, mirror }),
      bodyStage(network, body, mirror),
    ],
    body: { shape: Array.from(shape, (v) => (Number.isFinite(v) ? v : null)), size: body.size, rigid },
    swap,
    reasons: [
      `Two networks, one that finds the animal on a reduced picture and one that refines in a crop turned with it: ${steady.length === swap.length ? 'the keypoints' : steady.map((k) => skeleton.keypoints[k]).join(', ')} keep their shape to ${percent(body.flexibility)} of their spread, and all keypoints span ${percent(fraction)} of the picture.`,
      turning
        ? 'Animals head every way, so pictures are turned through the full circle in training.'
        : 'All animals head the same way, so pictures are turned only a little in training.',
      mirror
        ? 'The body is its own mirror image with left and right swapped, so half the pictures are mirrored.'
        : 'The body is not its own mirror image, so pictures are not mirrored.',
      rigid
        ? 'Animals are of one size, so crops keep the scale of the picture.'
        : 'Animals differ in size, so crops are scaled to them.',
    ],
  };
}

/** Left/right twins of a skeleton, from its symmetries or else from the keypoints' names. */
export function twins({ keypoints, symmetries }: Skeleton): number[] {
  const swap = keypoints.map((_, k) => k);
  const pairs =
    symmetries.length > 0
      ? symmetries
      : twinsByName(keypoints).map(([a, b]) => [keypoints.indexOf(a), keypoints.indexOf(b)] as const);
  for (const [a, b] of pairs) [swap[a], swap[b]] = [b, a];
  return swap;
}

function upTo(size: number, multiple: number): number {
  return Math.max(multiple, Math.ceil(size / multiple) * multiple);
}

/**
 * Pictures a step. Measured with the openfield mouse, 4 minutes on one thread: 8 a step left 4.1 px, 16 a step (half as many steps)
 * 26 px; with the demo's, 4 a step did no better than 8.
 */
const batch = 8;

/** How crops are changed in training: a small network learns less from strong changes (paws of the demo 2 px in place of 3 to 4). */
const cropChanges = {
  fast: { rotation: 0.15, zoom: 0.05, wrong: 0.05 },
  accurate: { rotation: 0.21, zoom: 0.08, wrong: 0.2 },
} as const satisfies Record<NetworkName, Pick<StagePlan, 'rotation' | 'zoom' | 'wrong'>>;

/** What sets the two whole-picture stages apart: one finds a body for a crop to refine, the other must find every point alone. */
const finding = { pixels: findPixels, zoom: 0.12 };
const findingAll = { pixels: wholePixels, zoom: 0.15 };

function frameStage(
  network: NetworkName,
  [width, height]: readonly [number, number],
  { pixels, zoom }: typeof finding,
  { turning, mirror }: { readonly turning: boolean; readonly mirror: boolean },
): StagePlan {
  const { multiple } = networkNamed(network);
  const scale = Math.max(1, Math.sqrt((width * height) / pixels));
  return {
    kind: 'frame',
    network,
    width: upTo(width / scale, multiple),
    height: upTo(height / scale, multiple),
    scale,
    sigma: 5,
    batch,
    learningRate: 2e-3,
    rotation: turning ? 'any' : 0.26,
    zoom,
    shift: 0.12,
    mirror,
    wrong: 0,
  };
}

function pointStage(network: NetworkName, whole: StagePlan): StagePlan {
  const side = upTo(pointSide, networkNamed(network).multiple);
  return {
    ...whole,
    kind: 'point',
    width: side,
    height: side,
    scale: Math.max(1, whole.scale / pointCloser),
    sigma: 4,
    shift: 0.15,
  };
}

function bodyStage(network: NetworkName, { extent, core }: Body, mirror: boolean): StagePlan {
  const { multiple } = networkNamed(network);
  const margin = 2 * cropMargin * Math.max(...core);
  const length = Math.max(...extent) * 2 + 2 * margin;
  const across = Math.max(Math.min(...extent) * 2 + 2 * margin, cropAspect * length);
  // What moves against the rigid part makes a crop longer, and is no reason to see that part less well.
  const input = Math.min(longestCrop, (cropLength * length) / (2 * Math.max(...core) + 2 * margin));
  // A small animal is not enlarged much: that adds work and no detail.
  const scale = Math.max(0.75, length / input);
  const [w, h] = extent[0] >= extent[1] ? [length, across] : [across, length];
  return {
    kind: 'body',
    network,
    width: upTo(w / scale, multiple),
    height: upTo(h / scale, multiple),
    scale,
    sigma: 4,
    batch,
    learningRate: 2e-3,
    shift: 0.035,
    mirror,
    ...cropChanges[network],
  };
}

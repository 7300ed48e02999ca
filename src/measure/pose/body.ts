/**
 * The frame of reference of a body: where its labeled poses agree up to a similarity, their mean shape says where an animal
 * is, which way it heads, and what a crop that turns with it must hold.
 */
import { procrustes } from '../../math/procrustes.ts';
import { compose, inverse, similarity, transformed } from './affine.ts';
import type { Affine } from './affine.ts';

export interface Body {
  /** Mean shape, x, y of each keypoint in px, main axis along x, centered on the box of its points; NaN if never labeled. */
  readonly shape: Float64Array;
  /** Half the box that holds all aligned labels: along and across the body, px. */
  readonly extent: readonly [number, number];
  /** The same for the labels of the keypoints in `shape` alone. */
  readonly core: readonly [number, number];
  /** Root mean square distance of keypoints from the fitted shape over that from their center: 0 is a rigid body. */
  readonly flexibility: number;
  /** Root mean square distance of the shape's keypoints from their center, px. */
  readonly size: number;
  /** Length of the mean heading, in [0, 1]: 1 where all animals head the same way in the picture. */
  readonly headingConcentration: number;
  /** Standard deviation of the log of the fitted scale. */
  readonly scaleSpread: number;
  /** How far the shape is from its own mirror image with left and right swapped, as a fraction of `size`. */
  readonly asymmetry: number;
}

const present = (points: ArrayLike<number>, k: number): boolean =>
  Number.isFinite(points[2 * k]) && Number.isFinite(points[2 * k + 1]);

function presentCount(points: ArrayLike<number>): number {
  let count = 0;
  for (let k = 0; k < points.length / 2; k++) if (present(points, k)) count++;
  return count;
}

/**
 * Generalized Procrustes analysis (Gower 1975) of labeled poses. Poses with fewer than two points are left out; undefined
 * where none remain.
 * @param poses x, y of each keypoint a pose, px; NaN where missing. @param swap position of each keypoint's left/right twin.
 */
export function bodyOf(poses: readonly Float64Array[], swap: readonly number[]): Body | undefined {
  const usable = poses.filter((pose) => presentCount(pose) >= 2 && spreadOf(pose) > 0);
  if (usable.length === 0) return undefined;
  let shape = centered(usable.reduce((a, b) => (presentCount(b) > presentCount(a) ? b : a)));
  for (let pass = 0; pass < 10; pass++) shape = centered(meanOf(usable.map((pose) => aligned(pose, shape))));
  const scales = usable.map((pose) => fitted(shape, pose, false)?.scale ?? 1);
  const middle = scales.toSorted((a, b) => a - b)[scales.length >> 1];
  shape = upright(shape.map((v) => v * middle));
  const asymmetry = asymmetryOf(shape, swap);
  const residuals: number[] = [];
  const sizes: number[] = [];
  let [cos, sin] = [0, 0];
  for (const pose of usable) {
    const fit = fitted(shape, pose, false);
    if (!fit) continue;
    residuals.push(fit.residual ** 2);
    sizes.push(spreadOf(pose) ** 2);
    cos += Math.cos(fit.angle);
    sin += Math.sin(fit.angle);
  }
  const logs = scales.map((s) => Math.log(s / middle));
  const size = spreadOf(shape);
  const core = extentOf(usable, shape);
  return {
    shape,
    extent: core,
    core,
    flexibility: Math.sqrt(sumOf(residuals) / sumOf(sizes)),
    size,
    headingConcentration: Math.hypot(cos, sin) / residuals.length,
    scaleSpread: Math.sqrt(sumOf(logs.map((v) => v * v)) / logs.length),
    asymmetry: asymmetry / size,
  };
}

/**
 * The part of a body that keeps its shape to `limit` of its size: keypoints that move most against the others (and their twins) are
 * left out one after the other, at most half of them. Those left out are NaN in `shape`, and within `extent`. Undefined where no
 * such part is found. A part must also keep its size, else a chance arrangement of loose points could pass for one.
 */
export function rigidPart(
  poses: readonly Float64Array[],
  swap: readonly number[],
  limit: number,
): Body | undefined {
  const left = new Set(swap.keys());
  while (left.size >= Math.max(Math.min(3, swap.length), swap.length / 2)) {
    const part = poses.map((pose) => pose.map((v, i) => (left.has(i >> 1) ? v : Number.NaN)));
    const body = bodyOf(part, swap);
    if (!body) return undefined;
    const all = left.size === swap.length;
    if (body.flexibility <= limit && (all || body.scaleSpread < steadySize))
      return { ...body, extent: extentOf(poses, body.shape) };
    const worst = loosest(part, body.shape);
    left.delete(worst);
    left.delete(swap[worst]);
  }
  return undefined;
}

// The keypoint that is farthest from its place in the aligned shape, in the root mean square.
function loosest(poses: readonly Float64Array[], shape: Float64Array): number {
  const squares = Array.from({ length: shape.length / 2 }, () => [] as number[]);
  for (const pose of poses) {
    const there = aligned(pose, shape);
    squares.forEach((list, k) => {
      const square = (there[2 * k] - shape[2 * k]) ** 2 + (there[2 * k + 1] - shape[2 * k + 1]) ** 2;
      if (Number.isFinite(square)) list.push(square);
    });
  }
  const means = squares.map((list) => (list.length > 0 ? sumOf(list) / list.length : -1));
  return means.indexOf(Math.max(...means));
}

/** Below this standard deviation of the log of the scale, animals count as of one size. */
export const steadySize = 0.12;

const sumOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function spreadOf(points: ArrayLike<number>): number {
  const c = centered(points);
  let [sum, count] = [0, 0];
  for (let k = 0; k < c.length / 2; k++) {
    if (!present(c, k)) continue;
    sum += c[2 * k] ** 2 + c[2 * k + 1] ** 2;
    count++;
  }
  return Math.sqrt(sum / count);
}

function centered(points: ArrayLike<number>): Float64Array {
  let [x, y, count] = [0, 0, 0];
  for (let k = 0; k < points.length / 2; k++) {
    if (!present(points, k)) continue;
    x += points[2 * k];
    y += points[2 * k + 1];
    count++;
  }
  return Float64Array.from(points, (v, i) => v - (i % 2 === 0 ? x : y) / count);
}

function meanOf(poses: readonly Float64Array[]): Float64Array {
  return poses[0].map((_, i) => {
    const values = poses.map((pose) => pose[i]).filter(Number.isFinite);
    return values.length > 0 ? sumOf(values) / values.length : Number.NaN;
  });
}

interface Fit {
  /** From the shape to the pose. */
  readonly map: Affine;
  readonly scale: number;
  readonly angle: number;
  readonly residual: number;
}

function fitted(
  shape: Float64Array,
  pose: ArrayLike<number>,
  rigid: boolean,
  weights?: ArrayLike<number>,
): Fit | undefined {
  let [count, first, spread] = [0, -1, false];
  for (let k = 0; k < shape.length / 2; k++) {
    if (!present(shape, k) || !present(pose, k) || (weights && !(weights[k] > 0))) continue;
    if (first < 0) first = k;
    spread ||= pose[2 * k] !== pose[2 * first] || pose[2 * k + 1] !== pose[2 * first + 1];
    count++;
  }
  if (count < 2 || !spread) return undefined;
  const { scale, rotation, translation, residual } = procrustes(shape, pose, { scaling: !rigid, weights });
  const [a, b, c, d] = rotation.data;
  return {
    map: [scale * a, scale * b, translation[0], scale * c, scale * d, translation[1]],
    scale,
    angle: Math.atan2(c, a),
    residual,
  };
}

function aligned(pose: Float64Array, shape: Float64Array): Float64Array {
  const fit = fitted(shape, pose, false);
  return fit ? transformed(inverse(fit.map), pose) : pose.map(() => Number.NaN);
}

// Main axis along x, the middle of the box at the origin.
function upright(shape: Float64Array): Float64Array {
  const c = centered(shape);
  let [xx, xy, yy] = [0, 0, 0];
  for (let k = 0; k < c.length / 2; k++) {
    if (!present(c, k)) continue;
    xx += c[2 * k] ** 2;
    xy += c[2 * k] * c[2 * k + 1];
    yy += c[2 * k + 1] ** 2;
  }
  const turned = transformed(similarity(-0.5 * Math.atan2(2 * xy, xx - yy), 1, [0, 0], [0, 0]), c);
  const axis = (i: number): number[] => [...turned].filter((v, j) => j % 2 === i && Number.isFinite(v));
  const middle = [0, 1].map((i) => (Math.min(...axis(i)) + Math.max(...axis(i))) / 2);
  return turned.map((v, i) => v - middle[i % 2]);
}

function asymmetryOf(shape: Float64Array, swap: readonly number[]): number {
  const mirrored = Float64Array.from(
    shape,
    (_, i) => shape[2 * swap[i >> 1] + (i % 2)] * (i % 2 === 0 ? 1 : -1),
  );
  return fitted(shape, mirrored, true)?.residual ?? Number.POSITIVE_INFINITY;
}

function extentOf(poses: readonly Float64Array[], shape: Float64Array): [number, number] {
  const extent: [number, number] = [0, 0];
  for (const pose of poses) {
    aligned(pose, shape).forEach((v, i) => {
      if (Number.isFinite(v)) extent[i % 2] = Math.max(extent[i % 2], Math.abs(v));
    });
  }
  return extent;
}

/** The shape made equal to its mirror image, so that a mirrored animal has the same frame of reference. */
export function symmetrized(shape: Float64Array, swap: readonly number[]): Float64Array {
  return shape.map((v, i) => {
    const twin = shape[2 * swap[i >> 1] + (i % 2)] * (i % 2 === 0 ? 1 : -1);
    return (v + twin) / 2;
  });
}

/**
 * From the picture to the body's own frame (px of the mean animal): the weighted fit of the shape to a pose, reweighted
 * against outliers by Cauchy's function. Undefined where fewer than two points are present.
 * @param rigid keep the picture's scale: right where animals differ little in size, and steadier.
 */
export function bodyFrame(
  body: Pick<Body, 'shape' | 'size'>,
  pose: ArrayLike<number>,
  options: { readonly rigid: boolean; readonly weights?: ArrayLike<number> },
): Affine | undefined {
  const { shape, size } = body;
  const weights = Float64Array.from({ length: shape.length / 2 }, (_, k) => options.weights?.[k] ?? 1);
  const tolerance = 0.2 * size;
  let fit = fitted(shape, pose, options.rigid, weights);
  for (let pass = 0; pass < 4 && fit; pass++) {
    const mapped = transformed(fit.map, shape);
    const again = weights.map((w, k) => {
      const d = Math.hypot(mapped[2 * k] - pose[2 * k], mapped[2 * k + 1] - pose[2 * k + 1]);
      return Number.isFinite(d) ? w / (1 + (d / tolerance) ** 2) : 0;
    });
    fit = fitted(shape, pose, options.rigid, again) ?? fit;
  }
  return fit && inverse(fit.map);
}

/** From the body's frame to a view of `width` x `height` input px that shows `scale` px to an input px. */
export function bodyView(frame: Affine, width: number, height: number, scale: number): Affine {
  return compose(similarity(0, 1 / scale, [0, 0], [width / 2, height / 2]), frame);
}

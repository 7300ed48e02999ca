/** What a pose network minimizes. */
import {
  abs,
  add,
  concat,
  crossEntropy,
  divide,
  less,
  mean,
  multiply,
  relu,
  reshape,
  slice,
  softmax,
  sqrt,
  square,
  stopGradient,
  subtract,
  sum,
  where,
} from '../../learn/index.ts';
import type { Scope, Tensor } from '../../learn/index.ts';
import type { Grid } from './heatmap.ts';
import type { NetworkOutput } from './networks/network.ts';

/** Weight of the offsets' error, measured on the sets in `bench/pose`: 0.1 to 1 give the same accuracy. */
const offsetWeight = 0.3;

/**
 * Cross entropy of the maps (with the "absent" cell) and Huber's error of the offsets, the latter weighted by the target's
 * density. Declares the inputs `maps` [n, keypoint, cells + 1], `places` [n, keypoint, 2], `weights` [n, keypoint]
 * (0 leaves a point out).
 */
export function heatmapLoss(scope: Scope, output: NetworkOutput, grid: Grid): Tensor {
  const [n, keypoints] = output.maps.shape;
  const cells = grid.width * grid.height;
  const target = scope.input('maps', [n, keypoints, cells + 1]);
  const places = scope.input('places', [n, keypoints, 2]);
  const weights = scope.input('weights', [n, keypoints]);
  const logits = concat(
    [reshape(output.maps, [n, keypoints, cells]), reshape(output.absent, [n, keypoints, 1])],
    2,
  );
  const location = crossEntropy(logits, target, { weights });

  const density = multiply(
    slice(target, [{ axis: 2, start: 0, end: cells }]),
    reshape(weights, [n, keypoints, 1]),
  );
  const offsets = reshape(output.offsets, [n, keypoints, 2, cells]);
  const predicted = add(offsets, scope.graph.constant([1, 1, 2, cells], centers(grid)));
  const error = subtract(predicted, reshape(places, [n, keypoints, 2, 1]));
  const size = abs(error);
  const huber = where(less(size, 1), multiply(square(error), 0.5), subtract(size, 0.5));
  const weighted = multiply(huber, reshape(density, [n, keypoints, 1, cells]));
  return add(location, multiply(divide(sum(weighted), n * keypoints), offsetWeight));
}

/** x then y of each cell's center, in cells. */
function centers({ width, height }: Grid): Float32Array {
  const cells = width * height;
  const out = new Float32Array(2 * cells);
  for (let i = 0; i < cells; i++) {
    out[i] = (i % width) + 0.5;
    out[cells + i] = Math.floor(i / width) + 0.5;
  }
  return out;
}

/** Mean place of each keypoint's distribution (soft argmax), in cells, [n, keypoint, 2]. Differentiable. */
export function expectedPlaces(scope: Scope, output: NetworkOutput, grid: Grid): Tensor {
  const [n, keypoints] = output.maps.shape;
  const cells = grid.width * grid.height;
  const p = reshape(softmax(reshape(output.maps, [n, keypoints, cells])), [n, keypoints, 1, cells]);
  return sum(multiply(p, scope.graph.constant([1, 1, 2, cells], centers(grid))), { axes: [3] });
}

/**
 * Probability that each keypoint is in the picture, [n, keypoint]: a weight, through which no gradient passes, so that calling
 * a keypoint absent never lowers a loss.
 */
export function presence(output: NetworkOutput, grid: Grid): Tensor {
  const [n, keypoints] = output.maps.shape;
  const cells = grid.width * grid.height;
  const logits = concat(
    [reshape(output.maps, [n, keypoints, cells]), reshape(output.absent, [n, keypoints, 1])],
    2,
  );
  const absent = slice(softmax(logits), [{ axis: 2, start: cells, end: cells + 1 }]);
  return stopGradient(subtract(1, reshape(absent, [n, keypoints])));
}

/**
 * Temporal difference loss on runs of unlabeled frames: how far a keypoint's distance between neighboring frames exceeds
 * `limit` cells, max(0, |p_t - p_{t-1}| - limit), mean over keypoints and steps (Biderman et al. 2024, Lightning Pose, who leave out
 * keypoints of low confidence; here each step is weighted by the probability that the keypoint is in both frames).
 * @param places [n, keypoint, 2] of n consecutive frames.
 * @param weights [n, keypoint], 1 without.
 */
export function temporalLoss(places: Tensor, limit: number, weights?: Tensor): Tensor {
  const [n] = places.shape;
  const later = (x: Tensor): Tensor => slice(x, [{ axis: 0, start: 1, end: n }]);
  const earlier = (x: Tensor): Tensor => slice(x, [{ axis: 0, start: 0, end: n - 1 }]);
  const step = subtract(later(places), earlier(places));
  const excess = relu(subtract(sqrt(add(sum(square(step), { axes: [2] }), 1e-6)), limit));
  return mean(weights ? multiply(excess, multiply(later(weights), earlier(weights))) : excess);
}

/**
 * Skeleton loss on unlabeled frames: how far each bone's length leaves the range seen in the labels (the potentials of
 * DeepGraphPose, Wu et al. 2020, with a flat bottom): max(0, l - longest) + max(0, shortest - l), in cells, weighted by the probability
 * that both its ends are in the picture.
 * @param lengths shortest and longest length of each bone, cells.
 * @param weights [n, keypoint], 1 without.
 */
export function skeletonLoss(
  places: Tensor,
  edges: readonly (readonly [number, number])[],
  lengths: readonly (readonly [number, number])[],
  weights?: Tensor,
): Tensor {
  const of = (x: Tensor, k: number): Tensor => slice(x, [{ axis: 1, start: k, end: k + 1 }]);
  const terms = edges.map(([a, b], e) => {
    const bone = subtract(of(places, a), of(places, b));
    const length = sqrt(add(sum(square(bone), { axes: [2] }), 1e-6));
    const [shortest, longest] = lengths[e];
    const excess = add(relu(subtract(length, longest)), relu(subtract(shortest, length)));
    return mean(weights ? multiply(excess, multiply(of(weights, a), of(weights, b))) : excess);
  });
  return divide(terms.reduce(add), edges.length);
}

/** Normalizations, composed of primitives so that they run and differentiate on every engine. */
import { UsageError } from '../../signal/error.ts';
import type { Tensor } from '../graph/graph.ts';
import { sizeOf } from '../graph/tensor.ts';
import { sqrt } from '../operators/activation.ts';
import { add, divide, multiply, square, subtract } from '../operators/arithmetic.ts';
import { reshape } from '../operators/broadcast.ts';
import { mean } from '../operators/reduction.ts';
import { foldedNorm } from './foldedNorm.ts';
import { filled } from './initializers.ts';
import type { Scope } from './scope.ts';

export interface NormalizationOptions {
  /** Added to the variance; 1e-5 by default. */
  readonly epsilon?: number;
}

function normalized(
  x: Tensor,
  axes: readonly number[],
  epsilon: number,
): { y: Tensor; center: Tensor; spread: Tensor } {
  const center = mean(x, { axes, keepDims: true });
  const centered = subtract(x, center);
  const spread = mean(square(centered), { axes, keepDims: true });
  return { y: divide(centered, sqrt(add(spread, epsilon))), center, spread };
}

/** A gain and an offset for each channel, in a shape that broadcasts to images. */
function channelwise(scope: Scope, channels: number): { gain: Tensor; offset: Tensor } {
  const gain = scope.parameter('gain', [channels], filled(1));
  const offset = scope.parameter('offset', [channels], filled(0));
  return { gain: reshape(gain, [channels, 1, 1]), offset: reshape(offset, [channels, 1, 1]) };
}

/**
 * Group normalization (Wu and He 2018): each sample's channels in groups to mean 0 and variance 1, then a gain and an offset
 * a channel. Images [sample, channel, height, width]. Parameters: `gain`, `offset` [channel].
 * @throws UsageError where the channels do not divide into the groups.
 */
export function groupNorm(
  scope: Scope,
  x: Tensor,
  options: NormalizationOptions & { readonly groups?: number } = {},
): Tensor {
  const { groups = 8, epsilon = 1e-5 } = options;
  const [n, channels] = x.shape;
  if (channels % groups !== 0) {
    throw new UsageError('The channels do not divide into the groups', {
      where: 'groupNorm',
      got: `${channels} channels, ${groups} groups`,
    });
  }
  const { gain, offset } = channelwise(scope, channels);
  const { y } = normalized(reshape(x, [n, groups, sizeOf(x.shape) / (n * groups)]), [2], epsilon);
  return add(multiply(reshape(y, x.shape), gain), offset);
}

/** Layer normalization over the last dimension (Ba et al. 2016). Parameters: `gain`, `offset`, of that dimension's size. */
export function layerNorm(scope: Scope, x: Tensor, options: NormalizationOptions = {}): Tensor {
  const { epsilon = 1e-5 } = options;
  const last = x.shape.length - 1;
  const gain = scope.parameter('gain', [x.shape[last]], filled(1));
  const offset = scope.parameter('offset', [x.shape[last]], filled(0));
  return add(multiply(normalized(x, [last], epsilon).y, gain), offset);
}

export interface BatchNormOptions extends NormalizationOptions {
  /** How much of the batch's statistics enters the running ones at each step; 0.1 by default. */
  readonly momentum?: number;
}

/**
 * Batch normalization of images (Ioffe and Szegedy 2015): by the batch's statistics in training, by running ones (the
 * variance unbiased) at inference. Parameters: `gain`, `offset` [channel]; states: `mean`, `variance` [channel].
 */
export function batchNorm(scope: Scope, x: Tensor, options: BatchNormOptions = {}): Tensor {
  const { momentum = 0.1, epsilon = 1e-5 } = options;
  const [n, channels, height, width] = x.shape;
  const runningMean = scope.state('mean', [channels], filled(0));
  const runningVariance = scope.state('variance', [channels], filled(1));
  if (!scope.training) {
    const gain = scope.parameter('gain', [channels], filled(1));
    const offset = scope.parameter('offset', [channels], filled(0));
    const statistics = { gain, offset, mean: runningMean, variance: runningVariance };
    const folded = foldedNorm(x, statistics, epsilon);
    if (folded) return folded;
    return x.graph.node('BatchNormalization', [x, gain, offset, runningMean, runningVariance], x, {
      attributes: { epsilon: { float: epsilon } },
    });
  }
  const { gain, offset } = channelwise(scope, channels);
  const { y, center, spread } = normalized(x, [0, 2, 3], epsilon);
  const count = n * height * width;
  const unbiased = multiply(spread, count / Math.max(count - 1, 1));
  scope.update(runningMean, blend(runningMean, reshape(center, [channels]), momentum));
  scope.update(runningVariance, blend(runningVariance, reshape(unbiased, [channels]), momentum));
  return add(multiply(y, gain), offset);
}

function blend(running: Tensor, batch: Tensor, momentum: number): Tensor {
  return add(multiply(running, 1 - momentum), multiply(batch, momentum));
}

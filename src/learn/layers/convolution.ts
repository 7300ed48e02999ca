import { UsageError } from '../../signal/error.ts';
import type { Tensor } from '../graph/graph.ts';
import { conv2d } from '../operators/convolution/conv2d.ts';
import { convTranspose2d } from '../operators/convolution/convTranspose2d.ts';
import type { ConvolutionOptions, Pair, PaddingSpec } from '../operators/convolution/geometry.ts';
import { filled, he } from './initializers.ts';
import type { Fans, Initializer } from './initializers.ts';
import type { Scope } from './scope.ts';

interface KernelOptions {
  /** Number of output channels. */
  readonly channels: number;
  /** Height and width of the kernel. */
  readonly kernel: Pair;
  /** Add a bias; true by default. A normalization that follows makes it superfluous. */
  readonly bias?: boolean;
  /** `he` by default. */
  readonly initializer?: (fans: Fans) => Initializer;
}

export interface ConvolutionLayerOptions extends KernelOptions, Omit<ConvolutionOptions, 'padding'> {
  /** `same` by default. */
  readonly padding?: PaddingSpec;
}

/**
 * A convolution of images [sample, in, height, width]. Parameters: `weight` [channels, in / groups, kh, kw], `bias`
 * [channels].
 */
export function convolution(scope: Scope, x: Tensor, options: ConvolutionLayerOptions): Tensor {
  const { channels, kernel, bias = true, initializer = he, padding = 'same', groups = 1 } = options;
  const [kh, kw] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
  const inputs = x.shape[1];
  if (inputs % groups !== 0 || channels % groups !== 0) {
    throw new UsageError('The channels do not divide into the groups', {
      where: 'convolution',
      got: `${inputs} in, ${channels} out, ${groups} groups`,
    });
  }
  const inGroup = inputs / groups;
  const fans = { fanIn: inGroup * kh * kw, fanOut: (channels / groups) * kh * kw };
  const weight = scope.parameter('weight', [channels, inGroup, kh, kw], initializer(fans));
  const offset = bias ? scope.parameter('bias', [channels], filled(0)) : undefined;
  return conv2d(x, weight, offset, { ...options, padding, groups });
}

/** A convolution of each channel by itself. @param options as for `convolution`; `channels` is a multiple of the input's. */
export function depthwiseConvolution(
  scope: Scope,
  x: Tensor,
  options: Omit<ConvolutionLayerOptions, 'channels' | 'groups'>,
): Tensor {
  return convolution(scope, x, { ...options, channels: x.shape[1], groups: x.shape[1] });
}

export interface TransposedConvolutionLayerOptions extends KernelOptions {
  readonly stride?: Pair;
  readonly padding?: Pair;
  readonly outputPadding?: Pair;
}

/**
 * A transposed convolution of images [sample, in, height, width]; kernel 4, stride 2, padding 1 doubles the size.
 * Parameters: `weight` [in, channels, kh, kw], `bias` [channels].
 */
export function transposedConvolution(
  scope: Scope,
  x: Tensor,
  options: TransposedConvolutionLayerOptions,
): Tensor {
  const { channels, kernel, bias = true, initializer = he, stride = 1 } = options;
  const [kh, kw] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
  const [sh, sw] = typeof stride === 'number' ? [stride, stride] : stride;
  const inputs = x.shape[1];
  // An output pixel sums over the taps that fall on it: one in stride x stride.
  const fans = { fanIn: (inputs * kh * kw) / (sh * sw), fanOut: channels * kh * kw };
  const weight = scope.parameter('weight', [inputs, channels, kh, kw], initializer(fans));
  const offset = bias ? scope.parameter('bias', [channels], filled(0)) : undefined;
  return convTranspose2d(x, weight, offset, options);
}

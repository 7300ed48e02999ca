export { add, divide, multiply, neg, pow, square, subtract } from './arithmetic.ts';
export { expand, reshape, sum } from './broadcast.ts';
export type { ReductionOptions } from './broadcast.ts';
export { abs, and, clip, equal, greater, less, maximum, minimum, not, where } from './selection.ts';
export {
  cos,
  elu,
  erf,
  exp,
  gelu,
  leakyRelu,
  log,
  relu,
  relu6,
  sigmoid,
  silu,
  sin,
  softplus,
  sqrt,
  tanh,
} from './activation.ts';
export { matmul } from './matmul.ts';
export type { MatmulOptions } from './matmul.ts';
export { concat, pad, slice, split, stack, swapLast, transpose } from './shape.ts';
export type { Padding, Range } from './shape.ts';
export { conv2d } from './convolution/conv2d.ts';
export { convTranspose2d } from './convolution/convTranspose2d.ts';
export type { TransposedConvolutionOptions } from './convolution/convTranspose2d.ts';
export type { ConvolutionOptions, Pair, PaddingSpec } from './convolution/geometry.ts';
export { averagePool2d, globalAveragePool2d, maxPool2d } from './pooling.ts';
export type { PoolingOptions } from './pooling.ts';
export { resize2d } from './resize.ts';
export type { ResizeOptions } from './resize.ts';
export { cumulativeSum, entropy, logSoftmax, max, mean, min, softmax, variance } from './reduction.ts';
export { cast, gather, stopGradient } from './indexing.ts';
export type { Operand } from './operand.ts';
export { scan } from './recurrence/scan.ts';
export type { Recurrence, RecurrenceOptions, Step, StepFunction } from './recurrence/scan.ts';
export { recur } from './recurrence/recur.ts';
export type { RecurOptions } from './recurrence/recur.ts';

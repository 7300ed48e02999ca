/** The five networks that are compared, written with Marey's layers. `pytorch.py` holds the same, with the same names. */
import {
  add,
  bidirectional,
  convolution,
  dense,
  depthwiseConvolution,
  exp,
  expand,
  gru,
  meanSquaredError,
  multiply,
  relu,
  relu6,
  reshape,
  rnn,
  square,
  subtract,
  sum,
  tanh,
  transposedConvolution,
} from '../../src/learn/index.ts';
import { UsageError } from '../../src/signal/error.ts';
import type { Scope, Shape, Tensor } from '../../src/learn/index.ts';

type Tensors = Readonly<Record<string, Tensor>>;

export interface Workload {
  readonly title: string;
  /** What the network reads. */
  readonly inputs: Readonly<Record<string, Shape>>;
  /** What the loss compares `output` with; none where that is the input itself. */
  readonly target?: Shape;
  /** All that leaves the exported network; `output` is among it. */
  readonly network: (scope: Scope, inputs: Tensors) => Tensors;
  readonly loss: (outputs: Tensors, inputs: Tensors, target: Tensor) => Tensor;
}

const images: Shape = [8, 3, 256, 256];

const meanSquared: Workload['loss'] = ({ output }, _inputs, target) => meanSquaredError(output, target);

function poseNetwork(scope: Scope, { x }: Tensors): Tensors {
  const conv = (at: Scope, h: Tensor, channels: number, stride: number): Tensor =>
    convolution(at, h, { channels, kernel: 3, stride, padding: 1 });
  let h = relu(conv(scope.at('stem'), x, 16, 2));
  for (const [i, channels] of [32, 64, 128].entries()) {
    const stage = scope.at(`stage${i}`);
    h = relu(conv(stage.at('down'), h, channels, 2));
    h = relu(conv(stage.at('same'), h, channels, 1));
    const inner = relu(conv(stage.at('first'), h, channels, 1));
    h = relu(add(h, conv(stage.at('second'), inner, channels, 1)));
  }
  for (const [i, channels] of [64, 32].entries()) {
    h = relu(transposedConvolution(scope.at(`up${i}`), h, { channels, kernel: 4, stride: 2, padding: 1 }));
  }
  return { output: convolution(scope.at('head'), h, { channels: 8, kernel: 1 }) };
}

function mobileNetwork(scope: Scope, { x }: Tensors): Tensors {
  let h = relu6(convolution(scope.at('stem'), x, { channels: 16, kernel: 3, stride: 2, padding: 1 }));
  const blocks = [
    [24, 2],
    [24, 1],
    [40, 2],
    [40, 1],
    [80, 2],
    [80, 1],
    [80, 1],
  ];
  for (const [i, [channels, stride]] of blocks.entries()) {
    const block = scope.at(`block${i}`);
    const wide = relu6(convolution(block.at('expand'), h, { channels: 4 * h.shape[1], kernel: 1 }));
    const seen = relu6(depthwiseConvolution(block.at('depthwise'), wide, { kernel: 3, stride, padding: 1 }));
    const narrow = convolution(block.at('project'), seen, { channels, kernel: 1 });
    h = stride === 1 && h.shape[1] === channels ? add(h, narrow) : narrow;
  }
  h = relu(transposedConvolution(scope.at('up'), h, { channels: 48, kernel: 4, stride: 2, padding: 1 }));
  return { output: convolution(scope.at('head'), h, { channels: 8, kernel: 1 }) };
}

function autoencoderNetwork(scope: Scope, { x, noise }: Tensors): Tensors {
  const [time, samples, features] = x.shape;
  const [, latents] = noise.shape;
  const [code] = bidirectional(gru, scope.at('encoder'), x, { units: 256 }).states;
  const mean = dense(scope.at('mean'), code, { units: latents });
  const logVariance = dense(scope.at('logVariance'), code, { units: latents });
  const z = add(mean, multiply(noise, exp(multiply(logVariance, 0.5))));
  const repeated = expand(reshape(z, [1, samples, latents]), [time, samples, latents]);
  const { outputs } = gru(scope.at('decoder'), repeated, { units: 256 });
  const flat = reshape(outputs, [time * samples, 256]);
  const rebuilt = dense(scope.at('head'), flat, { units: features });
  return { output: reshape(rebuilt, x.shape), mean, logVariance };
}

function autoencoderLoss({ output, mean, logVariance }: Tensors, { x }: Tensors): Tensor {
  const divergence = sum(subtract(subtract(add(logVariance, 1), square(mean)), exp(logVariance)));
  return add(sum(square(subtract(output, x))), multiply(divergence, -0.5));
}

function recurrentNetwork(scope: Scope, { x }: Tensors): Tensors {
  const [time, samples] = x.shape;
  const { outputs } = rnn(scope.at('rnn'), x, { units: 300, leak: 0.1 });
  const flat = reshape(outputs, [time * samples, 300]);
  return { output: reshape(dense(scope.at('head'), flat, { units: 2 }), [time, samples, 2]) };
}

function perceptron(scope: Scope, { x }: Tensors): Tensors {
  const layers = [256, 256].reduce((h, units, i) => tanh(dense(scope.at(`hidden${i}`), h, { units })), x);
  return { output: dense(scope.at('head'), layers, { units: 8 }) };
}

export const workloads: Readonly<Record<string, Workload>> = {
  pose: {
    title: 'convolutional pose network 256 x 256, batch 8',
    inputs: { x: images },
    target: [8, 8, 64, 64],
    network: poseNetwork,
    loss: meanSquared,
  },
  mobile: {
    title: 'MobileNet-style pose network 256 x 256, batch 8',
    inputs: { x: images },
    target: [8, 8, 32, 32],
    network: mobileNetwork,
    loss: meanSquared,
  },
  autoencoder: {
    title: 'bidirectional GRU autoencoder, 30 steps, batch 256',
    inputs: { x: [30, 256, 24], noise: [256, 32] },
    network: autoencoderNetwork,
    loss: autoencoderLoss,
  },
  recurrent: {
    title: '300-unit RNN, 300 steps, batch 64',
    inputs: { x: [300, 64, 10] },
    target: [300, 64, 2],
    network: recurrentNetwork,
    loss: meanSquared,
  },
  perceptron: {
    title: '2 x 256 MLP, batch 2048',
    inputs: { x: [2048, 64] },
    target: [2048, 8],
    network: perceptron,
    loss: meanSquared,
  },
};

/** @throws UsageError where there is none of that name. */
export function workloadOf(name: string | undefined): Workload {
  const workload = name === undefined ? undefined : workloads[name];
  if (workload) return workload;
  throw new UsageError('There is no such workload', {
    where: 'bench/learn',
    expected: Object.keys(workloads).join(', '),
    got: name ?? 'none',
  });
}

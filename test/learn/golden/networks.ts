/** Four small networks whose gradients are compared with PyTorch's: `gradients.py` holds the same, written independently. */
import {
  add,
  bidirectional,
  concat,
  convolution,
  dense,
  depthwiseConvolution,
  exp,
  groupNorm,
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
  transposedConvolution,
} from '../../../src/learn/index.ts';
import type { RecurOptions, Scope, Tensor } from '../../../src/learn/index.ts';

const chain = (x: Tensor, ...layers: readonly ((x: Tensor) => Tensor)[]): Tensor =>
  layers.reduce((h, layer) => layer(h), x);

/** Strided convolutions with group norm, residual blocks, transposed convolutions: 24 x 24 images to maps at half size. */
export function poseNetwork(scope: Scope): Tensor {
  const conv = (name: string, channels: number, stride: number) => (x: Tensor) =>
    convolution(scope.at(name), x, { channels, kernel: 3, stride, padding: 1 });
  const norm = (name: string) => (x: Tensor) => groupNorm(scope.at(name), x, { groups: 2 });
  let h = chain(scope.input('x', [2, 3, 24, 24]), conv('stem', 6, 2), norm('norm'), relu);
  for (const [i, channels] of [8, 10].entries()) {
    const stage = `stage${i}`;
    h = chain(h, conv(`${stage}.down`, channels, 2), relu);
    h = relu(add(h, chain(h, conv(`${stage}.first`, channels, 1), relu, conv(`${stage}.second`, channels, 1))));
  }
  for (const [i, channels] of [8, 6].entries()) {
    const up = scope.at(`up${i}`);
    h = relu(transposedConvolution(up, h, { channels, kernel: 4, stride: 2, padding: 1 }));
  }
  const out = convolution(scope.at('head'), h, { channels: 4, kernel: 1 });
  return meanSquaredError(out, scope.input('y', out.shape));
}

/** Inverted residuals with depthwise convolutions, as in MobileNet version 2. */
export function mobileNetwork(scope: Scope): Tensor {
  let h = relu6(
    convolution(scope.at('stem'), scope.input('x', [2, 3, 24, 24]), { channels: 6, kernel: 3, stride: 2, padding: 1 }),
  );
  const blocks = [
    { channels: 8, stride: 2, dilation: 1 },
    { channels: 8, stride: 1, dilation: 2 },
  ];
  for (const [i, { channels, stride, dilation }] of blocks.entries()) {
    const block = scope.at(`block${i}`);
    const wide = relu6(convolution(block.at('expand'), h, { channels: 3 * h.shape[1], kernel: 1 }));
    const seen = relu6(depthwiseConvolution(block.at('depthwise'), wide, { kernel: 3, stride, dilation, padding: dilation }));
    const narrow = convolution(block.at('project'), seen, { channels, kernel: 1 });
    h = h.shape[1] === channels ? add(h, narrow) : narrow;
  }
  const out = convolution(scope.at('head'), h, { channels: 4, kernel: 1 });
  return meanSquaredError(out, scope.input('y', out.shape));
}

/** A variational autoencoder of sequences: bidirectional GRU encoder, GRU decoder, reconstruction plus divergence. */
export function autoencoderNetwork(scope: Scope, options: RecurOptions = {}): Tensor {
  const [time, samples, features, latents, units] = [10, 5, 4, 3, 8];
  const x = scope.input('x', [time, samples, features]);
  const [code] = bidirectional(gru, scope.at('encoder'), x, { units, ...options }).states;
  const mean = dense(scope.at('mean'), code, { units: latents });
  const logVariance = dense(scope.at('logVariance'), code, { units: latents });
  const noise = scope.input('noise', [samples, latents]);
  const z = add(mean, multiply(noise, exp(multiply(logVariance, 0.5))));
  const repeated = concat(Array.from({ length: time }, () => reshape(z, [1, samples, latents])));
  const { outputs } = gru(scope.at('decoder'), repeated, { units, ...options });
  const rebuilt = dense(scope.at('output'), outputs, { units: features });
  const divergence = sum(subtract(subtract(add(logVariance, 1), square(mean)), exp(logVariance)));
  return add(sum(square(subtract(rebuilt, x))), multiply(divergence, -0.5));
}

/** A leaky recurrent network over 40 steps. */
export function recurrentNetwork(scope: Scope, options: RecurOptions = {}): Tensor {
  const x = scope.input('x', [40, 6, 5]);
  const { outputs } = rnn(scope.at('rnn'), x, { units: 24, leak: 0.1, ...options });
  const out = dense(scope.at('output'), outputs, { units: 2 });
  return meanSquaredError(out, scope.input('y', out.shape));
}

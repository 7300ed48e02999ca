/** The same training and inference in a browser, by WebAssembly and by WebGPU on the software adapter, as in Node. */
import { describe, expect, test } from 'vitest';
import * as learn from '../../../src/learn/index.ts';
import type { Engine, Scope, Tensor } from '../../../src/learn/index.ts';
import { nodeEngine } from '../../../src/learn/engine/node.ts';
import { chromePath, howToGetChrome, withPage } from './chrome.ts';

interface Outcome {
  readonly losses: readonly number[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly output: readonly number[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Trains a small network, exports it and runs the file. Sent to the browser as text: it uses its arguments only. */
async function trainAndInfer(lib: typeof learn, engine: Engine, small: boolean): Promise<Outcome> {
  const network = (scope: Scope, x: Tensor): Tensor => {
    if (small)
      return lib.convolution(
        scope.at('only'),
        lib.relu(lib.convolution(scope.at('stem'), x, { channels: 4, kernel: 3, stride: 2 })),
        { channels: 2, kernel: 1 },
      );
    const stem = lib.convolution(scope.at('stem'), x, { channels: 8, kernel: 3, stride: 2, bias: false });
    const normal = lib.relu(lib.batchNorm(scope.at('norm'), stem));
    const deep = lib.relu(lib.depthwiseConvolution(scope.at('depthwise'), normal, { kernel: 3 }));
    const merged = lib.concat([lib.maxPool2d(deep, 2), lib.averagePool2d(deep, 2)], 1);
    const wide = lib.transposedConvolution(scope.at('up'), merged, {
      channels: 8,
      kernel: 4,
      stride: 2,
      padding: 1,
    });
    const scaled = lib.resize2d(lib.groupNorm(scope.at('group'), wide, { groups: 4 }), [16, 16]);
    return lib.convolution(scope.at('head'), lib.silu(scaled), { channels: 2, kernel: 1 });
  };
  const wave = (n: number, phase: number): Float32Array =>
    Float32Array.from({ length: n }, (_, i) => Math.sin(i * 0.37 + phase));
  const image = lib.float32([2, 3, 16, 16], wave(2 * 3 * 256, 0));
  const size = small ? 8 : 16;
  const target = lib.float32([2, 2, size, size], wave(4 * size * size, 1));
  const trainer = await lib.Trainer.create({
    engine,
    seed: 5,
    optimizer: lib.adamW({ decay: 0.01 }),
    clipNorm: 1,
    averaging: 0.9,
    threads: 1,
    model: (scope) => {
      const output = network(scope, scope.input('image', image.shape));
      return { loss: lib.meanSquaredError(output, scope.input('target', target.shape)) };
    },
  });
  const losses: number[] = [];
  for (let step = 0; step < 4; step++) losses.push((await trainer.step({ image, target }, 0.01)).loss);
  const weights = await trainer.weights();
  const file = lib.exportModel({
    weights,
    metadata: { keypoints: 'nose,tail' },
    network: (scope) => ({ output: network(scope, scope.input('image', [1, 3, 16, 16])) }),
  });
  const session = await engine.load(file, { threads: 1 });
  const { output } = await session.run({ image: lib.float32([1, 3, 16, 16], wave(3 * 256, 2)) });
  await session.dispose();
  await trainer.dispose();
  const plain = (data: ArrayLike<number | bigint>): number[] => Array.from(data, Number);
  return {
    losses,
    weights: Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, plain(data)])),
    output: plain(output.data),
    metadata: lib.readMetadata(file),
  };
}

function relativeDistance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((element, i) => element - b[i])) / Math.hypot(...b);
}

const expectClose = (found: Outcome, truth: Outcome): void => {
  expect(relativeDistance(found.losses, truth.losses)).toBeLessThan(1e-4);
  expect(relativeDistance(found.output, truth.output)).toBeLessThan(2e-3);
  expect(Object.keys(found.weights)).toEqual(Object.keys(truth.weights));
  // Adam divides by the gradient's size, so that rounding in a small gradient is not small in its weight: compare all.
  expect(
    relativeDistance(Object.values(found.weights).flat(), Object.values(truth.weights).flat()),
  ).toBeLessThan(2e-3);
  expect(found.metadata).toEqual(truth.metadata);
};

const providers = {
  wasm: [],
  webgpu: [
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
    '--enable-features=Vulkan',
    '--ignore-gpu-blocklist',
  ],
} as const;

if (chromePath === undefined && process.env.CI) {
  test('has a browser', () => expect.unreachable(howToGetChrome));
} else if (chromePath === undefined) {
  test.skip(howToGetChrome, () => {});
} else {
  describe('a network trained, exported and run in a browser agrees with Node', () => {
    test.each(Object.entries(providers))('%s', async (provider, flags) => {
      // The software adapter takes half a second to compile each shader.
      const small = provider === 'webgpu';
      const truth = await trainAndInfer(learn, await nodeEngine(), small);
      const found = await withPage(flags, (page) =>
        page.evaluate<Outcome>(
          `(async () => (${trainAndInfer.toString()})(marey.learn, await marey.web.webEngine({ provider: '${provider}', threads: 1 }), ${small}))()`,
        ),
      );
      expectClose(found, truth);
    });
  });
}

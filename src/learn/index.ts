/**
 * Networks, gradients and training. A graph of static shapes is differentiated and emitted as one ONNX model, which an
 * injected engine runs: ONNX Runtime in Node (`marey/learn/engine/node`), in a browser, or in a worker.
 *
 * @example
 * // Training: a network is a function of a scope and a tensor.
 * const network = (scope: Scope, x: Tensor): Tensor => {
 *   let h = relu(groupNorm(scope.at('norm'), convolution(scope.at('stem'), x, { channels: 16, kernel: 3, stride: 2 })));
 *   return convolution(scope.at('head'), h, { channels: 4, kernel: 1 });
 * };
 * const trainer = await Trainer.create({
 *   engine: await nodeEngine(),
 *   seed: 1,
 *   optimizer: adamW({ decay: 1e-4 }),
 *   clipNorm: 1,
 *   model: (scope) => {
 *     const heat = network(scope, scope.input('image', [8, 3, 64, 64]));
 *     return { loss: meanSquaredError(heat, scope.input('target', heat.shape)), metrics: { heat } };
 *   },
 * });
 * const { loss } = await trainer.step({ image: float32([8, 3, 64, 64], pixels), target: float32([8, 4, 32, 32], y) }, 1e-3);
 *
 * // Inference: the same function with the trained weights, as constants of an .onnx file.
 * const scope = Scope.inference(await trainer.weights());
 * const output = network(scope, scope.input('image', [1, 3, 64, 64]));
 * const session = await engine.load(toModel(scope.graph, { heat: output }, { metadata: { keypoints: 'nose,tail' } }));
 * const { heat } = await session.run({ image: float32([1, 3, 64, 64], pixels) });
 */
export { Graph } from './graph/graph.ts';
export type { Tensor } from './graph/graph.ts';
export { gradients } from './graph/gradients.ts';
export { toModel } from './graph/model.ts';
export { float32, scalar, sizeOf } from './graph/tensor.ts';
export type { DType, Shape, TensorData, TensorValue } from './graph/tensor.ts';
export * from './operators/index.ts';
export * from './layers/index.ts';
export * from './losses.ts';
export * from './optimizers/index.ts';
export type { Engine, KeptValue, LoadOptions, Session, Values } from './engine/engine.ts';
export { Trainer } from './training/trainer.ts';
export type { Objective, StepResult, TrainerOptions, TrainerState } from './training/trainer.ts';
export { readMetadata } from './onnx/model.ts';

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
 * // A whole run: `fit(trainer, { steps, schedule: cosine({ peak: 1e-3 }), batches: (step, random) => feeds, ... })`.
 *
 * // Inference: the same function with the trained weights, as constants of an .onnx file.
 * const file = exportModel({
 *   network: (scope) => ({ heat: network(scope, scope.input('image', [1, 3, 64, 64])) }),
 *   weights: await trainer.weights(),
 *   metadata: { keypoints: 'nose,tail' },
 * });
 * const session = await engine.load(file);
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
export { fit } from './training/fit.ts';
export type { FitOptions, FitResult, Progress, Validation, Watch } from './training/fit.ts';
export { decodeCheckpoint, encodeCheckpoint } from './training/checkpoint.ts';
export type { Checkpoint, Store } from './training/checkpoint.ts';
export { epochBatches } from './training/sampling.ts';
export { RemoteEngine, serveEngine } from './engine/remote.ts';
export type { Port } from './engine/remote.ts';
export { exportModel } from './export.ts';
export type { ExportOptions } from './export.ts';
export { readMetadata } from './onnx/model.ts';

// Trains a small network on a made-up function and exports it as an .onnx file that any tool can open.
// Run: node examples/train-a-network.js
import {
  adamW,
  cosine,
  dense,
  exportModel,
  fit,
  float32,
  meanSquaredError,
  tanh,
  Trainer,
} from 'marey/learn';
import { nodeEngine } from 'marey/learn/engine/node';

const network = (scope, x) =>
  dense(scope.at('out'), tanh(dense(scope.at('hidden'), x, { units: 32 })), { units: 1 });

const engine = await nodeEngine({ threads: 1 });
const trainer = await Trainer.create({
  engine,
  seed: 1,
  optimizer: adamW(),
  model: (scope) => ({
    loss: meanSquaredError(network(scope, scope.input('x', [64, 1])), scope.input('y', [64, 1])),
  }),
});
const batches = (step, random) => {
  const x = Float32Array.from({ length: 64 }, () => random.uniform(-3, 3));
  return { x: float32([64, 1], x), y: float32([64, 1], x.map(Math.sin)) };
};
const { weights, steps } = await fit(trainer, { steps: 500, batches, schedule: cosine({ peak: 1e-2 }) });
const model = exportModel({ weights, network: (scope) => ({ y: network(scope, scope.input('x', [1, 1])) }) });
const session = await engine.load(model);
const { y } = await session.run({ x: float32([1, 1], [1]) });
console.log(`after ${steps} steps sin(1) is ${y.data[0].toFixed(3)}; the model has ${model.length} bytes`);
await session.dispose();
await trainer.dispose();

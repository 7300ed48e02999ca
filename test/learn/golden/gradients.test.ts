/**
 * The gradients of whole networks against PyTorch in double precision, to 1e-5 of each gradient's norm. The golden values
 * (`gradients.json`, float32 in base64) are made by the two commands at the head of `gradients.py`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { gradients, Scope, sizeOf, toModel } from '../../../src/learn/index.ts';
import type { Tensor, TensorValue } from '../../../src/learn/index.ts';
import { nodeEngine } from '../../../src/learn/engine/node.ts';
import { Random } from '../../../src/math/random.ts';
import { autoencoderNetwork, mobileNetwork, poseNetwork, recurrentNetwork } from './networks.ts';

interface Golden {
  readonly loss: number;
  readonly gradients: Readonly<Record<string, string>>;
}

const networks: Readonly<Record<string, Readonly<Record<string, (scope: Scope) => Tensor>>>> = {
  pose: { convolutions: poseNetwork },
  mobile: { convolutions: mobileNetwork },
  autoencoder: { unrolled: (scope) => autoencoderNetwork(scope, { unrollUpTo: 100 }), scan: (scope) => autoencoderNetwork(scope, { unrollUpTo: 0 }) },
  recurrent: { unrolled: (scope) => recurrentNetwork(scope, { unrollUpTo: 100 }), scan: (scope) => recurrentNetwork(scope, { unrollUpTo: 0 }) },
};

const normals = (name: string, shape: readonly number[], deviation: number): Float32Array => {
  const random = new Random(name);
  return Float32Array.from({ length: sizeOf(shape) }, () => random.normal(0, deviation));
};

/** A network with drawn inputs, and drawn parameters in place of zeros so that every gradient is tested off its start. */
function drawn(name: string, network: (scope: Scope) => Tensor) {
  const scope = Scope.training(name);
  const loss = network(scope);
  const { inputs, parameters } = scope.graph;
  const feeds: Record<string, TensorValue> = {};
  for (const { name: input, shape } of inputs) {
    feeds[input] = { dtype: 'float32', shape, data: normals(`${name} ${input}`, shape, 1) };
  }
  const values: Record<string, TensorValue> = {};
  for (const [tensor, { data, shape }] of parameters) {
    const extra = normals(`${name} ${tensor.name}`, shape, 0.1);
    values[tensor.name] = { dtype: 'float32', shape, data: extra.map((e, i) => e + Number(data[i])) };
  }
  return { scope, loss, feeds, values, parameters: [...parameters.keys()] };
}

function decoded(text: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float32Array(bytes.buffer);
}

const target = process.env.WRITE_GOLDEN;
if (target) {
  test('writes the inputs of gradients.py', () => {
    const plain = (values: Record<string, TensorValue>) =>
      Object.fromEntries(Object.entries(values).map(([k, v]) => [k, { shape: v.shape, data: Array.from(v.data, Number) }]));
    const content = Object.entries(networks).map(([name, variants]) => {
      const { feeds, values } = drawn(name, Object.values(variants)[0]);
      return [name, { inputs: plain(feeds), parameters: plain(values) }];
    });
    writeFileSync(target, JSON.stringify(Object.fromEntries(content)));
  });
} else {
  const golden = JSON.parse(readFileSync(new URL('./gradients.json', import.meta.url), 'utf8')) as Record<string, Golden>;
  for (const [name, variants] of Object.entries(networks)) {
    describe(`gradients of the ${name} network agree with PyTorch's`, () => {
      test.each(Object.entries(variants))('%s', async (_variant, network) => {
        const { scope, loss, feeds, values, parameters } = drawn(name, network);
        const outputs = Object.fromEntries(gradients(loss, parameters).map((g, i) => [`d ${parameters[i].name}`, g]));
        const engine = await nodeEngine();
        const session = await engine.load(toModel(scope.graph, { loss, ...outputs }), { threads: 1 });
        const results = await session.run({ ...feeds, ...values });
        expect(Object.keys(values).sort()).toEqual(Object.keys(golden[name].gradients).sort());
        expect(Math.abs(Number(results.loss.data[0]) / golden[name].loss - 1)).toBeLessThan(1e-5);
        for (const [parameter, text] of Object.entries(golden[name].gradients)) {
          const truth = decoded(text);
          const found = results[`d ${parameter}`].data as Float32Array;
          expect(found.length).toBe(truth.length);
          const error = Math.hypot(...found.map((element, i) => element - truth[i]));
          expect(error / Math.hypot(...truth), parameter).toBeLessThan(1e-5);
        }
      });
    });
  }
}

import { describe, expect, test } from 'vitest';
import {
  batchNorm,
  bidirectional,
  convolution,
  dense,
  depthwiseConvolution,
  dropout,
  embedding,
  exportModel,
  float32,
  gradients,
  Graph,
  groupNorm,
  gru,
  he,
  glorot,
  layerNorm,
  lstm,
  meanSquaredError,
  multiHeadAttention,
  orthogonal,
  rnn,
  Scope,
  sgd,
  sizeOf,
  square,
  sum,
  Trainer,
  transposedConvolution,
} from '../../../src/learn/index.ts';
import type { RecurrentOptions, RecurrentResult, Tensor, TensorValue } from '../../../src/learn/index.ts';
import { nodeEngine } from '../../../src/learn/engine/node.ts';
import { InputError, UsageError } from '../../../src/signal/error.ts';
import { Random } from '../../../src/math/random.ts';
import { evaluate, numbers } from '../evaluate.ts';

const normals = (seed: string, shape: readonly number[]): TensorValue => {
  const random = new Random(seed);
  return float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => random.normal()),
  );
};

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(...a.map((element, i) => element - b[i])) / Math.hypot(...b);

describe('a scope', () => {
  test('names parameters by path and draws them by path, not by order', () => {
    const build = (order: readonly string[]): Map<string, number[]> => {
      const scope = Scope.training(7);
      const x = scope.input('x', [2, 3]);
      for (const name of order) dense(scope.at('part').at(name), x, { units: 4 });
      return new Map([...scope.graph.parameters].map(([{ name }, value]) => [name, numbers(value)]));
    };
    const first = build(['a', 'b']);
    expect([...first.keys()]).toEqual(['part.a.weight', 'part.a.bias', 'part.b.weight', 'part.b.bias']);
    expect(build(['b', 'a']).get('part.a.weight')).toEqual(first.get('part.a.weight'));
    expect(first.get('part.a.weight')).not.toEqual(first.get('part.b.weight'));
  });

  test('shares weights between layers of one path, and refuses two shapes for it', () => {
    const scope = Scope.training(1);
    const x = scope.input('x', [2, 3]);
    dense(scope.at('shared'), dense(scope.at('shared'), x, { units: 3 }), { units: 3 });
    expect(scope.graph.parameters.size).toBe(2);
    expect(() => dense(scope.at('shared'), x, { units: 5 })).toThrow(UsageError);
  });

  test('at inference wants every parameter, of the right shape', () => {
    const build = (values: Record<string, TensorValue>): Tensor => {
      const scope = Scope.inference(values);
      return dense(scope.at('head'), scope.input('x', [1, 2]), { units: 1, bias: false });
    };
    expect(() => build({})).toThrow(InputError);
    expect(() => build({})).toThrow(/head\.weight/);
    expect(() => build({ 'head.weight': float32([3, 1], [1, 2, 3]) })).toThrow(/another network/);
    expect(build({ 'head.weight': float32([2, 1], [1, 2]) }).shape).toEqual([1, 1]);
  });
});

describe('initializers', () => {
  const spread = (values: Float32Array): number =>
    Math.sqrt(values.reduce((s, v) => s + v * v, 0) / values.length);

  test('He and Glorot have their standard deviations', () => {
    const fans = { fanIn: 50, fanOut: 150 };
    expect(spread(he(fans)([100, 100], new Random(1)))).toBeCloseTo(Math.sqrt(2 / 50), 2);
    expect(spread(glorot(fans)([100, 100], new Random(1)))).toBeCloseTo(Math.sqrt(2 / 200), 2);
  });

  test.each([[[5, 5]], [[3, 7]], [[7, 3]], [[4, 2, 3]]])(
    'orthogonal %j has orthonormal rows or columns',
    (shape) => {
      const values = orthogonal(2)(shape, new Random(3));
      const [rows, columns] = [shape[0], sizeOf(shape) / shape[0]];
      const wide = rows <= columns;
      const count = Math.min(rows, columns);
      const element = (i: number, j: number): number =>
        wide ? values[i * columns + j] : values[j * columns + i];
      for (let a = 0; a < count; a++) {
        for (let b = 0; b < count; b++) {
          let dot = 0;
          for (let j = 0; j < Math.max(rows, columns); j++) dot += element(a, j) * element(b, j);
          expect(dot).toBeCloseTo(a === b ? 4 : 0, 5);
        }
      }
    },
  );
});

describe('shapes and parameters', () => {
  test.each<
    [string, readonly number[], (scope: Scope, x: Tensor) => Tensor, number[], Record<string, number[]>]
  >([
    [
      'dense over stacks',
      [2, 3, 5],
      (s, x) => dense(s, x, { units: 4 }),
      [2, 3, 4],
      { weight: [5, 4], bias: [4] },
    ],
    [
      'strided convolution',
      [2, 3, 9, 8],
      (s, x) => convolution(s, x, { channels: 6, kernel: 3, stride: 2 }),
      [2, 6, 5, 4],
      { weight: [6, 3, 3, 3], bias: [6] },
    ],
    [
      'dilated convolution',
      [1, 2, 9, 9],
      (s, x) => convolution(s, x, { channels: 2, kernel: [3, 1], dilation: 2, bias: false }),
      [1, 2, 9, 9],
      { weight: [2, 2, 3, 1] },
    ],
    [
      'depthwise convolution',
      [1, 4, 6, 6],
      (s, x) => depthwiseConvolution(s, x, { kernel: 3 }),
      [1, 4, 6, 6],
      { weight: [4, 1, 3, 3], bias: [4] },
    ],
    [
      'transposed convolution',
      [1, 4, 6, 5],
      (s, x) => transposedConvolution(s, x, { channels: 3, kernel: 4, stride: 2, padding: 1 }),
      [1, 3, 12, 10],
      { weight: [4, 3, 4, 4], bias: [3] },
    ],
    [
      'group norm',
      [2, 4, 3, 3],
      (s, x) => groupNorm(s, x, { groups: 2 }),
      [2, 4, 3, 3],
      { gain: [4], offset: [4] },
    ],
    ['layer norm', [2, 3, 5], (s, x) => layerNorm(s, x), [2, 3, 5], { gain: [5], offset: [5] }],
    ['batch norm', [2, 4, 3, 3], (s, x) => batchNorm(s, x), [2, 4, 3, 3], { gain: [4], offset: [4] }],
  ])('%s', async (_name, inputShape, layer, outputShape, parameters) => {
    const scope = Scope.training(1);
    const y = layer(scope, scope.input('x', inputShape));
    expect(y.shape).toEqual(outputShape);
    expect(
      Object.fromEntries([...scope.graph.parameters.keys()].map(({ name, shape }) => [name, shape])),
    ).toEqual(parameters);
    const results = await evaluate({ y }, { x: normals('x', inputShape) });
    expect(results.y.shape).toEqual(outputShape);
  });

  test('channels that do not divide into groups are refused', () => {
    const scope = Scope.training(1);
    const x = scope.input('x', [1, 6, 4, 4]);
    expect(() => groupNorm(scope, x, { groups: 4 })).toThrow(/6 channels, 4 groups/);
    expect(() => convolution(scope, x, { channels: 6, kernel: 1, groups: 4 })).toThrow(UsageError);
    expect(() => multiHeadAttention(scope, scope.input('s', [1, 2, 5]), { heads: 2 })).toThrow(UsageError);
    expect(() => gru(scope, x, { units: 2 })).toThrow(/time, sample, feature/);
  });
});

describe('normalizations', () => {
  test('group norm gives each group mean 0 and variance 1, layer norm each row', async () => {
    const scope = Scope.training(1);
    const image = normals('image', [2, 4, 5, 5]);
    const rows = normals('rows', [6, 40]);
    const grouped = groupNorm(scope.at('g'), scope.input('image', image.shape), { groups: 2 });
    const layered = layerNorm(scope.at('l'), scope.input('rows', rows.shape));
    const results = await evaluate({ grouped, layered }, { image, rows });
    for (const [values, length] of [
      [numbers(results.grouped), 50],
      [numbers(results.layered), 40],
    ] as const) {
      for (let from = 0; from < values.length; from += length) {
        const group = values.slice(from, from + length);
        const mean = group.reduce((a, b) => a + b) / length;
        expect(mean).toBeCloseTo(0, 5);
        expect(group.reduce((s, v) => s + (v - mean) ** 2, 0) / length).toBeCloseTo(1, 3);
      }
    }
  });

  test('batch norm tracks the statistics of its batches', async () => {
    const shape = [3, 2, 4, 4];
    const trainer = await Trainer.create({
      engine: await nodeEngine(),
      seed: 1,
      optimizer: sgd(),
      model: (scope) => ({
        loss: sum(square(batchNorm(scope.at('norm'), scope.input('x', shape), { momentum: 0.25 }))),
      }),
    });
    let [mean, variance] = [
      [0, 0],
      [1, 1],
    ];
    for (let step = 0; step < 3; step++) {
      const x = normals(`batch ${step}`, shape);
      await trainer.step({ x }, 0);
      const channel = (c: number): number[] => numbers(x).filter((_, i) => Math.floor(i / 16) % 2 === c);
      const means = [0, 1].map((c) => channel(c).reduce((a, b) => a + b) / 48);
      mean = mean.map((m, c) => 0.75 * m + 0.25 * means[c]);
      variance = variance.map(
        (v, c) => 0.75 * v + (0.25 * channel(c).reduce((s, e) => s + (e - means[c]) ** 2, 0)) / 47,
      );
    }
    const weights = await trainer.weights();
    numbers(weights['norm.mean']).forEach((m, c) => expect(m).toBeCloseTo(mean[c], 5));
    numbers(weights['norm.variance']).forEach((v, c) => expect(v).toBeCloseTo(variance[c], 5));
    await trainer.dispose();
  });

  test.each<[string, (scope: Scope, x: Tensor) => Tensor, boolean]>([
    ['a convolution', (s, x) => convolution(s, x, { channels: 4, kernel: 3, stride: 2 }), true],
    [
      'a convolution without bias',
      (s, x) => convolution(s, x, { channels: 4, kernel: 3, bias: false }),
      true,
    ],
    ['a depthwise convolution', (s, x) => depthwiseConvolution(s, x, { kernel: 3 }), true],
    [
      'a transposed convolution',
      (s, x) => transposedConvolution(s, x, { channels: 4, kernel: 4, stride: 2, padding: 1 }),
      true,
    ],
    ['nothing', (_s, x) => x, false],
  ])('batch norm after %s computes the same at inference, folded', async (_name, layer, folded) => {
    const shape = [2, 4, 6, 6];
    const network = (scope: Scope): Tensor =>
      batchNorm(scope.at('norm'), layer(scope.at('layer'), scope.input('x', shape)));
    const weights: Record<string, TensorValue> = {};
    const described = Scope.training(1);
    network(described);
    for (const [{ name }, value] of [...described.graph.parameters, ...described.graph.states]) {
      const drawn = normals(name, value.shape);
      weights[name] =
        name === 'norm.variance'
          ? float32(
              value.shape,
              numbers(drawn).map((v) => v * v + 0.1),
            )
          : drawn;
    }
    const bytes = exportModel({ weights, network: (scope) => ({ y: network(scope) }) });
    expect(Buffer.from(bytes).includes('BatchNormalization')).toBe(!folded);
    const session = await (await nodeEngine()).load(bytes, { threads: 1 });
    const x = normals('input', shape);
    const found = numbers((await session.run({ x })).y);

    const plain = Scope.inference(weights);
    const before = layer(plain.at('layer'), plain.input('x', shape));
    const { y } = await evaluate({ y: before }, { x });
    const area = y.shape[2] * y.shape[3];
    const [gain, offset, mean, variance] = ['gain', 'offset', 'mean', 'variance'].map((n) =>
      numbers(weights[`norm.${n}`]),
    );
    const truth = numbers(y).map((e, i) => {
      const c = Math.floor(i / area) % 4;
      return ((e - mean[c]) / Math.sqrt(variance[c] + 1e-5)) * gain[c] + offset[c];
    });
    expect(distance(found, truth)).toBeLessThan(1e-5);
  });
});

describe('recurrent layers', () => {
  type Layer = (scope: Scope, x: Tensor, options: RecurrentOptions) => RecurrentResult;
  const layers: readonly [string, Layer][] = [
    ['rnn', rnn],
    ['leaky rnn', (s, x, o) => rnn(s, x, { ...o, leak: 0.3 })],
    ['rectified rnn', (s, x, o) => rnn(s, x, { ...o, activation: 'relu' })],
    ['gru', gru],
    ['lstm', lstm],
    ['bidirectional lstm', (s, x, o) => bidirectional(lstm, s, x, o)],
  ];

  test.each(layers)('%s: unrolled and as a scan, values and gradients agree', async (_name, layer) => {
    const shape = [7, 3, 4];
    const run = async (unrollUpTo: number) => {
      const scope = Scope.training(2);
      const { outputs, states } = layer(scope, scope.input('x', shape), { units: 5, unrollUpTo });
      const loss = meanSquaredError(outputs, scope.input('y', outputs.shape));
      const parameters = [...scope.graph.parameters.keys()];
      const named = gradients(loss, parameters).map((g, i) => [`d ${parameters[i].name}`, g] as const);
      const all = { outputs, state: states[0], ...Object.fromEntries(named) };
      return evaluate(all, { x: normals('x', shape), y: normals('y', outputs.shape) });
    };
    const [unrolled, scanned] = [await run(100), await run(0)];
    expect(Object.keys(scanned)).toEqual(Object.keys(unrolled));
    for (const [name, value] of Object.entries(unrolled)) {
      expect(distance(numbers(scanned[name]), numbers(value)), name).toBeLessThan(1e-5);
    }
  });

  test('the lstm computes its equations', async () => {
    const scope = Scope.training(2);
    const x = normals('x', [3, 1, 2]);
    const { outputs } = lstm(scope, scope.input('x', x.shape), { units: 2 });
    const found = numbers((await evaluate({ outputs }, { x })).outputs);
    const parameter = (name: string): number[] => {
      for (const [tensor, value] of scope.graph.parameters) if (tensor.name === name) return numbers(value);
      throw new Error(name);
    };
    const [wx, b, w] = ['inputWeight', 'inputBias', 'weight'].map(parameter);
    const logistic = (z: number): number => 1 / (1 + Math.exp(-z));
    let [h, c] = [
      [0, 0],
      [0, 0],
    ];
    const truth: number[] = [];
    for (let t = 0; t < 3; t++) {
      const element = numbers(x).slice(2 * t, 2 * t + 2);
      const z = b.map(
        (bias, k) => bias + [0, 1].reduce((s, i) => s + element[i] * wx[i * 8 + k] + h[i] * w[i * 8 + k], 0),
      );
      c = c.map((old, i) => logistic(z[2 + i]) * old + logistic(z[i]) * Math.tanh(z[4 + i]));
      h = c.map((cell, i) => logistic(z[6 + i]) * Math.tanh(cell));
      truth.push(...h);
    }
    expect(distance(found, truth)).toBeLessThan(1e-5);
  });

  test('a long scan does not make a large graph', () => {
    const size = (time: number): number => {
      const scope = Scope.training(1);
      const { outputs } = gru(scope, scope.input('x', [time, 2, 3]), { units: 4, unrollUpTo: 0 });
      gradients(sum(square(outputs)), [...scope.graph.parameters.keys()]);
      return scope.graph.nodes.length;
    };
    expect(size(1000)).toBe(size(5));
  });
});

test('multi-head attention computes its definition, and a bias hides keys', async () => {
  const [time, features, heads] = [4, 6, 2];
  const scope = Scope.training(3);
  const x = normals('x', [1, time, features]);
  const hide = Array.from({ length: time * time }, (_, i) => (i % time > Math.floor(i / time) ? -1e9 : 0));
  const y = multiHeadAttention(scope, scope.input('x', x.shape), {
    heads,
    bias: scope.graph.constant([time, time], Float32Array.from(hide)),
  });
  const found = numbers((await evaluate({ y }, { x })).y);
  const parameters = new Map([...scope.graph.parameters].map(([{ name }, value]) => [name, numbers(value)]));
  const project = (name: string, rows: number[][]): number[][] => {
    const w = parameters.get(`${name}.weight`)!;
    return rows.map((row) =>
      Array.from({ length: features }, (_, j) => row.reduce((s, e, i) => s + e * w[i * features + j], 0)),
    );
  };
  const rows = Array.from({ length: time }, (_, t) => numbers(x).slice(t * features, (t + 1) * features));
  const [q, k, v] = ['query', 'key', 'value'].map((name) => project(name, rows));
  const attended = rows.map((_, t) =>
    Array.from({ length: features }, (_unused, j) => {
      const head = Math.floor(j / 3);
      const score = (s: number): number =>
        s > t
          ? 0
          : Math.exp(
              [0, 1, 2].reduce((d, i) => d + q[t][head * 3 + i] * k[s][head * 3 + i], 0) / Math.sqrt(3),
            );
      const scores = rows.map((_row, s) => score(s));
      const total = scores.reduce((a, b) => a + b);
      return scores.reduce((sumOf, p, s) => sumOf + (p / total) * v[s][j], 0);
    }),
  );
  expect(distance(found, project('output', attended).flat())).toBeLessThan(1e-5);
});

test('an embedding looks rows up, and repeated rows add their gradients', async () => {
  const scope = Scope.training(1);
  const indices = scope.graph.constant([2, 2], Int32Array.of(1, 0, 1, 1), 'int32');
  const y = embedding(scope, indices, { count: 3, size: 2 });
  const [dw] = gradients(sum(y), [...scope.graph.parameters.keys()]);
  const weight = numbers([...scope.graph.parameters.values()][0]);
  const results = await evaluate({ y, dw });
  expect(numbers(results.y)).toEqual([1, 0, 1, 1].flatMap((row) => weight.slice(row * 2, row * 2 + 2)));
  expect(numbers(results.dw)).toEqual([1, 1, 3, 3, 0, 0]);
});

test('dropout drops its rate, keeps the mean, and does nothing at inference', async () => {
  const n = 4000;
  const scope = Scope.training(1);
  const random = new Random('noise');
  const noise = float32(
    [n],
    Float32Array.from({ length: n }, () => random.uniform()),
  );
  const y = dropout(scope.at('d'), scope.graph.constant([n], new Float32Array(n).fill(1)), 0.25);
  const values = numbers((await evaluate({ y }, { 'd.dropout': noise })).y);
  const dropped = values.filter((v) => v === 0).length;
  expect(Math.abs(dropped / n - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / n));
  expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
  const plain = Scope.inference({}, new Graph());
  const x = plain.input('x', [3]);
  expect(dropout(plain, x, 0.5)).toBe(x);
});

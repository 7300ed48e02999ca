import { describe, expect, test } from 'vitest';
import {
  add,
  cast,
  conv2d,
  exp,
  Graph,
  gradients,
  multiply,
  readMetadata,
  reshape,
  scan,
  sin,
  square,
  sum,
  toModel,
} from '../../../src/learn/index.ts';
import { UsageError } from '../../../src/signal/error.ts';
import { evaluate, numbers } from '../evaluate.ts';

const scalarParameter = (graph: Graph, name: string, value: number) =>
  graph.parameter(name, [], Float32Array.of(value));

describe('gradients', () => {
  test('of a tensor used several times add up, and one not used is zero', async () => {
    const graph = new Graph();
    const x = scalarParameter(graph, 'x', 3);
    const unused = graph.parameter('unused', [2], Float32Array.of(1, 2));
    const loss = add(multiply(x, x), add(x, multiply(x, 4)));
    const [dx, none] = gradients(loss, [x, unused]);
    const results = await evaluate({ dx, none });
    expect(numbers(results.dx)).toEqual([11]);
    expect(numbers(results.none)).toEqual([0, 0]);
  });

  test('of gradients: the third derivative of sin is -cos', async () => {
    const graph = new Graph();
    const x = scalarParameter(graph, 'x', 0.7);
    let derivative = sin(x);
    for (let order = 0; order < 3; order++) [derivative] = gradients(derivative, [x]);
    expect(numbers((await evaluate({ derivative })).derivative)[0]).toBeCloseTo(-Math.cos(0.7), 6);
  });

  test('of what has none are refused, by name', () => {
    const graph = new Graph();
    const w = graph.parameter('w', [1, 1, 3, 3], new Float32Array(9));
    const x = graph.parameter('x', [1, 1, 4, 4], new Float32Array(16));
    const [dx] = gradients(sum(square(conv2d(x, w))), [x]);
    expect(() => gradients(sum(dx), [w])).toThrow(/Conv has no gradient/);
    expect(() => gradients(dx, [w])).toThrow(/Only a scalar/);
  });
});

describe('a graph', () => {
  test('emits only what the outputs need', () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    const y = graph.input('not needed', [2]);
    const wanted = exp(x);
    multiply(y, graph.constant([2], Float32Array.of(1234567, 2)));
    const text = Buffer.from(toModel(graph, { wanted })).toString('latin1');
    expect(text).toContain('Exp');
    expect(text).not.toContain('Mul');
    expect(text).not.toContain('not needed');
  });

  test('returns one tensor under two names, an input, and a constant', async () => {
    const graph = new Graph();
    const x = graph.parameter('x', [2], Float32Array.of(1, 2));
    const y = add(x, 1);
    const results = await evaluate({ first: y, second: y, same: reshape(x, [2]), fixed: graph.number(7) });
    expect(numbers(results.first)).toEqual([2, 3]);
    expect(numbers(results.second)).toEqual([2, 3]);
    expect(numbers(results.same)).toEqual([1, 2]);
    expect(numbers(results.fixed)).toEqual([7]);
  });

  test('takes pictures as bytes', async () => {
    const graph = new Graph();
    const image = graph.input('image', [3], 'uint8');
    const y = multiply(cast(image, 'float32'), 0.5);
    const results = await evaluate(
      { y },
      { image: { dtype: 'uint8', shape: [3], data: Uint8Array.of(0, 100, 255) } },
    );
    expect(numbers(results.y)).toEqual([0, 50, 127.5]);
  });

  test('keeps metadata, whatever letters it has', () => {
    const graph = new Graph();
    const y = exp(graph.input('x', []));
    const metadata = { keypoints: '["nose","Schwanzspitze ß"]', empty: '' };
    expect(readMetadata(toModel(graph, { y }, { metadata }))).toEqual(metadata);
    expect(readMetadata(toModel(graph, { y }))).toEqual({});
  });

  test('is the same bytes when built again', () => {
    const build = (): Uint8Array => {
      const graph = new Graph();
      const w = graph.parameter('w', [4, 4], new Float32Array(16).fill(0.5));
      const loss = sum(square(add(w, 1)));
      return toModel(graph, { loss, dw: gradients(loss, [w])[0] });
    };
    expect(Buffer.from(build())).toEqual(Buffer.from(build()));
  });

  test('a scan copies what its body returns twice or passes through, and nothing else', async () => {
    const build = (twice: boolean) => {
      const graph = new Graph();
      const first = graph.parameter('first', [1], Float32Array.of(1));
      const terms = graph.constant([3, 1], Float32Array.of(1, 2, 3));
      const { states, outputs } = scan(
        ([total], [term]) => {
          const next = add(total, term);
          return { states: [next], outputs: twice ? [next, total] : [multiply(next, 2)] };
        },
        [first],
        [terms],
      );
      return { last: states[0], ...Object.fromEntries(outputs.map((output, i) => [`output${i}`, output])) };
    };
    const copies = (twice: boolean): number => {
      const outputs = build(twice);
      const text = Buffer.from(toModel(outputs.last.graph, outputs)).toString('latin1');
      return text.split('Identity').length - 1;
    };
    expect([copies(false), copies(true)]).toEqual([0, 2]);
    const results = await evaluate(build(true));
    expect(numbers(results.last)).toEqual([7]);
    expect(numbers(results.output0)).toEqual([2, 4, 7]);
    expect(numbers(results.output1)).toEqual([1, 2, 4]);
  });

  test.each<[string, (graph: Graph) => unknown, RegExp]>([
    ['a name twice', (g) => [g.input('x', [1]), g.input('x', [1])], /"x" is taken/],
    ['shapes that do not fit', (g) => add(g.input('a', [2, 3]), g.input('b', [2])), /\[2,3\] and \[2\]/],
    ['data that do not fill a shape', (g) => g.constant([3], Float32Array.of(1)), /Expected 3 elements/],
    ['tensors of two graphs', (g) => add(g.input('a', [1]), new Graph().input('b', [1])), /different graphs/],
    ['a size that is no number', (g) => g.input('a', [Number.NaN]), /whole numbers/],
    ['a reshape that loses elements', (g) => reshape(g.input('a', [6]), [4, -1]), /do not fill/],
    [
      'a kernel larger than the image',
      (g) => conv2d(g.input('a', [1, 1, 2, 2]), g.input('w', [1, 1, 3, 3])),
      /3 x 3/,
    ],
    [
      'an output that bears an input’s name',
      (g) => toModel(g, { a: exp(g.input('a', [1])) }),
      /bears the name/,
    ],
  ])('refuses %s', (_what, act, message) => {
    expect(() => act(new Graph())).toThrow(UsageError);
    expect(() => act(new Graph())).toThrow(message);
  });
});

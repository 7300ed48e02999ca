/** Images too large to be unrolled at once: the weight gradient adds up parts of the batch. */
import { expect, test } from 'vitest';
import { conv2d, Graph, gradients, sum } from '../../../src/learn/index.ts';
import { evaluate, numbers } from '../evaluate.ts';

test('the weight gradient of a large batch counts every sample once', async () => {
  const [samples, side] = [3, 900];
  const graph = new Graph();
  const area = side * side;
  const x = graph.constant(
    [samples, 1, side, side],
    Float32Array.from({ length: samples * area }, (_, i) => 1 + Math.floor(i / area)),
  );
  const weight = graph.parameter('weight', [1, 1, 3, 3], new Float32Array(9));
  const [gradient] = gradients(sum(conv2d(x, weight, undefined, { padding: 1 })), [weight]);
  // Each tap meets all of an image but the row and the column that lie in the padding. Sums of whole numbers below 2^24 are exact.
  const met = (shift: number): number => (shift === 0 ? side : side - 1);
  const expected = [-1, 0, 1].flatMap((row) => [-1, 0, 1].map((column) => 6 * met(row) * met(column)));
  const joins = graph.nodes.filter(({ type }) => type === 'Concat');
  expect(joins.length).toBeGreaterThan(0);
  expect(numbers((await evaluate({ gradient })).gradient)).toEqual(expected);
});

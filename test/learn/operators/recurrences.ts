import * as ops from '../../../src/learn/operators/index.ts';
import type { RecurOptions } from '../../../src/learn/operators/index.ts';
import type { Tensor } from '../../../src/learn/index.ts';
import type { OperatorCase } from './case.ts';
import { at, between, build } from './ndarray.ts';
import type { NdArray } from './ndarray.ts';

/**
 * A recurrence that uses everything a step may: two states, two sequences, weights and a bias of the enclosing graph, a
 * weight that enters twice, and one that enters other than by a product: h <- tanh((h W W / 2 + x + b) / 4), c <- g c + y h, output h c.
 */
function recurrence(
  operator: (...parameters: Parameters<typeof ops.recur>) => ReturnType<typeof ops.recur>,
  settings: RecurOptions,
): OperatorCase {
  return {
    name: operator.name,
    sample: (random) => {
      const [time, n, m] = [between(random, 1, 5), between(random, 1, 3), between(random, 1, 3)];
      const reverse = random.uniform() < 0.5;
      const what = random.integer(3);
      const state = [n, m];
      return {
        shapes: [state, state, [time, n, m], [time, n, m], [m, m], [m], [1]],
        build: ([h0, c0, x, y, w, b, g]) => {
          const result = operator(
            ([h, c], [xt, yt]) => {
              const twice = ops.matmul(ops.multiply(ops.matmul(h, w), 0.5), w);
              const next = ops.tanh(ops.multiply(ops.add(ops.add(twice, xt), b), 0.25));
              const cell = ops.add(ops.multiply(g, c), ops.multiply(yt, next));
              return { states: [next, cell], outputs: [ops.multiply(next, cell)] };
            },
            [h0, c0],
            [x, y],
            { ...settings, reverse },
          );
          const parts: Tensor[] = [result.outputs[0], ops.reshape(result.states[1], [1, n, m])];
          return [parts[0], parts[1], ops.concat(parts)][what];
        },
        reference: ([h0, c0, x, y, w, b, g]) => {
          let [h, c] = [h0, c0];
          const outputs: NdArray[] = [];
          const times = Array.from({ length: time }, (_, t) => t);
          const product = (a: NdArray, i: number, j: number): number => {
            let dot = 0;
            for (let k = 0; k < m; k++) dot += at(a, [i, k]) * at(w, [k, j]);
            return dot;
          };
          for (const t of reverse ? times.toReversed() : times) {
            const before = h;
            const once = build(state, ([i, j]) => product(before, i, j) / 2);
            const next = build(state, ([i, j]) =>
              Math.tanh((product(once, i, j) + at(x, [t, i, j]) + b.data[j]) / 4),
            );
            const previous = c;
            c = build(state, (p) => g.data[0] * at(previous, p) + at(y, [t, ...p]) * at(next, p));
            h = next;
            const cell = c;
            outputs[t] = build(state, (p) => at(next, p) * at(cell, p));
          }
          const collected = build([time, n, m], ([t, ...p]) => at(outputs[t], p));
          const last = { shape: [1, n, m], data: c.data };
          const joined = { shape: [time + 1, n, m], data: Float64Array.of(...collected.data, ...last.data) };
          return [collected, last, joined][what];
        },
      };
    },
  };
}

export const recurrences: readonly OperatorCase[] = [recurrence(ops.scan, {}), recurrence(ops.recur, {})];

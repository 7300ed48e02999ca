import { concat, float32, Graph, matmul, toModel } from '../learn/index.ts';
import type { Engine, Session } from '../learn/index.ts';
import { matrix, type Matrix } from '../math/matrix.ts';
import type { Fold } from './folds.ts';
import { crossGram, gram } from './gram.ts';
import { columnMoments } from './regressors.ts';

/** Sums of products over the samples of a fold, of standardized regressors and outputs; sums of folds add up. */
export interface FoldSums {
  readonly n: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly xx: Matrix;
  readonly xy: Matrix;
  readonly yy: Float64Array;
}

/** Products around means of the training samples. */
export interface Centered {
  readonly xMean: Float64Array;
  readonly yMean: Float64Array;
  readonly xx: Matrix;
  readonly xy: Matrix;
  readonly yy: Float64Array;
}

/** Samples that are multiplied at a time. */
const panelRows = 2048;

/**
 * The sums of each fold's test samples. Regressors and outputs are standardized by their moments over all samples, which changes
 * no held-out share of variance; constant columns become zero and are named. With an engine the products are taken in 32 bits, a
 * panel of samples at a time, and added up in 64.
 */
export async function foldSums(
  x: Matrix,
  y: Matrix,
  folds: readonly Fold[],
  engine: Engine | undefined,
): Promise<{ readonly sums: FoldSums[]; readonly constant: readonly number[] }> {
  const [mx, my] = [columnMoments(x), columnMoments(y)];
  const scale = (m: typeof mx): Float64Array =>
    m.deviation.map((d, c) => (d > 1e-12 * Math.abs(m.mean[c]) && d > 0 ? 1 / d : 0));
  const [sx, sy] = [scale(mx), scale(my)];
  const [p, q] = [x.columns, y.columns];
  const session = engine && (await productOf(engine, p, q));
  const sums: FoldSums[] = [];
  try {
    for (const { test } of folds) {
      const sum: FoldSums = {
        n: test.length,
        x: new Float64Array(p),
        y: new Float64Array(q),
        xx: matrix(p, p),
        xy: matrix(p, q),
        yy: new Float64Array(q),
      };
      for (let from = 0; from < test.length; from += panelRows) {
        const rows = test.subarray(from, from + panelRows);
        const [a, b] = [panelOf(x, rows, mx.mean, sx), panelOf(y, rows, my.mean, sy)];
        for (let r = 0; r < rows.length; r++) {
          for (let c = 0; c < p; c++) sum.x[c] += a.data[r * p + c];
          for (let k = 0; k < q; k++) {
            const v = b.data[r * q + k];
            sum.y[k] += v;
            sum.yy[k] += v * v;
          }
        }
        if (session) await addProducts(session, sum, a, b);
        else {
          add(sum.xx.data, gram(a).data);
          add(sum.xy.data, crossGram(a, b).data);
        }
      }
      sums.push(sum);
    }
  } finally {
    await session?.dispose();
  }
  return { sums, constant: Array.from(sx.keys()).filter((c) => sx[c] === 0) };
}

/** Standardized rows, filled up with zeros to a whole panel. */
function panelOf(
  { columns, data }: Matrix,
  rows: Int32Array,
  mean: Float64Array,
  scale: Float64Array,
): Matrix {
  const out = matrix(panelRows, columns);
  rows.forEach((r, i) => {
    for (let c = 0; c < columns; c++) {
      out.data[i * columns + c] = (data[r * columns + c] - mean[c]) * scale[c];
    }
  });
  return out;
}

/** X^T [X Y] of a panel. */
function productOf(engine: Engine, p: number, q: number): Promise<Session> {
  const graph = new Graph();
  const [x, y] = [graph.input('x', [panelRows, p]), graph.input('y', [panelRows, q])];
  return engine.load(toModel(graph, { product: matmul(x, concat([x, y], 1), { transposeA: true }) }));
}

async function addProducts(session: Session, sum: FoldSums, a: Matrix, b: Matrix): Promise<void> {
  const [p, q] = [a.columns, b.columns];
  const { product } = await session.run({
    x: float32([panelRows, p], new Float32Array(a.data)),
    y: float32([panelRows, q], new Float32Array(b.data)),
  });
  const data = product.data as Float32Array;
  for (let i = 0; i < p; i++) {
    const row = i * (p + q);
    for (let j = 0; j < p; j++) sum.xx.data[i * p + j] += data[row + j];
    for (let j = 0; j < q; j++) sum.xy.data[i * q + j] += data[row + p + j];
  }
}

function add(into: Float64Array, from: Float64Array, sign = 1): void {
  for (let i = 0; i < into.length; i++) into[i] += sign * from[i];
}

export function totalOf(sums: readonly FoldSums[]): FoldSums {
  const [first, ...rest] = sums;
  const total = copied(first);
  return rest.reduce((all, s) => combined(all, s, 1), total);
}

const copied = (s: FoldSums): FoldSums => ({
  n: s.n,
  x: s.x.slice(),
  y: s.y.slice(),
  xx: { ...s.xx, data: s.xx.data.slice() },
  xy: { ...s.xy, data: s.xy.data.slice() },
  yy: s.yy.slice(),
});

/** `into` with `from` added or taken away, in place but for the count. */
function combined(into: FoldSums, from: FoldSums, sign: number): FoldSums {
  add(into.x, from.x, sign);
  add(into.y, from.y, sign);
  add(into.xx.data, from.xx.data, sign);
  add(into.xy.data, from.xy.data, sign);
  add(into.yy, from.yy, sign);
  return { ...into, n: into.n + sign * from.n };
}

/** Products of all samples but those of `held`, around their own means. */
export function trainingOf(total: FoldSums, held: readonly FoldSums[]): Centered {
  const sums = held.reduce((left, h) => combined(left, h, -1), copied(total));
  const xMean = sums.x.map((v) => v / sums.n);
  const yMean = sums.y.map((v) => v / sums.n);
  return around(sums, xMean, yMean);
}

/** Products of held-out samples around the means of the training samples: what predictions from those are judged by. */
export function heldOut(held: FoldSums, { xMean, yMean }: Centered): Centered {
  return around(copied(held), xMean, yMean);
}

/** Sum (x - a)(y - b)^T = xy - a y^T - x b^T + n a b^T, in place. */
function around({ n, x, y, xx, xy, yy }: FoldSums, xMean: Float64Array, yMean: Float64Array): Centered {
  const [p, q] = [x.length, y.length];
  for (let i = 0; i < p; i++) {
    const [a, s] = [xMean[i], x[i]];
    for (let j = 0; j < p; j++) xx.data[i * p + j] += n * a * xMean[j] - a * x[j] - s * xMean[j];
    for (let k = 0; k < q; k++) xy.data[i * q + k] += n * a * yMean[k] - a * y[k] - s * yMean[k];
  }
  for (let k = 0; k < q; k++) yy[k] += n * yMean[k] ** 2 - 2 * yMean[k] * y[k];
  return { xMean, yMean, xx, xy, yy };
}

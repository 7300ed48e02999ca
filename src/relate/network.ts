import { constant, cosine, adamW, exportModel, fit, float32, Trainer } from '../learn/index.ts';
import type { Engine, Scope, Tensor, TensorValue } from '../learn/index.ts';
import { matrix, type Matrix } from '../math/matrix.ts';
import { epochBatches } from '../learn/training/sampling.ts';
import { columnMoments, standardized } from './regressors.ts';
import { stretchStarts } from './series.ts';

/** How a network over sequences is trained. */
export interface NetworkTraining {
  readonly engine: Engine;
  /** Networks that differ in their first weights; predictions are their mean. */
  readonly seeds: readonly number[];
  readonly steps: number;
  /** Pieces of time in one step. */
  readonly batch: number;
  readonly learningRate: number;
  readonly decay: number;
  /** Share of the samples, the last ones of the fit, that only decide when to stop. */
  readonly validation: number;
}

/** What is learned, from x to y, over pieces of `length` samples. */
export interface SequenceNetwork {
  /** [time, sample, regressor] -> [time, sample, output]. */
  readonly network: (scope: Scope, x: Tensor) => Tensor;
  /** The loss of each element, with weights of the same shape. */
  readonly loss: (prediction: Tensor, target: Tensor, weights: Tensor) => Tensor;
  readonly length: number;
  /** The first samples of a piece only set the state, but for `start` at the beginning of a stretch. */
  readonly lead: number;
  /** Samples at the beginning of a stretch that are not predicted. */
  readonly start: number;
}

/** A piece of time: its first sample, its samples, and from which on it predicts. */
interface Piece {
  readonly first: number;
  readonly count: number;
  readonly from: number;
}

/** Samples x outputs, from all samples of x: missing ones (NaN) count as the mean. */
export type SequencePredictor = (x: Matrix, stretches: Int32Array) => Promise<Matrix>;

/**
 * Trains a network on standardized regressors.
 *
 * @param y NaN where there is no target; in the units of the loss.
 */
export async function trainNetwork(
  x: Matrix,
  y: Matrix,
  stretches: Int32Array,
  design: SequenceNetwork,
  training: NetworkTraining,
): Promise<SequencePredictor> {
  const { engine, seeds, steps, batch, learningRate, decay, validation } = training;
  const moments = columnMoments(presentOf(x));
  const inputs = filled(x, moments);
  const cut = x.rows - Math.max(1, Math.round(validation * x.rows));
  const pieces = piecesOf(stretches.subarray(0, cut), design);
  const outputs = y.columns;
  const size = design.length * batch;
  const predictors: Predictor[] = [];
  const held = { x: inputs, y, cut, stretches: stretches.map((s, i) => 2 * s + (i >= cut ? 1 : 0)) };
  for (const seed of seeds) {
    const trainer = await Trainer.create({
      engine,
      seed,
      optimizer: adamW({ decay }),
      clipNorm: 1,
      averaging: 0.99,
      threads: 1,
      model: (scope) => {
        const shape = [design.length, batch, outputs];
        const prediction = design.network(scope, scope.input('x', [design.length, batch, x.columns]));
        return { loss: design.loss(prediction, scope.input('y', shape), scope.input('w', shape)) };
      },
    });
    const drawn = epochBatches(pieces.length, batch, seed);
    const { weights } = await fit(trainer, {
      steps,
      schedule: steps > 100 ? cosine({ peak: learningRate, warmup: 0.05 }) : constant(learningRate),
      batches: (step) => {
        const chosen = drawn(step).map((k) => pieces[k]);
        const target = { y: new Float32Array(size * outputs), w: new Float32Array(size * outputs) };
        chosen.forEach(({ first, count, from }, b) => {
          for (let t = from - first; t < count; t++) {
            for (let c = 0; c < outputs; c++) {
              const v = y.data[(first + t) * outputs + c];
              const at = (t * batch + b) * outputs + c;
              if (Number.isNaN(v)) continue;
              target.y[at] = v;
              target.w[at] = 1;
            }
          }
        });
        return {
          x: packed(inputs, chosen, design.length, batch),
          y: float32([design.length, batch, outputs], target.y),
          w: float32([design.length, batch, outputs], target.w),
        };
      },
      validation: {
        every: Math.max(20, Math.round(steps / 15)),
        patience: 4,
        score: (weights) => heldLoss(weights, held, design, training),
      },
    });
    await trainer.dispose();
    predictors.push(await predictorOf(weights, x.columns, design, training));
  }
  return async (x, stretches) => {
    const own = filled(x, moments);
    const all = await Promise.all(predictors.map((predict) => predict(own, stretches)));
    const mean = matrix(x.rows, outputs);
    for (const { data } of all) data.forEach((v, i) => (mean.data[i] += v / all.length));
    return mean;
  };
}

type Predictor = (inputs: Matrix, stretches: Int32Array) => Promise<Matrix>;

/** The loss of the validation part, computed by the same loss in a graph of its own. */
async function heldLoss(
  weights: Readonly<Record<string, TensorValue>>,
  held: { readonly x: Matrix; readonly y: Matrix; readonly cut: number; readonly stretches: Int32Array },
  design: SequenceNetwork,
  training: NetworkTraining,
): Promise<number> {
  const { x, y, cut, stretches } = held;
  const rest = { rows: x.rows - cut, columns: x.columns, data: x.data.subarray(cut * x.columns) };
  const predict = await predictorOf(weights, x.columns, design, training);
  const predicted = await predict(rest, stretches.subarray(cut));
  const session = await training.engine.load(
    exportModel({
      weights: {},
      network: (scope) => {
        const shape = [1, rest.rows, y.columns];
        return {
          loss: design.loss(scope.input('p', shape), scope.input('y', shape), scope.input('w', shape)),
        };
      },
    }),
    { threads: 1 },
  );
  const target = y.data.subarray(cut * y.columns);
  const there = Float32Array.from(predicted.data, (p, i) =>
    Number.isNaN(p) || Number.isNaN(target[i]) ? 0 : 1,
  );
  const zeroed = (v: Float64Array): Float32Array => Float32Array.from(v, (e, i) => (there[i] ? e : 0));
  const shape = [1, rest.rows, y.columns];
  const { loss } = await session.run({
    p: float32(shape, zeroed(predicted.data)),
    y: float32(shape, zeroed(target)),
    w: float32(shape, there),
  });
  await session.dispose();
  return Number(loss.data[0]);
}

async function predictorOf(
  weights: Readonly<Record<string, TensorValue>>,
  columns: number,
  design: SequenceNetwork,
  { engine, batch }: NetworkTraining,
): Promise<Predictor> {
  const file = exportModel({
    weights,
    network: (scope) => ({ out: design.network(scope, scope.input('x', [design.length, batch, columns])) }),
  });
  return async (inputs, stretches) => {
    const session = await engine.load(file, { threads: 1 });
    const pieces = piecesOf(stretches, design);
    let result: Matrix | undefined;
    for (let k = 0; k < pieces.length; k += batch) {
      const chosen = pieces.slice(k, k + batch);
      const { out } = await session.run({ x: packed(inputs, chosen, design.length, batch) });
      const outputs = out.shape[2];
      result ??= missing(inputs.rows, outputs);
      for (const [b, { first, count, from }] of chosen.entries()) {
        for (let t = from - first; t < count; t++) {
          for (let c = 0; c < outputs; c++) {
            result.data[(first + t) * outputs + c] = Number(out.data[(t * batch + b) * outputs + c]);
          }
        }
      }
    }
    await session.dispose();
    return result ?? missing(inputs.rows, 1);
  };
}

function missing(rows: number, columns: number): Matrix {
  return matrix(rows, columns, new Float64Array(rows * columns).fill(NaN));
}

/** Pieces that overlap by their lead and together predict every sample but the first ones of each stretch. */
function piecesOf(stretches: Int32Array, { length, lead, start }: SequenceNetwork): Piece[] {
  const starts = stretchStarts(stretches);
  const pieces: Piece[] = [];
  for (let s = 0; s + 1 < starts.length; s++) {
    for (let first = starts[s]; first < starts[s + 1]; first += length - lead) {
      const from = first + (first === starts[s] ? start : lead);
      const count = Math.min(length, starts[s + 1] - first);
      if (from < first + count) pieces.push({ first, count, from });
      if (first + length >= starts[s + 1]) break;
    }
  }
  return pieces;
}

function packed(inputs: Matrix, pieces: readonly Piece[], length: number, batch: number): TensorValue {
  const { columns, data } = inputs;
  const out = new Float32Array(length * batch * columns);
  pieces.forEach(({ first, count }, b) => {
    for (let t = 0; t < count; t++) {
      out.set(data.subarray((first + t) * columns, (first + t + 1) * columns), (t * batch + b) * columns);
    }
  });
  return float32([length, batch, columns], out);
}

/** Standardized, with 0 where values are missing. */
function filled(x: Matrix, { mean, deviation }: ReturnType<typeof columnMoments>): Matrix {
  const out = standardized(x, mean, deviation);
  for (let i = 0; i < out.data.length; i++) if (Number.isNaN(out.data[i])) out.data[i] = 0;
  return out;
}

/** The rows without missing values. */
function presentOf({ rows, columns, data }: Matrix): Matrix {
  const whole = Array.from({ length: rows }, (_, r) => data.subarray(r * columns, (r + 1) * columns)).filter(
    (row) => !row.some(Number.isNaN),
  );
  const out = matrix(whole.length, columns);
  whole.forEach((row, i) => out.data.set(row, i * columns));
  return out;
}

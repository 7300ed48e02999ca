import { cholesky, choleskySolve, matrix, multiply, type Matrix } from '../../math/index.ts';
import { UsageError } from '../../signal/error.ts';
import { Loop, type RunOptions } from './loop.ts';
import type { Network } from './network.ts';
import type { Task, Trials } from './task.ts';

/**
 * Second moments of what a network's weights carried in a task, means over its trials and times: `in` of what acts on the units (rates of every delay, inputs, 1),
 * `drive` of what the units got from it, `rates` of what the readout sees (rates, 1), `out` of the outputs.
 */
export interface Carried {
  readonly in: Matrix;
  readonly drive: Matrix;
  readonly rates: Matrix;
  readonly out: Matrix;
}

/** Runs a task (default: each condition once) and keeps what the weights carried. */
export function carried(
  network: Network,
  task: Task,
  options: RunOptions & { readonly trials?: Trials } = {},
): Carried {
  const { trials = task.conditions() } = options;
  const { batch, steps } = trials;
  const loop = new Loop(network, task, batch, { gradient: false });
  loop.run(trials, options);
  const N = network.units;
  const I = network.inputs.length;
  const D = network.recurrent.length;
  const sums = {
    in: matrix(D * N + I + 1, D * N + I + 1),
    drive: matrix(network.bias.columns, network.bias.columns),
    rates: matrix(N + 1, N + 1),
    out: matrix(network.readout.columns, network.readout.columns),
  };
  const incoming = new Float64Array(sums.in.rows).fill(1);
  const seen = new Float64Array(N + 1).fill(1);
  const weight = 1 / (steps * batch);
  for (let k = 0; k < steps; k++) {
    const inputs = loop.at('inputs', k);
    const rate = loop.at('rate', k + 1);
    const out = loop.at('out', k);
    const drive = loop.at('fromUnits', k).map((v, i) => v + loop.at('fromInputs', k)[i]);
    for (let b = 0; b < batch; b++) {
      network.recurrent.forEach(({ delaySteps }, d) => {
        const from = loop.at('rate', Math.max(0, k + 1 - delaySteps));
        incoming.set(from.subarray(b * N, (b + 1) * N), d * N);
      });
      incoming.set(inputs.subarray(b * I, (b + 1) * I), D * N);
      seen.set(rate.subarray(b * N, (b + 1) * N));
      addOuter(sums.in, incoming, weight);
      addOuter(sums.drive, rowOf(drive, b, sums.drive.rows), weight);
      addOuter(sums.rates, seen, weight);
      addOuter(sums.out, rowOf(out, b, sums.out.rows), weight);
    }
  }
  return sums;
}

export interface ProtectOptions {
  /** The mean square, relative to the mean over all directions, from which on a direction counts as used. Default 0.001. */
  readonly alpha?: number;
}

/**
 * Continual learning in orthogonal subspaces (Duncker, Driscoll, Shenoy, Sahani and Sussillo 2020, Advances in Neural Information Processing
 * Systems 33): what is returned changes a step of the weights in place, so that it hardly acts on what earlier tasks carried,
 *
 *     dW <- P_in dW P_out,   P = alpha (C + alpha I)^-1,
 *
 * with C the sum of the second moments of earlier tasks, on the side of what comes in and on the side of what goes out, for the
 * units' weights and for the readout's. `alpha` is relative to the mean diagonal of C. Masked weights stay 0; the states at the start do not change. Give it to `train`
 * as `project`: it acts on the step itself, behind Adam, whose scaling would leave the subspace. Throws `UsageError` for moments of another network.
 */
export function protect(
  network: Network,
  earlier: readonly Carried[],
  options: ProtectOptions = {},
): (change: Float64Array) => void {
  const { alpha = 1e-3 } = options;
  if (!(alpha > 0 && Number.isFinite(alpha))) {
    throw new UsageError('alpha is out of range', {
      where: 'protect',
      expected: 'a number above 0',
      got: `${alpha}`,
    });
  }
  const N = network.units;
  const { columns } = network.bias;
  const outputs = network.readout.columns;
  const sizes = {
    in: network.recurrent.length * N + network.inputs.length + 1,
    drive: columns,
    rates: N + 1,
    out: outputs,
  };
  const through = (side: keyof Carried): Matrix =>
    projector(
      earlier.map((e) => e[side]),
      sizes[side],
      alpha,
    );
  const [pIn, pDrive, pRates, pOut] = [through('in'), through('drive'), through('rates'), through('out')];
  const onUnits = [...network.recurrent, network.input, network.bias];
  const onReadout = [network.readout, network.readoutBias];
  return (change) => {
    for (const [blocks, left, right] of [
      [onUnits, pIn, pDrive],
      [onReadout, pRates, pOut],
    ] as const) {
      const stacked = matrix(left.rows, right.rows);
      let row = 0;
      for (const { offset, rows, columns: wide } of blocks) {
        stacked.data.set(change.subarray(offset, offset + rows * wide), row * wide);
        row += rows;
      }
      const projected = multiply(multiply(left, stacked), right);
      row = 0;
      for (const { offset, rows, columns: wide, mask } of blocks) {
        for (let i = 0; i < rows * wide; i++) {
          change[offset + i] = mask && mask[i] === 0 ? 0 : projected.data[row * wide + i];
        }
        row += rows;
      }
    }
    const { start } = network;
    if (earlier.length > 0) change.fill(0, start.offset, start.offset + start.columns);
  };
}

/** alpha (C + alpha I)^-1, alpha in units of C's mean diagonal; the identity where nothing was carried. */
function projector(moments: readonly Matrix[], size: number, alpha: number): Matrix {
  const sum = matrix(size, size);
  for (const { rows, data } of moments) {
    if (rows !== size) {
      throw new UsageError('these moments are of another network', {
        where: 'protect',
        expected: `${size} values a time`,
        got: `${rows}`,
      });
    }
    for (let i = 0; i < data.length; i++) sum.data[i] += data[i];
  }
  let trace = 0;
  for (let i = 0; i < size; i++) trace += sum.data[i * size + i];
  const scale = trace > 0 ? (alpha * trace) / size : 1;
  for (let i = 0; i < size; i++) sum.data[i * size + i] += scale;
  const factor = cholesky(sum);
  const p = matrix(size, size);
  const unit = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    unit[j] = scale;
    // Symmetric: a column is a row.
    p.data.set(choleskySolve(factor, unit), j * size);
    unit[j] = 0;
  }
  return p;
}

const rowOf = (values: Float64Array, row: number, width: number): Float64Array =>
  values.subarray(row * width, (row + 1) * width);

/** sum += weight x x^T. */
function addOuter({ rows, data }: Matrix, x: Float64Array, weight: number): void {
  for (let i = 0; i < rows; i++) {
    const scaled = weight * x[i];
    if (scaled === 0) continue;
    for (let j = 0; j < rows; j++) data[i * rows + j] += scaled * x[j];
  }
}

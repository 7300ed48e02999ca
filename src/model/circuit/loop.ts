import { Workspace, type Packed } from '../../math/product/workspace.ts';
import { Random } from '../../math/random.ts';
import { UsageError } from '../../signal/error.ts';
import { Adjoint } from '../plant/adjoint.ts';
import { Feedback } from '../plant/feedback.ts';
import { Rollout } from '../plant/rollout.ts';
import { linkAdjoint, linkOf } from './link.ts';
import type { Block, Network } from './network.ts';
import type { Behavior, Task, Trials } from './task.ts';

/**
 * Changes what flows through a loop while it runs. Each function gets the step and `trial x values`, which it may change in place; changing a trial's
 * values must not depend on another trial.
 */
export interface Intervention {
  taskInputs?(step: number, values: Float64Array): void;
  senses?(step: number, values: Float64Array): void;
  /** The summed drive from other units, `trial x (gates x units)`; rates of step k + 1 - d acted over a delay d. */
  drive?(step: number, values: Float64Array, loop: Loop): void;
  rates?(step: number, values: Float64Array): void;
  commands?(step: number, values: Float64Array): void;
}

export interface RunOptions {
  /** Seed of all noise. Default 0. */
  readonly seed?: number | string;
  /** Standard deviation of private noise on each unit's drive. Default 0. */
  readonly unitNoise?: number;
  readonly intervention?: Intervention;
}

type Name =
  | 'weights'
  | 'gradient'
  | 'rate'
  | 'state'
  | 'fromUnits'
  | 'fromInputs'
  | 'inputs'
  | 'out'
  | 'gRate'
  | 'gState'
  | 'gFromUnits'
  | 'gFromInputs'
  | 'gInputs'
  | 'gOut'
  | 'chunk'
  | `packed ${string}`
  | `transposed ${string}`;

/** Rows of a weight gradient's product that are taken at a time: what fits the processor's second cache. */
const chunkRows = 256;

/**
 * A network in a closed loop with its task's body, for one batch of trials, kept whole so that it can be differentiated (backpropagation through time
 * and through the body, Werbos 1990). One step k:
 *
 *     inputs_k = [told_k, senses of the body's states up to k];   state and rate k + 1 from rates up to k and inputs_k
 *     out_k = rate_{k+1} R + c;   the body steps from k to k + 1 under link(out_k)
 *
 * Arrays: rates and states `(steps + 1) x trial x unit`, the others `steps x trial x ...`. The loop is made once and run many times; what it
 * gives out are views that the next run overwrites.
 */
export class Loop {
  readonly network: Network;
  readonly task: Task;
  readonly batch: number;
  readonly steps: number;
  /** Of the last run. */
  rollout: Rollout | undefined;
  adjoint: Adjoint | undefined;
  readonly arrays: Readonly<Record<Name, Float64Array>>;
  readonly #space: Workspace<Name>;
  #feedback: Feedback | undefined;
  readonly #forward = new Map<Block, Packed>();
  readonly #backward = new Map<Block, Packed>();

  constructor(network: Network, task: Task, batch: number, options: { readonly gradient?: boolean } = {}) {
    const { gradient = true } = options;
    const { steps } = task;
    const N = network.units;
    const G = network.cell.gates;
    const M = network.readout.columns;
    const I = network.inputs.length;
    const once = steps * batch;
    const all = once + batch;
    const { stateIsRate } = network.cell;
    const g = gradient ? 1 : 0;
    const products = [...network.recurrent, network.input, network.readout];
    const packed = products.flatMap((b) => [
      [`packed ${b.name}`, Workspace.packedLength(b.rows, b.columns)] as const,
      [`transposed ${b.name}`, g * Workspace.packedLength(b.columns, b.rows)] as const,
    ]);
    const lengths = {
      weights: network.weights.length,
      gradient: g * network.weights.length,
      rate: all * N,
      state: stateIsRate ? 0 : all * N,
      fromUnits: once * G * N,
      fromInputs: once * G * N,
      inputs: once * I,
      out: once * M,
      gRate: g * all * N,
      gState: g * (stateIsRate ? 0 : all * N),
      gFromUnits: g * once * G * N,
      gFromInputs: g * once * G * N,
      gInputs: g * batch * I,
      gOut: g * once * M,
      chunk: g * Workspace.packedLength(Math.max(chunkRows, batch), Math.max(G * N, M)),
      ...Object.fromEntries(packed),
    };
    this.network = network;
    this.task = task;
    this.batch = batch;
    this.steps = steps;
    this.#space = new Workspace<Name>(lengths as Record<Name, number>);
    this.arrays = this.#space.arrays;
    this.setWeights(network.weights);
  }

  /** Takes weights (a copy) for the runs that follow. */
  setWeights(weights: Float64Array): void {
    const { arrays, network } = this;
    arrays.weights.set(weights);
    for (const block of [...network.recurrent, network.input, network.readout]) {
      const { name, rows, columns, offset } = block;
      const from = { data: arrays.weights, offset };
      const space = this.#space;
      this.#forward.set(
        block,
        space.pack({ ...from, rowStride: columns }, rows, columns, arrays[`packed ${name}`]),
      );
      const transposed = arrays[`transposed ${name}`];
      if (transposed.length === 0) continue;
      const turned = { ...from, rowStride: 1, columnStride: columns };
      this.#backward.set(block, space.pack(turned, columns, rows, transposed));
    }
  }

  /** A view of one step, `trial x ...`. */
  at(name: Name, k: number): Float64Array {
    const array = this.arrays[name];
    const withStart = name === 'rate' || name === 'gRate' || name === 'state' || name === 'gState';
    const wide = array.length / (withStart ? this.steps + 1 : this.steps);
    return array.subarray(k * wide, (k + 1) * wide);
  }

  stateAt(k: number): Float64Array {
    return this.at(this.network.cell.stateIsRate ? 'rate' : 'state', k);
  }

  /** Commands to the body after the link, `steps x trial x output`; the outputs themselves where there is no body. */
  get commands(): Float64Array {
    return this.rollout ? this.rollout.inputs : this.arrays.out;
  }

  /** What was done, of the last run. */
  behavior(): Behavior {
    const { rollout } = this;
    if (!rollout) return { values: this.arrays.out.slice(), width: this.network.readout.columns };
    const values = new Float64Array(this.steps * this.batch * 4);
    const wide = 4 * this.batch;
    for (let k = 0; k < this.steps; k++) {
      rollout.plant.skeleton.endpoint(rollout.motionAt(k + 1), values.subarray(k * wide, (k + 1) * wide));
    }
    return { values, width: 4 };
  }

  /** Runs a batch. Throws `UsageError` where the trials do not fit, `InputError` (of the body) where a state is no longer finite. */
  run(trials: Trials, options: RunOptions = {}): void {
    const { network, task, arrays, batch, steps } = this;
    const { intervention, seed = 0, unitNoise = 0 } = options;
    if (trials.batch !== batch || trials.steps !== steps) {
      throw new UsageError('the trials do not fit the loop', {
        where: `task "${task.name}"`,
        expected: `${batch} trials of ${steps} steps`,
        got: `${trials.batch} of ${trials.steps}`,
      });
    }
    this.#begin(trials, seed);
    const told = network.terminals.task.length;
    const sensed = network.terminals.senses.length;
    const taskInputs = new Float64Array(batch * told);
    const I = told + sensed;
    for (let k = 0; k < steps; k++) {
      taskInputs.set(trials.inputs.subarray(k * batch * told, (k + 1) * batch * told));
      intervention?.taskInputs?.(k, taskInputs);
      const inputs = this.at('inputs', k);
      for (let b = 0; b < batch; b++) {
        for (let i = 0; i < told; i++) inputs[b * I + i] = taskInputs[b * told + i];
      }
      if (this.#feedback) {
        const senses = this.#feedback.observe(k);
        intervention?.senses?.(k, senses);
        for (let b = 0; b < batch; b++) {
          for (let i = 0; i < sensed; i++) inputs[b * I + told + i] = senses[b * sensed + i];
        }
      }
      this.#drive(k, unitNoise > 0 ? new Random(`${seed}/units/step ${k}`) : undefined, unitNoise);
      intervention?.drive?.(k, this.at('fromUnits', k), this);
      const rate = this.at('rate', k + 1);
      network.cell.update(
        this.at('fromUnits', k),
        this.at('fromInputs', k),
        this.stateAt(k),
        this.stateAt(k + 1),
        rate,
      );
      intervention?.rates?.(k, rate);
      const out = this.at('out', k);
      fillRows(out, this.#block(network.readoutBias));
      this.#add(batch, rate, network.units, this.#forward.get(network.readout)!, out);
      if (!this.rollout) intervention?.commands?.(k, out);
      else {
        const commands = this.rollout.inputAt(k);
        linkOf(network.terminals.link, out, commands);
        intervention?.commands?.(k, commands);
        this.rollout.step(k);
      }
    }
    if (arrays.gradient.length > 0) {
      for (const name of ['gradient', 'gRate', 'gState', 'gOut'] as const) arrays[name].fill(0);
      if (this.rollout) this.adjoint = new Adjoint(this.rollout);
    }
  }

  /**
   * Carries derivatives back. Before, terms of an objective add theirs to `gRate`, `gOut` (of a task without a body), the body's `adjoint` and `gradient`;
   * afterwards `gradient` holds that of the weights.
   */
  backward(): void {
    const { network, arrays, batch, steps, rollout, adjoint } = this;
    const { cell } = network;
    const gStates = cell.stateIsRate ? 'gRate' : 'gState';
    const told = network.terminals.task.length;
    const sensed = network.terminals.senses.length;
    const I = told + sensed;
    const gSenses = new Float64Array(batch * sensed);
    for (let k = steps - 1; k >= 0; k--) {
      const gOut = this.at('gOut', k);
      if (rollout && adjoint) {
        adjoint.step(k);
        linkAdjoint(network.terminals.link, rollout.inputAt(k), adjoint.inputAt(k), gOut);
      }
      const gRate = this.at('gRate', k + 1);
      this.#add(batch, gOut, network.readout.columns, this.#backward.get(network.readout)!, gRate);
      cell.adjoint(
        {
          fromUnits: this.at('fromUnits', k),
          fromInputs: this.at('fromInputs', k),
          state: this.stateAt(k),
          next: this.stateAt(k + 1),
          rate: this.at('rate', k + 1),
        },
        {
          next: this.at(gStates, k + 1),
          rate: gRate,
          fromUnits: this.at('gFromUnits', k),
          fromInputs: this.at('gFromInputs', k),
          state: this.at(gStates, k),
        },
      );
      for (const block of network.recurrent) {
        const to = this.at('gRate', Math.max(0, k + 1 - block.delaySteps));
        this.#add(batch, this.at('gFromUnits', k), block.columns, this.#backward.get(block)!, to);
      }
      if (this.#feedback && adjoint) {
        const { gInputs } = arrays;
        gInputs.fill(0);
        this.#add(
          batch,
          this.at('gFromInputs', k),
          network.input.columns,
          this.#backward.get(network.input)!,
          gInputs,
        );
        for (let b = 0; b < batch; b++) {
          for (let i = 0; i < sensed; i++) gSenses[b * sensed + i] = gInputs[b * I + told + i];
        }
        this.#feedback.adjoint(adjoint, k, gSenses);
      }
    }
    this.#startGradient();
    this.#weightGradients();
  }

  #begin(trials: Trials, seed: number | string): void {
    const { network, task, batch, steps } = this;
    if (task.body) {
      if (!trials.start)
        throw new UsageError('trials of a body need a start', { where: `task "${task.name}"` });
      this.rollout = new Rollout(task.body.plant, { batch, steps, loads: trials.loads });
      this.rollout.start(trials.start);
      this.#feedback = new Feedback(this.rollout, task.body.senses, { seed: `${seed}/senses` });
    }
    const state = this.stateAt(0);
    fillRows(state, this.#block(network.start));
    if (!network.cell.stateIsRate) network.cell.rateOf(state, this.at('rate', 0));
  }

  #drive(k: number, random: Random | undefined, noise: number): void {
    const { network, batch } = this;
    const fromUnits = this.at('fromUnits', k);
    fromUnits.fill(0);
    for (const block of network.recurrent) {
      const from = this.at('rate', Math.max(0, k + 1 - block.delaySteps));
      this.#add(batch, from, network.units, this.#forward.get(block)!, fromUnits);
    }
    const fromInputs = this.at('fromInputs', k);
    fillRows(fromInputs, this.#block(network.bias));
    this.#add(
      batch,
      this.at('inputs', k),
      network.inputs.length,
      this.#forward.get(network.input)!,
      fromInputs,
    );
    if (random) for (let i = 0; i < fromInputs.length; i++) fromInputs[i] += random.normal(0, noise);
  }

  /** C += A B for contiguous A (`rows x columns`) and C. */
  #add(rows: number, a: Float64Array, columns: number, b: Packed, c: Float64Array): void {
    this.#space.addProduct(rows, { data: a, rowStride: columns }, b, { data: c, rowStride: b.n });
  }

  #block({ offset, rows, columns }: Block): Float64Array {
    return this.arrays.weights.subarray(offset, offset + rows * columns);
  }

  #startGradient(): void {
    const { cell, start, units } = this.network;
    const gRate = this.at('gRate', 0);
    let g = gRate;
    if (!cell.stateIsRate) {
      g = this.at('gState', 0);
      const slope = new Float64Array(g.length);
      cell.gain!.slope(this.stateAt(0), this.at('rate', 0), slope);
      for (let i = 0; i < g.length; i++) g[i] += gRate[i] * slope[i];
    }
    addColumns(g, this.arrays.gradient, start.offset, units);
  }

  #weightGradients(): void {
    const { network, arrays, batch, steps } = this;
    const { rate, inputs, gFromUnits, gFromInputs, gOut } = arrays;
    const N = network.units;
    for (const block of network.recurrent) {
      // In the first steps of a delayed connection the start's rates act; the rest is in step.
      for (let k = 0; k < block.delaySteps - 1 && k < steps; k++) {
        this.#addGradient(block, rate, 0, N, gFromUnits, k * batch, batch);
      }
      const first = Math.min(block.delaySteps - 1, steps);
      this.#addGradient(block, rate, 0, N, gFromUnits, first * batch, (steps - first) * batch);
    }
    const all = steps * batch;
    this.#addGradient(network.input, inputs, 0, network.inputs.length, gFromInputs, 0, all);
    this.#addGradient(network.readout, rate, batch, N, gOut, 0, all);
    addColumns(gFromInputs, arrays.gradient, network.bias.offset, network.bias.columns);
    addColumns(gOut, arrays.gradient, network.readoutBias.offset, network.readoutBias.columns);
    for (const { mask, offset } of network.blocks) {
      if (mask) for (let i = 0; i < mask.length; i++) if (mask[i] === 0) arrays.gradient[offset + i] = 0;
    }
  }

  /** gradient of block += X^T Y over `rows` rows from `xFirst` and `yFirst` on. */
  #addGradient(
    block: Block,
    x: Float64Array,
    xFirst: number,
    xColumns: number,
    y: Float64Array,
    yFirst: number,
    rows: number,
  ): void {
    const { columns, offset } = block;
    const space = this.#space;
    const { gradient, chunk } = this.arrays;
    for (let r = 0; r < rows; r += chunkRows) {
      const many = Math.min(chunkRows, rows - r);
      const packed = space.pack(
        { data: y, offset: (yFirst + r) * columns, rowStride: columns },
        many,
        columns,
        chunk,
      );
      const turned = { data: x, offset: (xFirst + r) * xColumns, rowStride: 1, columnStride: xColumns };
      space.addProduct(xColumns, turned, packed, { data: gradient, offset, rowStride: columns });
    }
  }
}

function fillRows(rows: Float64Array, row: Float64Array): void {
  for (let at = 0; at < rows.length; at += row.length) rows.set(row, at);
}

/** sum[offset + j] += the sum of column j. */
function addColumns(values: Float64Array, sum: Float64Array, offset: number, columns: number): void {
  for (let at = 0; at < values.length; at += columns) {
    for (let j = 0; j < columns; j++) sum[offset + j] += values[at + j];
  }
}

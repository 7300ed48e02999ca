import { Random } from '../../math/random.ts';
import { UsageError } from '../../signal/error.ts';
import { checkPath, placeAreas, wire, type Area, type Connection, type PlacedArea } from './areas.ts';
import { cells, type Cell, type CellName, type LeakyOptions } from './cells/index.ts';

export interface NetworkOptions extends LeakyOptions {
  readonly seed?: number | string;
  /** Default `leaky current`. */
  readonly cell?: CellName;
  /** Of the only area, where none are named. Default 128. */
  readonly units?: number;
  readonly areas?: readonly Area[];
  /** Default: all units of an area to all of it, and nothing between areas. */
  readonly connections?: readonly Connection[];
}

/** What a network stands between: names of what comes in by group, and what goes out. */
export interface Terminals {
  readonly stepSeconds: number;
  readonly task: readonly string[];
  readonly senses: readonly string[];
  readonly outputs: readonly string[];
  /** Range of the outputs: excitations of muscles, commands of motors, or a plain number. */
  readonly link: Link;
}

export type Link = 'muscles' | 'motors' | 'linear';

/** A named part of the weights: `rows x columns` from `offset`. Where `mask` is 0 a weight is and stays 0. */
export interface Block {
  readonly name: string;
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  readonly mask?: Uint8Array;
}

/** The recurrent weights of one delay. */
export interface RecurrentBlock extends Block {
  readonly delaySteps: number;
}

/**
 * A recurrent network: areas of units of one kind, joined by masked, delayed connections, between inputs and a readout
 *
 *     drive_k = sum over delays d of rate_{k+1-d} W_d + (inputs_k U + b),   out_k = link(rate_{k+1} R + c)
 *
 * Rates are rows, so that W_d goes from row to column. All weights lie in one vector; `Block`s say where. Weights are not changed in place:
 * `withWeights` makes another network.
 */
export class Network {
  readonly options: NetworkOptions;
  readonly terminals: Terminals;
  readonly areas: readonly PlacedArea[];
  readonly units: number;
  readonly cell: Cell;
  readonly inputs: readonly string[];
  readonly recurrent: readonly RecurrentBlock[];
  readonly input: Block;
  readonly bias: Block;
  readonly start: Block;
  readonly readout: Block;
  readonly readoutBias: Block;
  readonly weights: Float64Array;

  /** Throws `UsageError` for areas or connections that do not fit, and where no input reaches the readout. */
  constructor(terminals: Terminals, options: NetworkOptions = {}, weights?: Float64Array) {
    const { seed = 0, cell = 'leaky current', units = 128 } = options;
    this.options = options;
    this.terminals = terminals;
    this.areas = placeAreas(options.areas ?? [{ name: 'area', units }]);
    this.units = this.areas.reduce((sum, a) => sum + a.units, 0);
    this.inputs = [...terminals.task, ...terminals.senses];
    this.cell = cells[cell]({ ...options, stepSeconds: terminals.stepSeconds, units: this.units });
    const N = this.units;
    const { gates } = this.cell;
    const connections = options.connections ?? this.areas.map(({ name }) => ({ from: name, to: name }));
    const wirings = wire(this.areas, connections, new Random(`${seed}/masks`));

    let size = 0;
    const block = (name: string, rows: number, columns: number, mask?: Uint8Array): Block => {
      size += rows * columns;
      return { name, offset: size - rows * columns, rows, columns, mask };
    };
    this.recurrent = wirings.map(({ delaySteps, mask }) => ({
      ...block(`recurrent after ${delaySteps}`, N, gates * N, perGate(mask, N, gates)),
      delaySteps,
    }));
    const received = this.#received();
    const read = Uint8Array.from({ length: N }, (_, i) => (this.areaOf(i).read === false ? 0 : 1));
    this.input = block('input', this.inputs.length, gates * N, perGate(received, N, gates));
    this.bias = block('bias', 1, gates * N);
    this.start = block('start', 1, N);
    const outputs = terminals.outputs.length;
    this.readout = block(
      'readout',
      N,
      outputs,
      Uint8Array.from({ length: N * outputs }, (_, i) => read[Math.floor(i / outputs)]),
    );
    this.readoutBias = block('readout bias', 1, outputs);
    const enters = Uint8Array.from({ length: N }, (_, j) =>
      this.inputs.some((_name, i) => received[i * N + j]) ? 1 : 0,
    );
    checkPath(wirings, enters, read);

    if (weights && weights.length !== size) {
      throw new UsageError('the weights are of another network', {
        where: 'Network',
        expected: `${size} numbers`,
        got: `${weights.length}`,
      });
    }
    this.weights = weights ?? new Float64Array(size);
    if (!weights)
      this.#initialize(
        wirings.map((w) => w.deviation),
        read,
        new Random(`${seed}/weights`),
      );
  }

  /** Every block, in the order of the weights. */
  get blocks(): readonly Block[] {
    return [...this.recurrent, this.input, this.bias, this.start, this.readout, this.readoutBias];
  }

  /** The same network with other weights. */
  withWeights(weights: Float64Array): Network {
    return new Network(this.terminals, this.options, weights);
  }

  /** The weights of a block, a view. */
  at({ offset, rows, columns }: Block): Float64Array {
    return this.weights.subarray(offset, offset + rows * columns);
  }

  areaOf(unit: number): PlacedArea {
    return this.areas.findLast((a) => a.first <= unit)!;
  }

  /** Which unit gets which input, `inputs x units`. Throws `UsageError` for a group or name that is none. */
  #received(): Uint8Array {
    const { task, senses } = this.terminals;
    const received = new Uint8Array(this.inputs.length * this.units);
    for (const area of this.areas) {
      const { receives = ['task', 'senses'] } = area;
      const wanted = new Set<string>();
      for (const name of receives) {
        const names =
          name === 'task' ? task : name === 'senses' ? senses : this.inputs.filter((i) => i === name);
        if (names.length === 0 && name !== 'task' && name !== 'senses') {
          throw new UsageError(`there is no input "${name}"`, {
            where: `area "${area.name}"`,
            expected: `task, senses, ${this.inputs.join(', ')}`,
          });
        }
        for (const each of names) wanted.add(each);
      }
      this.inputs.forEach((name, i) => {
        if (wanted.has(name))
          received.fill(1, i * this.units + area.first, i * this.units + area.first + area.units);
      });
    }
    return received;
  }

  /**
   * The first weights. Drives start with a standard deviation that does not depend on the number of units: recurrent weights have the
   * connection's gain over the root of their number, input weights the root of 1 over theirs. Muscles start almost off (a bias of -3 before the logistic function;
   * a network that starts with every muscle half on throws the arm into its limits, and the wider it is the sooner its training diverges),
   * and the readout starts at a tenth.
   */
  #initialize(deviations: readonly Float64Array[], read: Uint8Array, random: Random): void {
    const N = this.units;
    const { gates } = this.cell;
    this.recurrent.forEach((block, d) => {
      const w = this.at(block);
      for (let i = 0; i < N; i++) {
        for (let column = 0; column < gates * N; column++) {
          const deviation = deviations[d][i * N + (column % N)];
          if (deviation > 0) w[i * gates * N + column] = random.normal(0, deviation);
        }
      }
    });
    const input = this.at(this.input);
    const inputDeviation = 1 / Math.sqrt(this.inputs.length);
    for (let i = 0; i < input.length; i++) {
      const z = random.normal(0, inputDeviation);
      if (this.input.mask![i]) input[i] = z;
    }
    const seen = read.reduce((sum, r) => sum + r, 0);
    const readout = this.at(this.readout);
    const outputs = this.readout.columns;
    for (let i = 0; i < readout.length; i++) {
      const z = random.normal(0, 0.1 / Math.sqrt(seen));
      if (read[Math.floor(i / outputs)]) readout[i] = z;
    }
    if (this.terminals.link === 'muscles') this.at(this.readoutBias).fill(-3);
  }
}

/** A mask `rows x units` for each gate side by side, `rows x (gates x units)`. */
function perGate(mask: Uint8Array, units: number, gates: number): Uint8Array {
  if (gates === 1) return mask;
  const wide = gates * units;
  return Uint8Array.from(
    { length: mask.length * gates },
    (_, i) => mask[Math.floor(i / wide) * units + ((i % wide) % units)],
  );
}

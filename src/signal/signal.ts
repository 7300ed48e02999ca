import { UsageError } from './error.ts';
import type { Provenance } from './provenance.ts';
import { sliceTime, timeCount, type TimeAxis } from './time.ts';
import { conversionFactor, squaredUnit, type Unit } from './units.ts';

/** The number formats a signal may be stored in. */
export type Values = Float64Array | Float32Array | Int32Array | Int16Array | Uint16Array | Uint8Array;

/** One named dimension, with a label for each position where positions have names (keypoints, units, channels, x/y/z). */
export interface Dimension {
  readonly name: string;
  readonly size: number;
  readonly labels?: readonly string[];
}

export interface SignalParts {
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  /** Row-major when `strides` is left out. */
  readonly values: Values;
  readonly strides?: readonly number[];
  readonly offset?: number;
  readonly unit: Unit;
  /** Required where a dimension is called `time`. */
  readonly time?: TimeAxis;
  /** Probability in [0, 1] that a sample is right, over the leading dimensions of this signal. */
  readonly confidence?: Signal;
  /**
   * Covariance of the last dimension, over the other dimensions x `entry`, upper triangle row by row (xx, xy, yy for two); or the
   * variance of every element, over all dimensions x `entry` of size 1. In the square of this signal's unit. NaN: not known.
   */
  readonly covariance?: Signal;
  readonly provenance: Provenance;
}

/**
 * A measured or computed quantity over named dimensions (`time x keypoint x space`, `time x channel`, `time x unit`),
 * with its unit, its times, how far it is to be trusted, and where it came from.
 *
 * Immutable: operations return new signals. `slice` and `select` are views of the same memory. NaN means missing; integer
 * formats have no missing value. Frame of reference of a `space` dimension: picture coordinates have x to the right and y
 * down, in px, with the center of the top left pixel at (0, 0); body and world frames are named in the provenance.
 */
export class Signal {
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  readonly values: Values;
  readonly strides: readonly number[];
  readonly offset: number;
  readonly unit: Unit;
  readonly time: TimeAxis | undefined;
  readonly confidence: Signal | undefined;
  readonly covariance: Signal | undefined;
  readonly provenance: Provenance;

  constructor(parts: SignalParts) {
    this.name = parts.name;
    this.dimensions = parts.dimensions;
    this.values = parts.values;
    this.strides = parts.strides ?? rowMajorStrides(parts.dimensions);
    this.offset = parts.offset ?? 0;
    this.unit = parts.unit;
    this.time = parts.time;
    this.confidence = parts.confidence;
    this.covariance = parts.covariance;
    this.provenance = parts.provenance;
    this.#check();
  }

  get shape(): readonly number[] {
    return this.dimensions.map((d) => d.size);
  }

  /** The number of elements. */
  get size(): number {
    return this.dimensions.reduce((n, d) => n * d.size, 1);
  }

  /** Whether `values.subarray(offset, offset + size)` holds the elements in row-major order. */
  get isContiguous(): boolean {
    const expected = rowMajorStrides(this.dimensions);
    return this.strides.every((s, i) => s === expected[i] || this.dimensions[i].size <= 1);
  }

  /** Position of the dimension called `name`. */
  axis(name: string): number {
    const i = this.dimensions.findIndex((d) => d.name === name);
    if (i < 0) {
      throw new UsageError(`the signal "${this.name}" has no dimension "${name}"`, {
        expected: `one of ${this.dimensions.map((d) => d.name).join(', ')}`,
      });
    }
    return i;
  }

  /** The value at one position of every dimension. Throws `UsageError` outside. */
  at(...position: readonly number[]): number {
    let i = this.offset;
    let inside = position.length === this.strides.length;
    for (let d = 0; d < this.strides.length; d++) {
      inside &&= Number.isInteger(position[d]) && position[d] >= 0 && position[d] < this.dimensions[d].size;
      i += position[d] * this.strides[d];
    }
    if (!inside) {
      throw new UsageError(`"${this.name}" has no such element`, {
        expected: `a position within ${this.shape.join(' x ')}`,
        got: `(${position.join(', ')})`,
      });
    }
    return this.values[i];
  }

  /** Positions `start` (included) to `end` (excluded) of one dimension: a view. */
  slice(dimension: string, start: number, end: number): Signal {
    const axis = this.axis(dimension);
    const d = this.dimensions[axis];
    if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= d.size)) {
      throw new UsageError(`cannot slice "${dimension}" of "${this.name}"`, {
        expected: `whole numbers 0 <= start <= end <= ${d.size}`,
        got: `${start} to ${end}`,
      });
    }
    const dimensions = this.dimensions.map((other, i) =>
      i === axis ? { ...d, size: end - start, labels: d.labels?.slice(start, end) } : other,
    );
    const within = (other: Signal | undefined): Signal | undefined =>
      this.#describes(other, dimension) ? other?.slice(dimension, start, end) : other;
    return this.#with({
      dimensions,
      strides: this.strides,
      offset: this.offset + start * this.strides[axis],
      time: dimension === 'time' && this.time ? sliceTime(this.time, start, end) : this.time,
      confidence: within(this.confidence),
      // A covariance does not survive a cut through the dimension it describes.
      covariance: this.#describes(this.covariance, dimension) ? within(this.covariance) : undefined,
    });
  }

  /** One position of a dimension, by number or label; the dimension is dropped. A view. */
  select(dimension: string, position: number | string): Signal {
    const axis = this.axis(dimension);
    const d = this.dimensions[axis];
    const i = typeof position === 'number' ? position : (d.labels?.indexOf(position) ?? -1);
    if (!(Number.isInteger(i) && i >= 0 && i < d.size)) {
      throw new UsageError(`"${dimension}" of "${this.name}" has no "${position}"`, {
        expected: d.labels ? `one of ${d.labels.join(', ')}` : `0 to ${d.size - 1}`,
      });
    }
    const within = (other: Signal | undefined): Signal | undefined =>
      this.#describes(other, dimension) ? other?.select(dimension, i) : other;
    return this.#with({
      dimensions: this.dimensions.filter((_, k) => k !== axis),
      strides: this.strides.filter((_, k) => k !== axis),
      offset: this.offset + i * this.strides[axis],
      time: dimension === 'time' ? undefined : this.time,
      confidence: within(this.confidence),
      covariance: this.#describes(this.covariance, dimension) ? within(this.covariance) : undefined,
    });
  }

  /** The elements in row-major order: a view where they lie so, else a copy. */
  contiguous(): Values {
    if (this.isContiguous) return this.values.subarray(this.offset, this.offset + this.size) as Values;
    const out = new (this.values.constructor as new (n: number) => Values)(this.size);
    // Copied as whole numbers: moving a NaN through a float may change its bits.
    const [from, to] = [asWords(this.values), asWords(out)];
    const words = to.length / Math.max(1, out.length);
    const last = this.dimensions.length - 1;
    const [length, step] = [this.dimensions[last].size, this.strides[last]];
    const position = this.dimensions.map(() => 0);
    for (let k = 0, start = this.offset; k < to.length;) {
      for (let i = 0; i < length; i++) {
        for (let w = 0; w < words; w++) to[k++] = from[(start + i * step) * words + w];
      }
      for (let d = last - 1; d >= 0; d--) {
        start += this.strides[d];
        if (++position[d] < this.dimensions[d].size) break;
        start -= this.dimensions[d].size * this.strides[d];
        position[d] = 0;
      }
    }
    return out;
  }

  /** The same quantity in another unit of its kind. Covariances scale by the square. */
  to(unit: Unit): Signal {
    if (unit === this.unit) return this;
    const factor = conversionFactor(this.unit, unit);
    const covariance = this.covariance?.to(squaredUnit(unit));
    if (factor === 1) return this.#with({ unit, covariance });
    const scaled = Float64Array.from(this.contiguous(), (v) => v * factor);
    return this.#with({ values: scaled, strides: undefined, offset: 0, unit, covariance });
  }

  /** The same samples at other times of the same count, for instance on another clock. A view. */
  onTime(time: TimeAxis): Signal {
    const moved = (other: Signal | undefined): Signal | undefined =>
      other?.time ? other.onTime(time) : other;
    return this.#with({ time, confidence: moved(this.confidence), covariance: moved(this.covariance) });
  }

  /** The same description over other values (row-major, same size unless `parts` changes the dimensions). */
  derive(values: Values, provenance: Provenance, parts: Partial<SignalParts> = {}): Signal {
    return this.#with({ values, strides: undefined, offset: 0, provenance, ...parts });
  }

  #describes(other: Signal | undefined, dimension: string): boolean {
    return other?.dimensions.some((d) => d.name === dimension) ?? false;
  }

  #with(parts: Partial<SignalParts>): Signal {
    return new Signal({ ...this, ...parts });
  }

  #check(): void {
    const where = `signal "${this.name}"`;
    let [first, last] = [this.offset, this.offset];
    this.dimensions.forEach((d, i) => {
      if (!(Number.isInteger(d.size) && d.size >= 0)) {
        throw new UsageError(`dimension "${d.name}" has no size`, { where, got: `${d.size}` });
      }
      if (this.dimensions.findIndex((other) => other.name === d.name) !== i) {
        throw new UsageError(`two dimensions are called "${d.name}"`, { where });
      }
      if (d.labels && d.labels.length !== d.size) {
        throw new UsageError(`dimension "${d.name}" and its labels differ in length`, {
          where,
          expected: `${d.size} labels`,
          got: `${d.labels.length}`,
        });
      }
      const reach = Math.max(0, d.size - 1) * this.strides[i];
      if (reach < 0) first += reach;
      else last += reach;
    });
    if (
      this.strides.length !== this.dimensions.length ||
      (this.size > 0 && !(first >= 0 && last < this.values.length))
    ) {
      throw new UsageError('the values do not fill the dimensions', {
        where,
        expected: `${this.shape.join(' x ')} elements`,
        got: `${this.values.length - this.offset}`,
      });
    }
    this.#checkCompanion('confidence', this.confidence, [
      this.dimensions.slice(0, this.confidence?.dimensions.length),
    ]);
    const entries = (n: number): Dimension => ({ name: 'entry', size: (n * (n + 1)) / 2 });
    this.#checkCompanion('covariance', this.covariance, [
      [...this.dimensions.slice(0, -1), entries(this.dimensions.at(-1)?.size ?? 0)],
      [...this.dimensions, entries(1)],
    ]);
    const time = this.dimensions.find((d) => d.name === 'time');
    if (time && (!this.time || timeCount(this.time) !== time.size)) {
      throw new UsageError('the time axis does not fit the time dimension', {
        where,
        expected: `${time.size} times`,
        got: this.time ? `${timeCount(this.time)}` : 'none',
      });
    }
  }

  /** A confidence or covariance must lie over the dimensions that it speaks of. */
  #checkCompanion(what: string, other: Signal | undefined, allowed: readonly (readonly Dimension[])[]): void {
    if (!other) return;
    const shape = (dimensions: readonly Dimension[]): string =>
      dimensions.map((d) => `${d.name} ${d.size}`).join(' x ');
    if (allowed.some((dimensions) => shape(dimensions) === shape(other.dimensions))) return;
    throw new UsageError(`the ${what} does not fit the signal`, {
      where: `signal "${this.name}"`,
      expected: allowed.map(shape).join(', or '),
      got: shape(other.dimensions),
      fix: `Give the ${what} of the new dimensions, or \`${what}: undefined\`.`,
    });
  }
}

function rowMajorStrides(dimensions: readonly Dimension[]): number[] {
  const strides = dimensions.map(() => 1);
  for (let d = dimensions.length - 2; d >= 0; d--) strides[d] = strides[d + 1] * dimensions[d + 1].size;
  return strides;
}

function asWords(values: Values): Uint32Array | Uint16Array | Uint8Array {
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: bytes } = values;
  if (bytes >= 4) return new Uint32Array(buffer, byteOffset, byteLength / 4);
  return bytes === 2
    ? new Uint16Array(buffer, byteOffset, values.length)
    : new Uint8Array(buffer, byteOffset, byteLength);
}

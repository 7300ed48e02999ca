/**
 * Count, mean and variance of a stream in one pass, without cancellation. Welford 1962; merging: Chan, Golub & LeVeque
 * 1983. NaN values are left out and not counted.
 */
export class Moments {
  #count = 0;
  #mean = 0;
  #squares = 0;

  static of(values: ArrayLike<number>): Moments {
    const m = new Moments();
    for (let i = 0; i < values.length; i++) m.add(values[i]);
    return m;
  }

  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.#count++;
    const delta = value - this.#mean;
    this.#mean += delta / this.#count;
    this.#squares += delta * (value - this.#mean);
  }

  /** The moments of both streams together; neither is changed. */
  merge(other: Moments): Moments {
    const both = new Moments();
    const n = this.#count + other.#count;
    if (n === 0) return both;
    const delta = other.#mean - this.#mean;
    both.#count = n;
    both.#mean = this.#mean + (delta * other.#count) / n;
    both.#squares = this.#squares + other.#squares + (delta * delta * this.#count * other.#count) / n;
    return both;
  }

  get count(): number {
    return this.#count;
  }

  /** NaN where nothing was counted. */
  get mean(): number {
    return this.#count > 0 ? this.#mean : NaN;
  }

  /** Unbiased (divided by n - 1); NaN with fewer than two values. */
  get variance(): number {
    return this.#count > 1 ? this.#squares / (this.#count - 1) : NaN;
  }

  get standardDeviation(): number {
    return Math.sqrt(this.variance);
  }

  /** The standard error of the mean, for independent values only. */
  get standardError(): number {
    return Math.sqrt(this.variance / this.#count);
  }
}

/** The mean of the values that are there; NaN where there is none. */
export function mean(values: ArrayLike<number>): number {
  return Moments.of(values).mean;
}

/** The unbiased variance of the values that are there; NaN with fewer than two. */
export function variance(values: ArrayLike<number>): number {
  return Moments.of(values).variance;
}

export function standardDeviation(values: ArrayLike<number>): number {
  return Moments.of(values).standardDeviation;
}

/**
 * Adam (Kingma and Ba 2015, algorithm 1) on one vector of weights, after the gradient's norm was clipped (Pascanu, Mikolov and Bengio 2013).
 */
export class Adam {
  readonly mean: Float64Array;
  readonly square: Float64Array;
  #steps = 0;

  constructor(size: number) {
    this.mean = new Float64Array(size);
    this.square = new Float64Array(size);
  }

  get steps(): number {
    return this.#steps;
  }

  /** Goes on from moments of an earlier run. */
  restore(mean: Float64Array, square: Float64Array, steps: number): void {
    this.mean.set(mean);
    this.square.set(square);
    this.#steps = steps;
  }

  /** Changes `weights`, whose gradient (of this norm) is taken as if its norm were at most `clipNorm`. */
  step(weights: Float64Array, gradient: Float64Array, norm: number, rate: number, clipNorm: number): void {
    const scale = norm > clipNorm ? clipNorm / norm : 1;
    this.#steps++;
    const { mean, square } = this;
    const meanLeft = 1 / (1 - 0.9 ** this.#steps);
    const squareLeft = 1 / (1 - 0.999 ** this.#steps);
    for (let i = 0; i < weights.length; i++) {
      const g = scale * gradient[i];
      mean[i] = 0.9 * mean[i] + 0.1 * g;
      square[i] = 0.999 * square[i] + 0.001 * g * g;
      weights[i] -= (rate * meanLeft * mean[i]) / (Math.sqrt(squareLeft * square[i]) + 1e-8);
    }
  }
}

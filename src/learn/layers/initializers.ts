/** First values of weights, drawn from a seeded stream. */
import type { Random } from '../../math/random.ts';
import { sizeOf } from '../graph/tensor.ts';
import type { Shape } from '../graph/tensor.ts';

/** Fills a parameter of a shape, row-major. */
export type Initializer = (shape: Shape, random: Random) => Float32Array;

/** How a layer's weights are laid out: the number of inputs that one output sums over, and the reverse. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** One value throughout. */
export function filled(value: number): Initializer {
  return (shape) => new Float32Array(sizeOf(shape)).fill(value);
}

function normals(shape: Shape, random: Random, deviation: number): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, () => random.normal(0, deviation));
}

/** Normal deviates. */
export function normal(deviation: number): Initializer {
  return (shape, random) => normals(shape, random, deviation);
}

/** Uniform deviates in [-bound, bound]. */
export function uniform(bound: number): Initializer {
  return (shape, random) => Float32Array.from({ length: sizeOf(shape) }, () => random.uniform(-bound, bound));
}

/** Normal deviates with variance 2 / fanIn, which keeps the scale through rectifiers (He et al. 2015, equation 10). */
export function he({ fanIn }: Fans): Initializer {
  return normal(Math.sqrt(2 / fanIn));
}

/** Uniform deviates with variance 2 / (fanIn + fanOut), for symmetric nonlinearities (Glorot and Bengio 2010, equation 16). */
export function glorot({ fanIn, fanOut }: Fans): Initializer {
  return uniform(Math.sqrt(6 / (fanIn + fanOut)));
}

/**
 * A random matrix with orthonormal rows or columns, whichever are fewer, times `gain` (Saxe et al. 2014), by Gram-Schmidt
 * on normal deviates. Shapes of more than two dimensions count as [first, product of the rest].
 */
export function orthogonal(gain = 1): Initializer {
  return (shape, random) => {
    const rows = shape[0];
    const columns = sizeOf(shape) / rows;
    const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
    const vectors: Float64Array[] = [];
    while (vectors.length < count) {
      const vector = Float64Array.from({ length }, () => random.normal());
      // Twice is enough (Giraud et al. 2005): the second pass removes what rounding left.
      for (let pass = 0; pass < 2; pass++) for (const other of vectors) removeComponent(vector, other);
      const norm = Math.hypot(...vector);
      vectors.push(vector.map((element) => element / norm));
    }
    const values = new Float32Array(rows * columns);
    vectors.forEach((vector, i) =>
      vector.forEach((element, j) => {
        values[rows <= columns ? i * columns + j : j * columns + i] = gain * element;
      }),
    );
    return values;
  };
}

function removeComponent(vector: Float64Array, unit: Float64Array): void {
  let product = 0;
  for (let i = 0; i < vector.length; i++) product += vector[i] * unit[i];
  for (let i = 0; i < vector.length; i++) vector[i] -= product * unit[i];
}

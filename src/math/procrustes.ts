import { InputError, UsageError } from '../signal/error.ts';
import { determinant } from './lu.ts';
import { matrix, multiply, transpose, type Matrix } from './matrix.ts';
import { svd } from './svd.ts';

/** target = scale * rotation * source + translation. */
export interface Similarity {
  readonly scale: number;
  /** d x d, determinant +1 (-1 only where `reflection` was allowed). */
  readonly rotation: Matrix;
  readonly translation: Float64Array;
  /** Root mean square distance between the mapped source and the target, in the target's unit. */
  readonly residual: number;
  /** How many points had no missing coordinate on either side. */
  readonly used: number;
}

/**
 * The similarity (or, with `scaling: false`, the rigid motion) that brings `source` nearest to `target` in the sense of least
 * squares. Umeyama 1991 (IEEE PAMI 13:376), equations 39-43.
 *
 * @param source @param target n x d, row by row; d is `dimensions` (2 by default). Points with a NaN coordinate on either
 *   side are left out. Throws `InputError` where fewer than two distinct points are left.
 */
export function procrustes(
  source: ArrayLike<number>,
  target: ArrayLike<number>,
  options: {
    readonly dimensions?: number;
    readonly scaling?: boolean;
    readonly reflection?: boolean;
    /** One non-negative weight a point. */
    readonly weights?: ArrayLike<number>;
  } = {},
): Similarity {
  const { dimensions: d = 2, scaling = true, reflection = false, weights } = options;
  if (source.length !== target.length || source.length % d !== 0) {
    throw new UsageError('the two sets of points do not match', {
      expected: `two lists of the same number of ${d}-D points`,
      got: `${source.length} and ${target.length} coordinates`,
    });
  }
  const usable: number[] = [];
  for (let i = 0; i < source.length / d; i++) {
    let there = weights === undefined || weights[i] > 0;
    for (let k = 0; k < d; k++)
      there &&= Number.isFinite(source[i * d + k]) && Number.isFinite(target[i * d + k]);
    if (there) usable.push(i);
  }
  const weight = (i: number): number => weights?.[i] ?? 1;
  const total = usable.reduce((sum, i) => sum + weight(i), 0);
  const center = (points: ArrayLike<number>): Float64Array =>
    Float64Array.from(
      { length: d },
      (_, k) => usable.reduce((s, i) => s + weight(i) * points[i * d + k], 0) / total,
    );
  const [from, to] = [center(source), center(target)];
  const covariance = matrix(d, d);
  let spread = 0;
  for (const i of usable) {
    for (let r = 0; r < d; r++) {
      spread += (weight(i) * (source[i * d + r] - from[r]) ** 2) / total;
      for (let c = 0; c < d; c++) {
        covariance.data[r * d + c] +=
          (weight(i) * (target[i * d + r] - to[r]) * (source[i * d + c] - from[c])) / total;
      }
    }
  }
  if (usable.length < 2 || !(spread > 0)) {
    throw new InputError('too few points to align', {
      expected: 'at least two distinct points present in both sets',
      got: `${usable.length}`,
    });
  }
  const { u, s, v } = completed(covariance);
  const handed = determinant(u) * determinant(v) < 0 && !reflection ? -1 : 1;
  const signs = Float64Array.from(s, (_, k) => (k === d - 1 ? handed : 1));
  const signed = matrix(
    d,
    d,
    u.data.map((x, k) => x * signs[k % d]),
  );
  const rotation = multiply(signed, transpose(v));
  const scale = scaling ? s.reduce((sum, x, k) => sum + x * signs[k], 0) / spread : 1;
  const mapped = (point: ArrayLike<number>, at: number, r: number): number => {
    let sum = 0;
    for (let c = 0; c < d; c++) sum += rotation.data[r * d + c] * point[at + c];
    return scale * sum;
  };
  const translation = Float64Array.from({ length: d }, (_, r) => to[r] - mapped(from, 0, r));
  let squares = 0;
  for (const i of usable) {
    for (let r = 0; r < d; r++) {
      squares += weight(i) * (mapped(source, i * d, r) + translation[r] - target[i * d + r]) ** 2;
    }
  }
  return { scale, rotation, translation, residual: Math.sqrt(squares / total), used: usable.length };
}

/** The decomposition of a d x d matrix with the columns of zero singular values of U filled up to an orthonormal basis. */
function completed(a: Matrix): ReturnType<typeof svd> {
  const { u, s, v } = svd(a);
  const d = a.rows;
  for (let j = 0; j < d; j++) {
    if (s[j] > 1e-14 * s[0] && s[j] > 0) continue;
    s[j] = 0;
    let best = new Float64Array(d);
    for (let axis = 0; axis < d; axis++) {
      const candidate = new Float64Array(d);
      candidate[axis] = 1;
      for (let pass = 0; pass < 2; pass++) {
        for (let k = 0; k < j; k++) {
          let dot = 0;
          for (let i = 0; i < d; i++) dot += candidate[i] * u.data[i * d + k];
          for (let i = 0; i < d; i++) candidate[i] -= dot * u.data[i * d + k];
        }
      }
      if (Math.hypot(...candidate) > Math.hypot(...best)) best = candidate;
    }
    const length = Math.hypot(...best);
    for (let i = 0; i < d; i++) u.data[i * d + j] = best[i] / length;
  }
  return { u, s, v };
}

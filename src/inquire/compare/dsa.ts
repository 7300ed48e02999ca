import {
  cholesky,
  choleskySolve,
  matrix,
  multiply,
  transpose,
  Random,
  type Matrix,
} from '../../math/index.ts';
import { squaredNorm } from './cka.ts';
import { principal, type Responses } from '../responses.ts';
import type { Measure } from './measure.ts';

/** Principal components of each population, and delays that they are stacked over. */
const components = 6;
const delays = 3;
const rank = 6;
const starts = 6;

/**
 * Are the dynamics alike, whatever the geometry? Dynamical similarity analysis (Ostrow et al. 2023, NeurIPS): each population's leading components are
 * stacked over three delays and reduced to six dimensions, the linear map A from one time to the next is fitted, and the maps are compared by
 * the largest cosine between A_x and C A_y C^T over orthogonal C. The search (gradient on the group, from several seeded starts
 * of both handednesses) finds a local best: the value is a lower bound.
 */
export const dsa: Measure = {
  name: 'dsa',
  title: 'dynamical similarity',
  meaning: 'cosine between the maps from one time to the next, up to 1',
  source: 'Ostrow, Eisen, Kozachkov & Fiete 2023, NeurIPS, section 3',
  invariances: ['translation', 'scale', 'rotation'],
  symmetric: true,
  chance: 'covariances',
  range: [-1, 1],
  value: (a, b) => mapCosine(stepMap(a), stepMap(b)),
};

/** The linear map of the delay-embedded, reduced and whitened-in-scale states from one time to the next: r x r. */
export function stepMap(r: Responses): Matrix {
  const { scores } = principal(r, components);
  const depth = Math.min(delays, scores.times - 1);
  const times = scores.times - depth + 1;
  const units = scores.units * depth;
  const values = new Float64Array(scores.conditions * times * units);
  for (let c = 0, at = 0; c < scores.conditions; c++) {
    for (let t = 0; t < times; t++, at += units) {
      const from = (c * scores.times + t) * scores.units;
      values.set(scores.values.subarray(from, from + units), at);
    }
  }
  const reduced = principal({ ...scores, times, units, values }, rank).scores;
  const k = reduced.units;
  const rows = reduced.conditions * (times - 1);
  const [now, next] = [matrix(rows, k), matrix(rows, k)];
  for (let c = 0, row = 0; c < reduced.conditions; c++) {
    for (let t = 0; t < times - 1; t++, row++) {
      const at = (c * times + t) * k;
      now.data.set(reduced.values.subarray(at, at + k), row * k);
      next.data.set(reduced.values.subarray(at + k, at + 2 * k), row * k);
    }
  }
  const gram = multiply(transpose(now), now);
  for (let i = 0; i < k; i++) gram.data[i * k + i] *= 1 + 1e-8;
  const factor = cholesky(gram);
  const cross = multiply(transpose(next), now);
  const map = matrix(k, k);
  for (let i = 0; i < k; i++)
    map.data.set(choleskySolve(factor, cross.data.subarray(i * k, (i + 1) * k)), i * k);
  return map;
}

/** max over orthogonal C of <A, C B C^T> / (|A| |B|). Maps of different sizes: the smaller is filled with zeros. */
export function mapCosine(a: Matrix, b: Matrix): number {
  const k = Math.max(a.rows, b.rows);
  const [x, y] = [filled(a, k), filled(b, k)];
  const norm = Math.sqrt(squaredNorm(x) * squaredNorm(y));
  const random = new Random('dynamical similarity');
  let best = -1;
  for (let start = 0; start < starts; start++) {
    const c = start < 2 ? identityWith(k, start === 1) : orthogonal(k, random, start % 2 === 1);
    best = Math.max(best, climb(x, y, c) / norm);
  }
  return Math.min(1, best);
}

/** Gradient ascent on the orthogonal group: C <- (1 - W/2)^-1 (1 + W/2) C along the skew gradient W, with a step that adapts. */
function climb(a: Matrix, b: Matrix, start: Matrix): number {
  const k = a.rows;
  let c = start;
  let value = overlap(a, b, c);
  let step = 1 / (Math.sqrt(squaredNorm(a) * squaredNorm(b)) || 1);
  for (let iteration = 0; iteration < 300; iteration++) {
    const turned = multiply(multiply(c, b), transpose(c));
    // d<A, C B C'> along W C is <W, A T' + A' T> with T = C B C'; its skew part is the direction.
    const g = multiply(a, transpose(turned));
    const h = multiply(transpose(a), turned);
    const w = matrix(k, k);
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) {
        const [p, q] = [i * k + j, j * k + i];
        w.data[p] = (g.data[p] + h.data[p] - g.data[q] - h.data[q]) / 2;
      }
    }
    if (Math.sqrt(squaredNorm(w)) * step < 1e-9) break;
    const next = cayley(w, step, c);
    const nextValue = overlap(a, b, next);
    if (nextValue >= value) {
      const gain = nextValue - value;
      c = next;
      value = nextValue;
      step *= 1.5;
      if (gain < 1e-12 * Math.abs(value)) break;
    } else step /= 3;
  }
  return value;
}

function overlap(a: Matrix, b: Matrix, c: Matrix): number {
  const turned = multiply(multiply(c, b), transpose(c));
  return a.data.reduce((s, v, i) => s + v * turned.data[i], 0);
}

/** (1 - s W / 2)^-1 (1 + s W / 2) C by its series' closed form: solved column by column through the normal equations 1 - s^2 W^2 / 4. */
function cayley(w: Matrix, s: number, c: Matrix): Matrix {
  const k = w.rows;
  const half = matrix(
    k,
    k,
    w.data.map((v) => (v * s) / 2),
  );
  const plus = matrix(
    k,
    k,
    half.data.map((v, i) => v + (i % (k + 1) === 0 ? 1 : 0)),
  );
  // (1 - H)^-1 = (1 - H^2)^-1 (1 + H), and 1 - H^2 is symmetric and positive for skew H.
  const square = multiply(half, half);
  const positive = matrix(
    k,
    k,
    square.data.map((v, i) => (i % (k + 1) === 0 ? 1 : 0) - v),
  );
  const right = multiply(multiply(plus, plus), c);
  const factor = cholesky(positive);
  const out = matrix(k, k);
  for (let j = 0; j < k; j++) {
    const column = Float64Array.from({ length: k }, (_, i) => right.data[i * k + j]);
    choleskySolve(factor, column).forEach((v, i) => (out.data[i * k + j] = v));
  }
  return out;
}

function filled(m: Matrix, k: number): Matrix {
  const out = matrix(k, k);
  for (let i = 0; i < m.rows; i++) out.data.set(m.data.subarray(i * m.rows, (i + 1) * m.rows), i * k);
  return out;
}

function identityWith(k: number, mirrored: boolean): Matrix {
  const m = matrix(k, k);
  for (let i = 0; i < k; i++) m.data[i * k + i] = mirrored && i === k - 1 ? -1 : 1;
  return m;
}

/** A random orthogonal matrix (Gram-Schmidt of normal columns), of the handedness that comes or mirrored. */
function orthogonal(k: number, random: Random, mirrored: boolean): Matrix {
  const m = matrix(k, k);
  for (let i = 0; i < k; i++) {
    const row = Float64Array.from({ length: k }, () => random.normal());
    for (let j = 0; j < i; j++) {
      const other = m.data.subarray(j * k, (j + 1) * k);
      const along = row.reduce((s, v, u) => s + v * other[u], 0);
      for (let u = 0; u < k; u++) row[u] -= along * other[u];
    }
    const length = Math.sqrt(row.reduce((s, v) => s + v * v, 0));
    m.data.set(
      row.map((v) => (v / length) * (mirrored && i === 0 ? -1 : 1)),
      i * k,
    );
  }
  return m;
}

import { nelderMead } from '../../../math/index.ts';
import { incompleteBeta } from '../../../math/special.ts';

/**
 * When a swing began and ended, to a fraction of a frame, from a model of the whole movement:
 *
 *   d(t) = c + L I(s; p, q) + error,  s = (t - lift) / (contact - lift) held between 0 and 1
 *
 * I is the regularized incomplete beta function, so that speed goes as s^(p-1) (1-s)^(q-1): the beta family of velocity profiles,
 * from an abrupt start (p near 1) over a parabola (2, 2; close to a half sine) to minimum jerk (3, 3; Flash & Hogan 1985). Rest
 * before and after belongs to the window, so that every sample of the movement helps to place its ends: a threshold on speed
 * places them late and early by what the noise hides.
 */
export interface SwingWindow {
  readonly times: Float64Array;
  /** Way gone along the swing; NaN where missing. */
  readonly displacements: Float64Array;
  /** First guesses, seconds. */
  readonly lift: number;
  readonly contact: number;
}

export interface SwingTimes {
  readonly lift: number;
  readonly contact: number;
  /** Standard deviations from the curvature of the squared error; Infinity where the window does not tell. */
  readonly liftSd: number;
  readonly contactSd: number;
}

const exponents = [1.25, 1.5, 1.75, 2, 2.25, 2.5, 3, 3.5, 4.5, 6];
const tableSize = 256;
const shapes = new Map<string, Float64Array>();

function shape(p: number, q: number): Float64Array {
  const key = `${p}/${q}`;
  let table = shapes.get(key);
  if (!table) {
    table = Float64Array.from({ length: tableSize + 1 }, (_, i) => incompleteBeta(i / tableSize, p, q));
    shapes.set(key, table);
  }
  return table;
}

/** How many swings decide on the shape; more change nothing that matters. */
const shapeSwings = 40;

/** Lift and contact of every swing of one foot. The shape (p, q) is common to them all: the one that fits best together. */
export function fitSwings(windows: readonly SwingWindow[]): SwingTimes[] {
  if (windows.length === 0) return [];
  const stride = Math.max(1, windows.length / shapeSwings);
  const sample = Array.from(
    { length: Math.min(windows.length, shapeSwings) },
    (_, i) => windows[Math.floor(i * stride)],
  );
  const costs = new Map<string, number>();
  const cost = (i: number, j: number): number => {
    const key = `${i}/${j}`;
    let sum = costs.get(key);
    if (sum === undefined) {
      const table = shape(exponents[i], exponents[j]);
      sum = sample.reduce((s, w) => s + Math.log(fit(w, table).value + 1e-12), 0);
      costs.set(key, sum);
    }
    return sum;
  };
  let [i, j] = [4, 4];
  for (;;) {
    const around = [
      [i, j],
      [i - 1, j],
      [i + 1, j],
      [i, j - 1],
      [i, j + 1],
      [i - 1, j - 1],
      [i + 1, j + 1],
    ].filter(([a, b]) => exponents[a] !== undefined && exponents[b] !== undefined);
    const best = around.reduce((a, b) => (cost(b[0], b[1]) < cost(a[0], a[1]) ? b : a));
    if (best[0] === i && best[1] === j) break;
    [i, j] = best;
  }
  const table = shape(exponents[i], exponents[j]);
  return windows.map((w) => times(w, table));
}

function fit(w: SwingWindow, table: Float64Array): { x: ArrayLike<number>; value: number } {
  const frame = (w.times[w.times.length - 1] - w.times[0]) / Math.max(1, w.times.length - 1);
  return nelderMead((x) => squaredError(w, table, x[0], x[1]), [w.lift, w.contact], {
    steps: [-frame, frame],
    tolerance: 1e-6,
    maxEvaluations: 90,
  });
}

function times(w: SwingWindow, table: Float64Array): SwingTimes {
  const { x, value } = fit(w, table);
  const [lift, contact] = [x[0], x[1]];
  const n = w.displacements.reduce((m, d) => m + (Number.isNaN(d) ? 0 : 1), 0);
  const frame = (w.times[w.times.length - 1] - w.times[0]) / Math.max(1, w.times.length - 1);
  const h = frame / 2;
  const at = (a: number, b: number): number => squaredError(w, table, lift + a * h, contact + b * h);
  const curvature = (plus: number, minus: number): number => (plus + minus - 2 * value) / (h * h);
  const ll = curvature(at(1, 0), at(-1, 0));
  const cc = curvature(at(0, 1), at(0, -1));
  const lc = (at(1, 1) + at(-1, -1) - at(1, -1) - at(-1, 1)) / (4 * h * h);
  const determinant = ll * cc - lc * lc;
  const variance = n > 4 ? value / (n - 4) : Infinity;
  const known = determinant > 0 && ll > 0 && Number.isFinite(value);
  return {
    lift,
    contact,
    liftSd: known ? Math.sqrt((2 * variance * cc) / determinant) : Infinity,
    contactSd: known ? Math.sqrt((2 * variance * ll) / determinant) : Infinity,
  };
}

/** The least squared error over rest level c and length L > 0; NaN for impossible times. */
function squaredError(w: SwingWindow, table: Float64Array, lift: number, contact: number): number {
  const { times, displacements: d } = w;
  const frame = (times[times.length - 1] - times[0]) / (times.length - 1);
  if (!(contact - lift > 1.5 * frame)) return NaN;
  let [n, sf, sff, sd, sdd, sfd] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < times.length; i++) {
    if (Number.isNaN(d[i])) continue;
    const s = Math.min(1, Math.max(0, (times[i] - lift) / (contact - lift))) * tableSize;
    const k = Math.min(tableSize - 1, Math.floor(s));
    const f = table[k] + (table[k + 1] - table[k]) * (s - k);
    n++;
    sf += f;
    sff += f * f;
    sd += d[i];
    sdd += d[i] * d[i];
    sfd += f * d[i];
  }
  if (n < 5) return NaN;
  const ff = sff - (sf * sf) / n;
  const fd = sfd - (sf * sd) / n;
  const dd = sdd - (sd * sd) / n;
  return fd > 0 && ff > 0 ? Math.max(0, dd - (fd * fd) / ff) : dd;
}

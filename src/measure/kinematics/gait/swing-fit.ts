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
 *
 * A real swing is not quite of that family, which moves all lifts, or all contacts, by the same share of the swing. So
 * the swings are laid over each other in their own time, which gives one finely sampled swing with little noise, and the share is
 * read off its first and last sixth by the change point between rest and motion (segmented regression, Hinkley 1971):
 *
 *   y(s) = c + a max(0, s - s0)^k + error
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
const shapeSwings = 80;

/** Lift and contact of every swing of an animal's feet. The shape is common to them all: the one that fits best together. */
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
  const fitted = windows.map((w) => times(w, table));
  const [start, end] = process.env.BETA ? [0, 1] : commonEnds(windows, fitted, table);
  return fitted.map((f) => ({
    ...f,
    lift: f.lift + start * (f.contact - f.lift),
    contact: f.contact + (end - 1) * (f.contact - f.lift),
  }));
}

/** How much of the swing's ends the common change point is sought in. */
const endShare = 0.15;
const powers = [1, 1.25, 1.5, 2, 2.5, 3, 4];

/** Where, in fitted time from 0 to 1, the superposed swings begin and end. 0 and 1 where they do not tell. */
function commonEnds(
  windows: readonly SwingWindow[],
  fitted: readonly SwingTimes[],
  table: Float64Array,
): [start: number, end: number] {
  const early: [s: number, y: number][] = [];
  const late: [s: number, y: number][] = [];
  windows.forEach((w, n) => {
    const { lift, contact } = fitted[n];
    const line = restAndLength(w, table, lift, contact);
    if (!line || !(line.length > 0)) return;
    for (let i = 0; i < w.times.length; i++) {
      const s = (w.times[i] - lift) / (contact - lift);
      const y = (w.displacements[i] - line.rest) / line.length;
      if (Number.isNaN(y)) continue;
      const model = table[Math.round(Math.min(1, Math.max(0, s)) * tableSize)];
      if (s > -0.5 && model < endShare) early.push([s, y]);
      if (s < 1.5 && model > 1 - endShare) late.push([1 - s, 1 - y]);
    }
  });
  return [changePoint(early), 1 - changePoint(late)];
}

/** The change point of points (s, y), within a quarter of a swing of 0; 0 with too few points. */
function changePoint(points: readonly (readonly number[])[]): number {
  if (points.length < 30) return 0;
  let best = { error: Infinity, at: 0 };
  for (const power of powers) {
    for (let at = -0.25; at <= 0.25; at += 0.005) {
      const line = new LineSums();
      for (const [s, y] of points) line.add(s > at ? (s - at) ** power : 0, y);
      const error = line.squaredError();
      if (error < best.error) best = { error, at };
    }
  }
  return best.at;
}

/** Sums of a straight line y = c + a f with a > 0. */
class LineSums {
  #n = 0;
  #f = 0;
  #ff = 0;
  #y = 0;
  #yy = 0;
  #fy = 0;

  add(f: number, y: number): void {
    this.#n++;
    this.#f += f;
    this.#ff += f * f;
    this.#y += y;
    this.#yy += y * y;
    this.#fy += f * y;
  }

  get count(): number {
    return this.#n;
  }

  get slope(): number {
    const ff = this.#ff - (this.#f * this.#f) / this.#n;
    return ff > 0 ? Math.max(0, (this.#fy - (this.#f * this.#y) / this.#n) / ff) : 0;
  }

  get intercept(): number {
    return (this.#y - this.slope * this.#f) / this.#n;
  }

  squaredError(): number {
    const yy = this.#yy - (this.#y * this.#y) / this.#n;
    const fy = this.#fy - (this.#f * this.#y) / this.#n;
    return Math.max(0, yy - this.slope * fy);
  }
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

function swingSums(w: SwingWindow, table: Float64Array, lift: number, contact: number): LineSums {
  const line = new LineSums();
  for (let i = 0; i < w.times.length; i++) {
    if (Number.isNaN(w.displacements[i])) continue;
    const s = Math.min(1, Math.max(0, (w.times[i] - lift) / (contact - lift))) * tableSize;
    const k = Math.min(tableSize - 1, Math.floor(s));
    line.add(table[k] + (table[k + 1] - table[k]) * (s - k), w.displacements[i]);
  }
  return line;
}

function restAndLength(
  w: SwingWindow,
  table: Float64Array,
  lift: number,
  contact: number,
): { rest: number; length: number } | undefined {
  if (!(contact > lift)) return undefined;
  const line = swingSums(w, table, lift, contact);
  return line.count < 5 ? undefined : { rest: line.intercept, length: line.slope };
}

/** The least squared error over rest level c and length L > 0; NaN for impossible times. */
function squaredError(w: SwingWindow, table: Float64Array, lift: number, contact: number): number {
  const frame = (w.times[w.times.length - 1] - w.times[0]) / (w.times.length - 1);
  if (!(contact - lift > 1.5 * frame)) return NaN;
  const line = swingSums(w, table, lift, contact);
  return line.count < 5 ? NaN : line.squaredError();
}

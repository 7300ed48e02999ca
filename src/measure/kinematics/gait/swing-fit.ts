import { nelderMead } from '../../../math/index.ts';
import { incompleteBeta } from '../../../math/special.ts';

/**
 * When a swing began and ended, to a fraction of a frame, from a model of the whole movement:
 *
 *   d(t) = c + L F(s) + error,  s = (t - lift) / (contact - lift) held between 0 and 1
 *
 * F is the way gone under one of two families of speed profiles: s^(p-1) (1-s)^(q-1) (F is the incomplete beta function), from an
 * abrupt start (p near 1) over a parabola (2, 2; close to a half sine) to minimum jerk (3, 3; Flash & Hogan 1985); and trapezoids, which
 * rise, hold and fall. Rest before and after belongs to the window, so that every sample of the movement helps to place its ends:
 * a threshold on speed places them late and early by what the noise hides. A profile outside both families shifts all lifts, or all
 * contacts, by the same share of the swing.
 *
 * Heights go up and down again, d = c + H G(s): G is the beta function's density itself; or it rises along half a cosine, holds, and
 * falls; or it is a power of a quarter sine up and of another down, of other duration. Its highest value is 1.
 */
export interface SwingWindow {
  readonly times: Float64Array;
  /** Way gone along the swing, or height above the ground; NaN where missing. */
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
/** Shares of the swing in which a trapezoid rises, or falls. */
const ramps = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4];
const rampsOfHeight = [0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5];
/** Where in the swing a foot is highest, and how it leaves and reaches the ground: 1 at full speed, 2 at none. */
const peaks = [0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8];
const powers = [0.75, 0.9, 1, 1.15, 1.3, 1.5, 1.75, 2, 2.5, 3];
const tableSize = 256;
const tables = new Map<string, Float64Array>();

/** F at 0, 1/256, ... 1, computed once. */
function tableOf(key: string, way: (s: number) => number): Float64Array {
  let table = tables.get(key);
  if (!table) {
    table = Float64Array.from({ length: tableSize + 1 }, (_, i) => way(i / tableSize));
    tables.set(key, table);
  }
  return table;
}

function beta(p: number, q: number): Float64Array {
  return tableOf(`beta ${p} ${q}`, (s) => incompleteBeta(s, p, q));
}

function trapezoid(rise: number, fall: number): Float64Array {
  const top = 1 / (1 - (rise + fall) / 2);
  return tableOf(`trapezoid ${rise} ${fall}`, (s) => {
    if (s < rise) return (top * s * s) / (2 * rise);
    if (s > 1 - fall) return 1 - (top * (1 - s) ** 2) / (2 * fall);
    return top * (s - rise / 2);
  });
}

function bump(p: number, q: number): Float64Array {
  const mode = (p - 1) / (p + q - 2);
  const top = mode ** (p - 1) * (1 - mode) ** (q - 1);
  return tableOf(`bump ${p} ${q}`, (s) => (s ** (p - 1) * (1 - s) ** (q - 1)) / top);
}

function plateau(rise: number, fall: number): Float64Array {
  const half = (x: number): number => (1 - Math.cos(Math.PI * Math.min(1, x))) / 2;
  return tableOf(`plateau ${rise} ${fall}`, (s) => Math.min(half(s / rise), half((1 - s) / fall)));
}

function peaked(peak: number, power: number): Float64Array {
  return tableOf(`peaked ${peak} ${power}`, (s) => {
    const part = s < peak ? s / peak : (1 - s) / (1 - peak);
    return Math.sin((Math.PI / 2) * part) ** power;
  });
}

/** Families of shapes: values of their two parameters, where the search begins, and the shape. */
const families = {
  way: [
    { values: [exponents, exponents], start: [4, 4], shape: beta },
    { values: [ramps, ramps], start: [3, 3], shape: trapezoid },
  ],
  height: [
    { values: [exponents, exponents], start: [4, 4], shape: bump },
    { values: [rampsOfHeight, rampsOfHeight], start: [4, 4], shape: plateau },
    { values: [peaks, powers], start: [4, 2], shape: peaked },
  ],
} as const;

/** How many swings decide on the shape; more change nothing that matters. */
const shapeSwings = 80;

/**
 * Lift and contact of every swing of an animal's feet. The shape is common to them all: the one that fits best together.
 *
 * @param of what the windows' displacements are: the `way` along the swing or the `height` above the ground.
 */
export function fitSwings(windows: readonly SwingWindow[], of: 'way' | 'height' = 'way'): SwingTimes[] {
  if (windows.length === 0) return [];
  const stride = Math.max(1, windows.length / shapeSwings);
  const sample = Array.from(
    { length: Math.min(windows.length, shapeSwings) },
    (_, i) => windows[Math.floor(i * stride)],
  );
  const costs = new Map<Float64Array, number>();
  const cost = (table: Float64Array): number => {
    let sum = costs.get(table);
    if (sum === undefined) {
      // A swing too much hidden to be fitted has no say.
      const errors = sample.map((w) => fit(w, table).value).filter(Number.isFinite);
      sum = errors.reduce((total, error) => total + Math.log(error + 1e-12), 0);
      costs.set(table, sum);
    }
    return sum;
  };
  const chosen = families[of]
    .map(({ values, start, shape }) => {
      const [first, second] = values;
      const sizes = [first.length, second.length] as const;
      const [i, j] = descend(sizes, start, (p, q) => cost(shape(first[p], second[q])));
      return shape(first[i], second[j]);
    })
    .reduce((a, b) => (cost(b) < cost(a) ? b : a));
  return windows.map((w) => times(w, chosen));
}

/** The cell of a grid with the lowest cost, going downhill from `start` along rows, columns and the diagonal. */
function descend(
  [rows, columns]: readonly [number, number],
  start: readonly [number, number],
  cost: (i: number, j: number) => number,
): readonly [number, number] {
  const steps = [
    [1, 1],
    [-1, -1],
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ];
  let at = start;
  for (;;) {
    const [i, j] = at;
    const next = steps
      .map(([a, b]): readonly [number, number] => [i + a, j + b])
      .filter(([a, b]) => a >= 0 && b >= 0 && a < rows && b < columns)
      .reduce((best, cell) => (cost(...cell) < cost(...best) ? cell : best), at);
    if (next === at) return at;
    at = next;
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

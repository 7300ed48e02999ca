import { median, normalConsistency, quantile } from '../../../math/index.ts';
import { runsWhere, type Run } from '../series.ts';
import { fitSwings, type SwingTimes, type SwingWindow } from './swing-fit.ts';

/** One foot's path relative to the ground it stands on. */
export interface FootPath {
  readonly times: Float64Array;
  readonly axes: number;
  /** time x axis, as measured; NaN where missing. */
  readonly measured: Float64Array;
  /** time x axis, smoothed; NaN in long gaps. */
  readonly smoothed: Float64Array;
  readonly speed: Float64Array;
  /** Standard deviation of the speed. */
  readonly speedSd: Float64Array;
  /** Above the ground; there where contacts are told by height. */
  readonly height?: FootHeight;
}

/** How high a foot is above the ground, unit of the track. */
export interface FootHeight {
  readonly measured: Float64Array;
  readonly smoothed: Float64Array;
  /** Standard deviation of `smoothed`. */
  readonly sd: Float64Array;
}

export interface ContactOptions {
  /**
   * What tells stance from swing. `speed` (default): a foot swings while it moves over the ground; for any camera. `height`: while it is
   * off the ground; for views from the side and for space, and on a belt of unknown or changing speed. `both`: while it moves or is
   * off the ground.
   */
  readonly contact?: 'speed' | 'height' | 'both';
  /** A foot is off the ground while it is higher than this share of the usual height of its swings. Default 0.15. */
  readonly heightFraction?: number;
  /** A foot swings while it is faster than this share of the usual peak speed of its swings. Default 0.15. */
  readonly speedFraction?: number;
  /** A movement shorter in length than this share of the swings around it is a slip. Default 0.25. */
  readonly slipFraction?: number;
  /** Two movements closer in time than this share of the usual swing are one. Default 0.25. */
  readonly mergeFraction?: number;
}

/** One movement of a foot between two stances. */
export interface Swing {
  /** `slip`: the foot moved, but hardly got anywhere. */
  readonly kind: 'swing' | 'slip';
  readonly liftSeconds: number;
  readonly liftSd: number;
  readonly contactSeconds: number;
  readonly contactSd: number;
  readonly peakSpeed: number;
  /** Whether the foot was missing when it left or reached the ground, so that the time is a border of a gap. */
  readonly cut: boolean;
}

/**
 * Foot contacts from the speed of the feet over the ground, from their height above it, or from both: for each foot its movements in
 * order. Movements are stretches faster, or higher, than a threshold that adapts to the foot's own swings and to the noise (at least 4 sd);
 * each one's beginning and end are then placed to a fraction of a frame by a model of the whole swing fitted to the measured, unsmoothed
 * positions of all feet (see `fitSwings`), so that they do not depend on the threshold. With `both`, each of the two fits gives a time
 * and its standard deviation, and their mean weighted by precision is taken.
 *
 * Published rules read events off one curve: extremes of the foot's forward position relative to the pelvis, or the zero of its
 * velocity there (Zeni, Richards & Higginson 2008), or extremes of its vertical velocity while it is lower than 35 % of its vertical
 * range (O'Connor et al. 2007, foot velocity algorithm). Here height only says which movements there are. Where a foot rolls, its
 * height tells when the marked part leaves the ground: of a heel, that is heel-off, not toe-off. A foot that leaves or reaches the ground
 * without vertical speed is hard to time by height: with noise of a fifteenth of its height, simulated walkers had 95 to 99 % of
 * such events within a frame of 120 Hz, and all of them by `both`.
 */
export function detectSwings(feet: readonly FootPath[], options: ContactOptions = {}): Swing[][] {
  const { contact: method = 'speed' } = options;
  const candidates = feet.map((foot) => candidatesOf(foot, options));
  const all = candidates.flat();
  const byWay = method === 'height' ? undefined : fitSwings(all.map((c) => c.window));
  const byHeight =
    method === 'speed'
      ? undefined
      : fitSwings(
          all.map((c) => c.rising!),
          'height',
        );
  const fitted = all.map((_, i) => weighted(byWay?.[i], byHeight?.[i]));
  let next = 0;
  return candidates.map((own, f) => {
    const around = (i: number): Candidate[] => own.slice(Math.max(0, i - 6), i + 7);
    return own.map((c, i) => swingOf(feet[f], c, fitted[next++], around(i), options));
  });
}

/** The mean of two estimates of a swing's times, weighted by precision. */
function weighted(a: SwingTimes | undefined, b: SwingTimes | undefined): SwingTimes {
  if (!a || !b) return (a ?? b)!;
  const mean = (x: number, xSd: number, y: number, ySd: number): [number, number] => {
    const [p, q] = [xSd ** -2, ySd ** -2];
    if (!(p + q > 0)) return [x, Infinity];
    // An exact fit has all the weight.
    if (p === Infinity || q === Infinity) return [p === Infinity ? x : y, 0];
    return [(p * x + q * y) / (p + q), (p + q) ** -0.5];
  };
  const [lift, liftSd] = mean(a.lift, a.liftSd, b.lift, b.liftSd);
  const [contact, contactSd] = mean(a.contact, a.contactSd, b.contact, b.contactSd);
  return { lift, liftSd, contact, contactSd };
}

interface Candidate {
  readonly run: Run;
  /** How far it went, and how high. */
  readonly length: number;
  readonly rise: number;
  readonly window: SwingWindow;
  readonly rising: SwingWindow | undefined;
}

function candidatesOf(foot: FootPath, options: ContactOptions): Candidate[] {
  const count = foot.times.length;
  const runs = runsOf(foot, options);
  // Resting place before run i (and after run i - 1).
  const rests = Array.from({ length: runs.length + 1 }, (_, i) =>
    place(foot, i === 0 ? 0 : runs[i - 1].end, i === runs.length ? count : runs[i].start),
  );
  return runs.map((run, i) => {
    const before = i === 0 ? 0 : Math.floor((runs[i - 1].end + run.start) / 2);
    const after = i === runs.length - 1 ? count : Math.ceil((run.end + runs[i + 1].start) / 2);
    const window = swingWindow(foot, run, [before, after], rests[i], rests[i + 1]);
    const start = foot.times.indexOf(window.times[0]);
    const heights = foot.height?.measured.subarray(start, start + window.times.length);
    return {
      run,
      length: Math.hypot(...rests[i + 1].map((x, a) => x - rests[i][a])),
      rise: foot.height ? highest(foot.height.smoothed, run) : 0,
      window,
      rising: heights && { ...window, displacements: heights },
    };
  });
}

function runsOf(foot: FootPath, options: ContactOptions): Run[] {
  const { contact: method = 'speed', mergeFraction = 0.25 } = options;
  const moving = method === 'height' ? [] : movements(foot, options.speedFraction ?? 0.15, mergeFraction);
  const high = method === 'speed' ? [] : rises(foot, options.heightFraction ?? 0.15, mergeFraction);
  if (method !== 'both') return [...moving, ...high];
  const either = new Uint8Array(foot.times.length);
  for (const { start, end } of [...moving, ...high]) either.fill(1, start, end);
  return runsWhere(either.length, (t) => either[t] === 1);
}

function swingOf(
  { times, speed, height }: FootPath,
  { run, length, rise }: Candidate,
  fitted: SwingTimes,
  around: readonly Candidate[],
  { contact: method = 'speed', slipFraction = 0.25 }: ContactOptions,
): Swing {
  const count = times.length;
  const missing = (t: number): boolean =>
    Number.isNaN(speed[t]) || (height !== undefined && Number.isNaN(height.smoothed[t]));
  const cutBefore = run.start === 0 || missing(run.start - 1);
  const cutAfter = run.end === count || missing(run.end);
  const less = (value: number, of: (candidate: Candidate) => number): boolean =>
    value < slipFraction * quantile(around.map(of), 0.6);
  const short = less(length, (c) => c.length);
  const low = less(rise, (c) => c.rise);
  const slipped = { speed: short, height: low, both: short && low }[method];
  return {
    kind: slipped ? 'slip' : 'swing',
    liftSeconds: cutBefore ? times[run.start] : fitted.lift,
    liftSd: fitted.liftSd,
    contactSeconds: cutAfter ? times[run.end - 1] : fitted.contact,
    contactSd: fitted.contactSd,
    peakSpeed: highest(speed, run),
    cut: cutBefore || cutAfter,
  };
}

const highest = (values: Float64Array, { start, end }: Run): number =>
  values.subarray(start, end).reduce((m, v) => Math.max(m, v), 0);

/** Stretches of movement: faster than the threshold, joined over short rests. */
function movements(foot: FootPath, speedFraction: number, mergeFraction: number): Run[] {
  const { times, speed } = foot;
  const noise = 4 * median(foot.speedSd);
  const top = quantile(speed, 0.99);
  if (!(top > noise)) return [];
  const fast = (level: number): Run[] => runsWhere(times.length, (t) => speed[t] > level);
  const peakOf = (run: Run): number => highest(speed, run);
  const peaks = fast(Math.max(noise, 0.1 * top))
    .map(peakOf)
    .filter((p) => p > 0.3 * top);
  const level = Math.max(noise, speedFraction * median(peaks));
  const residuals = foot.measured.map((v, i) => Math.abs(v - foot.smoothed[i]));
  const shift = 5 * normalConsistency * median(residuals);
  const runs = fast(level).filter((r) => peakOf(r) > 1.5 * level || wayOf(foot, r) > shift);
  return joined(runs, times, mergeFraction);
}

/** Stretches off the ground: higher than the threshold, joined over short dips. */
function rises({ times, height }: FootPath, heightFraction: number, mergeFraction: number): Run[] {
  const { measured, smoothed, sd } = height!;
  const noise = 4 * median(sd);
  const scatter = 5 * normalConsistency * median(measured.map((v, i) => Math.abs(v - smoothed[i])));
  const top = quantile(smoothed, 0.99);
  if (!(top > 1.5 * noise && top > scatter)) return [];
  const above = (level: number): Run[] => runsWhere(times.length, (t) => smoothed[t] > level);
  const peaks = above(Math.max(noise, 0.1 * top))
    .map((run) => highest(smoothed, run))
    .filter((p) => p > 0.3 * top);
  const level = Math.max(noise, heightFraction * median(peaks));
  const runs = above(level).filter((run) => highest(smoothed, run) > Math.max(1.5 * level, scatter));
  return joined(runs, times, mergeFraction);
}

function joined(runs: readonly Run[], times: Float64Array, mergeFraction: number): Run[] {
  const duration = (r: Run): number => times[r.end - 1] - times[r.start];
  const usual = median(runs.map(duration));
  const all: { start: number; end: number }[] = [];
  for (const run of runs) {
    const last = all.at(-1);
    // Only a dip inside one swing joins: two whole swings after one another stay two.
    const brief = last && times[run.start] - times[last.end - 1] < mergeFraction * usual;
    const whole = last && duration(last) > 0.8 * usual && duration(run) > 0.8 * usual;
    if (last && brief && !whole) last.end = run.end;
    else all.push({ ...run });
  }
  return all;
}

/** How far the smoothed foot got in a run. */
function wayOf({ smoothed, axes }: FootPath, run: Run): number {
  const at = (t: number, a: number): number => smoothed[t * axes + a];
  return Math.hypot(...Array.from({ length: axes }, (_, a) => at(run.end - 1, a) - at(run.start, a)));
}

/** Where the foot rested: the median of its measured positions between two movements; the smoothed one where none is there. */
function place(foot: FootPath, start: number, end: number): number[] {
  return Array.from({ length: foot.axes }, (_, a) => {
    const along: number[] = [];
    for (let t = start; t < end; t++) along.push(foot.measured[t * foot.axes + a]);
    const middle = median(along);
    const at = Math.min(Math.max(start, 0), foot.times.length - 1);
    return Number.isNaN(middle) ? foot.smoothed[at * foot.axes + a] : middle;
  });
}

/** The movement and half the rest around it, at most one swing's duration, as way along the line between the two resting places. */
function swingWindow(
  foot: FootPath,
  run: Run,
  [before, after]: readonly [number, number],
  from: readonly number[],
  to: readonly number[],
): SwingWindow {
  const { times, axes, measured } = foot;
  const length = Math.hypot(...to.map((x, a) => x - from[a])) || 1;
  const direction = to.map((x, a) => (x - from[a]) / length);
  const reach = Math.max(6, run.end - run.start);
  const start = Math.max(before, run.start - reach);
  const end = Math.min(after, run.end + reach);
  return {
    times: times.subarray(start, end),
    displacements: Float64Array.from({ length: end - start }, (_, k) =>
      direction.reduce((sum, n, a) => sum + n * (measured[(start + k) * axes + a] - from[a]), 0),
    ),
    lift: times[run.start],
    contact: times[run.end - 1],
  };
}

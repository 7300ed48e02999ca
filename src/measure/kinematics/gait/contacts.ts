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
}

export interface ContactOptions {
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
 * Foot contacts from the speed of the feet over the ground, for each foot its movements in order. Movements are stretches faster
 * than a threshold that adapts to the foot's own swings and to the noise (at least 4 sd of the speed); each one's beginning and end
 * are then placed to a fraction of a frame by a model of the whole swing fitted to the measured, unsmoothed positions of all feet (see
 * `fitSwings`).
 */
export function detectSwings(feet: readonly FootPath[], options: ContactOptions = {}): Swing[][] {
  const candidates = feet.map((foot) => candidatesOf(foot, options));
  const fitted = fitSwings(candidates.flatMap((c) => c.map((candidate) => candidate.window)));
  let next = 0;
  return candidates.map((own, f) => {
    const lengths = own.map((c) => c.length);
    return own.map((c, i) =>
      swingOf(feet[f], c, fitted[next++], lengths.slice(Math.max(0, i - 6), i + 7), options),
    );
  });
}

interface Candidate {
  readonly run: Run;
  readonly length: number;
  readonly window: SwingWindow;
}

function candidatesOf(foot: FootPath, options: ContactOptions): Candidate[] {
  const count = foot.times.length;
  const runs = movements(foot, options.speedFraction ?? 0.15, options.mergeFraction ?? 0.25);
  // Resting place before run i (and after run i - 1).
  const rests = Array.from({ length: runs.length + 1 }, (_, i) =>
    place(foot, i === 0 ? 0 : runs[i - 1].end, i === runs.length ? count : runs[i].start),
  );
  return runs.map((run, i) => {
    const before = i === 0 ? 0 : Math.floor((runs[i - 1].end + run.start) / 2);
    const after = i === runs.length - 1 ? count : Math.ceil((run.end + runs[i + 1].start) / 2);
    return {
      run,
      length: Math.hypot(...rests[i + 1].map((x, a) => x - rests[i][a])),
      window: swingWindow(foot, run, [before, after], rests[i], rests[i + 1]),
    };
  });
}

function swingOf(
  { times, speed }: FootPath,
  { run, length }: Candidate,
  fitted: SwingTimes,
  lengthsAround: readonly number[],
  options: ContactOptions,
): Swing {
  const count = times.length;
  const cutBefore = run.start === 0 || Number.isNaN(speed[run.start - 1]);
  const cutAfter = run.end === count || Number.isNaN(speed[run.end]);
  return {
    kind: length < (options.slipFraction ?? 0.25) * quantile(lengthsAround, 0.6) ? 'slip' : 'swing',
    liftSeconds: cutBefore ? times[run.start] : fitted.lift,
    liftSd: fitted.liftSd,
    contactSeconds: cutAfter ? times[run.end - 1] : fitted.contact,
    contactSd: fitted.contactSd,
    peakSpeed: speed.subarray(run.start, run.end).reduce((m, v) => Math.max(m, v), 0),
    cut: cutBefore || cutAfter,
  };
}

/** Stretches of movement: faster than the threshold, joined over short rests. */
function movements(foot: FootPath, speedFraction: number, mergeFraction: number): Run[] {
  const { times, speed } = foot;
  const noise = 4 * median(foot.speedSd);
  const top = quantile(speed, 0.99);
  if (!(top > noise)) return [];
  const fast = (level: number): Run[] => runsWhere(times.length, (t) => speed[t] > level);
  const peakOf = (run: Run): number => speed.subarray(run.start, run.end).reduce((m, v) => Math.max(m, v), 0);
  const peaks = fast(Math.max(noise, 0.1 * top))
    .map(peakOf)
    .filter((p) => p > 0.3 * top);
  const level = Math.max(noise, speedFraction * median(peaks));
  const residuals = foot.measured.map((v, i) => Math.abs(v - foot.smoothed[i]));
  const shift = 5 * normalConsistency * median(residuals);
  const runs = fast(level).filter((r) => peakOf(r) > 1.5 * level || wayOf(foot, r) > shift);
  const duration = (r: Run): number => times[r.end - 1] - times[r.start];
  const usual = median(runs.map(duration));
  const joined: { start: number; end: number }[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    // Only a dip inside one swing joins: two whole swings after one another stay two.
    const brief = last && times[run.start] - times[last.end - 1] < mergeFraction * usual;
    const whole = last && duration(last) > 0.8 * usual && duration(run) > 0.8 * usual;
    if (last && brief && !whole) last.end = run.end;
    else joined.push({ ...run });
  }
  return joined;
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

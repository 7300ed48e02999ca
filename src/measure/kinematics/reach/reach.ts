import { UsageError } from '../../../signal/error.ts';
import { Events } from '../../../signal/events.ts';
import type { PoseTrack } from '../../../signal/pose.ts';
import { derived } from '../../../signal/provenance.ts';
import { timesOf } from '../../../signal/time.ts';
import { perUnit } from '../../../signal/units.ts';
import { kalmanSmoother, type KalmanSmootherOptions } from '../filters/kalman-smoother.ts';
import { regularRate } from '../series.ts';
import { summarize, table, type Summary, type Table } from '../table.ts';
import { logDimensionlessJerk, spectralArcLength } from './smoothness.ts';

export interface ReachTrial {
  /** Between these the hand starts, moves and ends, seconds on the track's clock. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Where the hand should end, in the unit of the track. Without it there is no endpoint error. */
  readonly target?: readonly number[];
}

export interface ReachOptions {
  readonly keypoint: string;
  /** Default: the first individual. */
  readonly individual?: string;
  readonly trials: readonly ReachTrial[];
  /** Onset and offset are where speed last rises above, first falls below this share of the trial's peak. Default 0.05. */
  readonly speedFraction?: number;
  /** Missing stretches up to this long are bridged. Default 0.05 s. */
  readonly bridgeSeconds?: number;
  readonly kalman?: Omit<KalmanSmootherOptions, 'model' | 'fillUpToSeconds'>;
}

export interface Reaches {
  /**
   * One row a trial: `onset`, `offset`, `duration`, `timeToPeak` (s), `peakSpeed` (unit/s), `path`, `distance` (unit), `pathRatio` (path over distance,
   * 1 for a straight line), `sparc`, `logJerk` (1), `endpointError` (unit), `flag`: `` or why the numbers are missing.
   */
  readonly table: Table;
  /** `reach` intervals from onset to offset. */
  readonly events: Events;
  /** Over the trials without a flag. */
  readonly summary: readonly Summary[];
}

const measures = [
  'duration',
  'timeToPeak',
  'peakSpeed',
  'path',
  'distance',
  'pathRatio',
  'sparc',
  'logJerk',
  'endpointError',
] as const;
type Measured = Readonly<Record<(typeof measures)[number] | 'onset' | 'offset', number>>;

/**
 * Reaching movements, one a trial: the main movement around the trial's peak speed, from the Kalman smoother's positions and velocities.
 * Onset and offset at 5 % of peak speed (the field's convention: Georgopoulos, Kalaska & Massey 1981 and since); a fixed share places them
 * inside the true ends of the movement, for a minimum-jerk reach by 6 % of its duration at each end. Needs evenly spaced samples
 * (within 1 %) for the smoothness measures. A trial whose movement holds missing samples, or is cut by the trial's borders, has NaN and a flag.
 */
export function reaches(track: PoseTrack, options: ReachOptions): Reaches {
  const { keypoint, trials, speedFraction = 0.05, bridgeSeconds = 0.05 } = options;
  const { positions } = track;
  const space = positions.dimensions.at(-1)!.size;
  const rate = regularRate(positions.time!, 'reaches');
  trials.forEach((trial, i) => {
    const proper = trial.endSeconds > trial.startSeconds && (!trial.target || trial.target.length === space);
    if (!proper) {
      throw new UsageError('a trial is not usable', {
        where: `trial ${i}`,
        expected: `an end after its start, and a target of ${space} coordinates`,
        got: `${trial.startSeconds} to ${trial.endSeconds} s, target ${trial.target?.join(', ') ?? 'none'}`,
      });
    }
  });
  const times = timesOf(positions.time!);
  const hand = positions.select('individual', options.individual ?? 0).select('keypoint', keypoint);
  const motion = kalmanSmoother(hand, { ...options.kalman, fillUpToSeconds: bridgeSeconds });
  const place = motion.position.contiguous();
  const velocity = motion.velocity.contiguous();
  const speed = Float64Array.from(times, (_, t) =>
    Math.hypot(...Array.from({ length: space }, (_, a) => velocity[t * space + a])),
  );
  const at = (t: number): number[] => Array.from({ length: space }, (_, a) => place[t * space + a]);
  const gap = (p: readonly number[], q: readonly number[]): number =>
    Math.hypot(...p.map((x, a) => x - q[a]));
  const results = trials.map((trial): { flag: string; measured?: Measured } => {
    const inside = Array.from(times.keys()).filter(
      (t) => times[t] >= trial.startSeconds && times[t] < trial.endSeconds,
    );
    const peak = inside.reduce((b, t) => (speed[t] > (speed[b] || 0) ? t : b), inside[0] ?? 0);
    if (inside.length === 0 || !(speed[peak] > 0)) return { flag: 'no movement seen' };
    const level = speedFraction * speed[peak];
    let [onset, offset] = [peak, peak];
    while (onset > inside[0] && speed[onset] >= level) onset--;
    while (offset < inside.at(-1)! && speed[offset] >= level) offset++;
    if (Number.isNaN(speed[onset]) || Number.isNaN(speed[offset])) return { flag: 'missing samples' };
    if (speed[onset] >= level || speed[offset] >= level) return { flag: 'cut by the trial' };
    const cross = (a: number, b: number): number =>
      times[a] + ((level - speed[a]) / (speed[b] - speed[a])) * (times[b] - times[a]);
    const [start, end] = [cross(onset, onset + 1), cross(offset - 1, offset)];
    let path = 0;
    for (let t = onset + 1; t <= offset; t++) path += gap(at(t), at(t - 1));
    const distance = gap(at(offset), at(onset));
    const profile = speed.slice(onset, offset + 1);
    return {
      flag: '',
      measured: {
        onset: start,
        offset: end,
        duration: end - start,
        timeToPeak: times[peak] - start,
        peakSpeed: speed[peak],
        path,
        distance,
        pathRatio: path / distance,
        sparc: spectralArcLength(profile, rate),
        logJerk: profile.length >= 4 ? logDimensionlessJerk(profile, rate) : NaN,
        endpointError: trial.target ? gap(at(offset), trial.target) : NaN,
      },
    };
  });
  const { unit } = positions;
  const units: Readonly<Record<keyof Measured, string>> = {
    onset: 's',
    offset: 's',
    duration: 's',
    timeToPeak: 's',
    peakSpeed: perUnit(unit, 's'),
    path: unit,
    distance: unit,
    pathRatio: '1',
    sparc: '1',
    logJerk: '1',
    endpointError: unit,
  };
  const provenance = derived('kinematics.reaches', [positions.provenance], {
    keypoint,
    speedFraction,
    bridgeSeconds,
    trials: trials.length,
  });
  const rows = table(
    'reaches',
    [
      ...(['onset', 'offset', ...measures] as const).map((name) => ({
        name,
        unit: units[name],
        values: Float64Array.from(results, (r) => r.measured?.[name] ?? NaN),
      })),
      { name: 'flag', words: results.map((r) => r.flag) },
    ],
    provenance,
  );
  const found = results.flatMap(({ measured }) =>
    measured
      ? [{ label: 'reach', startSeconds: measured.onset, endSeconds: measured.offset, source: keypoint }]
      : [],
  );
  return {
    table: rows,
    events: new Events(found, { name: 'reaches', clock: positions.time!.clock, provenance }),
    summary: measures.map((name) => summarize(rows, name)),
  };
}

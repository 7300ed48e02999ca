import { bootstrap, median, Moments, Random } from '../../../math/index.ts';
import { UsageError } from '../../../signal/error.ts';
import { Events } from '../../../signal/events.ts';
import type { PoseTrack } from '../../../signal/pose.ts';
import { derived } from '../../../signal/provenance.ts';
import { timesOf } from '../../../signal/time.ts';
import { perUnit } from '../../../signal/units.ts';
import { kalmanSmoother, type KalmanSmootherOptions } from '../filters/kalman-smoother.ts';
import { segmentLength } from '../segments.ts';
import { numbers, summarize, table, type Summary, type Table } from '../table.ts';
import { deficits, type Deficit, type TappingLimits } from './deficits.ts';
import { findTaps, robustLine } from './taps.ts';

export interface TappingOptions {
  readonly thumb: string;
  readonly index: string;
  /** Two keypoints of the hand (wrist and knuckle): openings are divided by the median distance between them, so that distance from the camera drops out. */
  readonly scale?: readonly [string, string];
  /** Default: the first individual. */
  readonly individual?: string;
  /** A pause between taps longer than this many usual intervals is a hesitation. Default 1.5. */
  readonly hesitationFactor?: number;
  /** ... and than this many a halt. Default 3. */
  readonly haltFactor?: number;
  /** Missing stretches up to this long are bridged. Default 0.05 s. */
  readonly bridgeSeconds?: number;
  readonly limits?: TappingLimits;
  readonly kalman?: Omit<KalmanSmootherOptions, 'model' | 'fillUpToSeconds'>;
}

export interface Tapping {
  /** One row a tap: `start`, `peak`, `end` (s), `amplitude`, `openingSpeed`, `closingSpeed`, `speed` (mean of both), `interval` to the next peak (s). */
  readonly taps: Table;
  /** `tap` intervals; `hesitation` and `halt` intervals. */
  readonly events: Events;
  readonly summary: readonly Summary[];
  /** Taps per second. */
  readonly rate: number;
  /** Coefficient of variation of the intervals, hesitations and halts left out: the rhythm. */
  readonly rhythm: number;
  /** The same with them. */
  readonly rhythmOverall: number;
  /** Change of amplitude from the first to the last tap as a share of the first, on the robust line: -0.3 is a fall by 30 %. */
  readonly amplitudeChange: { readonly value: number; readonly low: number; readonly high: number };
  readonly speedChange: { readonly value: number; readonly low: number; readonly high: number };
  readonly hesitations: number;
  readonly halts: number;
  readonly deficits: readonly Deficit[];
}

/**
 * Repetitive finger tapping: opening between thumb and index finger, tap by tap (features as Williams et al. 2020 validated against
 * 22 neurologists: speed, amplitude, rhythm; decrement, hesitations and halts as in MDS-UPDRS item 3.4, Goetz et al. 2008).
 *
 * The opening is smoothed with its own variance by the Kalman smoother; amplitude in the unit of the track, or as a share of the hand
 * with `scale`. In a single camera's picture the opening is a projection: hold the hand's plane to the camera. NaN: a tap touching a
 * missing stretch longer than `bridgeSeconds` is left out, and the pause over it counts neither as hesitation nor in the rhythm.
 * Not a diagnosis: see `deficits`.
 */
export function tapping(track: PoseTrack, options: TappingOptions): Tapping {
  const { hesitationFactor = 1.5, haltFactor = 3, bridgeSeconds = 0.05 } = options;
  if (!(haltFactor >= hesitationFactor && hesitationFactor > 1)) {
    throw new UsageError('tapping: a halt is longer than a hesitation, and both than the usual interval', {
      expected: '1 < hesitationFactor <= haltFactor',
      got: `${hesitationFactor}, ${haltFactor}`,
    });
  }
  const individual = options.individual ?? 0;
  const raw = segmentLength(track, options.thumb, options.index);
  const opening = raw.select('individual', individual);
  const motion = kalmanSmoother(opening, { ...options.kalman, fillUpToSeconds: bridgeSeconds });
  let size = 1;
  let unit = track.positions.unit;
  if (options.scale) {
    size = median(
      segmentLength(track, ...options.scale)
        .select('individual', individual)
        .contiguous(),
    );
    unit = '1';
    if (!(size > 0)) throw new UsageError('tapping: the scale has no length', { got: `${size}` });
  }
  const times = timesOf(track.positions.time!);
  const shown = Float64Array.from(motion.position.contiguous(), (v) => v / size);
  const speeds = Float64Array.from(motion.velocity.contiguous(), (v) => v / size);
  const taps = findTaps(times, shown, speeds);
  const gapBetween = (from: number, to: number): boolean =>
    times.some((t, i) => t > from && t < to && Number.isNaN(shown[i]));
  const intervals = taps.map((tap, i) => {
    const next = taps[i + 1];
    return next && !gapBetween(tap.peakSeconds, next.peakSeconds) ? next.peakSeconds - tap.peakSeconds : NaN;
  });
  const usual = median(intervals);
  const kindOf = (interval: number): 'halt' | 'hesitation' | undefined =>
    interval > haltFactor * usual ? 'halt' : interval > hesitationFactor * usual ? 'hesitation' : undefined;
  const provenance = derived('kinematics.tapping', [raw.provenance], {
    hesitationFactor,
    haltFactor,
    bridgeSeconds,
    scale: options.scale ? [...options.scale] : null,
  });
  const column = (name: string, u: string, f: (i: number) => number): Table['columns'][number] => ({
    name,
    unit: u,
    values: Float64Array.from(taps, (_, i) => f(i)),
  });
  const perSecond = perUnit(unit, 's');
  const rows = table(
    'taps',
    [
      column('start', 's', (i) => taps[i].startSeconds),
      column('peak', 's', (i) => taps[i].peakSeconds),
      column('end', 's', (i) => taps[i].endSeconds),
      column('amplitude', unit, (i) => taps[i].amplitude),
      column('openingSpeed', perSecond, (i) => taps[i].openingSpeed),
      column('closingSpeed', perSecond, (i) => taps[i].closingSpeed),
      column('speed', perSecond, (i) => (taps[i].openingSpeed + taps[i].closingSpeed) / 2),
      column('interval', 's', (i) => intervals[i]),
    ],
    provenance,
  );
  const pauses = taps.flatMap((tap, i) => {
    const label = kindOf(intervals[i]);
    return label
      ? [
          {
            label,
            startSeconds: tap.peakSeconds,
            endSeconds: tap.peakSeconds + intervals[i],
            source: 'tapping',
          },
        ]
      : [];
  });
  const variation = (values: readonly number[]): number => {
    const { mean, standardDeviation } = Moments.of(values);
    return standardDeviation / mean;
  };
  const count = (label: string): number => pauses.filter((p) => p.label === label).length;
  const amplitudeChange = change(rows, 'amplitude');
  const result = {
    taps: rows,
    events: new Events(
      [
        ...taps.map((t) => ({
          label: 'tap',
          startSeconds: t.startSeconds,
          endSeconds: t.endSeconds,
          source: 'tapping',
        })),
        ...pauses,
      ],
      { name: 'tapping', clock: track.positions.time!.clock, provenance },
    ),
    summary: ['amplitude', 'speed', 'openingSpeed', 'closingSpeed', 'interval'].map((m) =>
      summarize(rows, m),
    ),
    rate: 1 / Moments.of(intervals).mean,
    rhythm: variation(intervals.filter((v) => !kindOf(v))),
    rhythmOverall: variation(intervals),
    amplitudeChange,
    speedChange: change(rows, 'speed'),
    hesitations: count('hesitation'),
    halts: count('halt'),
  };
  return {
    ...result,
    deficits: deficits(
      {
        amplitude: Moments.of(numbers(rows, 'amplitude')).mean,
        amplitudeUnit: unit,
        speed: Moments.of(numbers(rows, 'speed')).mean,
        speedUnit: perSecond,
        amplitudeChange,
        interruptions: result.hesitations + result.halts,
      },
      options.limits ?? {},
    ),
  };
}

/** Relative change along the robust line from the first to the last tap, with a bootstrap interval over taps. */
function change(taps: Table, name: string): { value: number; low: number; high: number } {
  const at = numbers(taps, 'peak');
  const values = numbers(taps, name);
  if (taps.rows < 4) return { value: NaN, low: NaN, high: NaN };
  const span = at[at.length - 1] - at[0];
  const relative = (rows: ArrayLike<number>): number => {
    const x = Array.from(rows, (r) => at[r] - at[0]);
    const { slope, intercept } = robustLine(
      x,
      Array.from(rows, (r) => values[r]),
    );
    return (slope * span) / intercept;
  };
  const { estimate, low, high } = bootstrap(taps.rows, relative, {
    resamples: 400,
    method: 'percentile',
    random: new Random(`tapping/${name}`),
  });
  return { value: estimate, low, high };
}

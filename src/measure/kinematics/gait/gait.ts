import { median, quantile } from '../../../math/index.ts';
import { UsageError } from '../../../signal/error.ts';
import { Events, type Event } from '../../../signal/events.ts';
import type { PoseTrack } from '../../../signal/pose.ts';
import { derived } from '../../../signal/provenance.ts';
import { medianInterval, timesOf } from '../../../signal/time.ts';
import { perUnit } from '../../../signal/units.ts';
import { kalmanSmoother, type KalmanSmootherOptions } from '../filters/kalman-smoother.ts';
import { rowsWhere, summarize, table, words, type Summary, type Table } from '../table.ts';
import { detectSwings, type ContactOptions, type FootHeight, type FootPath, type Swing } from './contacts.ts';
import { beltFromStances, beltVelocity, halfSampleMode } from './ground.ts';
import { limbPhase, type LimbPhase } from './phase.ts';
import { stridesOf, type Stride } from './strides.ts';

type SmoothedMotion = Pick<ReturnType<typeof kalmanSmoother>, 'position' | 'velocity'> & {
  /** Positions as measured, time x axis; what the smoother rejected as outliers is missing. */
  readonly measured: Float64Array;
};

export interface GaitOptions extends ContactOptions {
  /** Keypoints of the feet. The first is the reference of limb phases. */
  readonly feet: readonly string[];
  /** Default: the first individual. */
  readonly individual?: string;
  /**
   * `overground` (default): the camera stands still and so does a foot in stance. `treadmill`: a foot in stance moves with the
   * belt, whose velocity is found from the feet. An array: the belt's velocity, in the unit of the track per second.
   */
  readonly surface?: 'overground' | 'treadmill' | readonly number[];
  /**
   * Which way is up, for contacts by height: a vector in the track's own axes. Default: against y in the plane (a picture from the side),
   * along z in space. The ground is level: tilt a track from a tilted camera upright first.
   */
  readonly up?: readonly number[];
  /** Missing stretches of a foot up to this long are bridged. Default 0.05 s. */
  readonly bridgeSeconds?: number;
  readonly kalman?: Omit<KalmanSmootherOptions, 'model' | 'fillUpToSeconds'>;
}

export interface Gait {
  /**
   * One row a stride: `foot`, `start`, `lift`, `end` (s), `length` (unit of the track), `time`, `stance`, `swing` (s), `duty` (stance / stride),
   * `cadence` (Hz), `speed` and `peakSpeed` (unit/s), `eventSd` (s), `x`, `y`(, `z`) where the foot stood
   * and `dx`, `dy`(, `dz`) from there to where it stands next (unit), `flag`.
   */
  readonly strides: Table;
  /** `stance`, `swing` and `slip` intervals; the source is the foot. */
  readonly events: Events;
  /** The other feet against the first. */
  readonly phases: readonly LimbPhase[];
  /** Over the strides without a flag: of all feet, and of each. */
  readonly summary: readonly { readonly foot: string; readonly measures: readonly Summary[] }[];
  /** Velocity of the belt, unit/s; zeros overground. */
  readonly belt: readonly number[];
}

/**
 * Gait from the paths of the feet, in the plane or in space, overground or on a treadmill: contacts and lifts (see `detectSwings`),
 * strides, limb phases. By default the speed of the feet tells contacts; their height does too where the view shows it (`contact`). A stride goes from contact to contact; duty factor is stance over stride time (Alexander 1989).
 *
 * A foot must be seen well enough that its swings stand out of the noise, and often enough that a swing has at least about six
 * frames. NaN: stretches up to `bridgeSeconds` are bridged; an event inside a longer one is unknown and flags its strides. Times
 * are on the track's clock.
 */
export function gait(track: PoseTrack, options: GaitOptions): Gait {
  const { feet, surface = 'overground', bridgeSeconds = 0.05 } = options;
  const { positions } = track;
  const space = positions.dimensions.at(-1)!.size;
  if (feet.length === 0 || new Set(feet).size !== feet.length) {
    throw new UsageError('gait needs the keypoints of the feet, each once', {
      got: feet.join(', ') || 'none',
    });
  }
  if (typeof surface !== 'string' && surface.length !== space) {
    throw new UsageError("the belt's velocity does not fit the track", {
      expected: `${space} numbers`,
      got: `${surface.length}`,
    });
  }
  const up = upward(options, space);
  const own = positions.select('individual', options.individual ?? 0);
  const smoothed = feet.map((foot) => {
    const signal = own.select('keypoint', foot);
    // Feet rest and start at once, as motion driven by noise does; by risk the footfalls were the same, at twice the time.
    const motion = kalmanSmoother(signal, {
      fitBy: 'likelihood',
      ...options.kalman,
      fillUpToSeconds: bridgeSeconds,
    });
    const measured = Float64Array.from(signal.contiguous(), (v, i) =>
      motion.use[Math.floor(i / space)] === 2 ? NaN : v,
    );
    return { measured, ...motion };
  });
  const times = timesOf(positions.time!);
  const belt = Array.from({ length: space }, () => 0);
  if (typeof surface !== 'string') belt.splice(0, space, ...surface);
  if (surface === 'treadmill') {
    const velocities = smoothed.map((s) => Float64Array.from(s.velocity.contiguous()));
    const level = (v: readonly number[]): number[] => {
      const rising = up?.reduce((sum, u, a) => sum + u * v[a], 0) ?? 0;
      return v.map((along, a) => along - rising * (up?.[a] ?? 0));
    };
    belt.splice(0, space, ...level(beltVelocity(velocities, space)));
    // Once the stances are roughly known, the slope of the feet in them is far more exact than the mode of their velocities.
    const rough = detectSwings(
      smoothed.map((s) => footPath(s, times, belt, up)),
      options,
    );
    const stances = smoothed.map((s, f) => ({ positions: s.measured, swings: rough[f] }));
    belt.splice(0, space, ...level(beltFromStances(times, stances, belt)));
  }
  const interval = medianInterval(positions.time!);
  const paths = smoothed.map((s) => footPath(s, times, belt, up));
  const detected = detectSwings(paths, options);
  const strides: Stride[] = [];
  const found: Event[] = [];
  feet.forEach((foot, f) => {
    const swings = detected[f];
    strides.push(...stridesOf(foot, swings, restingPlaceOf(paths[f]), interval));
    found.push(...intervals(foot, swings));
  });
  const provenance = derived('kinematics.gait', [positions.provenance], {
    feet: [...feet],
    surface: typeof surface === 'string' ? surface : [...surface],
    belt,
    bridgeSeconds,
    ...(up && { contact: options.contact!, up: [...up] }),
  });
  const rows = strideTable(strides, positions.unit, space, provenance);
  const clean = rowsWhere(rows, (i) => strides[i].flag === '');
  const measures = ['length', 'time', 'cadence', 'speed', 'stance', 'swing', 'duty', 'peakSpeed'];
  return {
    strides: rows,
    events: new Events(found, { name: 'gait', clock: positions.time!.clock, provenance }),
    phases: feet.slice(1).map((foot) => limbPhase(strides, feet[0], foot)),
    summary: ['all', ...feet].map((foot) => {
      const of = foot === 'all' ? clean : rowsWhere(clean, (i) => words(clean, 'foot')[i] === foot);
      return { foot, measures: measures.map((m) => summarize(of, m)) };
    }),
    belt,
  };
}

/** The unit vector upwards; undefined where contacts are told by speed alone. */
function upward({ contact = 'speed', up }: GaitOptions, space: number): readonly number[] | undefined {
  if (contact === 'speed') return undefined;
  const given = up ?? (space === 2 ? [0, -1] : [0, 0, 1]);
  const length = Math.hypot(...given);
  if (given.length !== space || !(length > 0 && Number.isFinite(length))) {
    throw new UsageError('gait does not know which way is up', {
      where: 'option "up"',
      expected: `${space} numbers, not all 0`,
      got: `[${given.join(', ')}]`,
    });
  }
  return given.map((v) => v / length);
}

/**
 * Height above the ground, whose level is where the foot is most of the time that it is low: the half-sample mode of the lower half of
 * its range. A belt moves along the ground and does not change heights.
 */
function footHeight(motion: SmoothedMotion, axes: number, up: readonly number[]): FootHeight {
  const along = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: values.length / axes }, (_, t) =>
      up.reduce((sum, u, a) => sum + u * values[t * axes + a], 0),
    );
  const smoothed = along(motion.position.contiguous());
  const middle = (quantile(smoothed, 0.02) + quantile(smoothed, 0.98)) / 2;
  const ground = halfSampleMode(smoothed.filter((v) => v <= middle));
  const spread = motion.position.covariance!.contiguous();
  const entries = (axes * (axes + 1)) / 2;
  return {
    measured: along(motion.measured).map((v) => v - ground),
    smoothed: smoothed.map((v) => v - ground),
    // As with the speed, the first variance stands for all.
    sd: Float64Array.from(smoothed, (_, t) => Math.sqrt(spread[t * entries])),
  };
}

function footPath(
  motion: SmoothedMotion,
  times: Float64Array,
  belt: readonly number[],
  up: readonly number[] | undefined,
): FootPath {
  const axes = belt.length;
  const onGround = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from(values, (v, i) => v - belt[i % axes] * (times[Math.floor(i / axes)] - times[0]));
  const velocity = motion.velocity.contiguous();
  const spread = motion.velocity.covariance!.contiguous();
  const entries = (axes * (axes + 1)) / 2;
  const speed = new Float64Array(times.length);
  const speedSd = new Float64Array(times.length);
  for (let t = 0; t < times.length; t++) {
    speed[t] = Math.hypot(...belt.map((b, a) => velocity[t * axes + a] - b));
    // The first variance stands for all: only the scale of the noise is wanted.
    speedSd[t] = Math.sqrt(spread[t * entries]);
  }
  const path = {
    times,
    axes,
    measured: onGround(motion.measured),
    smoothed: onGround(motion.position.contiguous()),
    speed,
    speedSd,
  };
  return up ? { ...path, height: footHeight(motion, axes, up) } : path;
}

/** The median of the measured positions between two times, leaving out a tenth at both ends; smoothed where none is there. */
function restingPlaceOf(path: FootPath): (from: number, to: number) => number[] {
  return (from, to) => {
    const end = Math.min(to, path.times[path.times.length - 1]);
    const margin = (end - from) / 10;
    const inside = Array.from(path.times.keys()).filter(
      (t) => path.times[t] >= from + margin && path.times[t] <= end - margin,
    );
    return Array.from({ length: path.axes }, (_, a) => {
      const measured = median(inside.map((t) => path.measured[t * path.axes + a]));
      return Number.isNaN(measured) ? median(inside.map((t) => path.smoothed[t * path.axes + a])) : measured;
    });
  };
}

/** Stance and swing intervals between known events, and slips. */
function intervals(foot: string, swings: readonly Swing[]): Event[] {
  const steps = swings.filter((s) => s.kind === 'swing');
  const event = (label: string, startSeconds: number, endSeconds: number): Event[] =>
    endSeconds > startSeconds ? [{ label, startSeconds, endSeconds, source: foot }] : [];
  return [
    ...steps.flatMap((s) => event('swing', s.liftSeconds, s.contactSeconds)),
    ...steps.slice(1).flatMap((s, i) => event('stance', steps[i].contactSeconds, s.liftSeconds)),
    ...swings.filter((s) => s.kind === 'slip').flatMap((s) => event('slip', s.liftSeconds, s.contactSeconds)),
  ];
}

function strideTable(
  strides: readonly Stride[],
  unit: string,
  space: number,
  provenance: Table['provenance'],
): Table {
  const column = (name: string, u: string, f: (s: Stride) => number): Table['columns'][number] => ({
    name,
    unit: u,
    values: Float64Array.from(strides, f),
  });
  const axes = ['x', 'y', 'z'].slice(0, space);
  const duration = (s: Stride): number => s.endSeconds - s.startSeconds;
  return table(
    'strides',
    [
      { name: 'foot', words: strides.map((s) => s.foot) },
      column('start', 's', (s) => s.startSeconds),
      column('lift', 's', (s) => s.liftSeconds),
      column('end', 's', (s) => s.endSeconds),
      column('length', unit, (s) => s.length),
      column('time', 's', duration),
      column('stance', 's', (s) => s.liftSeconds - s.startSeconds),
      column('swing', 's', (s) => s.endSeconds - s.liftSeconds),
      column('duty', '1', (s) => (s.liftSeconds - s.startSeconds) / duration(s)),
      column('cadence', 'Hz', (s) => 1 / duration(s)),
      column('speed', perUnit(unit, 's'), (s) => s.length / duration(s)),
      column('peakSpeed', perUnit(unit, 's'), (s) => s.peakSpeed),
      column('eventSd', 's', (s) => s.eventSd),
      ...axes.map((name, a) => column(name, unit, (s) => s.place[a])),
      ...axes.map((name, a) => column(`d${name}`, unit, (s) => s.displacement[a])),
      { name: 'flag', words: strides.map((s) => s.flag) },
    ],
    provenance,
  );
}

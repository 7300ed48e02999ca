import { UsageError } from '../../signal/error.ts';
import type { PoseTrack } from '../../signal/pose.ts';
import type { Signal } from '../../signal/signal.ts';
import { perUnit, type Unit } from '../../signal/units.ts';
import { jointAngle } from './angles.ts';
import { acceleration, velocity, type Differentiation } from './derivatives.ts';
import { distanceToPlace, pathLength } from './distances.ts';
import { gait, type GaitOptions } from './gait/gait.ts';
import { heading, turningRate } from './heading.ts';
import { reaches, type ReachTrial } from './reach/reach.ts';
import { visits, type Region } from './regions.ts';
import { segmentLength, segmentTable } from './segments.ts';
import { speed } from './speed.ts';
import type { Table } from './table.ts';
import { tapping } from './tapping/tapping.ts';

/** What a measure may be told besides keypoints. Each measure names those it cannot do without in `requires`. */
export interface MeasureOptions {
  /** Default: the Kalman smoother. */
  readonly differentiation?: Differentiation;
  /** Window of Savitzky-Golay for the turning rate, seconds. Default 0.2. */
  readonly windowSeconds?: number;
  readonly place?: readonly number[];
  readonly regions?: readonly Region[];
  readonly trials?: readonly ReachTrial[];
  readonly surface?: GaitOptions['surface'];
  readonly contact?: GaitOptions['contact'];
  readonly up?: GaitOptions['up'];
  readonly individual?: string;
}

/** One kinematic measure: a row in the list that command line and report offer. */
export interface Measure {
  readonly name: string;
  /** What it is, in a few words. */
  readonly title: string;
  /** What each keypoint it is given stands for, in order; a last one ending in `...` may be repeated. */
  readonly needs: readonly string[];
  /** Options without which it cannot run. */
  readonly requires: readonly (keyof MeasureOptions)[];
  readonly space: readonly (2 | 3)[];
  /** Unit of the signal, for a track in `track`; of a table, each column has its own. */
  readonly unit: ((track: Unit) => Unit) | 'table';
  readonly compute: (
    track: PoseTrack,
    keypoints: readonly string[],
    options: MeasureOptions,
  ) => Signal | Table;
}

const onePoint = (track: PoseTrack, keypoint: string): Signal => {
  const k = track.skeleton.keypoints.indexOf(keypoint);
  return track.positions.slice('keypoint', k, k + 1);
};

export const measures: readonly Measure[] = [
  {
    name: 'angle',
    title: 'Joint angle at the middle of three keypoints',
    needs: ['end of the first limb', 'joint', 'end of the second limb'],
    requires: [],
    space: [2, 3],
    unit: () => 'deg',
    compute: (track, [a, b, c]) => jointAngle(track, [a, b, c]),
  },
  {
    name: 'length',
    title: 'Length of a segment',
    needs: ['one end', 'other end'],
    requires: [],
    space: [2, 3],
    unit: (u) => u,
    compute: (track, [a, b]) => segmentLength(track, a, b),
  },
  {
    name: 'segments',
    title: 'Lengths of all segments of the skeleton and how much they vary',
    needs: [],
    requires: [],
    space: [2, 3],
    unit: 'table',
    compute: (track) => segmentTable(track),
  },
  {
    name: 'heading',
    title: 'Direction of the body axis',
    needs: ['rear', 'front'],
    requires: [],
    space: [2, 3],
    unit: () => 'deg',
    compute: (track, [rear, front]) => heading(track, rear, front),
  },
  {
    name: 'turning',
    title: 'Rate of turning of the body axis',
    needs: ['rear', 'front'],
    requires: [],
    space: [2, 3],
    unit: () => 'deg/s',
    compute: (track, [rear, front], { windowSeconds = 0.2 }) =>
      turningRate(heading(track, rear, front), { windowSeconds, order: 2 }),
  },
  {
    name: 'velocity',
    title: 'Velocity of a keypoint',
    needs: ['keypoint'],
    requires: [],
    space: [2, 3],
    unit: (u) => perUnit(u, 's'),
    compute: (track, [k], { differentiation }) => velocity(onePoint(track, k), differentiation),
  },
  {
    name: 'acceleration',
    title: 'Acceleration of a keypoint',
    needs: ['keypoint'],
    requires: [],
    space: [2, 3],
    unit: (u) => perUnit(perUnit(u, 's'), 's'),
    compute: (track, [k], { differentiation }) => acceleration(onePoint(track, k), differentiation),
  },
  {
    name: 'speed',
    title: 'Speed of a keypoint',
    needs: ['keypoint'],
    requires: [],
    space: [2, 3],
    unit: (u) => perUnit(u, 's'),
    compute: (track, [k], { differentiation }) => speed(velocity(onePoint(track, k), differentiation)),
  },
  {
    name: 'path',
    title: 'Length of the path gone so far',
    needs: ['keypoint'],
    requires: [],
    space: [2, 3],
    unit: (u) => u,
    compute: (track, [k]) => pathLength(track, k),
  },
  {
    name: 'distance',
    title: 'Distance from a place',
    needs: ['keypoint'],
    requires: ['place'],
    space: [2, 3],
    unit: (u) => u,
    compute: (track, [k], { place }) => distanceToPlace(track, k, place!),
  },
  {
    name: 'visits',
    title: 'Entries, dwell time and latency of regions',
    needs: ['keypoint'],
    requires: ['regions'],
    space: [2, 3],
    unit: 'table',
    compute: (track, [k], { regions }) => visits(track, k, regions!).table,
  },
  {
    name: 'strides',
    title: 'Strides: stance, swing, length, duty factor',
    needs: ['foot...'],
    requires: [],
    space: [2, 3],
    unit: 'table',
    compute: (track, feet, { surface, contact, up, individual }) =>
      gait(track, { feet, surface, contact, up, individual }).strides,
  },
  {
    name: 'reaches',
    title: 'Reaching movements: speed, path ratio, smoothness, endpoint error',
    needs: ['hand'],
    requires: ['trials'],
    space: [2, 3],
    unit: 'table',
    compute: (track, [keypoint], { trials, individual }) =>
      reaches(track, { keypoint, trials: trials!, individual }).table,
  },
  {
    name: 'taps',
    title: 'Finger taps: amplitude, speed, interval',
    needs: ['thumb', 'index finger'],
    requires: [],
    space: [2, 3],
    unit: 'table',
    compute: (track, [thumb, index], { individual }) => tapping(track, { thumb, index, individual }).taps,
  },
];

/** One measure asked for. */
export interface MeasureRequest {
  readonly measure: string;
  /** In the order of the measure's `needs`. */
  readonly keypoints?: readonly string[];
  readonly options?: MeasureOptions;
}

export interface MeasureResult {
  readonly request: MeasureRequest;
  readonly measure: Measure;
  readonly value: Signal | Table;
}

/**
 * Kinematic measures of a pose track, in the order asked for; `measures` lists what there is. The track is not changed and not
 * smoothed first, but for measures whose docstring says so. Throws `UsageError` for an unknown measure or keypoint, for a wrong number
 * of keypoints and for a missing option.
 */
export function kinematics(track: PoseTrack, requests: readonly MeasureRequest[]): MeasureResult[] {
  const space = track.positions.dimensions.at(-1)!.size;
  return requests.map((request) => {
    const { keypoints = [], options = {} } = request;
    const measure = measures.find((m) => m.name === request.measure);
    if (!measure) {
      throw new UsageError(`there is no measure "${request.measure}"`, {
        expected: `one of ${measures.map((m) => m.name).join(', ')}`,
      });
    }
    const where = `measure "${measure.name}"`;
    const repeated = measure.needs.at(-1)?.endsWith('...') ?? false;
    const { length } = measure.needs;
    if (repeated ? keypoints.length < length : keypoints.length !== length) {
      throw new UsageError('the wrong number of keypoints', {
        where,
        expected: measure.needs.join(', ') || 'none',
        got: keypoints.join(', ') || 'none',
      });
    }
    const unknown = keypoints.find((k) => !track.skeleton.keypoints.includes(k));
    if (unknown !== undefined) {
      throw new UsageError(`the track has no keypoint "${unknown}"`, {
        where,
        expected: `one of ${track.skeleton.keypoints.join(', ')}`,
      });
    }
    const missing = measure.requires.find((o) => options[o] === undefined);
    if (missing) throw new UsageError(`the option "${missing}" is needed`, { where });
    if (!measure.space.some((s) => s === space)) {
      throw new UsageError(`it is not defined in ${space} dimensions`, { where });
    }
    return { request, measure, value: measure.compute(track, keypoints, options) };
  });
}

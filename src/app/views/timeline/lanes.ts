/** The lanes that a track gives: position, speed and confidence of every keypoint, lengths of the body's segments, bouts of moving. */
import { median } from '../../../math/quantile.ts';
import { velocity } from '../../../measure/kinematics/derivatives.ts';
import { segmentLength } from '../../../measure/kinematics/segments.ts';
import { speed } from '../../../measure/kinematics/speed.ts';
import type { PoseTrack } from '../../../signal/pose.ts';
import { Signal } from '../../../signal/signal.ts';
import { medianInterval, timesOf } from '../../../signal/time.ts';
import { perUnit } from '../../../signal/units.ts';
import { once, type Lane, type SignalLane } from './lane.ts';
import { seriesHere } from './samples.ts';
import { movingBouts } from './moving.ts';
import { numberText } from './axis-ticks.ts';

export interface TrackLaneOptions {
  /** Speed above which the animal counts as moving. Default: half a body extent a second. */
  readonly movingThreshold?: number;
}

/** The order is that of the list from which lanes are chosen. */
export function trackLanes(track: PoseTrack, options: TrackLaneOptions = {}): Lane[] {
  const { skeleton, positions } = track;
  const { unit } = positions;
  const [frames, , keypoints, space] = positions.shape;
  const time = positions.time!;
  const values = positions.contiguous() as Float32Array;
  const confidence = positions.confidence?.contiguous() as Float32Array | undefined;
  const every = (from: ArrayLike<number>, stride: number, offset: number): Float32Array =>
    Float32Array.from({ length: frames }, (_, t) => from[t * stride + offset]);
  const speedUnit = perUnit(unit, 's');
  const how = differentiation(track);

  const perKeypoint = skeleton.keypoints.flatMap((name, k): SignalLane[] => {
    const lane = { kind: 'signal', group: name } as const;
    const lanes: SignalLane[] = [
      {
        ...lane,
        id: `position:${name}`,
        title: `${name} position`,
        unit,
        series: once(() =>
          ['x', 'y', 'z']
            .slice(0, space)
            .map((axis, a) => seriesHere(axis, every(values, keypoints * space, k * space + a), time)),
        ),
      },
      {
        ...lane,
        id: `speed:${name}`,
        title: `${name} speed`,
        unit: speedUnit,
        computed: how.words,
        series: once(() => [seriesHere('speed', speedOf(positions.slice('keypoint', k, k + 1), how), time)]),
      },
    ];
    if (confidence) {
      lanes.push({
        ...lane,
        id: `confidence:${name}`,
        title: `${name} confidence`,
        unit: '1',
        scale: [0, 1],
        series: once(() => [seriesHere('confidence', every(confidence, keypoints, k), time)]),
      });
    }
    return lanes;
  });

  const distances = skeleton.edges.map(([a, b]): SignalLane => {
    const [from, to] = [skeleton.keypoints[a], skeleton.keypoints[b]];
    return {
      kind: 'signal',
      id: `distance:${from}:${to}`,
      title: `${from} – ${to}`,
      unit,
      group: 'Distances',
      series: once(() => [
        seriesHere('distance', Float32Array.from(segmentLength(track, from, to).contiguous()), time),
      ]),
    };
  });

  const threshold = options.movingThreshold ?? bodyExtent(track) / 2;
  const bodySpeed = once(() => speedOf(meanPoint(track), how));
  const body: Lane[] = [
    {
      kind: 'bouts',
      id: 'moving',
      title: 'moving',
      unit: '1',
      group: 'Behavior',
      computed: `computed: body speed above ${numberText(threshold)} ${speedUnit}, pauses up to 0.2 s closed`,
      events: once(() => movingBouts(bodySpeed(), timesOf(time), { threshold })),
    },
    {
      kind: 'signal',
      id: 'speed',
      title: 'body speed',
      unit: speedUnit,
      group: 'Body',
      computed: `mean of all keypoints; ${how.words}`,
      series: once(() => [seriesHere('speed', bodySpeed(), time)]),
    },
  ];
  return [...body, ...perKeypoint, ...distances];
}

/** The lanes that are seen where nothing was chosen. */
export function firstLanes(lanes: readonly Lane[], keypoint: string | null): string[] {
  const named =
    keypoint ?? lanes.find(({ id }) => id.startsWith('position:'))?.id.slice('position:'.length) ?? '';
  const wanted = new Set(['moving', 'speed', `position:${named}`, `speed:${named}`, `confidence:${named}`]);
  return lanes.filter(({ id, shownFirst }) => wanted.has(id) || shownFirst).map(({ id }) => id);
}

interface Differentiated {
  readonly windowSeconds: number;
  readonly words: string;
}

/** At least five samples, at least a tenth of a second: a parabola through fewer follows the noise. */
function differentiation({ positions }: PoseTrack): Differentiated {
  const interval = medianInterval(positions.time!);
  const windowSeconds = Math.max(0.1, 4 * interval) || 0.1;
  return { windowSeconds, words: `Savitzky–Golay, window ${numberText(windowSeconds)} s` };
}

function speedOf(positions: Signal, { windowSeconds }: Differentiated): Float32Array {
  if (positions.shape[0] < 5) return new Float32Array(positions.shape[0]).fill(NaN);
  const v = velocity(positions, { method: 'savitzkyGolay', windowSeconds, order: 2 });
  return Float32Array.from(speed(v).contiguous());
}

/** Time x space: the mean of the keypoints that are there; NaN where none is. */
function meanPoint({ positions }: PoseTrack): Signal {
  const [frames, , keypoints, space] = positions.shape;
  const values = positions.contiguous();
  const out = new Float64Array(frames * space).fill(NaN);
  for (let t = 0; t < frames; t++) {
    let there = 0;
    const sum = [0, 0, 0];
    for (let k = 0; k < keypoints; k++) {
      const at = (t * keypoints + k) * space;
      if (Number.isNaN(values[at])) continue;
      there++;
      for (let a = 0; a < space; a++) sum[a] += values[at + a];
    }
    if (there === 0) continue;
    for (let a = 0; a < space; a++) out[t * space + a] = sum[a] / there;
  }
  return new Signal({
    name: 'mean point',
    dimensions: [
      { name: 'time', size: frames },
      { name: 'space', size: space },
    ],
    values: out,
    unit: positions.unit,
    time: positions.time,
    provenance: { step: 'mean point', inputs: [positions.provenance] },
  });
}

/** The median over frames of the diagonal of the box around all keypoints; NaN where no frame has two. */
export function bodyExtent({ positions }: PoseTrack): number {
  const [frames, , keypoints, space] = positions.shape;
  const values = positions.contiguous();
  // A thousand frames tell a median well enough.
  const step = Math.max(1, Math.floor(frames / 1000));
  const extents: number[] = [];
  for (let t = 0; t < frames; t += step) {
    let square = 0;
    for (let a = 0; a < space; a++) {
      let [low, high] = [Infinity, -Infinity];
      for (let k = 0; k < keypoints; k++) {
        const v = values[(t * keypoints + k) * space + a];
        if (v < low) low = v;
        if (v > high) high = v;
      }
      square += high > low ? (high - low) ** 2 : 0;
    }
    if (square > 0) extents.push(Math.sqrt(square));
  }
  return median(extents);
}

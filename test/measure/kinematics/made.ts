import { poseTrack, type PoseTrack } from '../../../src/signal/pose.ts';
import { Signal } from '../../../src/signal/signal.ts';
import { skeleton } from '../../../src/signal/skeleton.ts';
import { regularTime, type TimeAxis } from '../../../src/signal/time.ts';

export const made = { step: 'test' };

/** A signal of time x space from its columns. */
export function columns(time: TimeAxis, values: readonly Float64Array[], variance?: number): Signal {
  const count = values[0].length;
  const size = values.length;
  const dimensions = [
    { name: 'time', size: count },
    { name: 'space', size, labels: ['x', 'y', 'z'].slice(0, size) },
  ];
  const entries = (size * (size + 1)) / 2;
  const diagonal = [[0], [0, 2], [0, 3, 5]][size - 1];
  const covariance =
    variance === undefined
      ? undefined
      : new Signal({
          name: 'covariance',
          dimensions: [dimensions[0], { name: 'entry', size: entries }],
          values: Float64Array.from({ length: count * entries }, (_, i) =>
            diagonal.includes(i % entries) ? variance : 0,
          ),
          unit: 'px*px',
          time,
          provenance: made,
        });
  const interleaved = Float64Array.from(
    { length: count * size },
    (_, i) => values[i % size][Math.floor(i / size)],
  );
  return new Signal({
    name: 'made',
    dimensions,
    values: interleaved,
    unit: 'px',
    time,
    covariance,
    provenance: made,
  });
}

/** A track of one animal from functions of time, with noise and covariance where a variance is given. */
export function trackOf(
  keypoints: Readonly<Record<string, (seconds: number) => readonly number[]>>,
  options: {
    readonly count: number;
    readonly rate: number;
    readonly unit?: string;
    readonly variance?: number;
    readonly noise?: () => number;
    readonly edges?: readonly (readonly [string, string])[];
  },
): PoseTrack {
  const names = Object.keys(keypoints);
  const space = keypoints[names[0]](0).length as 2 | 3;
  const positions: number[] = [];
  const covariance: number[] = [];
  for (let t = 0; t < options.count; t++) {
    for (const name of names) {
      for (const x of keypoints[name](t / options.rate)) positions.push(x + (options.noise?.() ?? 0));
      for (let a = 0; a < space; a++) {
        for (let b = a; b < space; b++) covariance.push(a === b ? (options.variance ?? 0) : 0);
      }
    }
  }
  return poseTrack({
    skeleton: skeleton(names, options.edges),
    space,
    positions: Float64Array.from(positions),
    covariance: options.variance === undefined ? undefined : Float64Array.from(covariance),
    unit: options.unit,
    time: regularTime(options.count, options.rate),
    provenance: made,
  });
}

export function rootMeanSquare(values: ArrayLike<number>): number {
  let [sum, n] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    sum += values[i] ** 2;
    n++;
  }
  return Math.sqrt(sum / n);
}

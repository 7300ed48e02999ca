import { Moments, median } from '../../math/index.ts';
import type { PoseTrack } from '../../signal/pose.ts';
import { derived } from '../../signal/provenance.ts';
import type { Signal } from '../../signal/signal.ts';
import { pointsOf, scalarSignal, seriesOfIndividual } from './points.ts';
import { table, type Table } from './table.ts';

/**
 * The distance between two keypoints of one animal, in the unit of the track; time x individual x quantity (one), with
 * first-order variance n' (C_a + C_b) n along the segment (errors of the two points independent).
 *
 * NaN where either point is missing. Noise lengthens: the expectation is larger by about s^2 / length, s^2 the variance across.
 */
export function segmentLength(track: PoseTrack, a: string, b: string): Signal {
  const points = pointsOf(track);
  const [from, to] = [points.keypoint(a), points.keypoint(b)];
  const { unit } = track.positions;
  return scalarSignal(track, `length ${a}-${b}`, unit, 'segmentLength', { a, b }, (t, i) => {
    const d = points.difference(t, i, from, to);
    const length = Math.hypot(...d);
    const n = d.map((x) => (length > 0 ? x / length : 1 / Math.sqrt(d.length)));
    return [length, points.variance(t, i, from, n) + points.variance(t, i, to, n)];
  });
}

/**
 * Every segment of the skeleton for every individual: n, median, mean, sd (the track's unit) and coefficient of variation. Bones
 * keep their length in space: a large variation tells of wrong detections, in pictures also of movement out of the plane.
 */
export function segmentTable(track: PoseTrack): Table {
  const { keypoints, edges } = track.skeleton;
  const individuals = track.positions.dimensions[1];
  const rows = edges.flatMap(([a, b]) => {
    const lengths = segmentLength(track, keypoints[a], keypoints[b]);
    return Array.from({ length: individuals.size }, (_, i) => {
      const series = seriesOfIndividual(lengths, i);
      return {
        segment: `${keypoints[a]}-${keypoints[b]}`,
        individual: individuals.labels?.[i] ?? `${i}`,
        middle: median(series),
        moments: Moments.of(series),
      };
    });
  });
  const { unit, provenance } = track.positions;
  const column = (f: (row: (typeof rows)[number]) => number): Float64Array => Float64Array.from(rows, f);
  return table(
    'segments',
    [
      { name: 'segment', words: rows.map((r) => r.segment) },
      { name: 'individual', words: rows.map((r) => r.individual) },
      { name: 'n', unit: 'count', values: column((r) => r.moments.count) },
      { name: 'median', unit, values: column((r) => r.middle) },
      { name: 'mean', unit, values: column((r) => r.moments.mean) },
      { name: 'sd', unit, values: column((r) => r.moments.standardDeviation) },
      { name: 'variation', unit: '1', values: column((r) => r.moments.standardDeviation / r.moments.mean) },
    ],
    derived('kinematics.segmentTable', [provenance]),
  );
}

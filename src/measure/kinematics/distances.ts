import { UsageError } from '../../signal/error.ts';
import type { PoseTrack } from '../../signal/pose.ts';
import type { Signal } from '../../signal/signal.ts';
import { pointsOf, scalarSignal } from './points.ts';

/** One keypoint of one animal. */
export interface BodyPoint {
  readonly individual: string;
  readonly keypoint: string;
}

/**
 * Distance of a keypoint of every individual from a fixed place (a water port, the middle of the arena), in the unit of the
 * track; time x individual x quantity (one), variance n' C n along the line. NaN where the keypoint is missing.
 */
export function distanceToPlace(track: PoseTrack, keypoint: string, place: readonly number[]): Signal {
  const points = pointsOf(track);
  const k = points.keypoint(keypoint);
  if (place.length !== points.space || !place.every(Number.isFinite)) {
    throw new UsageError('the place does not lie in the space of the track', {
      expected: `${points.space} finite coordinates`,
      got: place.join(', '),
    });
  }
  const options = { keypoint, place };
  return scalarSignal(
    track,
    `distance ${keypoint}`,
    track.positions.unit,
    'distanceToPlace',
    options,
    (t, i) => {
      const d = place.map((p, axis) => points.at(t, i, k, axis) - p);
      const length = Math.hypot(...d);
      const n = d.map((x) => (length > 0 ? x / length : 1 / Math.sqrt(d.length)));
      return [length, points.variance(t, i, k, n)];
    },
  );
}

/**
 * Distance between a point of one animal and a point of another (or of the same), in the unit of the track; time x individual
 * (one) x quantity (one), variance n' (C_a + C_b) n. NaN where either is missing.
 */
export function distanceBetween(track: PoseTrack, a: BodyPoint, b: BodyPoint): Signal {
  const points = pointsOf(track);
  const names = track.positions.dimensions[1].labels ?? [];
  const individual = (name: string): number => {
    const i = names.indexOf(name);
    if (i < 0) {
      throw new UsageError(`the track has no individual "${name}"`, {
        expected: `one of ${names.join(', ')}`,
      });
    }
    return i;
  };
  const [ia, ib] = [individual(a.individual), individual(b.individual)];
  const [ka, kb] = [points.keypoint(a.keypoint), points.keypoint(b.keypoint)];
  const name = `distance ${a.individual} ${a.keypoint}-${b.individual} ${b.keypoint}`;
  const first = { skeleton: track.skeleton, positions: track.positions.slice('individual', 0, 1) };
  const options = { a: { ...a }, b: { ...b } };
  return scalarSignal(first, name, track.positions.unit, 'distanceBetween', options, (t) => {
    const d = Array.from(
      { length: points.space },
      (_, x) => points.at(t, ib, kb, x) - points.at(t, ia, ka, x),
    );
    const length = Math.hypot(...d);
    const n = d.map((x) => (length > 0 ? x / length : 1 / Math.sqrt(d.length)));
    return [length, points.variance(t, ia, ka, n) + points.variance(t, ib, kb, n)];
  });
}

/**
 * Length of the path of a keypoint since the start, in the unit of the track; time x individual x quantity (one), no variance.
 * A missing stretch counts as the straight line across it, and is missing itself. Noise lengthens a path without bound
 * (by about s sqrt(pi) a sample at rest): smooth first.
 */
export function pathLength(track: PoseTrack, keypoint: string): Signal {
  const points = pointsOf(track);
  const k = points.keypoint(keypoint);
  const last: (number[] | undefined)[] = [];
  const travelled = new Float64Array(points.individuals);
  const bare = {
    ...track,
    positions: track.positions.derive(track.positions.contiguous(), track.positions.provenance, {
      covariance: undefined,
    }),
  };
  return scalarSignal(bare, `path ${keypoint}`, track.positions.unit, 'pathLength', { keypoint }, (t, i) => {
    const here = Array.from({ length: points.space }, (_, axis) => points.at(t, i, k, axis));
    if (here.some(Number.isNaN)) return [NaN, NaN];
    const before = last[i];
    if (before) travelled[i] += Math.hypot(...here.map((x, axis) => x - before[axis]));
    last[i] = here;
    return [travelled[i], NaN];
  });
}

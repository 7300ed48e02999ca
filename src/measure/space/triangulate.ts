import type { LensCamera } from '../../math/lens.ts';
import { UsageError } from '../../signal/error.ts';
import { poseTrack, type PoseTrack } from '../../signal/pose.ts';
import { derived } from '../../signal/provenance.ts';
import { pointFrom, type SpacePoint } from './point.ts';
import { sightThrough, type Sight } from './sight.ts';

/** What one camera saw. */
export interface CameraTrack {
  readonly camera: LensCamera;
  /** In px. All cameras' tracks have the same times, individuals and keypoints: see `inStep`. */
  readonly track: PoseTrack;
}

export interface TriangulateOptions {
  /** Points below that confidence are not used. Default 0.5. */
  readonly confidence?: number;
  /** Variance added to every pixel's, px^2: what calibration and labels are off by. Default 0.25. */
  readonly floor?: number;
  /**
   * Sights that miss the point by more than this many of their standard deviations are not believed: of three cameras or more the worst is left out, two
   * that disagree give no point. Default 6.
   */
  readonly gate?: number;
}

export interface Triangulated {
  /** In the unit of the cameras' world, with covariance; confidence is the least of the cameras used. NaN where fewer than two cameras saw a point. */
  readonly track: PoseTrack;
  /** Points that fewer than two cameras saw, and points of which two disagreed. */
  readonly unseen: number;
  readonly disagreed: number;
  readonly points: number;
}

/**
 * Posture in space from posture in the pictures of calibrated cameras.
 * Throws `UsageError` for fewer than two cameras, and for tracks of different times, individuals or keypoints.
 * @param unit of the cameras' world.
 */
export function triangulate(
  views: readonly CameraTrack[],
  unit: string,
  { confidence: least = 0.5, floor = 0.25, gate = 6 }: TriangulateOptions = {},
): Triangulated {
  checkViews(views);
  const [{ track: first }] = views;
  const [frames, individuals, keypoints] = first.positions.dimensions.map((d) => d.size);
  const points = frames * individuals * keypoints;
  const positions = new Float64Array(3 * points).fill(NaN);
  const covariance = new Float64Array(6 * points).fill(NaN);
  const confidence = new Float64Array(points).fill(NaN);
  const seen = views.map(({ camera, track: { positions: p } }) => ({
    camera,
    values: p.contiguous(),
    covariances: p.covariance?.contiguous(),
    confidences: p.confidence?.contiguous(),
  }));
  let [unseen, disagreed] = [0, 0];
  for (let i = 0; i < points; i++) {
    const sights: Sight[] = [];
    const trust: number[] = [];
    for (const { camera, values, covariances, confidences } of seen) {
      const [x, y, trusted] = [values[2 * i], values[2 * i + 1], confidences?.[i] ?? 1];
      if (!(trusted >= least) || Number.isNaN(x) || Number.isNaN(y)) continue;
      const [xx, xy, yy] = covariances?.subarray(3 * i, 3 * i + 3) ?? [0, 0, 0];
      const known = Number.isFinite(xx + xy + yy);
      const sight = sightThrough(
        camera,
        x,
        y,
        known ? [xx + floor, xy, yy + floor] : [1 + floor, 0, 1 + floor],
      );
      if (!sight) continue;
      sights.push(sight);
      trust.push(trusted);
    }
    if (sights.length < 2) {
      unseen++;
      continue;
    }
    const found = believed(sights, trust, gate ** 2);
    if (!found) {
      disagreed++;
      continue;
    }
    positions.set(found.point, 3 * i);
    covariance.set(found.covariance, 6 * i);
    confidence[i] = Math.min(...trust);
  }
  const track = poseTrack({
    name: 'pose in space',
    skeleton: first.skeleton,
    individuals: first.positions.dimensions[1].labels,
    space: 3,
    positions,
    covariance,
    confidence,
    unit,
    time: first.positions.time!,
    provenance: derived(
      'space.triangulate',
      views.map(({ track }) => track.positions.provenance),
      { cameras: views.map(({ camera }) => camera.name), confidence: least, floor, gate },
    ),
  });
  return { track, unseen, disagreed, points };
}

/** The point that the sights agree on; leaves out the worst one by one while three or more are left, `trust` along with them. */
function believed(sights: Sight[], trust: number[], gate: number): SpacePoint | undefined {
  for (;;) {
    const found = pointFrom(sights);
    const worst = found ? found.misses.indexOf(Math.max(...found.misses)) : 0;
    if (found && found.misses[worst] <= gate) return found;
    if (sights.length <= 2) return undefined;
    const out = found ? worstOf(sights) : worst;
    sights.splice(out, 1);
    trust.splice(out, 1);
  }
}

/** The sight without which the others agree best: the one that misses furthest may be a good one pulled away by a bad one. */
function worstOf(sights: readonly Sight[]): number {
  const left = sights.map((_, k) => {
    const found = pointFrom(sights.filter((__, i) => i !== k));
    return found ? found.misses.reduce((a, b) => a + b, 0) : Infinity;
  });
  return left.indexOf(Math.min(...left));
}

function checkViews(views: readonly CameraTrack[]): void {
  if (views.length < 2) {
    throw new UsageError('a point in space needs two cameras', { got: `${views.length}` });
  }
  const shape = ({ track }: CameraTrack): string =>
    track.positions.dimensions.map((d) => `${d.size} ${d.name}`).join(' x ') +
    `, ${track.skeleton.keypoints.join(' ')}`;
  const other = views.find((v) => shape(v) !== shape(views[0]));
  if (other) {
    throw new UsageError('the cameras did not see the same', {
      where: other.camera.name,
      expected: shape(views[0]),
      got: shape(other),
    });
  }
}

import type { PoseTrack } from '../../signal/pose.ts';
import { derived } from '../../signal/provenance.ts';
import { pointsOf } from './points.ts';

/**
 * Posture in the animal's own frame: `origin` at (0, 0), `forward` on the positive x axis, y to the animal's right in
 * picture coordinates (y down) and to its left in world coordinates (y up). In 3D the frame turns about the z axis only.
 *
 *   p' = R(-theta) (p - origin),  theta = direction from origin to forward
 *
 * Covariances are carried to first order through all three points, so that the origin's is zero and the forward point's lies along x.
 * NaN: a frame without origin or forward point is missing as a whole. Lengths and unit are unchanged.
 */
export function egocentric(
  track: PoseTrack,
  frame: { readonly origin: string; readonly forward: string },
): PoseTrack {
  const points = pointsOf(track);
  const [origin, forward] = [points.keypoint(frame.origin), points.keypoint(frame.forward)];
  const { positions } = track;
  const { space, count, individuals } = points;
  const keypoints = track.skeleton.keypoints.length;
  const entries = (space * (space + 1)) / 2;
  const spread = positions.covariance?.contiguous();
  const out = new Float64Array(positions.size).fill(NaN);
  const carried = new Float64Array(count * individuals * keypoints * entries).fill(NaN);
  for (let t = 0; t < count; t++) {
    for (let i = 0; i < individuals; i++) {
      const [dx, dy] = points.difference(t, i, origin, forward);
      const length = Math.hypot(dx, dy);
      if (!(length > 0)) continue;
      const [c, s] = [dx / length, dy / length];
      for (let k = 0; k < keypoints; k++) {
        const q = points.difference(t, i, origin, k);
        const at = (t * individuals + i) * keypoints + k;
        const [x, y] = [c * q[0] + s * q[1], -s * q[0] + c * q[1]];
        out[at * space] = x;
        out[at * space + 1] = y;
        if (space === 3) out[at * 3 + 2] = q[2];
        if (!spread) continue;
        // d p' / d theta = (y, -x); d theta / d forward = (-s, c) / length = -(d theta / d origin).
        const turn = [y, -x, 0].slice(0, space);
        const across = [-s / length, c / length, 0].slice(0, space);
        const rotation = [
          [c, s, 0],
          [-s, c, 0],
          [0, 0, 1],
        ]
          .map((row) => row.slice(0, space))
          .slice(0, space);
        const jacobian = new Map<number, number[][]>();
        const add = (point: number, f: (a: number, b: number) => number): void => {
          const old = jacobian.get(point);
          jacobian.set(
            point,
            rotation.map((row, a) => row.map((_, b) => (old?.[a][b] ?? 0) + f(a, b))),
          );
        };
        add(k, (a, b) => rotation[a][b]);
        add(origin, (a, b) => -rotation[a][b] - turn[a] * across[b]);
        add(forward, (a, b) => turn[a] * across[b]);
        let entry = at * entries;
        for (let a = 0; a < space; a++) {
          for (let b = a; b < space; b++) {
            let sum = 0;
            for (const [point, J] of jacobian) {
              const C = covarianceAt(spread, ((t * individuals + i) * keypoints + point) * entries, space);
              for (let m = 0; m < space; m++) {
                for (let n = 0; n < space; n++) sum += J[a][m] * C[m][n] * J[b][n];
              }
            }
            carried[entry++] = sum;
          }
        }
      }
    }
  }
  const provenance = derived('kinematics.egocentric', [positions.provenance], { ...frame });
  const covariance = positions.covariance?.derive(carried, provenance);
  return {
    skeleton: track.skeleton,
    positions: positions.derive(out, provenance, { name: `${positions.name} egocentric`, covariance }),
  };
}

function covarianceAt(spread: ArrayLike<number>, offset: number, space: number): number[][] {
  const C = Array.from({ length: space }, () => Array.from({ length: space }, () => 0));
  let entry = offset;
  for (let a = 0; a < space; a++) for (let b = a; b < space; b++) C[a][b] = C[b][a] = spread[entry++];
  return C;
}

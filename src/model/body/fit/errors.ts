import type { Observation } from './observation.ts';
import type { Posture, PostureSolver } from './posture.ts';

/** Below so many frames residuals say nothing of their course. */
const fewestFrames = 10;

/**
 * How much of the variance of the keypoints' errors is still there one frame later, 0 to 1. A network that takes a fold of the skin for the elbow does so
 * in the next frame too, and again in the same posture. By the residuals of a fit frame by frame, which are errors without the part that the body can
 * follow: their autocorrelation at a lag of one frame, over all coordinates of all keypoints, whitened, without taking a mean off (an error that never
 * changes is one).
 */
export function likenessOfErrors(
  solver: PostureSolver,
  postures: readonly Posture[],
  frames: readonly (readonly Observation[])[],
): number {
  if (frames.length < fewestFrames) return 0;
  let [products, squares] = [0, 0];
  let before: readonly Float64Array[] = [];
  frames.forEach((frame, t) => {
    const now = solver.residuals(postures[t].position, frame);
    frame.forEach(({ marker, camera }, i) => {
      const k = frames[t - 1]?.findIndex((o) => o.marker === marker && o.camera === camera) ?? -1;
      if (k < 0 || before[k].length !== now[i].length) return;
      now[i].forEach((r, c) => {
        products += r * before[k][c];
        squares += (r * r + before[k][c] ** 2) / 2;
      });
    });
    before = now;
  });
  return squares > 0 ? Math.min(Math.max(products / squares, 0), 1) : 0;
}

import type { Observation } from './observation.ts';
import type { Posture, PostureSolver } from './posture.ts';

export interface RegisterOptions {
  /** Alternations of postures and offsets. Default 6. */
  readonly rounds?: number;
  /** Frames that offsets are learned from, evenly over the recording. Default 100. */
  readonly frames?: number;
  /** How many frames the offsets that the body came with count as. Default 1. */
  readonly weight?: number;
}

/** Every frame of `frames` from the first on, each started from the one before. */
export function follow(
  solver: PostureSolver,
  start: Float64Array,
  frames: readonly (readonly Observation[])[],
): Posture[] {
  let position = start;
  return frames.map((frame) => {
    const posture = solver.solve(position, frame);
    position = posture.position;
    return posture;
  });
}

/** `count` frames, evenly. */
export function sample<T>(frames: readonly T[], count: number): T[] {
  if (frames.length <= count) return [...frames];
  return Array.from({ length: count }, (_, i) => frames[Math.floor(((i + 0.5) * frames.length) / count)]);
}

/**
 * Where on their bodies the markers are: STAC, simultaneous tracking and calibration (Wu, Tassa, Kumar, Movellan & Todorov 2013). Postures are
 * fitted with the offsets as they are; then each offset is the mean of its points in its body's frame, drawn to the offset m0 it came with:
 *
 *   m = (sum over frames of R^T (y - p) + weight m0) / (frames + weight)
 *
 * and again. Changes the solver's offsets. Only points in space tell; a marker that is never seen keeps its offset.
 *
 * Note: an offset along a bone and an angle can stand for the same thing, so angles may be off by a constant that `weight` alone decides.
 */
export function registerMarkers(
  solver: PostureSolver,
  start: Float64Array,
  frames: readonly (readonly Observation[])[],
  { rounds = 6, frames: count = 100, weight = 1 }: RegisterOptions = {},
): void {
  const chosen = sample(frames, count);
  const own = solver.offsets;
  for (let round = 0; round < rounds; round++) {
    const postures = follow(solver, start, chosen);
    const sums = own.map((v) => v * weight);
    const seen = new Float64Array(solver.markers.length).fill(weight);
    postures.forEach(({ position }, t) => {
      solver.place(position);
      for (const { marker, camera, value } of chosen[t]) {
        if (camera) continue;
        const { position: p, rotation: r } = solver.bodyFrame(solver.markers[marker].body);
        seen[marker]++;
        for (let c = 0; c < 3; c++) {
          for (let k = 0; k < 3; k++) sums[3 * marker + c] += r[3 * k + c] * (value[k] - p[k]);
        }
      }
    });
    solver.offsets = sums.map((v, i) => (seen[Math.floor(i / 3)] > 0 ? v / seen[Math.floor(i / 3)] : own[i]));
  }
}

/** The factor that the body's lengths must be multiplied by so that its markers are spread as the points are, at fitted postures. */
export function spreadRatio(
  solver: PostureSolver,
  postures: readonly Posture[],
  frames: readonly (readonly Observation[])[],
): number {
  let across = 0;
  let own = 0;
  postures.forEach(({ position }, t) => {
    const points = frames[t].filter((o) => !o.camera);
    if (points.length < 2) return;
    const places = solver.place(position);
    for (let c = 0; c < 3; c++) {
      const mean = (of: (o: Observation) => number): number =>
        points.reduce((sum, o) => sum + of(o), 0) / points.length;
      const y = mean((o) => o.value[c]);
      const p = mean((o) => places[3 * o.marker + c]);
      for (const o of points) {
        across += (o.value[c] - y) * (places[3 * o.marker + c] - p);
        own += (places[3 * o.marker + c] - p) ** 2;
      }
    }
  });
  return across / own;
}

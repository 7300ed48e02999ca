import type { BodyModel } from '../../model/body/engine/model.ts';
import { Muscles } from '../../model/body/dynamics/muscles.ts';

/** How far from the bone the skin over a muscle lies, as a share of the segment's half length. */
const girth = 0.25;

/**
 * Where the electrodes over each muscle lie, muscles x 3, m, world frame, in the body's default posture: beside each joint that it crosses,
 * on the side to which it pulls, the mean over these joints weighted by moment arm. Good for how far electrodes are from each other, not for
 * anatomy.
 */
export function electrodePlaces(model: BodyModel): Float64Array {
  const muscles = new Muscles(model);
  using simulation = model.simulate();
  simulation.forward();
  const { nv } = model.sizes;
  const leverage = muscles.leverage(simulation);
  const [anchors, axes, centers] = (['xanchor', 'xaxis', 'xipos'] as const).map((f) => simulation.get(f));
  const out = new Float64Array(3 * muscles.indices.length);
  muscles.indices.forEach((_, m) => {
    let total = 0;
    model.joints.forEach(({ type, body, velocity }, j) => {
      const arm = type === 'hinge' ? leverage[m * nv + velocity] : 0;
      if (arm === 0) return;
      const weight = Math.abs(arm);
      const bone = [0, 1, 2].map((c) => centers[3 * body + c] - anchors[3 * j + c]);
      const [ax, ay, az] = axes.subarray(3 * j, 3 * j + 3);
      // A pull that turns the segment about its axis comes from this side of it.
      const side = [ay * bone[2] - az * bone[1], az * bone[0] - ax * bone[2], ax * bone[1] - ay * bone[0]];
      for (let c = 0; c < 3; c++) {
        out[3 * m + c] += weight * (anchors[3 * j + c] + 0.5 * bone[c] + girth * Math.sign(arm) * side[c]);
      }
      total += weight;
    });
    if (total > 0) for (let c = 0; c < 3; c++) out[3 * m + c] /= total;
  });
  return out;
}

/** Distances between places, n x n. */
export function distancesAmong(places: Float64Array): Float64Array {
  const n = places.length / 3;
  return Float64Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    return Math.hypot(...[0, 1, 2].map((c) => places[3 * i + c] - places[3 * j + c]));
  });
}

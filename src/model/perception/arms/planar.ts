import { sixMuscleArm } from '../../plant/bodies.ts';
import { toFibers } from '../../plant/plant.ts';
import type { Arm } from './arm.ts';

/**
 * The planar arm with six muscles (`plant.sixMuscleArm`: Nijhof & Kouwenhoven 2000) in its horizontal plane; the shoulder is the origin, x to the right and y
 * away from the body. Each end point within its reach has one posture, with the elbow flexed.
 */
export function planarArm(): Arm {
  const { skeleton, actuators, limits } = sixMuscleArm();
  const ranges = [0, 1].map((j) => [limits!.low[j], limits!.high[j]] as const);
  const { paths, names } = actuators;
  /** time x [q1, q2, 0, 0]. */
  const atRest = (postures: Float64Array): Float64Array =>
    Float64Array.from({ length: 2 * postures.length }, (_, i) =>
      i % 4 < 2 ? postures[(i >> 2) * 2 + (i % 4)] : 0,
    );
  const distanceAt = (elbow: number): number => {
    const end = new Float64Array(4);
    skeleton.endpoint(Float64Array.of(0, elbow, 0, 0), end);
    return Math.hypot(end[0], end[1]);
  };
  const [longest, shortest] = [distanceAt(ranges[1][0]) - 1e-9, distanceAt(ranges[1][1]) + 1e-9];
  return {
    name: 'planar arm',
    joints: skeleton.coordinates,
    muscles: names,
    optimalLength: actuators.optimalLength.map((metres) => 1000 * metres),
    ranges,
    dimensions: 2,
    planes: [{ name: 'horizontal', right: [1, 0], up: [0, 1] }],
    reach(path) {
      const postures = new Float64Array(path.length);
      for (let i = 0; i < path.length; i += 2) {
        const away = Math.hypot(path[i], path[i + 1]);
        if (!(away <= longest && away >= shortest)) {
          return {
            kind: 'missed',
            step: i / 2,
            why: `${away.toFixed(3)} m from the shoulder, of ${shortest.toFixed(3)} to ${longest.toFixed(3)} m`,
          };
        }
        const posture = skeleton.positionsAt(path[i], path[i + 1]);
        const out = posture.findIndex((q, j) => !(q >= ranges[j][0] && q <= ranges[j][1]));
        if (out >= 0) {
          const [low, high] = ranges[out];
          return {
            kind: 'missed',
            step: i / 2,
            why: `${skeleton.coordinates[out]} at ${posture[out].toFixed(2)} rad, of ${low.toFixed(2)} to ${high.toFixed(2)} rad`,
          };
        }
        postures.set(posture, i);
      }
      return { kind: 'reached', postures };
    },
    endPoints(postures) {
      const motion = atRest(postures);
      const ends = new Float64Array(motion.length);
      skeleton.endpoint(motion, ends);
      return Float64Array.from({ length: postures.length }, (_, i) => ends[(i >> 1) * 4 + (i & 1)]);
    },
    fiberLengths(postures) {
      const length = new Float64Array((postures.length / 2) * names.length);
      const velocity = new Float64Array(length.length);
      paths.geometry(atRest(postures), length, velocity);
      toFibers(actuators, length, velocity);
      return length;
    },
  };
}

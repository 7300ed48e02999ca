import { UsageError } from '../../../signal/error.ts';
import { fiberScales } from '../../body/dynamics/fibers.ts';
import { Muscles } from '../../body/dynamics/muscles.ts';
import type { BodyModel } from '../../body/engine/model.ts';
import type { Arm } from './arm.ts';

/** The four joints that place the hand; forearm and wrist keep the model's default posture. */
const joints = ['shoulder_flexion', 'shoulder_abduction', 'shoulder_rotation', 'elbow_flexion'] as const;

/** The end point. */
const site = 'knuckle_index';

/** A muscle that none of the four joints moves: it says nothing of the hand's place. */
const unmoved = ['supinator'];

/** m; below this the end point is where it should be. */
const tolerance = 1e-6;

const mostIterations = 60;

/** Longest change of a joint in one iteration, rad. */
const longestStep = 0.3;

/** Steps along directions in which the hand hardly moves are held back, m^2/rad^2. */
const damping = 1e-6;

/**
 * The arm in three dimensions (`body.arm`: 16 of its 17 muscles), which writes with the index's knuckle in a horizontal and in an upright plane before the body. Frame: the body
 * model's, x forward, y to the left, z up. Four joints reach a point in many postures: each step takes the one nearest to the last (damped least
 * squares, Wampler 1986, IEEE Trans Syst Man Cybern 16:93), as in Sandbrink et al. 2023. Joints stop at their ranges. It holds a simulation: dispose of it before
 * the model. Throws `UsageError` where the model is another body.
 */
export function spatialArm(model: BodyModel): Arm & Disposable {
  const chosen = joints.map((name) => model.joints[model.index('joints', name)]);
  const end = model.index('sites', site);
  const muscles = new Muscles(model);
  const scales = fiberScales(model, muscles);
  const felt = [...muscles.indices.keys()].filter((m) => !unmoved.includes(muscles.names[m]));
  const ranges = chosen.map(({ name, range }) => {
    if (range) return range;
    throw new UsageError('a joint of the arm needs a range', { where: `${model.name}, joint "${name}"` });
  });
  const simulation = model.simulate();
  const whole = model.get('qpos0');
  const [xpos, anchors, axes] = [
    simulation.get('site_xpos'),
    simulation.get('xanchor'),
    simulation.get('xaxis'),
  ];
  const places = chosen.map(({ name }) => model.index('joints', name));
  const J = joints.length;

  const pose = (posture: ArrayLike<number>, offset = 0): void => {
    chosen.forEach(({ position }, j) => (whole[position] = posture[offset + j]));
    simulation.set('qpos', whole);
  };
  /** Moves `posture` until the end point is at the target; the distance that is left, m. */
  const approach = (posture: Float64Array, target: Float64Array): number => {
    let left = Infinity;
    for (let k = 0; k < mostIterations; k++) {
      pose(posture);
      simulation.kinematics();
      simulation.get('site_xpos', xpos);
      const error = [0, 1, 2].map((d) => target[d] - xpos[3 * end + d]);
      left = Math.hypot(...error);
      if (left < tolerance) return left;
      simulation.get('xanchor', anchors);
      simulation.get('xaxis', axes);
      const columns = places.map((p) => {
        const lever = [0, 1, 2].map((d) => xpos[3 * end + d] - anchors[3 * p + d]);
        return cross(axes.subarray(3 * p, 3 * p + 3), lever);
      });
      const change = dampedStep(columns, error);
      const scale = Math.min(1, longestStep / Math.max(...change.map(Math.abs)));
      change.forEach((step, j) => {
        const [low, high] = ranges[j];
        posture[j] = Math.min(high, Math.max(low, posture[j] + scale * step));
      });
    }
    return left;
  };
  return {
    name: 'arm in space',
    joints,
    muscles: felt.map((m) => muscles.names[m]),
    optimalLength: felt.map((m) => 1000 * scales[m].optimal),
    ranges,
    dimensions: 3,
    planes: [
      { name: 'horizontal', right: [0, -1, 0], up: [1, 0, 0] },
      { name: 'upright', right: [0, -1, 0], up: [0, 0, 1] },
    ],
    reach(path, near = ranges.map(([low, high]) => (low + high) / 2)) {
      const posture = Float64Array.from(near);
      const postures = new Float64Array((path.length / 3) * J);
      for (let step = 0; step < path.length / 3; step++) {
        const left = approach(posture, path.subarray(3 * step, 3 * step + 3));
        if (!(left < tolerance)) {
          return { kind: 'missed', step, why: `${(1000 * left).toFixed(1)} mm away at the nearest` };
        }
        postures.set(posture, step * J);
      }
      return { kind: 'reached', postures };
    },
    endPoints(postures) {
      const ends = new Float64Array((postures.length / J) * 3);
      for (let t = 0; t < postures.length / J; t++) {
        pose(postures, t * J);
        simulation.kinematics();
        simulation.get('site_xpos', xpos);
        ends.set(xpos.subarray(3 * end, 3 * end + 3), 3 * t);
      }
      return ends;
    },
    fiberLengths(postures) {
      const M = felt.length;
      const lengths = new Float64Array((postures.length / J) * M);
      for (let t = 0; t < postures.length / J; t++) {
        pose(postures, t * J);
        simulation.forward();
        const paths = simulation.get('actuator_length');
        felt.forEach((m, k) => {
          const { shortest, first, optimal } = scales[m];
          lengths[t * M + k] = first + (paths[muscles.indices[m]] - shortest) / optimal;
        });
      }
      return lengths;
    },
    [Symbol.dispose]: () => simulation[Symbol.dispose](),
  };
}

function cross(a: ArrayLike<number>, b: ArrayLike<number>): readonly number[] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** J^T (J J^T + damping I)^-1 e, where the columns of J are the end point's velocity a joint. */
function dampedStep(columns: readonly (readonly number[])[], error: readonly number[]): number[] {
  const [a, b, c] = [0, 1, 2].map((r) =>
    [0, 1, 2].map((s) => columns.reduce((sum, v) => sum + v[r] * v[s], r === s ? damping : 0)),
  );
  // The solution of three equations by Cramer's rule.
  const determinant = dot(a, cross(b, c));
  const columnsOf = [cross(b, c), cross(c, a), cross(a, b)];
  const solved = [0, 1, 2].map(
    (r) => columnsOf.reduce((sum, v, s) => sum + v[r] * error[s], 0) / determinant,
  );
  return columns.map((v) => dot(v, solved));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

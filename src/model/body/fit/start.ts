import { procrustes } from '../../../math/procrustes.ts';
import { Random } from '../../../math/random.ts';
import type { Observation } from './observation.ts';
import type { Posture, PostureSolver } from './posture.ts';

/**
 * A posture to start tracking from, with nothing known: the best fit of one frame from several starts. A free trunk is laid onto points in
 * space by the rigid motion between markers and points (Umeyama 1991), and tried in eight headings where there are only pictures; the joints
 * start at their rest, in the middle of their ranges, and at random, `starts` times at most.
 */
export function startPosture(
  solver: PostureSolver,
  rest: Float64Array,
  frame: readonly Observation[],
  seed: number,
  starts = 40,
): Posture {
  const random = new Random(seed);
  const values = frame.reduce((sum, o) => sum + o.value.length, 0);
  let best: Posture | undefined;
  for (const joints of jointStarts(solver, rest, random, starts)) {
    // As good as the covariances say: there is nothing to look for any more.
    if (best && best.cost < 2 * values) break;
    for (const start of trunkStarts(solver, joints, frame)) {
      // The trunk first: limbs that pull it over are how fits go astray.
      const trunk = trunkSlots(solver);
      const laid = trunk > 0 ? solver.solve(start, frame, { only: (slot) => slot < trunk }).position : start;
      const found = solver.solve(laid, frame);
      if (!best || found.cost < best.cost) best = found;
    }
  }
  return best!;
}

/** How many of the first degrees of freedom are a free trunk's: 6 or 0. */
function trunkSlots(solver: PostureSolver): number {
  return solver.coordinates.model.joints[0]?.type === 'free' ? 6 : 0;
}

function* jointStarts(
  solver: PostureSolver,
  rest: Float64Array,
  random: Random,
  count: number,
): Generator<Float64Array> {
  yield rest;
  const { joints } = solver.coordinates.model;
  const moved = (part: (low: number, high: number) => number): Float64Array => {
    const position = rest.slice();
    for (const j of joints)
      if (j.range && j.type !== 'ball') position[j.position] = part(j.range[0], j.range[1]);
    return position;
  };
  yield moved((low, high) => (low + high) / 2);
  for (let i = 2; i < count; i++) yield moved((low, high) => low + (high - low) * random.uniform(0.2, 0.8));
}

function* trunkStarts(
  solver: PostureSolver,
  joints: Float64Array,
  frame: readonly Observation[],
): Generator<Float64Array> {
  if (trunkSlots(solver) === 0) {
    yield joints;
    return;
  }
  const inSpace = frame.filter((o) => !o.camera);
  const p = solver.coordinates.model.joints[0].position;
  if (inSpace.length >= 3) {
    const places = solver.place(joints);
    const source = inSpace.flatMap(({ marker }) => [...places.subarray(3 * marker, 3 * marker + 3)]);
    const target = inSpace.flatMap(({ value }) => [...value]);
    const { rotation: r, translation } = procrustes(source, target, { dimensions: 3, scaling: false });
    const start = joints.slice();
    for (let i = 0; i < 3; i++) {
      start[p + i] =
        translation[i] +
        r.data[3 * i] * joints[p] +
        r.data[3 * i + 1] * joints[p + 1] +
        r.data[3 * i + 2] * joints[p + 2];
    }
    start.set(product(quaternionOf(r.data), joints.subarray(p + 3, p + 7)), p + 3);
    yield start;
    return;
  }
  for (let k = 0; k < 8; k++) {
    const start = joints.slice();
    start.set(
      product(
        [Math.cos((k * Math.PI) / 8), 0, 0, Math.sin((k * Math.PI) / 8)],
        joints.subarray(p + 3, p + 7),
      ),
      p + 3,
    );
    yield start;
  }
}

function product(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  return [
    a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
    a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
    a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
    a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
  ];
}

/** The unit quaternion (w, x, y, z) of a rotation matrix (Shepperd 1978). */
export function quaternionOf(r: ArrayLike<number>): number[] {
  const squares = [
    1 + r[0] + r[4] + r[8],
    1 + r[0] - r[4] - r[8],
    1 - r[0] + r[4] - r[8],
    1 - r[0] - r[4] + r[8],
  ];
  const largest = squares.indexOf(Math.max(...squares));
  const s = 2 * Math.sqrt(squares[largest]);
  const [x, y, z] = [r[7] - r[5], r[2] - r[6], r[3] - r[1]];
  const [xy, xz, yz] = [r[1] + r[3], r[2] + r[6], r[5] + r[7]];
  const rows = [
    [(s * s) / 4, x, y, z],
    [x, (s * s) / 4, xy, xz],
    [y, xy, (s * s) / 4, yz],
    [z, xz, yz, (s * s) / 4],
  ];
  return rows[largest].map((v) => v / s);
}

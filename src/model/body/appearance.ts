/** What a moving body looks like: its shapes and the paths of its muscles, frame by frame, for pictures. */
import { UsageError } from '../../signal/error.ts';
import type { BodyModel } from './engine/model.ts';
import { Muscles } from './dynamics/muscles.ts';

export const shapeKinds = ['sphere', 'capsule', 'ellipsoid', 'cylinder', 'box'] as const;
export type ShapeKind = (typeof shapeKinds)[number];

export interface Shape {
  readonly name: string;
  readonly kind: ShapeKind;
  /** m, as MuJoCo has them: radius; radius and half length along z (capsule, cylinder); half axes (ellipsoid, box). */
  readonly size: readonly [number, number, number];
}

export interface BodyAppearance {
  readonly frames: number;
  readonly shapes: readonly Shape[];
  /** [frame, shape, x y z and quaternion w x y z], m, in the body's world; NaN where the posture is missing. */
  readonly places: Float32Array;
  /** Muscles that run along a path. */
  readonly muscles: readonly string[];
  /** Points that a path has at most. */
  readonly points: number;
  /** [frame, muscle, point, 3], m; NaN after a path's last point. */
  readonly paths: Float32Array;
}

/** MuJoCo's numbers for what can be drawn, and for a muscle along a tendon. A mesh is drawn as the ellipsoid in its box. */
const kindOf: Readonly<Record<number, ShapeKind>> = {
  2: 'sphere',
  3: 'capsule',
  4: 'ellipsoid',
  5: 'cylinder',
  6: 'box',
  7: 'ellipsoid',
};
const alongTendon = 3;
/** MuJoCo's viewer hides groups from 3 on: what muscles wrap around is there. */
const firstHidden = 3;

/**
 * @param positions `qpos` of every frame, one after the other; a frame with a missing number is missing.
 * Throws `UsageError` where they do not fill frames.
 */
export function bodyAppearance(model: BodyModel, positions: Float64Array): BodyAppearance {
  const { nq, ngeom } = model.sizes;
  const frames = positions.length / nq;
  if (!Number.isInteger(frames))
    throw new UsageError('these postures do not fit the body', {
      where: model.name,
      expected: `a multiple of ${nq} numbers`,
      got: `${positions.length}`,
    });
  const [types, groups, sizes, colors] = (['geom_type', 'geom_group', 'geom_size', 'geom_rgba'] as const).map(
    (field) => model.get(field),
  );
  const drawn = Array.from({ length: ngeom }, (_, g) => g).filter(
    (g) => types[g] in kindOf && groups[g] < firstHidden && colors[4 * g + 3] > 0,
  );
  const shapes = drawn.map((g): Shape => {
    const [a, b, c] = sizes.subarray(3 * g, 3 * g + 3);
    return { name: model.names.geoms[g], kind: kindOf[types[g]], size: [a, b, c] };
  });
  using simulation = model.simulate();
  simulation.forward();
  const still = simulation.tendonPaths();
  const tendons = muscleTendons(model).filter(({ tendon }) => still[tendon].length > 0);
  const places = new Float32Array(7 * frames * shapes.length).fill(NaN);
  const found: (Float64Array[] | undefined)[] = [];
  for (let t = 0; t < frames; t++) {
    const posture = positions.subarray(t * nq, (t + 1) * nq);
    if (!posture.every(Number.isFinite)) {
      found.push(undefined);
      continue;
    }
    simulation.set('qpos', posture);
    simulation.forward();
    const [where, turns] = [simulation.get('geom_xpos'), simulation.get('geom_xmat')];
    drawn.forEach((g, s) => {
      const place = [...where.subarray(3 * g, 3 * g + 3), ...quaternion(turns.subarray(9 * g, 9 * g + 9))];
      places.set(place, 7 * (t * shapes.length + s));
    });
    const all = simulation.tendonPaths();
    found.push(tendons.map(({ tendon }) => all[tendon]));
  }
  const points = Math.max(0, ...found.flatMap((paths) => paths?.map((p) => p.length / 3) ?? []));
  const paths = new Float32Array(3 * frames * tendons.length * points).fill(NaN);
  found.forEach((own, t) =>
    own?.forEach((path, m) => paths.set(path, 3 * points * (t * tendons.length + m))),
  );
  return { frames, shapes, places, muscles: tendons.map(({ name }) => name), points, paths };
}

function muscleTendons(model: BodyModel): { readonly name: string; readonly tendon: number }[] {
  if (!model.get('actuator_gaintype').includes(2)) return [];
  const muscles = new Muscles(model);
  const [kinds, targets] = [model.get('actuator_trntype'), model.get('actuator_trnid')];
  return muscles.indices.flatMap((i, m) =>
    kinds[i] === alongTendon ? [{ name: muscles.names[m], tendon: targets[2 * i] }] : [],
  );
}

/** Of a rotation matrix, row by row: w, x, y, z with w >= 0 (Shepperd 1978: from the greatest of the four). */
function quaternion(r: Float64Array): [number, number, number, number] {
  const squares = [
    1 + r[0] + r[4] + r[8],
    1 + r[0] - r[4] - r[8],
    1 - r[0] + r[4] - r[8],
    1 - r[0] - r[4] + r[8],
  ];
  const k = squares.indexOf(Math.max(...squares));
  const s = 2 * Math.sqrt(squares[k]);
  const rows = [
    [squares[0], r[7] - r[5], r[2] - r[6], r[3] - r[1]],
    [r[7] - r[5], squares[1], r[1] + r[3], r[2] + r[6]],
    [r[2] - r[6], r[1] + r[3], squares[2], r[5] + r[7]],
    [r[3] - r[1], r[2] + r[6], r[5] + r[7], squares[3]],
  ];
  const sign = rows[k][0] < 0 ? -1 : 1;
  return rows[k].map((v) => (sign * v) / s) as [number, number, number, number];
}

/** A body that can be seen: a capsule, or an ellipsoid. World frame, m. */
export interface Shape {
  readonly kind: 'capsule' | 'ellipsoid';
  /** Which body of the model carries it; -1 for things of the room. */
  readonly body: number;
  /** Whether it never moves: then it is drawn once. */
  readonly still?: boolean;
  /** How bright its skin is, gray levels, and how much of that its texture changes, 0 to 1. */
  readonly gray: number;
  readonly grain: number;
  /** Middle and axes (columns of a rotation, row-major) in the world: the frame of its texture. */
  readonly middle: Float64Array;
  readonly frame: Float64Array;
  /** Half axes of an ellipsoid; radius, radius and half length along the frame's z of a capsule (without its caps). */
  readonly size: readonly [number, number, number];
}

/** The radius of the sphere around a shape's middle that holds it. */
export function boundOf({ kind, size }: Shape): number {
  return kind === 'capsule' ? size[2] + size[0] : Math.max(...size);
}

/**
 * Where a line of sight from the origin `o` along the unit vector `d` first meets a shape, m; Infinity where it misses. Both are in the shape's own frame.
 */
export function meet(
  { kind, size }: Pick<Shape, 'kind' | 'size'>,
  ox: number,
  oy: number,
  oz: number,
  dx: number,
  dy: number,
  dz: number,
): number {
  if (kind === 'ellipsoid') {
    // In units of the half axes it is the unit sphere.
    const [a, b, c] = size;
    const [px, py, pz, qx, qy, qz] = [ox / a, oy / b, oz / c, dx / a, dy / b, dz / c];
    const qq = qx * qx + qy * qy + qz * qz;
    const pq = px * qx + py * qy + pz * qz;
    const root = pq * pq - qq * (px * px + py * py + pz * pz - 1);
    return root < 0 ? Infinity : (-pq - Math.sqrt(root)) / qq;
  }
  const [r, , h] = size;
  const a = dx * dx + dy * dy;
  const b = ox * dx + oy * dy;
  const root = b * b - a * (ox * ox + oy * oy - r * r);
  if (root < 0) return Infinity;
  const t = a > 1e-12 ? (-b - Math.sqrt(root)) / a : -Infinity;
  const z = oz + t * dz;
  if (z >= -h && z <= h) return t;
  // Beyond the side: the cap at that end.
  const cap = t === -Infinity ? (dz > 0 ? -h : h) : z < -h ? -h : h;
  const pz = oz - cap;
  const half = ox * dx + oy * dy + pz * dz;
  const square = half * half - (ox * ox + oy * oy + pz * pz - r * r);
  return square < 0 ? Infinity : -half - Math.sqrt(square);
}

/** How far the line from `o` along `d` passes a shape outside of it, about, m; negative where it goes through. In the shape's frame. */
export function clearance(
  { kind, size }: Pick<Shape, 'kind' | 'size'>,
  ox: number,
  oy: number,
  oz: number,
  dx: number,
  dy: number,
  dz: number,
): number {
  if (kind === 'ellipsoid') {
    const [a, b, c] = size;
    const [px, py, pz, qx, qy, qz] = [ox / a, oy / b, oz / c, dx / a, dy / b, dz / c];
    const qq = qx * qx + qy * qy + qz * qz;
    const pq = px * qx + py * qy + pz * qz;
    const nearest = Math.sqrt(Math.max(0, px * px + py * py + pz * pz - (pq * pq) / qq));
    return (nearest - 1) * Math.min(a, b, c);
  }
  const [r, , h] = size;
  // Nearest points of the line and the axis' part from -h to h.
  const across = dx * dx + dy * dy;
  const z = across < 1e-12 ? 0 : oz - (dz * (ox * dx + oy * dy)) / across;
  const on = z < -h ? -h : z > h ? h : z;
  const pz = oz - on;
  const along = ox * dx + oy * dy + pz * dz;
  return Math.sqrt(Math.max(0, ox * ox + oy * oy + pz * pz - along * along)) - r;
}

/** A shape between two points. */
export function capsuleBetween(
  from: ArrayLike<number>,
  to: ArrayLike<number>,
  radius: number,
  look: Pick<Shape, 'body' | 'gray' | 'grain' | 'still'>,
): Shape {
  const axis = [0, 1, 2].map((c) => to[c] - from[c]);
  const length = Math.hypot(...axis);
  const z = length > 0 ? axis.map((v) => v / length) : [0, 0, 1];
  const helper = Math.abs(z[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0];
  const cross = (a: number[], b: number[]): number[] => [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  const side = cross(helper, z);
  const x = side.map((v) => v / Math.hypot(...side));
  const y = cross(z, x);
  return {
    kind: 'capsule',
    ...look,
    middle: Float64Array.from([0, 1, 2], (c) => (from[c] + to[c]) / 2),
    frame: Float64Array.from([0, 1, 2].flatMap((c) => [x[c], y[c], z[c]])),
    size: [radius, radius, length / 2],
  };
}

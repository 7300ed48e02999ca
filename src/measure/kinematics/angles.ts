import { unwrapAngles } from '../../math/index.ts';
import { UsageError } from '../../signal/error.ts';
import type { PoseTrack } from '../../signal/pose.ts';
import type { Signal } from '../../signal/signal.ts';
import { pointsOf, scalarSignal } from './points.ts';

export interface JointAngleOptions {
  /**
   * `inner` (default in 3D): 0 to 180 deg. `signed` (2D only, its default): the turn from the first to the second limb, -180 to 180 deg,
   * positive from x towards y, which is clockwise on the screen in picture coordinates.
   */
  readonly kind?: 'inner' | 'signed';
  /** Signed angles without jumps of 360 deg. Default false. */
  readonly unwrap?: boolean;
}

/**
 * The angle at `vertex` between the limbs to `first` and to `second`, deg.
 *
 *   inner:  theta = atan2(|u x v|, u . v);   signed: theta = atan2(u_x v_y - u_y v_x, u . v);   u = first - vertex, v = second - vertex
 *
 * Returns time x individual x angle (one), with the variance by first-order propagation (JCGM 100:2008, 5.1.2, errors of the
 * three points independent) where all three have a covariance:
 *
 *   var = n_u' C_first n_u / |u|^2 + n_v' C_second n_v / |v|^2 + g' C_vertex g,  g = n_u / |u| - n_v / |v|
 *
 * with n the unit normals of the limbs in their plane. First order fails where a limb is as short as its points' errors.
 * NaN: where any of the three points is missing or a limb has no length. Near 0 and 180 deg inner angles are biased inwards by noise.
 */
export function jointAngle(
  track: PoseTrack,
  [first, vertex, second]: readonly [first: string, vertex: string, second: string],
  options: JointAngleOptions = {},
): Signal {
  const points = pointsOf(track);
  const kind = options.kind ?? (points.space === 2 ? 'signed' : 'inner');
  if (kind === 'signed' && points.space === 3) {
    throw new UsageError('a joint angle in space has no sign', {
      expected: 'kind "inner"',
      got: 'kind "signed"',
      fix: 'Use kind "inner", or project the track onto a plane.',
    });
  }
  if (kind === 'inner' && options.unwrap) {
    throw new UsageError('an inner angle does not wrap', { expected: 'unwrap with kind "signed" only' });
  }
  const [a, b, c] = [first, vertex, second].map((name) => points.keypoint(name));
  const name = `${first}-${vertex}-${second}`;
  const signal = scalarSignal(track, `angle ${name}`, 'deg', 'jointAngle', { kind, points: name }, (t, i) => {
    const u = points.difference(t, i, b, a);
    const v = points.difference(t, i, b, c);
    const angle = planarAngle(u, v);
    if (!angle) return [NaN, NaN];
    const flip = kind === 'signed' && u[0] * v[1] - u[1] * v[0] < 0 ? -1 : 1;
    const { value, gradientU, gradientV } = angle;
    const vertexGradient = gradientU.map((g, k) => -g - gradientV[k]);
    const variance =
      points.variance(t, i, a, gradientU) +
      points.variance(t, i, c, gradientV) +
      points.variance(t, i, b, vertexGradient);
    return [(flip * value * 180) / Math.PI, variance * (180 / Math.PI) ** 2];
  });
  return options.unwrap ? unwrapped(signal) : signal;
}

/** The inner angle of two vectors, rad, and its gradients; undefined where either has no length or is missing. */
function planarAngle(
  u: readonly number[],
  v: readonly number[],
): { value: number; gradientU: number[]; gradientV: number[] } | undefined {
  const dot = (p: readonly number[], q: readonly number[]): number => p.reduce((s, x, k) => s + x * q[k], 0);
  const [uu, vv, uv] = [dot(u, u), dot(v, v), dot(u, v)];
  if (!(uu > 0 && vv > 0)) return undefined;
  // The part of v across u, and of u across v: the directions in which the angle changes.
  const across = v.map((x, k) => x - (uv / uu) * u[k]);
  const back = u.map((x, k) => x - (uv / vv) * v[k]);
  const value = Math.atan2(Math.sqrt(uu) * Math.hypot(...across), uv);
  const gradient = (normal: number[], length: number, fallback: readonly number[]): number[] => {
    const size = Math.hypot(...normal);
    if (size > 1e-12 * length) return normal.map((x) => -x / (size * length));
    // Straight or folded: any direction across the limb serves.
    const across = perpendicular(fallback);
    return across.map((x) => -x / length);
  };
  const gradientU = gradient(across, Math.sqrt(uu), u);
  const gradientV = gradient(back, Math.sqrt(vv), u);
  if (Math.hypot(...across) <= 1e-12 * Math.sqrt(vv) && uv > 0) {
    // Folded: both limbs turn the same way, their effects are opposite.
    return { value, gradientU, gradientV: gradientV.map((g) => -g) };
  }
  return { value, gradientU, gradientV };
}

function perpendicular(u: readonly number[]): number[] {
  if (u.length === 2) {
    const n = Math.hypot(...u);
    return [-u[1] / n, u[0] / n];
  }
  const axis = Math.abs(u[0]) <= Math.abs(u[1]) ? [1, 0, 0] : [0, 1, 0];
  const cross = [
    u[1] * axis[2] - u[2] * axis[1],
    u[2] * axis[0] - u[0] * axis[2],
    u[0] * axis[1] - u[1] * axis[0],
  ];
  const n = Math.hypot(...cross);
  return cross.map((x) => x / n);
}

/** The same angles in deg without jumps of 360, each individual on its own. */
function unwrapped(signal: Signal): Signal {
  const values = Float64Array.from(signal.contiguous());
  const individuals = signal.dimensions[1].size;
  for (let i = 0; i < individuals; i++) {
    const radians = Float64Array.from(
      { length: values.length / individuals },
      (_, t) => (values[t * individuals + i] * Math.PI) / 180,
    );
    unwrapAngles(radians).forEach((angle, t) => (values[t * individuals + i] = (angle * 180) / Math.PI));
  }
  return signal.derive(values, {
    ...signal.provenance,
    options: { ...signal.provenance.options, unwrap: true },
  });
}

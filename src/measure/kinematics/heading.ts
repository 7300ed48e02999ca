import { unwrapAngles } from '../../math/index.ts';
import type { PoseTrack } from '../../signal/pose.ts';
import type { Signal } from '../../signal/signal.ts';
import { savitzkyGolay } from './filters/savitzky-golay.ts';
import { pointsOf, scalarSignal } from './points.ts';

/**
 * Direction of the body axis from keypoint `from` (tail base, neck) to `to` (nose): atan2(dy, dx) in deg, (-180, 180], from the
 * x axis towards the y axis, so clockwise on the screen in picture coordinates. In 3D, in the x-y plane.
 *
 * Time x individual x quantity (one), variance n' (C_from + C_to) n / |d|^2 with n across the axis. NaN where either is missing or
 * both coincide.
 */
export function heading(track: PoseTrack, from: string, to: string): Signal {
  const points = pointsOf(track);
  const [a, b] = [points.keypoint(from), points.keypoint(to)];
  return scalarSignal(track, `heading ${from}-${to}`, 'deg', 'heading', { from, to }, (t, i) => {
    const [dx, dy] = points.difference(t, i, a, b);
    const square = dx * dx + dy * dy;
    if (!(square > 0)) return [NaN, NaN];
    const gradient = [-dy / square, dx / square, ...(points.space === 3 ? [0] : [])];
    const variance = points.variance(t, i, a, gradient) + points.variance(t, i, b, gradient);
    return [(Math.atan2(dy, dx) * 180) / Math.PI, variance * (180 / Math.PI) ** 2];
  });
}

/**
 * Rate of turning, deg/s: the first derivative of the unwrapped heading by Savitzky-Golay, with its variance. Positive from x
 * towards y (clockwise on the screen in picture coordinates).
 */
export function turningRate(
  heading: Signal,
  options: { readonly windowSeconds: number; readonly order?: number },
): Signal {
  const individuals = heading.dimensions[1].size;
  const values = Float64Array.from(heading.contiguous());
  for (let i = 0; i < individuals; i++) {
    const radians = values.filter((_, k) => k % individuals === i).map((v) => (v * Math.PI) / 180);
    unwrapAngles(radians).forEach((v, t) => (values[t * individuals + i] = (v * 180) / Math.PI));
  }
  const unwrapped = heading.derive(values, heading.provenance);
  return savitzkyGolay(unwrapped, { ...options, derivative: 1 });
}

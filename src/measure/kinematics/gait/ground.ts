import { median } from '../../../math/index.ts';
import type { Swing } from './contacts.ts';

/** The densest half of the values, halved until two are left (half-sample mode, Robertson & Cryer 1974). NaN is left out. */
export function halfSampleMode(values: ArrayLike<number>): number {
  let sorted = Float64Array.from(values)
    .filter((v) => !Number.isNaN(v))
    .sort();
  if (sorted.length === 0) return NaN;
  while (sorted.length > 2) {
    const half = Math.ceil(sorted.length / 2);
    let start = 0;
    for (let i = 0; i + half <= sorted.length; i++) {
      if (sorted[i + half - 1] - sorted[i] < sorted[start + half - 1] - sorted[start]) start = i;
    }
    sorted = sorted.subarray(start, start + half);
  }
  return sorted.length === 2 ? (sorted[0] + sorted[1]) / 2 : sorted[0];
}

/**
 * The velocity of a treadmill's belt from the feet on it: per axis the mode of the feet's velocities, since feet in stance all
 * move with the belt while those in swing differ. Assumes one belt of constant speed and stance for a good part of the time.
 *
 * @param velocities one array (time x axis) a foot.
 */
export function beltVelocity(velocities: readonly Float64Array[], axes: number): number[] {
  return Array.from({ length: axes }, (_, a) => {
    const along = velocities.flatMap((v) => Array.from(v.filter((_, i) => i % axes === a)));
    const mode = halfSampleMode(along);
    // The mode alone is noisy: the median of what lies within the spread of the densest half.
    const distances = Float64Array.from(along, (v) => Math.abs(v - mode))
      .filter((v) => !Number.isNaN(v))
      .sort();
    const reach = distances[Math.floor(distances.length / 4)];
    return median(along.filter((v) => Math.abs(v - mode) <= reach));
  });
}

/**
 * The velocity of a treadmill's belt from feet in stance: per axis the median over stances of the least-squares slope of the foot's
 * measured positions, the outer tenths of each stance left out.
 *
 * @param rough returned where no foot has a whole stance.
 */
export function beltFromStances(
  times: Float64Array,
  feet: readonly { readonly positions: ArrayLike<number>; readonly swings: readonly Swing[] }[],
  rough: readonly number[],
): number[] {
  const axes = rough.length;
  return rough.map((fallback, a) => {
    const slopes = feet.flatMap(({ positions, swings }) =>
      swings.slice(1).map((swing, i) => {
        const [from, to] = [swings[i].contactSeconds, swing.liftSeconds];
        const margin = (to - from) / 10;
        let [n, st, stt, sx, stx] = [0, 0, 0, 0, 0];
        for (let k = 0; k < times.length; k++) {
          const x = positions[k * axes + a];
          if (times[k] < from + margin || times[k] > to - margin || Number.isNaN(x)) continue;
          const t = times[k] - from;
          n++;
          st += t;
          stt += t * t;
          sx += x;
          stx += t * x;
        }
        return n < 4 ? NaN : (n * stx - st * sx) / (n * stt - st * st);
      }),
    );
    const middle = median(slopes);
    return Number.isNaN(middle) ? fallback : middle;
  });
}

import { butterworthSections, sectionPadding, zeroPhase } from '../../../math/butterworth.ts';
import { InputError } from '../../../signal/error.ts';
import type { BodyModel } from '../engine/model.ts';

/** Poles of one pass; both passes together have twice as many. */
const order = 2;

/**
 * A movement without what is faster than `cutoffHz`: Butterworth's filter forwards and backwards on every coordinate, 3 dB down at the cutoff after both
 * passes (Winter 2009, section 3.4.4). Quaternions keep to one of their two signs and stay unit quaternions. To be used before accelerations are taken.
 *
 * @param positions frames x nq. @param times seconds, regular within 1 %. Throws `InputError` where the times are irregular, the movement is too short or the
 *   cutoff is not below half the rate.
 */
export function lowpassMovement(
  model: BodyModel,
  positions: Float64Array,
  times: Float64Array,
  cutoffHz: number,
): Float64Array {
  const frames = times.length;
  const { nq } = model.sizes;
  const interval = (times[frames - 1] - times[0]) / (frames - 1);
  const uneven = times.findIndex((t, i) => i > 0 && Math.abs(t - times[i - 1] - interval) > 0.01 * interval);
  const rate = 1 / interval;
  const refuse = (what: string, expected: string, got: string, fix: string): never => {
    throw new InputError(what, { where: model.name, expected, got, fix });
  };
  if (uneven > 0)
    refuse(
      'a movement at irregular times cannot be filtered',
      `a frame every ${(1000 * interval).toFixed(2)} ms`,
      `${(1000 * (times[uneven] - times[uneven - 1])).toFixed(2)} ms before frame ${uneven}`,
      'Resample the track at a regular rate first.',
    );
  if (!(cutoffHz > 0 && cutoffHz < 0.45 * rate))
    refuse(
      'the cutoff of the filter does not fit the rate of the movement',
      `a frequency below ${(0.45 * rate).toFixed(1)} Hz, at ${rate.toFixed(1)} frames/s`,
      `${cutoffHz} Hz`,
      'Choose a lower cutoff.',
    );
  const perPass = (Math.SQRT2 - 1) ** (1 / (2 * order));
  const corrected = (Math.atan(Math.tan((Math.PI * cutoffHz) / rate) / perPass) * rate) / Math.PI;
  const sections = butterworthSections('lowpass', order, [Math.min(corrected, 0.49 * rate)], rate);
  if (frames <= sectionPadding(sections))
    refuse(
      'the movement is too short to be filtered',
      `more than ${sectionPadding(sections)} frames`,
      `${frames}`,
      'Take a longer recording.',
    );
  const filtered = positions.slice();
  const course = (p: number, signs?: Float64Array): void => {
    const values = Float64Array.from({ length: frames }, (_, t) => filtered[t * nq + p] * (signs?.[t] ?? 1));
    zeroPhase(values, sections).forEach((v, t) => (filtered[t * nq + p] = v));
  };
  for (const { type, position } of model.joints) {
    if (type === 'hinge' || type === 'slide') course(position);
    if (type === 'free') for (let k = 0; k < 3; k++) course(position + k);
    if (type === 'hinge' || type === 'slide') continue;
    const q = type === 'free' ? position + 3 : position;
    const signs = new Float64Array(frames).fill(1);
    for (let t = 1; t < frames; t++) {
      let dot = 0;
      for (let k = 0; k < 4; k++) dot += positions[t * nq + q + k] * positions[(t - 1) * nq + q + k];
      signs[t] = dot < 0 ? -signs[t - 1] : signs[t - 1];
    }
    for (let k = 0; k < 4; k++) course(q + k, signs);
    for (let t = 0; t < frames; t++) {
      const turn = filtered.subarray(t * nq + q, t * nq + q + 4);
      const norm = Math.hypot(...turn);
      for (let k = 0; k < 4; k++) turn[k] /= norm;
    }
  }
  return filtered;
}

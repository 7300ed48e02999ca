import {
  butterworthSections,
  sectionPadding as padding,
  zeroPhase,
  type Section,
} from '../../../math/butterworth.ts';
import type { Signal } from '../../../signal/signal.ts';
import { finiteRuns, mapSeries, regularRate, seriesOf } from '../series.ts';

export interface ButterworthOptions {
  /** One frequency for `lowpass` and `highpass`, two for `bandpass`; Hz. */
  readonly cutoffHz: number | readonly [low: number, high: number];
  readonly kind?: 'lowpass' | 'highpass' | 'bandpass';
  /** Order of one pass; the two passes together have twice this order. Default 4. */
  readonly order?: number;
  /**
   * `total` (default): the attenuation after both passes is 3 dB at the cutoff (Winter 2009, section 3.4.4).
   * `pass`: 3 dB each pass, 6 dB together, as SciPy's `filtfilt` on `butter` gives.
   */
  readonly cutoffIs?: 'total' | 'pass';
}

/**
 * Butterworth filter run forwards and backwards (zero phase). Butterworth 1930; bilinear transform with prewarping; the
 * ends are extended by odd reflection and each pass starts in the steady state (Gustafsson 1996 compares such choices).
 *
 *   |H(f)|^2 = 1 / (1 + (f / fc)^(2 n))  for one pass
 *
 * Times must be regular within 1 %; irregular ones are refused. NaN: each stretch between gaps is filtered on its own, so
 * a gap is neither filled nor spread; a stretch of no more than 3 (poles + 1) samples is too short and becomes missing.
 * Unit and confidence are kept; covariance is dropped: use Savitzky-Golay or the Kalman smoother where it must be carried.
 */
export function butterworth(signal: Signal, options: ButterworthOptions): Signal {
  const { kind = 'lowpass', order = 4, cutoffIs = 'total' } = options;
  const rate = regularRate(seriesOf(signal).axis, 'butterworth');
  const cutoffs = typeof options.cutoffHz === 'number' ? [options.cutoffHz] : [...options.cutoffHz];
  if (kind === 'bandpass' && cutoffIs === 'total' && cutoffs.length === 2) {
    // Widening a band to make up for the second pass has no single convention.
    return filterWith(signal, butterworthSections(kind, order, cutoffs, rate), { kind, order, cutoffs });
  }
  const corrected = cutoffIs === 'total' ? cutoffs.map((f) => totalCutoff(f, order, kind, rate)) : cutoffs;
  return filterWith(signal, butterworthSections(kind, order, corrected, rate), {
    kind,
    order,
    cutoffs,
    cutoffIs,
  });
}

function filterWith(
  signal: Signal,
  sections: readonly Section[],
  options: { readonly [key: string]: number | string | number[] },
): Signal {
  return mapSeries(signal, 'butterworth', options, (values) => {
    const out = new Float64Array(values.length).fill(NaN);
    for (const { start, end } of finiteRuns(values)) {
      if (end - start > padding(sections)) out.set(zeroPhase(values.subarray(start, end), sections), start);
    }
    return out;
  });
}

/** The cutoff of one pass for which two passes together attenuate by 3 dB at `cutoffHz`. */
function totalCutoff(cutoffHz: number, order: number, kind: string, rate: number): number {
  const factor = (Math.SQRT2 - 1) ** (1 / (2 * order));
  const warped = Math.tan((Math.PI * cutoffHz) / rate) * (kind === 'highpass' ? factor : 1 / factor);
  return (Math.atan(warped) * rate) / Math.PI;
}

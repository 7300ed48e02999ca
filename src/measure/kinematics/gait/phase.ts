import { circularMeanInterval, circularSummary, rayleighTest } from '../../../math/index.ts';
import type { Stride } from './strides.ts';

/** When one foot touches down within the stride of another. */
export interface LimbPhase {
  readonly reference: string;
  readonly foot: string;
  /** One a reference stride that holds exactly one contact of the other foot; rad in [0, 2 pi), 0 at the reference's contact. */
  readonly phases: Float64Array;
  /** Start of each of those reference strides, seconds. */
  readonly startSeconds: Float64Array;
  readonly n: number;
  /** rad in [0, 2 pi); 0 in phase, pi in alternation. */
  readonly mean: number;
  /** Mean resultant length: 0 no coupling, 1 perfect. */
  readonly resultantLength: number;
  /** Half width of the 95 % interval of the mean, rad; NaN where phases are too spread for one. */
  readonly halfWidth: number;
  /** Of Rayleigh's test against uniform phase; takes strides for independent, which consecutive ones are not: a lower bound. */
  readonly rayleighP: number;
}

const turn = 2 * Math.PI;

/**
 * Phase of `foot` in the stride of `reference` (Kullander et al. 2003 and the field since):
 * phi = 2 pi (contact of foot - contact of reference) / stride time. Flagged reference strides are left out.
 */
export function limbPhase(strides: readonly Stride[], reference: string, foot: string): LimbPhase {
  const contacts = new Set<number>();
  for (const s of strides) {
    if (s.foot === foot && s.flag !== 'gap') contacts.add(s.startSeconds).add(s.endSeconds);
  }
  const found = strides
    .filter((s) => s.foot === reference && s.flag === '')
    .flatMap((s) => {
      const within = [...contacts].filter((c) => c >= s.startSeconds && c < s.endSeconds);
      if (within.length !== 1) return [];
      return [
        {
          start: s.startSeconds,
          phase: (turn * (within[0] - s.startSeconds)) / (s.endSeconds - s.startSeconds),
        },
      ];
    });
  const phases = Float64Array.from(found, (f) => f.phase);
  const { n, mean, resultantLength } = circularSummary(phases);
  return {
    reference,
    foot,
    phases,
    startSeconds: Float64Array.from(found, (f) => f.start),
    n,
    mean: (mean + turn) % turn,
    resultantLength,
    halfWidth: n > 1 ? circularMeanInterval(phases) : NaN,
    rayleighP: rayleighTest(phases).p,
  };
}

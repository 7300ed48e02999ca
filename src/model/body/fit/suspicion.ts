import { median } from '../../../math/quantile.ts';
import { InputError } from '../../../signal/error.ts';
import type { Observation } from './observation.ts';
import type { PostureSolver } from './posture.ts';

/** Something about the input that a person should look at; the fit went on. */
export interface Suspicion {
  readonly kind: 'swapped sides' | 'size' | 'poor fit';
  readonly message: string;
  /** Frames that it is about; all, where it is left out. */
  readonly frames?: readonly number[];
}

const unitErrors = [
  { factor: 1000, what: 'millimeters taken for meters' },
  { factor: 100, what: 'centimeters taken for meters' },
  { factor: 0.001, what: 'meters taken for millimeters' },
  { factor: 0.01, what: 'meters taken for centimeters' },
];

/**
 * How many times larger the observed points lie apart than the body's markers at a posture: the median over pairs of markers of the same
 * frame. NaN without two points in space in any frame. Throws `InputError` where the ratio is so far from 1 that the unit must be wrong.
 */
export function sizeRatio(
  solver: PostureSolver,
  position: Float64Array,
  frames: readonly (readonly Observation[])[],
): number {
  const places = solver.place(position);
  const ratios: number[] = [];
  const stride = Math.max(1, Math.floor(frames.length / 50));
  for (let t = 0; t < frames.length; t += stride) {
    const points = frames[t].filter((o) => !o.camera);
    for (const [i, a] of points.entries()) {
      for (const b of points.slice(i + 1)) {
        const apart = (p: ArrayLike<number>, q: ArrayLike<number>, m: number, n: number): number =>
          Math.hypot(p[m] - q[n], p[m + 1] - q[n + 1], p[m + 2] - q[n + 2]);
        const own = apart(places, places, 3 * a.marker, 3 * b.marker);
        if (own > 0) ratios.push(apart(a.value, b.value, 0, 0) / own);
      }
    }
  }
  if (ratios.length === 0) return NaN;
  const ratio = median(ratios);
  if (ratio > 0.1 && ratio < 10) return ratio;
  const near = unitErrors.find(({ factor }) => ratio / factor > 0.3 && ratio / factor < 3.5);
  throw new InputError(
    `the keypoints lie ${Number(ratio.toPrecision(2))} times as far apart as the body's markers`,
    {
      expected: 'points about as far apart as those of the body',
      got: near ? `what looks like ${near.what}` : 'a body of another size',
      fix: near ? 'Give the track its right unit.' : 'Scale the body first (scaleBody).',
    },
  );
}

/** What a mirrored labelling would fit: pairs of markers that are twins. */
export type Twins = readonly (readonly [number, number])[];

/**
 * Whether left and right look swapped: frames are fitted again with twins exchanged, and the fit with the exchange is much better.
 *
 * @param postures of `frames`, as fitted to the labels as they are.
 */
export function suspectSwaps(
  solver: PostureSolver,
  frames: readonly (readonly Observation[])[],
  postures: readonly { readonly position: Float64Array; readonly cost: number }[],
  twins: Twins,
): Suspicion[] {
  if (twins.length === 0) return [];
  const other = new Map(twins.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));
  // Only frames that fit badly can be swapped: those beyond twice the median residual, and a sample of all for the case that all are.
  const perPoint = postures.map(({ cost }, t) => cost / Math.max(frames[t].length, 1));
  const typical = median(perPoint.filter(Number.isFinite));
  const stride = Math.max(1, Math.floor(frames.length / 12));
  const swapped: number[] = [];
  let sampled = 0;
  let sampledSwapped = 0;
  frames.forEach((frame, t) => {
    const sample = t % stride === 0;
    if (!sample && !(perPoint[t] > 4 * typical)) return;
    if (!frame.some((o) => other.has(o.marker))) return;
    const exchanged = frame.map((o) => ({ ...o, marker: other.get(o.marker) ?? o.marker }));
    const { cost } = solver.solve(postures[t].position, exchanged);
    const better = cost < 0.25 * postures[t].cost;
    if (better) swapped.push(t);
    if (sample) {
      sampled++;
      sampledSwapped += Number(better);
    }
  });
  if (sampled > 0 && sampledSwapped > 0.5 * sampled) {
    return [
      {
        kind: 'swapped sides',
        message: `left and right look swapped in the whole recording: with the names exchanged, ${sampledSwapped} of ${sampled} frames fit at least twice as well`,
      },
    ];
  }
  if (swapped.length === 0) return [];
  return [
    {
      kind: 'swapped sides',
      message: `left and right look swapped in ${swapped.length} frame${swapped.length > 1 ? 's' : ''}, first in frame ${swapped[0]}: with the names exchanged they fit at least twice as well`,
      frames: swapped,
    },
  ];
}

import type { Signal } from './signal.ts';

/** How many elements are missing (NaN). */
export function countMissing(signal: Signal): number {
  const values = signal.contiguous();
  let count = 0;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) count++;
  return count;
}

/** 1 where the element is missing (NaN), else 0; row-major, the shape of the signal. */
export function missingMask(signal: Signal): Uint8Array {
  return Uint8Array.from(signal.contiguous(), (v) => (Number.isNaN(v) ? 1 : 0));
}

/** Samples `start` (included) to `end` (excluded), all missing, with present neighbors or the ends of the series around. */
export interface MissingRun {
  readonly start: number;
  readonly end: number;
}

/** The runs of missing values in one series, in order. */
export function missingRuns(series: ArrayLike<number>): MissingRun[] {
  const runs: MissingRun[] = [];
  for (let i = 0; i < series.length; i++) {
    if (!Number.isNaN(series[i])) continue;
    const start = i;
    while (i < series.length && Number.isNaN(series[i])) i++;
    runs.push({ start, end: i });
  }
  return runs;
}

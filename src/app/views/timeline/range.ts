/** The part of the time axis that is seen, in seconds: pure, so that zoom and pan are tested without a screen. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The smallest span that can be seen, seconds: below it neighboring samples of any device here are far apart. */
const smallestSpan = 1e-4;

/** Cut to lie within `whole`; a span that is wider becomes the whole. */
export function within({ from, to }: TimeRange, whole: TimeRange): TimeRange {
  const widest = Math.max(whole.to - whole.from, smallestSpan);
  const span = Math.min(widest, Math.max(smallestSpan, to - from));
  if (span === widest) return { from: whole.from, to: whole.from + widest };
  const middle = (from + to) / 2;
  const start = Math.min(whole.from + widest - span, Math.max(whole.from, middle - span / 2));
  return { from: start, to: start + span };
}

/** Zoomed about `at`, which stays where it is on the screen. `factor` below 1 shows less. */
export function zoomed(range: TimeRange, at: number, factor: number, whole: TimeRange): TimeRange {
  const span = Math.max(smallestSpan, (range.to - range.from) * factor);
  const share = (at - range.from) / (range.to - range.from);
  const from = at - share * span;
  return within({ from, to: from + span }, whole);
}

export function moved(range: TimeRange, seconds: number, whole: TimeRange): TimeRange {
  return within({ from: range.from + seconds, to: range.to + seconds }, whole);
}

/** Moved no more than needed for `at` to be seen, with a tenth of the span beside it. */
export function showing(range: TimeRange, at: number, whole: TimeRange): TimeRange {
  if (at >= range.from && at <= range.to) return range;
  const margin = (range.to - range.from) / 10;
  return moved(range, at < range.from ? at - margin - range.from : at + margin - range.to, whole);
}

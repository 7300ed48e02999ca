/** An ethogram of bouts, one row a label, and ticks of points in time. */
import type { Events } from '../../../signal/events.ts';
import { firstAtOrAfter } from '../../core/frame-times.ts';
import type { BoutsLane, TicksLane } from './lane.ts';
import { note } from './draw-signal.ts';
import { font, xOf, type Plot } from './plot.ts';

/** Events of one label in order, and for each the latest end so far, which finds the first that is seen although they overlap. */
interface Row {
  readonly label: string;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly latestEnds: Float64Array;
}

const rows = new WeakMap<Events, readonly Row[]>();

export function rowsOf(lane: BoutsLane | TicksLane): readonly Row[] {
  const events = lane.events();
  let known = rows.get(events);
  if (!known) {
    const first = (lane.kind === 'bouts' && lane.rows?.map((row) => row.label)) || [];
    const labels = [...first, ...events.vocabulary];
    const byLabel = new Map<string, number[]>(labels.map((label) => [label, []]));
    events.labels.forEach((label, i) => byLabel.get(label)!.push(i));
    known = Array.from(byLabel, ([label, which]) => {
      const ends = Float64Array.from(which, (i) => events.ends[i]);
      let latest = -Infinity;
      const latestEnds = ends.map((end) => (latest = Math.max(latest, end)));
      return { label, starts: Float64Array.from(which, (i) => events.starts[i]), ends, latestEnds };
    });
    rows.set(events, known);
  }
  return known;
}

export function drawBouts(plot: Plot, lane: BoutsLane): void {
  const list = rowsOf(lane);
  if (list.length === 0) return note(plot, 'none');
  const { context, palette, ratio, range, left, width } = plot;
  const tall = plot.height / list.length;
  list.forEach((row, r) => {
    const top = plot.top + r * tall + ratio;
    const bar = Math.max(ratio, tall - 2 * ratio);
    context.fillStyle = lane.rows?.[r]?.color ?? palette.series[r % palette.series.length];
    let drawn = -Infinity;
    for (let i = firstAtOrAfter(row.latestEnds, range.from); i < row.starts.length; i++) {
      if (row.starts[i] > range.to) break;
      const x = Math.max(left, xOf(plot, row.starts[i]));
      // A point, or a bout of less than a pixel, is seen too.
      const end = Math.max(x + 2 * ratio, Math.min(left + width, xOf(plot, row.ends[i])));
      // Bouts that end on a pixel which is drawn already would change nothing.
      if (end <= drawn) continue;
      context.fillRect(x, top, end - x, bar);
      drawn = end;
    }
    if (list.length > 1 || lane.rows) label(plot, row.label, top + bar / 2);
  });
}

export function drawTicks(plot: Plot, lane: TicksLane): void {
  const list = rowsOf(lane);
  if (list.length === 0) return note(plot, 'none');
  const { context, palette, ratio, range } = plot;
  const tall = plot.height / list.length;
  const thin = Math.max(1, Math.round(1.5 * ratio));
  list.forEach((row, r) => {
    const top = plot.top + r * tall + ratio;
    context.fillStyle = palette.series[r % palette.series.length];
    let drawn = -1;
    for (let i = firstAtOrAfter(row.starts, range.from); i < row.starts.length; i++) {
      if (row.starts[i] > range.to) break;
      const x = Math.round(xOf(plot, row.starts[i]));
      if (x === drawn) continue;
      context.fillRect(x - thin / 2, top, thin, tall - 2 * ratio);
      drawn = x;
    }
    if (list.length > 1) label(plot, row.label, top + tall / 2 - ratio);
  });
}

function label(plot: Plot, text: string, y: number): void {
  const { context, palette, ratio, left } = plot;
  context.font = font(plot, 10);
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  const { width } = context.measureText(text);
  context.fillStyle = palette.surface;
  context.globalAlpha = 0.8;
  context.fillRect(left + 2 * ratio, y - 6 * ratio, width + 4 * ratio, 12 * ratio);
  context.globalAlpha = 1;
  context.fillStyle = palette.text;
  context.fillText(text, left + 4 * ratio, y);
}

/** Signals: a line through the samples where there is room for them, else the extremes of each column of pixels. */
import { indexAt, timeCount, timeOf, type TimeAxis } from '../../../signal/time.ts';
import { numberText } from './axis-ticks.ts';
import type { Series, SignalLane } from './lane.ts';
import { font, xOf, type Plot } from './plot.ts';
import { pyramidOf } from './pyramid.ts';

/** From this many samples a pixel on a line through all of them would be the same picture, only later. */
const samplesAPixel = 2;

export function drawSignal(plot: Plot, lane: SignalLane, options: { readonly fitVisible: boolean }): void {
  const series = lane.series();
  const scale = lane.scale ?? scaleOf(series, options.fitVisible ? plot : undefined);
  if (!scale) return note(plot, 'no value here');
  drawScale(plot, scale);
  series.forEach((one, i) => {
    plot.context.fillStyle = plot.context.strokeStyle = plot.palette.series[i % plot.palette.series.length];
    const [start, end] = visible(one.time, plot);
    if ((end - start) / plot.width > samplesAPixel) drawColumns(plot, one, scale);
    else drawLine(plot, one, scale, start, end);
  });
}

/** The extremes of all series, with a twentieth beside them; undefined where there is no value. */
function scaleOf(series: readonly Series[], plot?: Plot): readonly [number, number] | undefined {
  let [low, high] = [Infinity, -Infinity];
  const found = [NaN, NaN];
  for (const { values, time } of series) {
    const [start, end] = plot ? visible(time, plot) : [0, values.length];
    pyramidOf(values).extremes(start, end, found);
    if (found[0] < low) low = found[0];
    if (found[1] > high) high = found[1];
  }
  if (!(low <= high)) return undefined;
  const margin = (high - low) / 20 || Math.abs(high) / 20 || 1;
  return [low - margin, high + margin];
}

/** Samples that are seen, with one more at each side, so that lines reach the edge. */
function visible(time: TimeAxis, { range }: Plot): [start: number, end: number] {
  const start = Math.max(0, indexAt(time, range.from));
  return [start, Math.min(timeCount(time), indexAt(time, range.to) + 2)];
}

function drawColumns(plot: Plot, { values, time }: Series, [low, high]: readonly [number, number]): void {
  const { context, left, top, width, height, range, ratio } = plot;
  const pyramid = pyramidOf(values);
  const count = timeCount(time);
  const perPixel = (range.to - range.from) / width;
  const scale = height / (high - low);
  const thin = Math.max(1, Math.round(ratio));
  const found = new Float64Array(2);
  // The column before, for columns to touch where no sample between them is missing.
  let [lowBefore, highBefore] = [NaN, NaN];
  let start = Math.max(0, indexAt(time, range.from));
  for (let c = 0; c < width && start < count; c++) {
    const end = Math.min(count, indexAt(time, range.from + (c + 1) * perPixel) + 1);
    if (end <= start) continue;
    pyramid.extremes(start, end, found);
    let [bottom, peak] = found;
    if (Number.isNaN(bottom)) {
      lowBefore = highBefore = NaN;
      start = end;
      continue;
    }
    const joined = start > 0 && !Number.isNaN(values[start]) && !Number.isNaN(values[start - 1]);
    const [lowHere, highHere] = found;
    if (joined && highBefore < bottom) bottom = highBefore;
    if (joined && lowBefore > peak) peak = lowBefore;
    const y = top + Math.round((high - peak) * scale);
    const tall = Math.round((peak - bottom) * scale);
    context.fillRect(left + c, y, 1, Math.max(thin, tall));
    lowBefore = lowHere;
    highBefore = highHere;
    start = end;
  }
}

function drawLine(
  plot: Plot,
  { values, time }: Series,
  [low, high]: readonly [number, number],
  start: number,
  end: number,
): void {
  const { context, top, height, width, ratio } = plot;
  const scale = height / (high - low);
  const dots = width / Math.max(1, end - start) > 6 * ratio;
  context.lineWidth = 1.25 * ratio;
  context.lineJoin = 'round';
  context.beginPath();
  let broken = true;
  for (let i = start; i < end; i++) {
    const v = values[i];
    if (Number.isNaN(v)) {
      broken = true;
      continue;
    }
    const x = xOf(plot, timeOf(time, i));
    const y = top + (high - v) * scale;
    // A sample between two gaps has no line: it is drawn as a point of its own.
    const alone = broken && !(i + 1 < end && !Number.isNaN(values[i + 1]));
    if (broken) context.moveTo(x, y);
    else context.lineTo(x, y);
    broken = false;
    if (dots || alone) context.fillRect(x - 1.5 * ratio, y - 1.5 * ratio, 3 * ratio, 3 * ratio);
  }
  context.stroke();
}

/** The ends of the scale, written inside, so that lanes of different units start at the same place. */
function drawScale(plot: Plot, [low, high]: readonly [number, number]): void {
  const { context, palette, ratio, left, top, height } = plot;
  context.font = font(plot, 10);
  context.fillStyle = palette.dim;
  context.textAlign = 'left';
  context.textBaseline = 'top';
  context.fillText(numberText(high), left + 3 * ratio, top + 1 * ratio);
  context.textBaseline = 'bottom';
  context.fillText(numberText(low), left + 3 * ratio, top + height - 1 * ratio);
}

export function note(plot: Plot, text: string): void {
  const { context, palette, left, top, width, height } = plot;
  context.font = font(plot, 11);
  context.fillStyle = palette.dim;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, left + width / 2, top + height / 2);
}

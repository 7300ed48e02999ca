/** Signals: a line through the samples where there is room for them, else the extremes of each column of pixels. */
import { indexAt, timeCount, timeOf, type TimeAxis } from '../../../signal/time.ts';
import { numberText } from './axis-ticks.ts';
import type { Series, SignalLane } from './lane.ts';
import { font, xOf, type Plot } from './plot.ts';
import { unitText } from './unit-text.ts';

/** From this many samples a pixel on a line through all of them would be the same picture, only later. */
const samplesAPixel = 2;

export function drawSignal(plot: Plot, lane: SignalLane, options: { readonly fitVisible: boolean }): void {
  const series = lane.series();
  const single = series.map((one) => one.samples.prepare(...visible(one.time, plot), plot.width));
  const scale =
    lane.scale ??
    (options.fitVisible ? undefined : lane.reach) ??
    scaleOf(series, options.fitVisible ? plot : undefined);
  if (!scale) return note(plot, 'no value here');
  series.forEach((one, i) => {
    plot.context.fillStyle = plot.context.strokeStyle = plot.palette.series[i % plot.palette.series.length];
    const [start, end] = visible(one.time, plot);
    if (!single[i] || (end - start) / plot.width > samplesAPixel) drawColumns(plot, one, scale);
    else drawLine(plot, one, scale, start, end);
  });
  drawScale(plot, scale, unitText(lane.unit));
}

/** The extremes of all series, with a twentieth beside them; undefined where there is no value. */
function scaleOf(series: readonly Series[], plot?: Plot): readonly [number, number] | undefined {
  let [low, high] = [Infinity, -Infinity];
  const found = [NaN, NaN];
  for (const { samples, time } of series) {
    const [start, end] = plot ? visible(time, plot) : [0, samples.count];
    samples.extremes(start, end, found);
    if (found[0] < low) low = found[0];
    if (found[1] > high) high = found[1];
  }
  if (!(low <= high)) return undefined;
  const margin = (high - low) / 20 || Math.abs(high) / 20 || 1;
  // What is never negative has no scale below 0: a speed of -20 is none.
  return [low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin];
}

/** Samples that are seen, with one more at each side, so that lines reach the edge. */
function visible(time: TimeAxis, { range }: Plot): [start: number, end: number] {
  const start = Math.max(0, indexAt(time, range.from));
  return [start, Math.min(timeCount(time), indexAt(time, range.to) + 2)];
}

function drawColumns(plot: Plot, { samples, time }: Series, [low, high]: readonly [number, number]): void {
  const { context, left, top, width, height, range, ratio } = plot;
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
    samples.extremes(start, end, found);
    let [bottom, peak] = found;
    if (Number.isNaN(bottom)) {
      lowBefore = highBefore = NaN;
      start = end;
      continue;
    }
    const [lowHere, highHere] = found;
    const joined = start > 0 && samples.joined(start);
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
  { samples, time }: Series,
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
    const v = samples.at(i);
    if (Number.isNaN(v)) {
      broken = true;
      continue;
    }
    const x = xOf(plot, timeOf(time, i));
    const y = top + (high - v) * scale;
    // A sample between two gaps has no line: it is drawn as a point of its own.
    const alone = broken && !(i + 1 < end && !Number.isNaN(samples.at(i + 1)));
    if (broken) context.moveTo(x, y);
    else context.lineTo(x, y);
    broken = false;
    if (dots || alone) context.fillRect(x - 1.5 * ratio, y - 1.5 * ratio, 3 * ratio, 3 * ratio);
  }
  context.stroke();
}

/** The ends of the scale with their unit, written inside, so that lanes of different units start at the same place. */
function drawScale(plot: Plot, [low, high]: readonly [number, number], unit: string): void {
  const { context, palette, ratio, left, top, height } = plot;
  context.font = font(plot, 10);
  context.fillStyle = palette.dim;
  context.textAlign = 'left';
  context.textBaseline = 'top';
  write(`${numberText(high)} ${unit}`, top + 1 * ratio);
  context.textBaseline = 'bottom';
  write(`${numberText(low)} ${unit}`, top + height - 1 * ratio);

  /** Readable over the line as well. */
  function write(text: string, y: number): void {
    context.strokeStyle = palette.surface;
    context.lineWidth = 3 * ratio;
    context.lineJoin = 'round';
    context.strokeText(text.trim(), left + 3 * ratio, y);
    context.fillText(text.trim(), left + 3 * ratio, y);
  }
}

/** Words in the middle of a lane, on as many lines as they need. */
export function note(plot: Plot, text: string): void {
  const { context, palette, left, top, width, height, ratio } = plot;
  context.font = font(plot, 11);
  context.fillStyle = palette.dim;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (context.measureText(longer).width <= width - 16 * ratio) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const middle = top + height / 2;
  lines.forEach((line, i) =>
    context.fillText(line, left + width / 2, middle + (i - (lines.length - 1) / 2) * 14 * ratio),
  );
}

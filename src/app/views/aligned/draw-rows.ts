/** One row an event: its spikes as ticks, or its values as colors. */
import { quantiles } from '../../../math/quantile.ts';
import { ramp, rgbOf, type Palette } from '../../core/palette.ts';
import { numberText } from '../timeline/axis-ticks.ts';
import type { Box, Scale } from './draw-mean.ts';
import type { AlignedRows } from './read-aligned.ts';

const shades = 64;

export function drawTicks(
  c: CanvasRenderingContext2D,
  { top, height }: Box,
  { rows, palette, x }: { readonly rows: readonly Float64Array[]; readonly palette: Palette } & Scale,
): void {
  const tall = height / rows.length;
  const bar = Math.max(1, tall > 4 ? tall - 1 : tall);
  c.fillStyle = palette.text;
  rows.forEach((spikes, r) => {
    for (const lag of spikes) c.fillRect(x(lag) - 0.5, top + r * tall, 1, bar);
  });
}

/** Colors go from the 1 % to the 99 % quantile of all values: one that stands out does not take the others' contrast. */
export function drawColors(
  c: CanvasRenderingContext2D,
  box: Box,
  { data, unit, palette, x }: Pick<AlignedRows, 'data' | 'unit'> & { readonly palette: Palette } & Scale,
): void {
  const { lags, repetitions } = data;
  const [low, high] = quantiles(
    repetitions.flatMap((row) => [...row]),
    [0.01, 0.99],
  );
  const colors = ramp(shades, palette.dark).map(rgbOf);
  const picture = new ImageData(lags.length, repetitions.length);
  repetitions.forEach((row, r) => {
    row.forEach((value, i) => {
      if (Number.isNaN(value)) return;
      const share = high > low ? (value - low) / (high - low) : 0.5;
      const color = colors[Math.min(shades - 1, Math.max(0, Math.floor(share * shades)))];
      picture.data.set([...color, 255], 4 * (r * lags.length + i));
    });
  });
  const small = new OffscreenCanvas(lags.length, repetitions.length);
  small.getContext('2d')!.putImageData(picture, 0, 0);
  const half = (x(lags[1]) - x(lags[0])) / 2;
  const from = x(lags[0]) - half;
  c.save();
  c.beginPath();
  c.rect(box.left, box.top, box.width, box.height);
  c.clip();
  c.imageSmoothingEnabled = false;
  c.drawImage(small, from, box.top, x(lags.at(-1)!) + half - from, box.height);
  c.restore();
  colorBar(c, box, { low, high, unit, palette });
}

/** At the right of the rows: which color is which value. */
function colorBar(
  c: CanvasRenderingContext2D,
  { left, top, width, height }: Box,
  {
    low,
    high,
    unit,
    palette,
  }: { readonly low: number; readonly high: number; readonly unit: string; readonly palette: Palette },
): void {
  const [at, tall] = [left + width + 8, Math.min(height - 4, 90)];
  ramp(shades, palette.dark).forEach((color, i) => {
    c.fillStyle = color;
    c.fillRect(at, top + tall - ((i + 1) * tall) / shades, 10, tall / shades + 0.5);
  });
  c.fillStyle = palette.text;
  c.textAlign = 'left';
  c.textBaseline = 'top';
  c.fillText(numberText(high), at + 14, top);
  c.textBaseline = 'bottom';
  c.fillText(numberText(low), at + 14, top + tall);
  c.textBaseline = 'middle';
  if (tall > 50) c.fillText(unit, at + 14, top + tall / 2);
}

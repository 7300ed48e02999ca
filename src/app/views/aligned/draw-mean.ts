/** The mean over the rows, thick in the band of its interval, with its axis. */
import type { Palette } from '../../core/palette.ts';
import { decimalTicks, tickText } from '../timeline/axis-ticks.ts';
import type { Aligned } from './mean.ts';

/** A rectangle of CSS px. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Scale {
  /** CSS px of a lag, s. */
  x(lag: number): number;
}

export function drawMean(
  c: CanvasRenderingContext2D,
  box: Box,
  {
    data,
    unit,
    palette,
    x,
  }: { readonly data: Aligned; readonly unit: string; readonly palette: Palette } & Scale,
): void {
  const { left, top, width, height } = box;
  const [low, high] = reach(data);
  const y = (value: number): number => top + ((high - value) / (high - low)) * height;
  const up = decimalTicks(low, high, Math.max(2, height / 34));
  c.strokeStyle = palette.border;
  c.fillStyle = palette.text;
  c.lineWidth = 1;
  c.textAlign = 'right';
  c.textBaseline = 'middle';
  c.beginPath();
  for (const v of up.at) {
    c.moveTo(left - 4, y(v));
    c.lineTo(left + width, y(v));
    c.fillText(tickText(v, up.step), left - 7, y(v));
  }
  c.stroke();
  c.save();
  c.translate(11, top + height / 2);
  c.rotate(-Math.PI / 2);
  c.textAlign = 'center';
  c.fillText(unit === '' ? 'mean' : `mean (${unit})`, 0, 0);
  c.restore();
  c.save();
  c.beginPath();
  c.rect(left, top, width, height);
  c.clip();
  c.fillStyle = c.strokeStyle = palette.series[0];
  c.globalAlpha = 0.3;
  for (let i = 1; i < data.lags.length; i++) {
    if (Number.isNaN(data.low[i]) || Number.isNaN(data.low[i - 1])) continue;
    c.beginPath();
    c.moveTo(x(data.lags[i - 1]), y(data.low[i - 1]));
    c.lineTo(x(data.lags[i]), y(data.low[i]));
    c.lineTo(x(data.lags[i]), y(data.high[i]));
    c.lineTo(x(data.lags[i - 1]), y(data.high[i - 1]));
    c.fill();
  }
  c.globalAlpha = 1;
  c.lineWidth = 2;
  c.beginPath();
  let broken = true;
  data.mean.forEach((v, i) => {
    if (Number.isNaN(v)) {
      broken = true;
      return;
    }
    if (broken) c.moveTo(x(data.lags[i]), y(v));
    else c.lineTo(x(data.lags[i]), y(v));
    broken = false;
  });
  c.stroke();
  c.restore();
}

function reach({ mean, low, high }: Aligned): [low: number, high: number] {
  let [least, most] = [Infinity, -Infinity];
  for (const row of [mean, low, high]) {
    for (const v of row) {
      if (v < least) least = v;
      if (v > most) most = v;
    }
  }
  if (!(least <= most)) return [0, 1];
  const beside = (most - least) / 20 || Math.abs(most) / 20 || 1;
  return [least - beside, most + beside];
}

/** Draws repetitions around an event: each as a thin line, the mean as a thick one in its band. */
import { onSchemeChange, paletteOf } from '../../core/palette.ts';
import { decimalTicks, tickText } from './axis-ticks.ts';
import type { Aligned } from './aligned.ts';

const margin = { left: 58, right: 14, top: 10, bottom: 38 };

export class AlignedChart {
  readonly #element: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #ends: (() => void)[];
  #data: Aligned | undefined;
  #unit = '';

  constructor(element: HTMLElement) {
    this.#element = element;
    this.#canvas = document.createElement('canvas');
    this.#canvas.setAttribute('role', 'img');
    element.append(this.#canvas);
    const resized = new ResizeObserver(() => this.#draw());
    resized.observe(element);
    this.#ends = [
      () => resized.disconnect(),
      onSchemeChange(() => this.#draw()),
      () => this.#canvas.remove(),
    ];
  }

  /** @param words what is seen, for those who do not see it. */
  show(data: Aligned, unit: string, words: string): void {
    this.#data = data;
    this.#unit = unit;
    this.#canvas.setAttribute('aria-label', words);
    this.#draw();
  }

  dispose(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  #draw(): void {
    const ratio = devicePixelRatio || 1;
    const [wide, tall] = [this.#element.clientWidth, this.#element.clientHeight];
    this.#canvas.width = Math.max(1, Math.round(wide * ratio));
    this.#canvas.height = Math.max(1, Math.round(tall * ratio));
    const data = this.#data;
    if (!data || data.lags.length < 2) return;
    const c = this.#canvas.getContext('2d')!;
    const palette = paletteOf(this.#element);
    c.scale(ratio, ratio);
    const { left, top } = margin;
    const [width, height] = [wide - left - margin.right, tall - top - margin.bottom];
    const [low, high] = reach(data);
    const [from, to] = [data.lags[0], data.lags.at(-1)!];
    const x = (lag: number): number => left + ((lag - from) / (to - from)) * width;
    const y = (value: number): number => top + ((high - value) / (high - low)) * height;
    c.font = `11px ${palette.font}`;
    c.fillStyle = palette.text;
    c.strokeStyle = palette.border;
    c.lineWidth = 1;
    const across = decimalTicks(from, to, Math.max(2, width / 80));
    const up = decimalTicks(low, high, Math.max(2, height / 36));
    c.beginPath();
    c.textAlign = 'center';
    c.textBaseline = 'top';
    for (const t of across.at) {
      c.moveTo(x(t), top);
      c.lineTo(x(t), top + height + 4);
      c.fillText(tickText(t, across.step), x(t), top + height + 6);
    }
    c.fillText('time from the event (s)', left + width / 2, top + height + 21);
    c.textAlign = 'right';
    c.textBaseline = 'middle';
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
    c.fillText(this.#unit, 0, 0);
    c.restore();
    c.save();
    c.beginPath();
    c.rect(left, top, width, height);
    c.clip();
    const line = (values: Float64Array): void => {
      c.beginPath();
      let broken = true;
      values.forEach((v, i) => {
        if (Number.isNaN(v)) {
          broken = true;
          return;
        }
        if (broken) c.moveTo(x(data.lags[i]), y(v));
        else c.lineTo(x(data.lags[i]), y(v));
        broken = false;
      });
      c.stroke();
    };
    c.strokeStyle = palette.dim;
    c.globalAlpha = Math.max(0.06, Math.min(0.5, 6 / data.repetitions.length));
    for (const row of data.repetitions) line(row);
    c.globalAlpha = 0.3;
    c.fillStyle = c.strokeStyle = palette.series[0];
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
    line(data.mean);
    c.strokeStyle = palette.text;
    c.lineWidth = 1;
    c.setLineDash([4, 3]);
    c.beginPath();
    c.moveTo(x(0), top);
    c.lineTo(x(0), top + height);
    c.stroke();
    c.restore();
  }
}

function reach({ repetitions, low, high }: Aligned): [low: number, high: number] {
  let [least, most] = [Infinity, -Infinity];
  for (const row of [...repetitions, low, high]) {
    for (const v of row) {
      if (v < least) least = v;
      if (v > most) most = v;
    }
  }
  if (!(least <= most)) return [0, 1];
  const beside = (most - least) / 20 || Math.abs(most) / 20 || 1;
  return [least - beside, most + beside];
}

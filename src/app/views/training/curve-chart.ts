/** Curves over training steps, one color a training, drawn by uPlot. */
import uPlot from 'uplot';
import { onSchemeChange, paletteOf } from '../../core/palette.ts';

export interface Curve {
  readonly name: string;
  /** Position in the palette's series. */
  readonly color: number;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

export interface CurveChartOptions {
  /** What goes up: `loss`, `error (px)`. */
  readonly label: string;
  readonly log: boolean;
  /** Each value as a dot: they are few. */
  readonly dots: boolean;
}

export class CurveChart {
  readonly #element: HTMLElement;
  readonly #readout: HTMLElement;
  readonly #ends: (() => void)[];
  #chart: uPlot | undefined;
  #shown: { readonly curves: readonly Curve[]; readonly options: CurveChartOptions } | undefined;
  /** What the chart was made for: it is made anew where this differs. */
  #made = '';

  /** @param readout where the values under the pointer are written. */
  constructor(element: HTMLElement, readout: HTMLElement) {
    this.#element = element;
    this.#readout = readout;
    const resized = new ResizeObserver(() => this.#chart?.setSize(this.#size()));
    resized.observe(element);
    const redraw = (): void => {
      this.#made = '';
      this.#draw();
    };
    this.#ends = [() => resized.disconnect(), onSchemeChange(redraw), () => this.#chart?.destroy()];
  }

  show(curves: readonly Curve[], options: CurveChartOptions): void {
    this.#shown = { curves, options };
    this.#draw();
  }

  dispose(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  #size(): { width: number; height: number } {
    return {
      width: Math.max(80, this.#element.clientWidth),
      height: Math.max(80, this.#element.clientHeight),
    };
  }

  #draw(): void {
    if (!this.#shown) return;
    const { curves, options } = this.#shown;
    const data = alignedData(curves, options.log);
    const made = JSON.stringify([options, curves.map(({ name, color }) => [name, color])]);
    if (made === this.#made && this.#chart) {
      this.#chart.setData(data);
      return;
    }
    this.#made = made;
    this.#chart?.destroy();
    this.#chart = new uPlot(this.#options(curves, options), data, this.#element);
  }

  #options(curves: readonly Curve[], { label, log, dots }: CurveChartOptions): uPlot.Options {
    const { text, border, dim, surface, series, font } = paletteOf(this.#element);
    const axis = {
      stroke: text,
      font: `11px ${font}`,
      labelFont: `11px ${font}`,
      labelSize: 18,
      grid: { stroke: border, width: 1 },
      ticks: { stroke: border, width: 1, size: 4 },
    };
    return {
      ...this.#size(),
      padding: [8, 12, 0, 0],
      legend: { show: false },
      cursor: {
        drag: { x: true, y: false },
        points: { size: 7, fill: surface, stroke: (u, i) => u.series[i].stroke as unknown as string },
      },
      select: { show: true, left: 0, top: 0, width: 0, height: 0 },
      scales: { x: { time: false }, y: { distr: log ? 3 : 1 } },
      axes: [
        { ...axis, label: 'steps', size: 28, values: (_, at) => at.map(shortNumber) },
        { ...axis, label, size: 46, values: (_, at) => at.map((v) => (v === null ? '' : shortNumber(v))) },
      ],
      series: [
        {},
        ...curves.map(({ name, color }): uPlot.Series => {
          const stroke = series[color % series.length];
          return {
            label: name,
            stroke,
            width: dots ? 2 : 1.25,
            spanGaps: true,
            points: { show: dots, size: 7, fill: stroke, stroke: dim },
          };
        }),
      ],
      hooks: { setCursor: [(chart) => this.#read(chart, curves)] },
    };
  }

  /** The values nearest to the pointer, of each curve. */
  #read(chart: uPlot, curves: readonly Curve[]): void {
    const { idx } = chart.cursor;
    if (idx === null || idx === undefined) {
      this.#readout.textContent = '';
      return;
    }
    const step = chart.data[0][idx];
    const values = curves.flatMap(({ name, steps, values }) => {
      const at = nearest(steps, step);
      return at === undefined ? [] : [`${curves.length > 1 ? `${name}: ` : ''}${values[at].toPrecision(3)}`];
    });
    this.#readout.textContent = `step ${step}: ${values.join(', ')}`;
  }
}

/** All curves over the union of their steps. A logarithm has no place for what is not positive. */
function alignedData(curves: readonly Curve[], log: boolean): uPlot.AlignedData {
  if (curves.length === 0) return [[]];
  const tables = curves.map(({ steps, values }): uPlot.AlignedData => [
    [...steps],
    values.map((v) => (log && !(v > 0) ? null : v)),
  ]);
  return tables.length === 1 ? tables[0] : uPlot.join(tables);
}

function nearest(steps: readonly number[], step: number): number | undefined {
  let best: number | undefined;
  for (const [i, at] of steps.entries())
    if (best === undefined || Math.abs(at - step) < Math.abs(steps[best] - step)) best = i;
  return best;
}

/** `0.05`, `12`, `1.5k`. */
function shortNumber(value: number): string {
  if (Math.abs(value) >= 1000) return `${Number((value / 1000).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}

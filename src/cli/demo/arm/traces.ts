import { across, axes, drawing, legend, upwards } from '../../report/chart/axes.ts';
import { band, line, lineSwatch } from '../../report/chart/marks.ts';
import { extent, linearScale } from '../../report/chart/scale.ts';
import type { Figure } from '../../report/figure.ts';
import { withUnit } from '../../report/format.ts';
import { markup, type Content } from '../../report/markup.ts';

/** One quantity over time, beside the truth. */
export interface Trace {
  readonly name: string;
  readonly found: Float64Array;
  readonly truth: Float64Array;
  /** Standard deviation of what was found. */
  readonly deviation?: Float64Array;
}

const width = 760;
const height = 92;
const gap = 26;

/** Traces one below the other over the same time, the truth broad and gray behind what was found. */
export function tracesFigure({
  traces,
  times,
  unit,
  ...about
}: Pick<Figure, 'id' | 'title' | 'caption' | 'cautions'> & {
  readonly traces: readonly Trace[];
  readonly times: Float64Array;
  readonly unit: string;
}): Figure {
  const top = 34;
  const drawn = traces.map((trace, k): Content => {
    const frame = { left: 62, top: top + k * (height + gap), width: width - 80, height };
    const x = linearScale([times[0], times[times.length - 1]], across(frame), 8);
    const y = linearScale(extent([trace.found, trace.truth]), upwards(frame), 3);
    const shift = (sign: number): number[] =>
      Array.from(trace.found, (v, t) => v + sign * 1.96 * (trace.deviation?.[t] ?? 0));
    const last = k === traces.length - 1;
    return [
      axes(
        frame,
        { scale: x, labels: last, ...(last && { name: withUnit('Time', 's') }) },
        { scale: y, ...(k === Math.floor(traces.length / 2) && { name: unit }) },
      ),
      line(x, y, times, trace.truth, 'truth-path'),
      trace.deviation && band(x, y, Array.from(times), shift(-1), shift(1), 's0'),
      line(x, y, times, trace.found, 's0'),
      markup`<text class="row" x="${frame.left + 4}" y="${frame.top - 5}">${trace.name}</text>`,
    ];
  });
  return {
    ...about,
    picture: drawing(
      {
        id: `${about.id}-chart`,
        title: about.title,
        description: `${traces.map((t) => t.name).join(', ')} over ${(times[times.length - 1] - times[0]).toFixed(0)} s, beside the truth`,
        width,
        height: top + traces.length * (height + gap) + 24,
      },
      [
        drawn,
        legend(420, 14, 320, [
          { name: 'found', swatch: lineSwatch('s0') },
          { name: 'truth', swatch: lineSwatch('truth-path') },
        ]),
      ],
    ),
    wide: true,
  };
}

import { quantile } from '../../../math/quantile.ts';
import { across, axes, drawing } from '../chart/axes.ts';
import { extent, linearScale } from '../chart/scale.ts';
import type { Figure } from '../figure.ts';
import { formatNumber, withUnit } from '../format.ts';
import { markup, type Content } from '../markup.ts';
import { shortened } from './error-distribution.ts';

export interface MarkerDistances {
  readonly unit: string;
  /** Distances of all frames; NaN where a marker was not seen. */
  readonly markers: readonly { readonly name: string; readonly values: ArrayLike<number> }[];
  readonly frames: number;
}

const width = 460;
const rowHeight = 24;
const labelWidth = 130;
const top = 14;

/** How far each keypoint lies from its marker on the fitted body: median and the middle 90 %. */
export function markerDistances({ unit, markers, frames }: MarkerDistances): Figure {
  const rows = markers.map(({ name, values }) => {
    const there = Array.from(values).filter(Number.isFinite);
    const at = (p: number): number => (there.length > 0 ? quantile(there, p) : NaN);
    return { name, seen: there.length, low: at(0.05), middle: at(0.5), high: at(0.95) };
  });
  const frame = { left: labelWidth, top, width: width - labelWidth - 18, height: rows.length * rowHeight };
  const x = linearScale(extent([rows.map((r) => r.high)], { zero: true }), across(frame));
  const drawn = rows.map((row, k): Content => {
    const y = top + (k + 0.5) * rowHeight;
    return markup`<text class="row" x="${labelWidth - 9}" y="${y + 4}" text-anchor="end">${shortened(row.name)}</text>
${row.seen > 0 && markup`<line class="whisker s0" x1="${x(row.low)}" x2="${x(row.high)}" y1="${y}" y2="${y}"/><circle class="dot s0" cx="${x(row.middle)}" cy="${y}" r="4.5"/>`}`;
  });
  const rare = rows.filter((r) => r.seen < 0.5 * frames);
  return {
    id: 'marker-distances',
    title: 'Distance of each keypoint from its marker',
    caption: markup`Dots: the median over frames; lines: from 5 % to 95 % of them. A marker that is farther than the others sits elsewhere on the body than the model says (--register learns where), or its keypoint is tracked badly.`,
    picture: drawing(
      {
        id: 'marker-distances-chart',
        title: 'Distance of each keypoint from its marker',
        description: rows.map((r) => `${r.name}: ${formatNumber(r.middle)} ${unit}`).join('; '),
        width,
        height: top + frame.height + 52,
      },
      [axes(frame, { scale: x, name: withUnit('Distance', unit) }), drawn],
    ),
    table: {
      head: ['Marker', 'Frames seen', '5 %', 'Median', '95 %', 'Unit'],
      rows: rows.map((r) => [
        r.name,
        formatNumber(r.seen),
        formatNumber(r.low),
        formatNumber(r.middle),
        formatNumber(r.high),
        unit,
      ]),
    },
    cautions:
      rare.length > 0
        ? [`Seen in fewer than half of the frames: ${rare.map((r) => r.name).join(', ')}.`]
        : [],
  };
}

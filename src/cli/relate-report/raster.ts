import type { BesideMovement } from '../../relate/index.ts';
import { column } from '../../relate/index.ts';
import { across, axes, drawing, upwards } from '../report/chart/axes.ts';
import { line } from '../report/chart/marks.ts';
import { extent, linearScale } from '../report/chart/scale.ts';
import type { Figure } from '../report/figure.ts';
import { counted, withUnit } from '../report/format.ts';
import { markup } from '../report/markup.ts';
import type { Shown } from './shown.ts';

const width = 760;
const left = 62;
const rowHeight = 7;
const speedHeight = 90;
/** Rows at most: beyond they could not be told apart. */
const mostUnits = 60;

/** Spikes of all units over a piece of time, in the order of their preferred directions, above the speed. */
export function rasterFigure(found: BesideMovement, { seconds, startSeconds, unit }: Shown): Figure {
  const { counts, speed, binSeconds, tuning } = found;
  const rows = Math.min(speed.length, Math.round(seconds / binSeconds));
  const order = counts.names
    .map((_, u) => u)
    .sort((a, b) => tuning[a].preferredDirection - tuning[b].preferredDirection)
    .slice(0, mostUnits);
  const times = Float64Array.from({ length: rows }, (_, r) => startSeconds + (r + 0.5) * binSeconds);
  const raster = { left, top: 22, width: width - left - 18, height: order.length * rowHeight };
  const below = { ...raster, top: raster.top + raster.height + 26, height: speedHeight };
  const x = linearScale([startSeconds, startSeconds + rows * binSeconds], across(below), 8);
  const shown = speed.subarray(0, rows);
  const y = linearScale(extent([shown], { zero: true }), upwards(below), 3);
  const marks = order.map((u, k) => {
    const own = column(counts.values, u);
    const at = raster.top + k * rowHeight;
    let path = '';
    for (let r = 0; r < rows; r++) {
      const spikes = own[r];
      if (!(spikes > 0)) continue;
      // Spikes of a bin are spread evenly within it.
      for (let s = 0; s < Math.min(spikes, 5); s++)
        path += `M${x(times[r] + ((s + 0.5) / Math.min(spikes, 5) - 0.5) * binSeconds).toFixed(1)} ${at}v${rowHeight - 1.5}`;
    }
    return markup`<path class="spikes" d="${path}"/>`;
  });
  return {
    id: 'raster',
    title: 'Spikes beside movement',
    caption: `${counted(order.length, 'unit')}${order.length < counts.names.length ? ` of ${counts.names.length}` : ''} in the order of their preferred directions, above the speed; the first ${(rows * binSeconds).toFixed(0)} s. Spikes were counted in bins of ${1000 * binSeconds} ms and are drawn evenly within them.`,
    picture: drawing(
      {
        id: 'raster-chart',
        title: 'Spikes beside movement',
        description: `${order.length} units over ${(rows * binSeconds).toFixed(0)} s`,
        width,
        height: below.top + below.height + 46,
      },
      [
        markup`<text class="name" x="${left - 40}" y="${raster.top + raster.height / 2}" text-anchor="middle" transform="rotate(-90 ${left - 40} ${raster.top + raster.height / 2})">Units</text>`,
        marks,
        axes(
          below,
          { scale: x, name: withUnit('Time', 's') },
          { scale: y, name: withUnit('Speed', `${unit}/s`) },
        ),
        line(x, y, times, shown, 's0'),
      ],
    ),
    cautions: [],
    wide: true,
  };
}

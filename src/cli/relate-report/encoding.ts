import type { BesideMovement } from '../../relate/index.ts';
import { across, axes, drawing, legend, upwards } from '../report/chart/axes.ts';
import { dot, dotSwatch, line, lineSwatch, seriesClass } from '../report/chart/marks.ts';
import { extent, linearScale } from '../report/chart/scale.ts';
import type { Figure } from '../report/figure.ts';
import { formatNumber, formatProbability, withUnit } from '../report/format.ts';
import { markup, type Content } from '../report/markup.ts';

const width = 760;
const labelWidth = 120;
const mostUnits = 40;

/** Held-out pseudo-R2 of every unit beside its null. */
export function encodingFigure({
  encoding,
  folds,
  embargo,
  blockLength,
  binSeconds,
}: BesideMovement): Figure {
  const order = encoding.toSorted((a, b) => b.value - a.value);
  const shown = order.slice(0, mostUnits);
  const rowHeight = 17;
  const frame = {
    left: labelWidth,
    top: 38,
    width: width - labelWidth - 24,
    height: shown.length * rowHeight,
  };
  const x = linearScale(
    extent([shown.flatMap((e) => [e.value, ...e.interval, e.null.high, e.null.mean, 0])]),
    across(frame),
    7,
  );
  const above = encoding.filter((e) => e.predicted).length;
  return {
    id: 'encoding',
    title: 'What movement predicts of each unit, on data that the fit did not see',
    caption: `Pseudo-R\u00b2 of a Poisson regression on place, velocity at lags and speed; ${folds} contiguous folds with ${formatNumber(embargo * binSeconds, 2)} s left out around each; 95 % from blocks of ${formatNumber(blockLength * binSeconds, 2)} s. Gray: predictions shifted in time, up to their 95th percentile. Filled: above chance after correction for all units, and better than a constant rate (${above} of ${encoding.length}).${shown.length < order.length ? ` The best ${shown.length} are drawn.` : ''}`,
    picture: drawing(
      {
        id: 'encoding-chart',
        title: 'Held-out pseudo-R2 of each unit',
        description: shown.map((e) => `${e.unit}: ${formatNumber(e.value)}`).join('; '),
        width,
        height: frame.top + frame.height + 50,
      },
      [
        axes(frame, { scale: x, name: 'Held-out pseudo-R\u00b2' }),
        shown.map((e, k): Content => {
          const y = frame.top + (k + 0.5) * rowHeight;
          const [low, high] = [x(Math.min(0, e.null.mean)), x(Math.max(e.null.high, e.null.mean))];
          return markup`<text class="row" x="${labelWidth - 9}" y="${y + 4}" text-anchor="end">${e.unit}</text>
<rect class="nullband" x="${low}" y="${y - 5}" width="${Math.max(1, high - low)}" height="10"/>
<line class="whisker s0" x1="${x(e.interval[0])}" x2="${x(e.interval[1])}" y1="${y}" y2="${y}"/>
${dot(x(e.value), y, 0, e.predicted ? '' : 'hollow', 4)}`;
        }),
        legend(frame.left, 18, frame.width, [
          { name: 'score, 95 %', swatch: dotSwatch(0, 's0') },
          { name: 'chance', swatch: markup`<rect class="nullband" x="-9" y="-5" width="18" height="10"/>` },
        ]),
      ],
    ),
    table: {
      head: ['Unit', 'Pseudo-R\u00b2', '95 %', 'Chance, 95th percentile', 'p, corrected'],
      rows: order.map((e) => [
        e.unit,
        e.value.toFixed(4),
        e.interval.map((v) => v.toFixed(4)).join(' to '),
        e.null.high.toFixed(4),
        formatProbability(e.corrected),
      ]),
    },
    cautions: [
      'That movement predicts a unit does not say that the unit moves anything: both may follow a third.',
    ],
    wide: true,
  };
}

/** Weights of the velocity over lags, of the units that are predicted best. */
export function weightsFigure({ weights, encoding, counts, velocity }: BesideMovement): Figure {
  const best = encoding
    .map((_, u) => u)
    .sort((a, b) => encoding[b].value - encoding[a].value)
    .slice(0, 3);
  const { lags, values } = weights;
  const channels = velocity.names.length;
  const of = (u: number, c: number): Float64Array =>
    values.subarray((u * channels + c) * lags.length, (u * channels + c + 1) * lags.length);
  const all = best.flatMap((u) => velocity.names.map((_, c) => of(u, c)));
  const cell = { width: 190, height: 170 };
  return {
    id: 'weights',
    title: 'When velocity matters to a unit',
    caption: `Weights of the Poisson regression (fitted to all data), in the log of the rate per standard deviation, of the three units that are predicted best. To the right: the unit fires before the movement.`,
    picture: drawing(
      {
        id: 'weights-chart',
        title: 'Weights over lags',
        description: best.map((u) => counts.names[u]).join(', '),
        width,
        height: cell.height + 106,
      },
      [
        legend(
          56,
          16,
          width - 60,
          velocity.names.map((name, c) => ({ name, swatch: lineSwatch(seriesClass(c)) })),
        ),
        best.map((u, k): Content => {
          const frame = { left: 56 + k * (cell.width + 46), top: 52, ...cell };
          const x = linearScale([Math.min(...lags, 0), Math.max(...lags, 0.001)], across(frame), 4);
          const y = linearScale(extent([...all, [0]]), upwards(frame), 4);
          return [
            axes(
              frame,
              { scale: x, name: withUnit('Unit leads by', 's') },
              { scale: y, ...(k === 0 && { name: 'Weight' }) },
            ),
            line(x, y, [x.domain[0], x.domain[1]], [0, 0], 'ideal'),
            velocity.names.map((_, c) => line(x, y, lags, of(u, c), seriesClass(c))),
            markup`<text class="row" x="${frame.left}" y="${frame.top - 7}">${counts.names[u]}</text>`,
          ];
        }),
      ],
    ),
    cautions: [
      'Velocities at neighboring lags are nearly the same: single weights are uncertain, and the penalty draws them together.',
    ],
    wide: true,
  };
}

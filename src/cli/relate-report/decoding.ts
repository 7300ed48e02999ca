import { column, type BesideMovement } from '../../relate/index.ts';
import { across, axes, drawing, legend, upwards } from '../report/chart/axes.ts';
import { line, lineSwatch } from '../report/chart/marks.ts';
import { extent, linearScale } from '../report/chart/scale.ts';
import type { Figure } from '../report/figure.ts';
import { formatProbability, withUnit } from '../report/format.ts';
import { markup, type Content } from '../report/markup.ts';
import type { Shown } from './shown.ts';

const width = 760;
const height = 92;
const gap = 28;

/** Velocity as the neurons tell it beside what it was. */
export function decodingFigure(
  { decoding, velocity, binSeconds, counts, folds }: BesideMovement,
  { seconds, startSeconds, unit }: Shown,
): Figure {
  const rows = Math.min(velocity.values.rows, Math.round(seconds / binSeconds));
  const times = Float64Array.from({ length: rows }, (_, r) => startSeconds + (r + 0.5) * binSeconds);
  const top = 36;
  const drawn = velocity.names.map((name, c): Content => {
    const frame = { left: 62, top: top + c * (height + gap), width: width - 80, height };
    const [truth, found] = [velocity, decoding.predicted].map((s) => column(s.values, c).subarray(0, rows));
    const x = linearScale([startSeconds, startSeconds + rows * binSeconds], across(frame), 8);
    const y = linearScale(extent([truth, found]), upwards(frame), 3);
    const last = c === velocity.names.length - 1;
    const { value, interval } = decoding.scores[c];
    return [
      axes(
        frame,
        { scale: x, labels: last, ...(last && { name: withUnit('Time', 's') }) },
        { scale: y, ...(c === 0 && { name: `${unit}/s` }) },
      ),
      line(x, y, times, truth, 'truth-path'),
      line(x, y, times, found, 's0'),
      markup`<text class="row" x="${frame.left + 4}" y="${frame.top - 5}">${name}: R\u00b2 ${value.toFixed(2)} (${interval.map((v) => v.toFixed(2)).join(' to ')})</text>`,
    ];
  });
  return {
    id: 'decoding',
    title: 'Velocity as the neurons tell it',
    caption: `A Wiener filter from ${counts.names.length} units, each sample decoded by a fit that did not see it (${folds} contiguous folds). R\u00b2 of all samples with 95 %.`,
    picture: drawing(
      {
        id: 'decoding-chart',
        title: 'Decoded and true velocity',
        description: velocity.names
          .map((n, c) => `${n}: R2 ${decoding.scores[c].value.toFixed(2)}`)
          .join('; '),
        width,
        height: top + velocity.names.length * (height + gap) + 26,
      },
      [
        drawn,
        legend(440, 14, 320, [
          { name: 'decoded', swatch: lineSwatch('s0') },
          { name: 'as it was', swatch: lineSwatch('truth-path') },
        ]),
      ],
    ),
    table: {
      head: ['Channel', 'R\u00b2', '95 %', 'Chance, 95th percentile', 'p'],
      rows: decoding.scores.map((s, c) => [
        velocity.names[c],
        s.value.toFixed(3),
        s.interval.map((v) => v.toFixed(3)).join(' to '),
        s.null.high.toFixed(3),
        formatProbability(s.null.p),
      ]),
    },
    cautions: [],
    wide: true,
  };
}

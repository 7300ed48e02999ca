import { across, axes, drawing, legend, upwards } from '../chart/axes.ts';
import { dotSwatch, line, lineSwatch } from '../chart/marks.ts';
import { extent, linearScale } from '../chart/scale.ts';
import type { ConfidenceCut } from '../data.ts';
import type { Figure } from '../figure.ts';
import { formatNumber, formatQuantity, withUnit } from '../format.ts';
import { markup } from '../markup.ts';

const width = 460;
const height = 320;

/** What leaving out uncertain points buys: mean error of the points kept against how many are kept (risk and coverage). */
export function confidenceCut(data: ConfidenceCut): Figure {
  const { unit, curve, chosen, everything } = data;
  const frame = { left: 62, top: 34, width: width - 82, height: height - 84 };
  const x = linearScale([0, 100], across(frame));
  const y = linearScale(extent([curve.map((c) => c.mean)], { zero: true }), upwards(frame));
  const percent = (fraction: number): number => 100 * fraction;
  const isChosen = Number.isFinite(chosen.mean);
  return {
    id: 'confidence-cut',
    title: 'Error with and without uncertain points',
    caption: markup`Mean error of the points whose confidence is above a cut, against how many points are kept. All points: ${formatQuantity(everything, unit)}. ${
      isChosen
        ? markup`Dot: a confidence of at least ${String(chosen.cut)}, which keeps ${formatQuantity(percent(chosen.kept), '%')} of the points, off by ${formatQuantity(chosen.mean, unit)}.`
        : `No point has a confidence of ${chosen.cut} or more.`
    }`,
    picture: drawing(
      {
        id: 'confidence-cut-chart',
        title: 'Error with and without uncertain points',
        description: `All points ${formatNumber(everything)} ${unit}; ${formatNumber(percent(chosen.kept))} % kept: ${formatNumber(chosen.mean)} ${unit}.`,
        width,
        height,
      },
      [
        axes(
          frame,
          { scale: x, name: 'Points kept (%)' },
          { scale: y, name: withUnit('Mean error of these', unit) },
        ),
        line(
          x,
          y,
          curve.map((c) => percent(c.kept)),
          curve.map((c) => c.mean),
          's0',
        ),
        isChosen &&
          markup`<circle class="dot s1" cx="${x(percent(chosen.kept))}" cy="${y(chosen.mean)}" r="5"/>`,
        legend(frame.left, 18, frame.width, [
          { name: 'most confident points', swatch: lineSwatch('s0') },
          ...(isChosen ? [{ name: `at least ${chosen.cut}`, swatch: dotSwatch(0, 's1') }] : []),
        ]),
      ],
    ),
    table: {
      head: ['Confidence at least', 'Points kept (%)', 'Mean error', 'Unit'],
      rows: data.table.map((c) => [String(c.cut), formatNumber(percent(c.kept)), formatNumber(c.mean), unit]),
    },
    cautions: [
      'An error without the uncertain points speaks of the points that are left: always state both numbers.',
      'Points that are left out are often the same keypoints in the same postures: what is measured from the rest is then of other moments.',
      ...(data.cautions ?? []),
    ],
  };
}

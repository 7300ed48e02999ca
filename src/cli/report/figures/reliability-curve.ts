import { across, axes, drawing, legend, upwards } from '../chart/axes.ts';
import { barSwatch, dotSwatch, line, lineSwatch } from '../chart/marks.ts';
import { linearScale, roundStep } from '../chart/scale.ts';
import type { Reliability } from '../data.ts';
import type { Figure } from '../figure.ts';
import { counted, formatNumber, formatQuantity } from '../format.ts';
import { markup } from '../markup.ts';
import { wilsonInterval } from '../../../math/proportion.ts';

const width = 460;
const height = 400;
/** A bin with fewer points than this says little and is drawn hollow. */
const fewPoints = 10;

/** Whether a confidence means what it says: the share of points within the radius against the confidence, and how many there are. */
export function reliabilityCurve(data: Reliability): Figure {
  const bins = data.bins.filter((b) => b.count > 0);
  const total = bins.reduce((sum, b) => sum + b.count, 0);
  const error =
    bins.reduce((sum, b) => sum + Math.abs(b.confidence * b.count - b.within), 0) / Math.max(1, total);
  const top = { left: 62, top: 34, width: width - 82, height: 224 };
  const below = { left: 62, top: 282, width: width - 82, height: 66 };
  const x = linearScale([0, 1], across(top));
  const y = linearScale([0, 1], upwards(top));
  const most = Math.max(1, ...bins.map((b) => b.count));
  const counts = linearScale([0, roundStep(most)], upwards(below), 2);
  const drawn = bins.map((b) => {
    const [low, high] = wilsonInterval(b.within, b.count);
    const at = x(b.confidence);
    const share = y(b.within / b.count);
    return markup`<line class="whisker s0" x1="${at}" x2="${at}" y1="${y(low)}" y2="${y(high)}"/><circle class="dot s0${b.count < fewPoints && ' hollow'}" cx="${at}" cy="${share}" r="4.5"/>`;
  });
  const bars = bins.map(
    (b) =>
      markup`<rect class="bar s0" x="${x(b.low) + 0.7}" width="${Math.max(0.5, x(b.high) - x(b.low) - 1.4)}" y="${counts(b.count)}" height="${counts(0) - counts(b.count)}"/>`,
  );
  const few = bins.filter((b) => b.count < fewPoints).length;
  return {
    id: 'reliability',
    title: 'Reliability of the confidence',
    caption: markup`A confidence of 0.8 should mean that 8 of 10 such points lie within ${formatQuantity(data.radius, data.unit)} of the label. Above: how many do, with 95 % Wilson intervals, against the mean confidence of the bin; on the diagonal the confidence is true, below it boasts. Below: how many of the ${counted(total, 'point')} fall into each bin. Mean distance from the diagonal (expected calibration error): ${formatNumber(error, 2)}.`,
    picture: drawing(
      {
        id: 'reliability-chart',
        title: 'Reliability of the confidence',
        description: bins
          .map(
            (b) =>
              `confidence ${formatNumber(b.confidence, 2)}: ${formatNumber(b.within)} of ${formatNumber(b.count)} within the radius`,
          )
          .join('; '),
        width,
        height,
      },
      [
        axes(
          top,
          { scale: x, labels: false },
          { scale: y, name: `Share within ${formatQuantity(data.radius, data.unit)}` },
        ),
        line(x, y, [0, 1], [0, 1], 'ideal'),
        drawn,
        axes(below, { scale: x, name: 'Confidence' }, { scale: counts, name: 'Points' }),
        bars,
        legend(top.left, 18, top.width, [
          { name: 'measured', swatch: dotSwatch(0) },
          { name: 'a true confidence', swatch: lineSwatch('ideal') },
          { name: 'points', swatch: barSwatch('bar s0') },
        ]),
      ],
    ),
    table: {
      head: ['Confidence', 'Mean', 'Points', 'Within', 'Share', '95 % interval'],
      rows: bins.map((b) => {
        const [low, high] = wilsonInterval(b.within, b.count);
        return [
          `${formatNumber(b.low)} to ${formatNumber(b.high)}`,
          formatNumber(b.confidence),
          formatNumber(b.count),
          formatNumber(b.within),
          formatNumber(b.within / b.count),
          `${formatNumber(low)} to ${formatNumber(high)}`,
        ];
      }),
    },
    cautions: [
      ...(data.calibratedElsewhere
        ? []
        : [
            'The confidence was calibrated on these same frames: it looks truer here than it will be elsewhere.',
          ]),
      ...(few > 0
        ? [`${counted(few, 'bin')} with fewer than ${fewPoints} points (hollow): their place means little.`]
        : []),
      ...(data.cautions ?? []),
    ],
  };
}

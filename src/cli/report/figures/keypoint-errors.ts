import { across, axes, drawing, legend } from '../chart/axes.ts';
import { dot, dotSwatch } from '../chart/marks.ts';
import { linearScale, logScale, positiveExtent } from '../chart/scale.ts';
import type { KeypointErrors } from '../data.ts';
import type { Figure } from '../figure.ts';
import { counted, formatNumber, formatQuantity, withUnit } from '../format.ts';
import { markup, type Content } from '../markup.ts';
import { shortened } from './error-distribution.ts';

const width = 460;
const rowHeight = 26;
const labelWidth = 104;
const top = 34;
/** With fewer labeled points than this an interval means little; the dot is drawn hollow. */
const fewPoints = 10;

/** Mean error of each keypoint with its interval, beside what a guess without looking at the picture would be off by. */
export function keypointErrors(data: KeypointErrors): Figure {
  const rows = [data.all, ...data.keypoints];
  const values = rows.flatMap((r) => [r.mean, r.low, r.high, r.nullMean]);
  const [low, high] = positiveExtent([values]);
  const frame = { left: labelWidth, top, width: width - labelWidth - 18, height: rows.length * rowHeight };
  const x = logScale([low * 0.85, high * 1.15], across(frame));
  const y = linearScale([0, rows.length], [frame.top, frame.top + frame.height]);
  const drawn = rows.map((row, k): Content => {
    const middle = y(k + 0.5);
    const present = (v: number): boolean => v > 0 && Number.isFinite(v);
    return markup`<text class="row" x="${labelWidth - 9}" y="${middle + 4}" text-anchor="end">${shortened(row.name)}</text>
${present(row.nullMean) && dot(x(row.nullMean), middle, 3, 'of-truth', 4)}
${present(row.low) && present(row.high) && markup`<line class="whisker s0" x1="${x(row.low)}" x2="${x(row.high)}" y1="${middle}" y2="${middle}"/>`}
${present(row.mean) && markup`<circle class="dot s0${row.count < fewPoints && ' hollow'}" cx="${x(row.mean)}" cy="${middle}" r="4.5"/>`}`;
  });
  const few = data.keypoints.filter((r) => r.count < fewPoints);
  const worse = data.keypoints.filter((r) => r.high > r.nullMean);
  return {
    id: 'keypoint-errors',
    title: 'Mean error of each keypoint, with its interval',
    caption: markup`Mean distance from prediction to label on held-out frames, with ${data.meaning}; logarithmic axis. Gray diamonds: a guess that says the mean labeled position whatever the picture. All keypoints: ${formatQuantity(data.all.mean, data.unit)} (${formatNumber(data.all.low)} to ${formatQuantity(data.all.high, data.unit)}) against ${formatQuantity(data.all.nullMean, data.unit)} of the guess.`,
    picture: drawing(
      {
        id: 'keypoint-errors-chart',
        title: 'Mean error of each keypoint',
        description: rows.map((r) => `${r.name}: ${formatNumber(r.mean)} ${data.unit}`).join('; '),
        width,
        height: top + frame.height + 52,
      },
      [
        axes(frame, { scale: x, name: withUnit('Mean error', data.unit) }),
        drawn,
        legend(frame.left, 18, frame.width, [
          { name: 'network, 95 %', swatch: dotSwatch(0, 's0') },
          { name: 'constant guess', swatch: dotSwatch(3, 'of-truth') },
        ]),
      ],
    ),
    table: {
      head: ['Keypoint', 'Points', 'Mean', '95 % interval', 'Constant guess', 'Unit'],
      rows: rows.map((r) => [
        r.name,
        formatNumber(r.count),
        formatNumber(r.mean),
        `${formatNumber(r.low)} to ${formatNumber(r.high)}`,
        formatNumber(r.nullMean),
        data.unit,
      ]),
    },
    cautions: [
      'A mean is ruled by a few gross errors: see the distribution beside it.',
      ...(few.length > 0
        ? [
            `${counted(few.length, 'keypoint')} with fewer than ${fewPoints} labeled points (hollow): the interval means little.`,
          ]
        : []),
      ...(worse.length > 0
        ? [`Not shown to be better than the constant guess: ${worse.map((r) => r.name).join(', ')}.`]
        : []),
      ...(data.cautions ?? []),
    ],
  };
}

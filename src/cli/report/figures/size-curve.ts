import { across, axes, drawing, legend, upwards } from '../chart/axes.ts';
import { dot, dotSwatch, line, lineSwatch } from '../chart/marks.ts';
import { extent, linearScale } from '../chart/scale.ts';
import type { SizeCurveData } from '../data.ts';
import type { Figure } from '../figure.ts';
import { counted, formatNumber, formatQuantity, withUnit } from '../format.ts';
import { markup } from '../markup.ts';

const width = 460;
const height = 320;

/** Held-out error against the number of training frames: whether more labels would help. */
export function sizeCurve(data: SizeCurveData): Figure {
  const { unit, points } = data;
  const frame = { left: 62, top: 34, width: width - 82, height: height - 84 };
  const x = linearScale(extent([points.map((p) => p.frames)], { zero: true, margin: 0.05 }), across(frame));
  const y = linearScale(
    extent([points.flatMap((p) => [p.mean, p.high, ...p.seeds])], { zero: true }),
    upwards(frame),
  );
  const seeds = Math.max(...points.map((p) => p.seeds.length));
  const nullShown = data.nullMean <= y.domain[1];
  const [first, last] = [points[0], points[points.length - 1]];
  const before = points.at(-2);
  return {
    id: 'size-curve',
    title: 'Error over the number of training frames',
    caption: markup`Each point was trained from scratch on a part of the training frames and judged on the same ${counted(data.heldOutFrames, 'held-out frame')}; the line is the mean${seeds > 1 && ` of ${counted(seeds, 'seed')} (small dots)`}, bars are ${data.meaning}. From ${counted(first.frames, 'frame')} to ${formatNumber(last.frames)} the error went from ${formatQuantity(first.mean, unit)} to ${formatQuantity(last.mean, unit)}; the constant guess is off by ${formatQuantity(data.nullMean, unit)}. A curve that still falls at its right end asks for more labels.`,
    picture: drawing(
      {
        id: 'size-curve-chart',
        title: 'Error over the number of training frames',
        description: points
          .map((p) => `${formatNumber(p.frames)} frames: ${formatNumber(p.mean)} ${unit}`)
          .join('; '),
        width,
        height,
      },
      [
        axes(
          frame,
          { scale: x, name: 'Training frames' },
          { scale: y, name: withUnit('Error on held-out frames', unit) },
        ),
        nullShown && line(x, y, [0, x.domain[1]], [data.nullMean, data.nullMean], 'ideal'),
        points.map(
          (p) =>
            markup`<line class="whisker s0" x1="${x(p.frames)}" x2="${x(p.frames)}" y1="${y(p.low)}" y2="${y(p.high)}"/>${seeds > 1 && p.seeds.map((s) => dot(x(p.frames), y(s), 0, 'open', 2.4))}`,
        ),
        line(
          x,
          y,
          points.map((p) => p.frames),
          points.map((p) => p.mean),
          's0',
        ),
        points.map((p) => markup`<circle class="dot s0" cx="${x(p.frames)}" cy="${y(p.mean)}" r="4.5"/>`),
        legend(frame.left, 18, frame.width, [
          { name: 'held-out error', swatch: dotSwatch(0, 's0') },
          ...(nullShown ? [{ name: 'constant guess', swatch: lineSwatch('ideal') }] : []),
        ]),
      ],
    ),
    table: {
      head: ['Training frames', 'Mean error', '95 % interval', 'Each seed', 'Unit'],
      rows: points.map((p) => [
        formatNumber(p.frames),
        formatNumber(p.mean),
        `${formatNumber(p.low)} to ${formatNumber(p.high)}`,
        p.seeds.map((s) => formatNumber(s)).join(', '),
        unit,
      ]),
    },
    cautions: [
      `${data.bound}. Large sets may not have been learned to the end in it: their points can be too high, and are not the project's own model.`,
      ...(seeds === 1
        ? [
            'One seed: the bars hold the chance of which frames were held out, not that of which frames trained or of the start.',
          ]
        : []),
      ...(before !== undefined && last.low < before.mean && before.mean < last.high
        ? ['The last two points cannot be told apart: whether more labels help is not decided by this curve.']
        : []),
      ...(data.cautions ?? []),
    ],
  };
}

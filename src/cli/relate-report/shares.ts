import type { BesideMovement } from '../../relate/index.ts';
import { mean } from '../../math/moments.ts';
import { across, axes, drawing, legend } from '../report/chart/axes.ts';
import { dot, dotSwatch } from '../report/chart/marks.ts';
import { extent, linearScale } from '../report/chart/scale.ts';
import type { Figure } from '../report/figure.ts';
import { formatNumber } from '../report/format.ts';
import { markup, type Content } from '../report/markup.ts';

const width = 760;
const labelWidth = 150;
const rowHeight = 46;

/** What each variable explains alone, and what no other explains, of every unit. */
export function sharesFigure({ shares, folds }: BesideMovement): Figure {
  const { variables, full, outputs } = shares;
  const frame = {
    left: labelWidth,
    top: 40,
    width: width - labelWidth - 24,
    height: variables.length * rowHeight,
  };
  const x = linearScale(
    extent([...variables.flatMap((v) => [v.unique, v.alone]), full, [0]]),
    across(frame),
    7,
  );
  const spread = (values: Float64Array, y: number, k: number): Content => [
    Array.from(values, (v, u) =>
      Number.isFinite(v) ? dot(x(v), y + 4 * Math.sin(2.4 * u), k, 'open', 2) : undefined,
    ),
    dot(x(meanOf(values)), y, k, '', 5.5),
  ];
  return {
    id: 'shares',
    title: 'What only one variable explains',
    caption: `Of the variance of square-root counts, held out (${folds} contiguous folds, ridge): small marks are units, large ones their mean. All variables together: ${formatNumber(meanOf(full), 2)} in the mean; what several explain alike: ${formatNumber(meanOf(shares.shared), 2)}. Below zero a variable only adds noise.`,
    picture: drawing(
      {
        id: 'shares-chart',
        title: 'Unique and lone shares of variance',
        description: variables
          .map(
            (v) =>
              `${v.name}: unique ${formatNumber(meanOf(v.unique), 2)}, alone ${formatNumber(meanOf(v.alone), 2)}`,
          )
          .join('; '),
        width,
        height: frame.top + frame.height + 50,
      },
      [
        axes(frame, { scale: x, name: 'Held-out share of variance' }),
        variables.map((v, k): Content => {
          const y = frame.top + (k + 0.5) * rowHeight;
          return [
            markup`<text class="row" x="${labelWidth - 9}" y="${y + 4}" text-anchor="end">${v.name}</text>`,
            spread(v.alone, y - 9, 1),
            spread(v.unique, y + 9, 0),
          ];
        }),
        legend(frame.left, 18, frame.width, [
          { name: 'unique', swatch: dotSwatch(0, 's0') },
          { name: 'alone', swatch: dotSwatch(1, 's1') },
        ]),
      ],
    ),
    table: {
      head: ['Unit', 'All', ...variables.flatMap((v) => [`${v.name}, unique`, '95 %', 'alone'])],
      rows: outputs.map((name, u) => [
        name,
        formatNumber(full[u]),
        ...variables.flatMap((v) => [
          formatNumber(v.unique[u]),
          `${formatNumber(v.low[u], 2)} to ${formatNumber(v.high[u], 2)}`,
          formatNumber(v.alone[u]),
        ]),
      ]),
    },
    cautions: [
      'Unique shares shrink as variables are added that resemble each other: a small one does not mean that the variable is not coded for.',
    ],
    wide: true,
  };
}

const meanOf = (values: Float64Array): number => mean(values.filter(Number.isFinite));

import type { BesideMovement } from '../../relate/index.ts';
import { across, axes, drawing, upwards } from '../report/chart/axes.ts';
import { band, dot, line } from '../report/chart/marks.ts';
import { extent, linearScale } from '../report/chart/scale.ts';
import type { Figure } from '../report/figure.ts';
import { formatNumber, formatProbability } from '../report/format.ts';
import { markup, type Content } from '../report/markup.ts';

const turn = 2 * Math.PI;
const degrees = 360 / turn;
/** Curves that are drawn. */
const shownUnits = 6;
const columns = 3;

/** Rate over direction of the units whose rate follows it most, with the cosine that was fitted. */
export function tuningFigure({ tuning, counts, plane, preferred }: BesideMovement): Figure {
  const best = tuning
    .map((_, u) => u)
    .sort((a, b) => tuning[b].r2 - tuning[a].r2)
    .slice(0, shownUnits);
  const [cell, gap] = [
    { width: 176, height: 120 },
    { x: 64, y: 52 },
  ];
  const drawn = best.map((u, k): Content => {
    const { curve, meanRate, modulation, preferredDirection, p } = tuning[u];
    const frame = {
      left: 56 + (k % columns) * (cell.width + gap.x),
      top: 30 + Math.floor(k / columns) * (cell.height + gap.y),
      ...cell,
    };
    const [edges] = curve.edges;
    const centers = Array.from(curve.rate, (_, b) => ((edges[b] + edges[b + 1]) / 2) * degrees);
    const [low, high] = [-1, 1].map((sign) =>
      Array.from(curve.rate, (r, b) => r + sign * curve.standardError[b]),
    );
    const fine = Array.from({ length: 73 }, (_, i) => -180 + 5 * i);
    const cosine = fine.map((d) => meanRate + modulation * Math.cos(d / degrees - preferredDirection));
    const x = linearScale([-180, 180], across(frame), 4);
    const y = linearScale(extent([low, high, cosine], { zero: true }), upwards(frame), 3);
    return [
      axes(
        frame,
        {
          scale: x,
          labels: k + columns >= best.length,
          ...(k + columns >= best.length && { name: 'Direction (\u00b0)' }),
        },
        { scale: y, ...(k % columns === 0 && { name: 'Rate (1/s)' }) },
      ),
      band(x, y, centers, low, high, 's0'),
      line(x, y, fine, cosine, 'ideal'),
      line(x, y, centers, curve.rate, 's0'),
      markup`<text class="row" x="${frame.left}" y="${frame.top - 7}">${counts.names[u]}, p ${formatProbability(p)}</text>`,
    ];
  });
  const rows = Math.ceil(best.length / columns);
  return {
    id: 'tuning',
    title: 'Rate over the direction of movement',
    caption: `The ${best.length} units that follow the direction most, in the plane of ${plane.join(' and ')} (0\u00b0 along the first, 90\u00b0 along the second); band: standard error of the mean, dashed: fitted cosine (Georgopoulos et al. 1982). p: against spikes shifted in time. Of ${counts.names.length} units, ${preferred.tuned.length} are tuned at 0.05 after correction for all (Benjamini and Hochberg).`,
    picture: drawing(
      {
        id: 'tuning-chart',
        title: 'Rate over direction',
        description: best
          .map(
            (u) => `${counts.names[u]}: ${formatNumber(tuning[u].preferredDirection * degrees, 2)} degrees`,
          )
          .join('; '),
        width: 760,
        height: 30 + rows * (cell.height + gap.y) + 8,
      },
      drawn,
    ),
    table: {
      head: [
        'Unit',
        'Mean rate, 1/s',
        'Modulation, 1/s',
        'Preferred direction, \u00b0',
        'R\u00b2 of samples',
        'p',
      ],
      rows: tuning.map((t, u) => [
        counts.names[u],
        formatNumber(t.meanRate),
        formatNumber(t.modulation),
        formatNumber(t.preferredDirection * degrees),
        formatNumber(t.r2),
        formatProbability(t.p),
      ]),
    },
    cautions: [
      'The best of many are shown: by chance alone some would look tuned. The count after correction says how many are.',
      'Standard errors take samples as independent, which neighbors in time are not: they are too small.',
    ],
    wide: true,
  };
}

/** Preferred directions of the tuned units as a rose. */
export function preferredFigure({ tuning, counts, preferred }: BesideMovement): Figure {
  const [width, height, rim] = [460, 380, 140];
  const [cx, cy] = [width / 2, 196];
  const most = Math.max(...preferred.tuned.map((u) => tuning[u].modulation), 1e-9);
  const at = (angle: number, radius: number): [number, number] => [
    cx + radius * Math.cos(angle),
    cy - radius * Math.sin(angle),
  ];
  const spokes = preferred.tuned.map((u) => {
    const [x, y] = at(tuning[u].preferredDirection, (rim * tuning[u].modulation) / most);
    return [
      markup`<line class="whisker s0" x1="${cx}" y1="${cy}" x2="${x}" y2="${y}"/>`,
      dot(x, y, 0, '', 4),
    ];
  });
  const { rayleigh } = preferred;
  return {
    id: 'preferred',
    title: 'Preferred directions',
    caption: `One line a tuned unit (${preferred.tuned.length} of ${counts.names.length}); its length is how far the rate goes above its mean, ${formatNumber(most, 2)} 1/s at the rim. ${rayleigh ? `Do they lie to one side? Rayleigh: mean vector ${formatNumber(Math.sqrt(rayleigh.z / rayleigh.n), 2)}, p ${formatProbability(rayleigh.p)}.` : 'Too few for a test of whether they lie to one side.'}`,
    picture: drawing(
      {
        id: 'preferred-chart',
        title: 'Preferred directions',
        description: `${preferred.tuned.length} tuned units`,
        width,
        height,
      },
      [
        markup`<circle class="rim" cx="${cx}" cy="${cy}" r="${rim}"/><circle class="grid" cx="${cx}" cy="${cy}" r="${rim / 2}"/>`,
        [0, 90, 180, 270].map((d) => {
          const [x, y] = at(d / degrees, rim + 22);
          return markup`<text class="tick" x="${x}" y="${y + 4}" text-anchor="middle">${d}\u00b0</text>`;
        }),
        spokes,
      ],
    ),
    cautions: [
      'Neurons of one animal that fire together are not independent: the p value is then too small.',
    ],
  };
}

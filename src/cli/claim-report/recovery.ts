import type { ClaimResult } from '../../inquire/index.ts';
import { drawing } from '../report/chart/axes.ts';
import type { Figure } from '../report/figure.ts';
import { shortened } from '../report/figures/error-distribution.ts';
import { markup } from '../report/markup.ts';

const cell = 46;
const labelWidth = 190;

/** Which hypothesis comes first on data that each had made: a dark diagonal means that data like these can tell them apart. */
export function recoveryFigure({
  names,
  first,
  recoveries,
  recovered,
}: NonNullable<ClaimResult['recovery']>): Figure {
  const top = 128;
  const cells = first.flatMap((row, g) =>
    row.map((count, h) => {
      const share = count / recoveries;
      const [x, y] = [labelWidth + h * cell, top + g * cell];
      return markup`<rect class="heat" x="${x}" y="${y}" width="${cell - 2}" height="${cell - 2}" fill-opacity="${share.toFixed(3)}"/><text class="${share > 0.55 ? 'on-heat' : 'tick'}" x="${x + cell / 2 - 1}" y="${y + cell / 2 + 4}" text-anchor="middle">${count}</text>`;
    }),
  );
  const rows = names.map(
    (name, g) =>
      markup`<text class="row" x="${labelWidth - 9}" y="${top + (g + 0.5) * cell + 4}" text-anchor="end">${shortened(name, 26)}</text>`,
  );
  const columns = names.map((name, h) => {
    const [x, y] = [labelWidth + (h + 0.5) * cell, top - 8];
    return markup`<text class="row" x="${x}" y="${y}" transform="rotate(-40 ${x} ${y})">${shortened(name, 20)}</text>`;
  });
  return {
    id: 'recovery',
    title: 'Could these data have told the hypotheses apart?',
    caption: `Each row made ${recoveries} sets of data: its own prediction, as strong as the best one's here, and noise from this recording. The columns count which hypothesis came first on them.`,
    picture: drawing(
      {
        id: 'recovery-chart',
        title: 'Model recovery',
        description: names
          .map((name, g) => `${name} came first on ${first[g][g]} of its own ${recoveries}`)
          .join('; '),
        width: labelWidth + names.length * cell + 90,
        height: top + names.length * cell + 12,
      },
      [rows, columns, cells],
    ),
    table: {
      head: ['Made by', ...names, 'Recognized', '95 %'],
      rows: names.map((name, g) => [
        name,
        ...first[g].map(String),
        `${(100 * recovered[g].fraction).toFixed(0)} %`,
        recovered[g].interval.map((v) => `${(100 * v).toFixed(0)} %`).join(' to '),
      ]),
    },
    cautions: [
      'Data are made by linear readouts: neurons that relate to a hypothesis in another way may be harder to tell apart.',
    ],
  };
}

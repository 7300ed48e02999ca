import { circularSummary } from '../../../math/circular.ts';
import { drawing, legend } from '../chart/axes.ts';
import { dot, dotSwatch } from '../chart/marks.ts';
import type { GaitReport } from '../data.ts';
import type { Figure } from '../figure.ts';
import { formatNumber } from '../format.ts';
import { markup, type Content } from '../markup.ts';

const width = 460;
const height = 400;
const center = [width / 2, 220] as const;
const rim = 142;
const turn = 2 * Math.PI;

/** When the other paws touch down within the stride of a reference paw: a polar plot with mean vectors. */
export function limbPhase(
  { paws }: Pick<GaitReport, 'paws'>,
  phases: NonNullable<GaitReport['phases']>,
): Figure {
  const rows = phases.paws.map(({ name, phases: list, truePhases }, row) => ({
    name,
    row,
    // A paw keeps its color from figure to figure.
    k: Math.max(
      0,
      paws.findIndex((paw) => paw.name === name),
    ),
    list: Array.from(list, (angle) => angle / turn).filter(Number.isFinite),
    ...meanVector(list),
    truth: truePhases && truePhases.length > 0 ? meanVector(truePhases) : undefined,
  }));
  const at = (phase: number, radius: number): [number, number] => [
    center[0] + radius * Math.sin(turn * phase),
    center[1] - radius * Math.cos(turn * phase),
  ];
  const drawn = rows.map((row): Content => {
    const spread = row.list.map((phase, i) => {
      const [x, y] = at(phase, rim + 7 + row.row * 7 + ((i * 0.6180339887) % 1) * 5);
      return dot(x, y, row.k, 'open', 1.8);
    });
    if (!(row.resultant > 0)) return spread;
    const [x, y] = at(row.mean, rim * row.resultant);
    const [bx, by] =
      row.truth && row.truth.resultant > 0 ? at(row.truth.mean, rim * row.truth.resultant) : [];
    return [
      spread,
      markup`<line class="vector s${row.k % 8}" x1="${center[0]}" y1="${center[1]}" x2="${x}" y2="${y}"/>`,
      dot(x, y, row.k, '', 5),
      bx !== undefined &&
        by !== undefined &&
        markup`<circle class="true-phase" cx="${bx}" cy="${by}" r="8.5"/>`,
    ];
  });
  const quarter = [0, 0.25, 0.5, 0.75].map((phase) => {
    const [x, y] = at(phase, rim);
    const [tx, ty] = at(phase, rim + 44);
    return markup`<line class="grid" x1="${center[0]}" y1="${center[1]}" x2="${x}" y2="${y}"/><text class="tick" x="${tx}" y="${ty + 4}" text-anchor="middle">${formatNumber(phase, 2)}</text>`;
  });
  const few = rows.filter((r) => r.list.length < 10);
  const hasTruth = rows.some((r) => r.truth);
  return {
    id: 'limb-phase',
    title: 'Limb phase',
    caption: markup`When each paw touches down within the stride of the ${phases.reference} (0 at the top, clockwise; 0.5 is half a stride later). Small marks, one a stride; line, mean vector: its length is the resultant R, 1 where every stride is alike (outer circle), 0 where there is no preferred phase${hasTruth && '; ring, the true mean'}.`,
    picture: drawing(
      {
        id: 'limb-phase-chart',
        title: 'Limb phase',
        description: rows
          .map(
            (r) =>
              `${r.name}: mean phase ${formatNumber(r.mean, 2)}, R ${formatNumber(r.resultant, 2)}, ${r.list.length} strides`,
          )
          .join('; '),
        width,
        height: height + 20,
      },
      [
        legend(20, 18, width - 20, [
          ...rows.map((r) => ({ name: r.name, swatch: dotSwatch(r.k) })),
          ...(hasTruth ? [{ name: 'true mean', swatch: markup`<circle class="true-phase" r="7"/>` }] : []),
        ]),
        markup`<circle class="rim" cx="${center[0]}" cy="${center[1]}" r="${rim}"/><circle class="grid" cx="${center[0]}" cy="${center[1]}" r="${rim / 2}"/>`,
        quarter,
        drawn,
      ],
    ),
    table: {
      head: ['Paw', 'Strides', 'Mean phase', 'Resultant R', 'True mean phase', 'True R'],
      rows: rows.map((r) => [
        r.name,
        formatNumber(r.list.length),
        formatNumber(r.mean),
        formatNumber(r.resultant),
        formatNumber(r.truth?.mean ?? NaN),
        formatNumber(r.truth?.resultant ?? NaN),
      ]),
    },
    cautions: few.length > 0 ? [`Fewer than 10 strides: ${few.map((r) => r.name).join(', ')}.`] : [],
  };
}

/** Mean phase in strides, 0 to 1, and the resultant's length; NaN where there is no phase. */
function meanVector(phases: ArrayLike<number>): { readonly mean: number; readonly resultant: number } {
  const { mean, resultantLength } = circularSummary(phases);
  return { mean: (mean / turn + 1) % 1, resultant: resultantLength };
}

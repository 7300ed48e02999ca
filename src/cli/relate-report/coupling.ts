import type { Coupling } from '../../relate/index.ts';
import { drawing } from '../report/chart/axes.ts';
import type { Figure } from '../report/figure.ts';
import { formatNumber, formatProbability } from '../report/format.ts';
import { markup, type Content } from '../report/markup.ts';

const degrees = 180 / Math.PI;
const shownUnits = 8;
const columns = 4;
const [cell, rim] = [180, 62];

/** How spikes lie in the cycle of a rhythm: a rose for each of the units that keep a phase most. */
export function couplingFigure(couplings: readonly Coupling[], rhythm: string): Figure {
  const order = couplings.toSorted(
    (a, b) => (a.p || 1) - (b.p || 1) || b.resultantLength - a.resultantLength,
  );
  const shown = order.slice(0, shownUnits);
  const kept = couplings.filter((c) => c.adjustedP <= 0.05).length;
  const drawn = shown.map((c, k): Content => {
    const [x, y] = [
      cell * (k % columns) + cell / 2 + 10,
      (cell + 24) * Math.floor(k / columns) + cell / 2 + 24,
    ];
    const most = Math.max(...c.rose, 1);
    const at = (angle: number, radius: number): string =>
      `${(x + radius * Math.sin(angle)).toFixed(1)} ${(y - radius * Math.cos(angle)).toFixed(1)}`;
    const step = (2 * Math.PI) / c.rose.length;
    const petals = Array.from(c.rose, (count, b) => {
      const radius = rim * Math.sqrt(count / most);
      return `M${x} ${y}L${at(b * step, radius)}A${radius.toFixed(1)} ${radius.toFixed(1)} 0 0 1 ${at((b + 1) * step, radius)}Z`;
    }).join('');
    return markup`<circle class="rim" cx="${x}" cy="${y}" r="${rim}"/><path class="bar s0" d="${petals}"/>
<path class="vector s1" d="M${x} ${y}L${at(c.meanPhase, rim * c.resultantLength)}"/>
<text class="row" x="${x}" y="${y - rim - 9}" text-anchor="middle">${c.name}: R ${formatNumber(c.resultantLength, 2)}, p ${formatProbability(c.adjustedP)}</text>`;
  });
  return {
    id: 'coupling',
    title: `Spikes in the cycle of "${rhythm}"`,
    caption: `A cycle goes around clockwise from its start at the top; areas are counts. Line: mean phase, as long as the resultant R (1, the rim: one phase only). p against surrogate cycles, corrected for ${couplings.length} units: ${kept} keep a phase at 0.05.`,
    picture: drawing(
      {
        id: 'coupling-chart',
        title: `Spikes in the cycle of ${rhythm}`,
        description: shown.map((c) => `${c.name}: R ${formatNumber(c.resultantLength, 2)}`).join('; '),
        width: columns * cell + 20,
        height: Math.ceil(shown.length / columns) * (cell + 24) + 10,
      },
      drawn,
    ),
    table: {
      head: ['Unit', 'Spikes', 'Mean phase, \u00b0', '95 %, \u00b0', 'R', 'kappa', 'p, corrected'],
      rows: order.map((c) => [
        c.name,
        formatNumber(c.n),
        formatNumber(c.meanPhase * degrees),
        `\u00b1 ${formatNumber(c.halfWidth * degrees, 2)}`,
        formatNumber(c.resultantLength),
        formatNumber(c.kappa),
        formatProbability(c.adjustedP),
      ]),
    },
    cautions: [
      'R grows where there are few spikes: it is judged by p.',
      ...new Set(couplings.flatMap(({ caveats }) => caveats)),
    ],
    wide: true,
  };
}

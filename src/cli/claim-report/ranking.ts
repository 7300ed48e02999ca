import type { JudgedClaim } from '../../project/claims/index.ts';
import { across, axes, drawing, legend } from '../report/chart/axes.ts';
import { dot, dotSwatch } from '../report/chart/marks.ts';
import { extent, linearScale } from '../report/chart/scale.ts';
import type { Figure } from '../report/figure.ts';
import { shortened } from '../report/figures/error-distribution.ts';
import { formatNumber, formatProbability } from '../report/format.ts';
import { markup, type Content, type Markup } from '../report/markup.ts';

const width = 760;
const rowHeight = 30;
const labelWidth = 190;
const top = 40;

const nullSwatch = markup`<rect class="nullband" x="-9" y="-5" width="18" height="10"/>`;
const ceilingSwatch = markup`<line class="line ceiling" x1="0" x2="0" y1="-7" y2="7"/>`;

/** Every hypothesis, the best first: its score with interval, beside chance and beside what it would score were it true. */
export function rankingFigure({ result, units, plan }: JudgedClaim): Figure {
  const { ranking } = result;
  const all = ranking.flatMap((j) => [j.score, ...j.interval, j.null.percentile95, j.ceiling ?? NaN, 0]);
  const frame = {
    left: labelWidth,
    top,
    width: width - labelWidth - 24,
    height: ranking.length * rowHeight,
  };
  const x = linearScale(extent([all]), across(frame), 7);
  const drawn = ranking.map((j, k): Content => {
    const middle = frame.top + (k + 0.5) * rowHeight;
    const [low, high] = [x(Math.min(0, j.null.mean)), x(Math.max(j.null.percentile95, j.null.mean))];
    return markup`<text class="row" x="${labelWidth - 9}" y="${middle + 4}" text-anchor="end">${shortened(j.name, 26)}</text>
<rect class="nullband" x="${low}" y="${middle - 9}" width="${Math.max(1, high - low)}" height="18"/>
${j.ceiling !== undefined && markup`<line class="line ceiling" x1="${x(j.ceiling)}" x2="${x(j.ceiling)}" y1="${middle - 10}" y2="${middle + 10}"/>`}
<line class="whisker s0" x1="${x(j.interval[0])}" x2="${x(j.interval[1])}" y1="${middle}" y2="${middle}"/>
${dot(x(j.score), middle, 0, j.corrected <= plan.level ? '' : 'hollow', 4.5)}`;
  });
  return {
    id: 'ranking',
    title: 'What each hypothesis predicts, on data that it was not fitted to',
    caption: markup`Mean over ${units.length} channels of the held-out R² of a linear readout, ${result.folds} contiguous folds, with 95 % from blocks of ${(result.blockLength * plan.data.bin).toFixed(1)} s drawn with replacement. Gray: what activity shifted in time scores, up to its 95th percentile. Upright line: what the hypothesis would score were it true, with noise as in these data. Filled: above chance, corrected for ${ranking.length} hypotheses (Holm).`,
    picture: drawing(
      {
        id: 'ranking-chart',
        title: 'Scores of the hypotheses',
        description: ranking.map((j) => `${j.name}: ${formatNumber(j.score)}`).join('; '),
        width,
        height: top + frame.height + 52,
      },
      [
        axes(frame, { scale: x, name: 'Held-out R²' }),
        drawn,
        legend(frame.left, 20, frame.width, [
          { name: 'score, 95 %', swatch: dotSwatch(0, 's0') },
          { name: 'chance', swatch: nullSwatch },
          { name: 'were it true', swatch: ceilingSwatch },
        ]),
      ],
    ),
    table: {
      head: [
        'Hypothesis',
        'R²',
        '95 %',
        'Chance, 95th percentile',
        'p, corrected',
        'Were it true',
        'Behind the best, 95 %',
        'p, corrected',
      ],
      rows: ranking.map((j) => [
        j.name,
        j.score.toFixed(4),
        `${j.interval[0].toFixed(4)} to ${j.interval[1].toFixed(4)}`,
        j.null.percentile95.toFixed(4),
        formatProbability(j.corrected),
        j.ceiling?.toFixed(4) ?? '-',
        j.behind
          ? `${j.behind.difference.toFixed(4)} (${j.behind.interval.map((v) => v.toFixed(4)).join(' to ')})`
          : 'the best',
        j.behind ? formatProbability(j.behind.corrected) : '-',
      ]),
    },
    cautions: [
      'A score is of these channels in this recording: it says nothing of another animal.',
      'Hypotheses with more features have more to fit with; ridge penalties and held-out data keep that from paying, not from mattering.',
    ],
    wide: true,
  };
}

/** Every channel's score under every hypothesis: is it a few that speak, or all? */
export function channelsFigure({ result }: JudgedClaim): Figure {
  const { ranking } = result;
  const frame = {
    left: labelWidth,
    top: 12,
    width: width - labelWidth - 24,
    height: ranking.length * rowHeight,
  };
  // A channel that is predicted far worse than by its mean would squeeze all others.
  const lowest = -0.1;
  const x = linearScale(
    extent([ranking.flatMap((j) => Array.from(j.unitScores, (s) => Math.max(lowest, s)))]),
    across(frame),
    7,
  );
  const drawn = ranking.map((j, k): Markup => {
    const middle = frame.top + (k + 0.5) * rowHeight;
    const dots = Array.from(j.unitScores, (s, u) =>
      dot(x(Math.max(lowest, s)), middle + ((u * 7919) % 13) - 6, 0, 'faint', 2.4),
    );
    return markup`<text class="row" x="${labelWidth - 9}" y="${middle + 4}" text-anchor="end">${shortened(j.name, 26)}</text>${dots}`;
  });
  const below = ranking.reduce((n, j) => n + j.unitScores.filter((s) => s < lowest).length, 0);
  return {
    id: 'channels',
    title: 'The same, channel by channel',
    caption: 'One dot a channel; heights within a row mean nothing.',
    picture: drawing(
      {
        id: 'channels-chart',
        title: 'Scores of every channel',
        description: ranking.map((j) => `${j.name}: ${j.unitScores.length} channels`).join('; '),
        width,
        height: frame.height + 64,
      },
      [axes(frame, { scale: x, name: 'Held-out R²' }), drawn],
    ),
    cautions: below > 0 ? [`${below} dots below ${lowest} are drawn there.`] : [],
    wide: true,
  };
}

import { featureWords } from '../../inquire/index.ts';
import type { JudgedClaim } from '../../project/claims/index.ts';
import { tableMarkup } from '../report/figure.ts';
import { markup } from '../report/markup.ts';
import { renderPage } from '../report/page.ts';
import { channelsFigure, rankingFigure } from './ranking.ts';
import { recoveryFigure } from './recovery.ts';

/** A judged claim as one HTML file: the verdict first, then what it rests on, then the plan as it was fixed. */
export function renderClaim(judged: JudgedClaim, version: string): string {
  const { plan, hash, inputs, result, changes, notes } = judged;
  const { recovery } = result;
  return renderPage({
    title: plan.claim,
    subtitle: `${result.units} channels, ${result.samples} bins of ${plan.data.bin} s, ${result.ranking.length} hypotheses`,
    version,
    summary: [result.verdict.sentence, ...changes.map(changeSentence)],
    cautions: notes,
    sections: [
      {
        id: 'hypotheses',
        title: 'The hypotheses',
        lead: 'All are judged with the same readout on the same samples and folds.',
        figures: [rankingFigure(judged), channelsFigure(judged)],
      },
      {
        id: 'told-apart',
        title: 'Whether these data can decide',
        lead: 'A ranking means nothing where the true account would not have come first.',
        ...(recovery
          ? { figures: [recoveryFigure(recovery)] }
          : {
              absent: ['Model recovery: nothing is predicted, so that there is nothing to make data from.'],
            }),
      },
      {
        id: 'plan',
        title: 'What was fixed before',
        lead: `The plan has the hash ${hash}; the same hash stands in the result.`,
        before: [
          tableMarkup({
            words: true,
            head: ['Hypothesis', 'Features'],
            rows: Object.entries(plan.hypotheses).map(([name, features]) => [
              name,
              features.map((f) => featureWords(f)).join('; '),
            ]),
          }),
          tableMarkup({
            words: true,
            head: ['File', 'SHA-256'],
            rows: inputs.map(({ path, sha256 }) => [path, sha256]),
          }),
          markup`<p>${plan.folds} contiguous folds with ${(result.embargo * plan.data.bin).toFixed(2)} s left out around each; null: ${plan.chance.shifts} circular shifts; ${plan.resamples} resamples; ${plan.recoveries} simulated data sets a hypothesis; level ${plan.level}; seed ${String(plan.seed)}.</p>`,
        ],
      },
    ],
  });
}

/** Said on the first page: whoever looked before choosing may have chosen by what was seen. */
export function changeSentence({ seen, what }: JudgedClaim['changes'][number]): string {
  return `This claim was changed after a result of it had been seen (${seen.at.slice(0, 10)}, plan ${seen.hash.slice(0, 12)}). Different now: ${what.join(', ')}. The result then: ${seen.sentence}`;
}

/** The numbers of the ranking, for who reads rather than looks. */
import type { ClaimJudgment } from '../../../server/api.ts';

const probability = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));

const heads = [
  'R²',
  '95 %',
  'Chance, 95th percentile',
  'p, corrected',
  'Were it true',
  'Behind the best, 95 %',
  'p, corrected',
];

export function RankingTable({ judged: { ranking } }: { readonly judged: ClaimJudgment }): React.ReactNode {
  return (
    <div className="claims-scroll">
      <table className="claims-table">
        <caption className="visually-hidden">Scores of the hypotheses</caption>
        <thead>
          <tr>
            <th scope="col">Hypothesis</th>
            {heads.map((head, i) => (
              <th scope="col" className="number" key={i}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ranking.map((j) => (
            <tr key={j.name}>
              <th scope="row">{j.name}</th>
              {cells(j).map((cell, i) => (
                <td className="number" key={i}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cells({
  score,
  interval,
  null: chance,
  corrected,
  ceiling,
  behind,
}: ClaimJudgment['ranking'][number]) {
  return [
    score.toFixed(4),
    interval.map((v) => v.toFixed(4)).join(' to '),
    chance.percentile95.toFixed(4),
    probability(corrected),
    ceiling?.toFixed(4) ?? '–',
    behind
      ? `${behind.difference.toFixed(4)} (${behind.interval.map((v) => v.toFixed(4)).join(' to ')})`
      : 'the best',
    behind ? probability(behind.corrected) : '–',
  ];
}

/** Scores of the hypotheses, the best first: with interval, beside chance and beside what each would score were it true. */
import type { ClaimJudgment } from '../../../server/api.ts';
import { decimalTicks, tickText } from '../timeline/axis-ticks.ts';

const width = 860;
const left = 200;
const right = 20;
const row = 30;
const top = 8;

type X = (value: number) => number;

export function RankingChart({
  judged: { ranking },
  level,
}: {
  readonly judged: ClaimJudgment;
  readonly level: number;
}): React.ReactNode {
  const all = ranking.flatMap((j) => [...j.interval, j.null.mean, j.null.percentile95, j.ceiling ?? 0, 0]);
  const name = ranking.map((j) => `${j.name}: ${j.score.toFixed(3)}`).join('; ');
  return (
    <figure className="claims-figure">
      <Frame rows={ranking.map((j) => j.name)} values={all} name={`Scores of the hypotheses. ${name}`}>
        {(x) =>
          ranking.map((j, k) => {
            const y = top + (k + 0.5) * row;
            const [low, high] = [x(Math.min(0, j.null.mean)), x(Math.max(j.null.percentile95, j.null.mean))];
            const clear = j.corrected <= level;
            return (
              <g key={j.name}>
                <rect
                  className="claims-chance"
                  x={low}
                  y={y - 9}
                  width={Math.max(1, high - low)}
                  height="18"
                />
                {j.ceiling === undefined ? null : (
                  <line
                    className="claims-ceiling"
                    x1={x(j.ceiling)}
                    x2={x(j.ceiling)}
                    y1={y - 10}
                    y2={y + 10}
                  />
                )}
                <line className="claims-interval" x1={x(j.interval[0])} x2={x(j.interval[1])} y1={y} y2={y} />
                <circle className="claims-score" data-clear={clear} cx={x(j.score)} cy={y} r="5">
                  <title>{`${j.name}: R² ${j.score.toFixed(4)}, 95 % ${j.interval.map((v) => v.toFixed(4)).join(' to ')}`}</title>
                </circle>
              </g>
            );
          })
        }
      </Frame>
      <figcaption className="dim">
        Dot and line: score with 95 % from blocks of time; hollow where not above chance. Gray: chance, up to
        its 95th percentile. Upright line: what the hypothesis would score were it true, with noise as in
        these data.
      </figcaption>
    </figure>
  );
}

/** A channel that is predicted far worse than by its mean would squeeze all others. */
const lowest = -0.1;

export function ChannelsChart({
  judged: { ranking, unitNames },
}: {
  readonly judged: ClaimJudgment;
}): React.ReactNode {
  const drawn = (score: number): number => Math.max(lowest, score);
  const below = ranking.reduce((n, j) => n + j.unitScores.filter((s) => s < lowest).length, 0);
  const values = ranking.flatMap((j) => j.unitScores.map(drawn));
  return (
    <figure className="claims-figure">
      <Frame rows={ranking.map((j) => j.name)} values={values} name="Scores of every channel">
        {(x) =>
          ranking.map((j, k) =>
            j.unitScores.map((score, u) => (
              <circle
                className="claims-channel"
                key={`${j.name} ${unitNames[u]}`}
                cx={x(drawn(score))}
                cy={top + (k + 0.5) * row + ((u * 7919) % 13) - 6}
                r="3"
              >
                <title>{`${unitNames[u]}: R² ${score.toFixed(4)}`}</title>
              </circle>
            )),
          )
        }
      </Frame>
      <figcaption className="dim">
        One dot a channel; heights within a row mean nothing.
        {below > 0 ? ` ${below} dots below ${lowest} are drawn there.` : ''}
      </figcaption>
    </figure>
  );
}

function Frame({
  rows,
  values,
  name,
  children,
}: {
  readonly rows: readonly string[];
  readonly values: readonly number[];
  readonly name: string;
  children(x: X): React.ReactNode;
}): React.ReactNode {
  const [low, high] = [Math.min(0, ...values), Math.max(0.01, ...values)];
  const margin = (high - low) / 30;
  const x: X = (v) => left + ((v - low + margin) / (high - low + 2 * margin)) * (width - left - right);
  const bottom = top + rows.length * row;
  const marks = decimalTicks(low, high, 7);
  return (
    <svg viewBox={`0 0 ${width} ${bottom + 42}`} role="img" aria-label={name}>
      {marks.at.map((v) => (
        <g key={v}>
          <line className="claims-grid" x1={x(v)} x2={x(v)} y1={top} y2={bottom} />
          <text x={x(v)} y={bottom + 16} textAnchor="middle">
            {tickText(v, marks.step)}
          </text>
        </g>
      ))}
      <text x={(left + width - right) / 2} y={bottom + 36} textAnchor="middle">
        Held-out R²
      </text>
      {rows.map((label, k) => (
        <text key={label} x={left - 10} y={top + (k + 0.5) * row + 4} textAnchor="end">
          {label.length > 28 ? `${label.slice(0, 27)}…` : label}
        </text>
      ))}
      {children(x)}
    </svg>
  );
}

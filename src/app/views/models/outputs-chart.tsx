/** Outputs of a network without a body over time, one panel an output. */
import { decimalTicks, tickText } from '../timeline/axis-ticks.ts';
import type { CurveSeries, Sizes } from './curve-chart.tsx';

interface Props {
  readonly names: readonly string[];
  readonly sizes: Sizes;
  readonly stepSeconds: number;
  readonly series: readonly CurveSeries[];
  readonly desired: readonly number[];
}

const [width, height] = [380, 150];
const [left, right, top, bottom] = [44, 10, 22, 34];
/** Outputs that are drawn: more are too small to be read. */
const mostShown = 6;

export function OutputsChart({ names, sizes, stepSeconds, series, desired }: Props): React.ReactNode {
  const { conditions, times } = sizes;
  const shown = names.slice(0, mostShown);
  return (
    <figure className="models-figure">
      <figcaption>
        {shown.length < names.length ? `The first ${shown.length} of ${names.length} outputs` : 'Outputs'},
        wanted ones dashed
      </figcaption>
      {shown.map((name, o) => {
        const value = (values: readonly number[], c: number, t: number): number =>
          values[(c * times + t) * sizes.width + o];
        let [low, high] = [Infinity, -Infinity];
        for (const { values } of [...series, { values: desired }]) {
          for (let i = 0; i < conditions * times; i++) {
            const v = values[i * sizes.width + o];
            if (!Number.isFinite(v)) continue;
            low = Math.min(low, v);
            high = Math.max(high, v);
          }
        }
        const span = high > low ? high - low : 1;
        const x = (t: number): number => left + (t / Math.max(1, times - 1)) * (width - left - right);
        const y = (v: number): number => height - bottom - ((v - low) / span) * (height - top - bottom);
        const line = (values: readonly number[], c: number): string =>
          Array.from({ length: times }, (_, t) => value(values, c, t))
            .map((v, t) => `${t === 0 ? 'M' : 'L'}${x(t).toFixed(1)} ${y(v).toFixed(1)}`)
            .join('');
        const seconds = decimalTicks(0, times * stepSeconds, 6);
        const levels = decimalTicks(low, low + span, 3);
        return (
          <svg
            key={name}
            viewBox={`0 0 ${width} ${height}`}
            role="img"
            aria-label={`Output ${name} over time`}
          >
            <text x={left} y={14}>
              {name}
            </text>
            {seconds.at.map((s) => (
              <text key={s} x={x(s / stepSeconds)} y={height - bottom + 15} textAnchor="middle">
                {tickText(s, seconds.step)}
              </text>
            ))}
            <text x={(left + width - right) / 2} y={height - 4} textAnchor="middle">
              time, s
            </text>
            {levels.at.map((v) => (
              <g key={v}>
                <line className="models-grid" x1={left} x2={width - right} y1={y(v)} y2={y(v)} />
                <text x={left - 6} y={y(v) + 4} textAnchor="end">
                  {tickText(v, levels.step)}
                </text>
              </g>
            ))}
            {Array.from({ length: conditions }, (_, c) => (
              <path className="models-wanted" key={c} d={line(desired, c)} />
            ))}
            {series.map(({ name: own, values }, s) =>
              Array.from({ length: conditions }, (_, c) => (
                <g key={`${own} ${c}`} data-series={s}>
                  <path className="models-line" d={line(values, c)} />
                </g>
              )),
            )}
          </svg>
        );
      })}
    </figure>
  );
}

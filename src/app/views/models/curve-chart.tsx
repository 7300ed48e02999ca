/** Trajectories in a plane: of the hand, or of a population along two axes. */
import { decimalTicks, tickText } from '../timeline/axis-ticks.ts';

export interface Sizes {
  readonly conditions: number;
  readonly times: number;
  /** Values a time. */
  readonly width: number;
}

export interface CurveSeries {
  readonly name: string;
  /** condition x time x value. */
  readonly values: readonly number[];
}

interface Props {
  readonly title: string;
  readonly unit: string;
  readonly names: readonly string[];
  readonly sizes: Sizes;
  readonly axes: readonly [number, number];
  readonly series: readonly CurveSeries[];
  /** condition x time x value: the last of each condition is marked. */
  readonly ends?: readonly number[];
}

const size = 380;
const [left, right, top, bottom] = [58, 12, 10, 44];

export function CurveChart({ title, unit, names, sizes, axes, series, ends }: Props): React.ReactNode {
  const { conditions, times, width } = sizes;
  const [a, b] = axes;
  const at = (values: readonly number[], c: number, t: number): readonly [number, number] => {
    const from = (c * times + t) * width;
    return [values[from + a], values[from + b]];
  };
  const places = series.flatMap(({ values }) =>
    Array.from({ length: conditions * times }, (_, i) => at(values, Math.floor(i / times), i % times)),
  );
  if (ends) for (let c = 0; c < conditions; c++) places.push(at(ends, c, times - 1));
  const scale = equalScale(places);
  const line = (values: readonly number[], c: number): string =>
    Array.from({ length: times }, (_, t) => at(values, c, t))
      .filter((p) => p.every(Number.isFinite))
      .map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${scale.x(x).toFixed(1)} ${scale.y(y).toFixed(1)}`)
      .join('');
  const name = (axis: number): string => [names[axis], unit].filter(Boolean).join(', ');
  return (
    <figure className="models-figure">
      <figcaption>{title}</figcaption>
      <svg
        viewBox={`0 0 ${size} ${size}`}
        role="img"
        aria-label={`${title}: ${series.map((s) => s.name).join(' and ')}`}
      >
        {scale.ticksX.at.map((v) => (
          <g key={`x${v}`}>
            <line className="models-grid" x1={scale.x(v)} x2={scale.x(v)} y1={top} y2={size - bottom} />
            <text x={scale.x(v)} y={size - bottom + 16} textAnchor="middle">
              {tickText(v, scale.ticksX.step)}
            </text>
          </g>
        ))}
        {scale.ticksY.at.map((v) => (
          <g key={`y${v}`}>
            <line className="models-grid" x1={left} x2={size - right} y1={scale.y(v)} y2={scale.y(v)} />
            <text x={left - 6} y={scale.y(v) + 4} textAnchor="end">
              {tickText(v, scale.ticksY.step)}
            </text>
          </g>
        ))}
        <text x={(left + size - right) / 2} y={size - 8} textAnchor="middle">
          {name(a)}
        </text>
        <text transform={`translate(13 ${(top + size - bottom) / 2}) rotate(-90)`} textAnchor="middle">
          {name(b)}
        </text>
        {ends
          ? Array.from({ length: conditions }, (_, c) => {
              const [x, y] = at(ends, c, times - 1);
              return <circle className="models-end" key={c} cx={scale.x(x)} cy={scale.y(y)} r="6" />;
            })
          : null}
        {series.map(({ name: own, values }, s) =>
          Array.from({ length: conditions }, (_, c) => {
            const [x, y] = at(values, c, 0);
            return (
              <g key={`${own} ${c}`} data-series={s}>
                <path className="models-line" d={line(values, c)} />
                {Number.isFinite(x) ? (
                  <circle className="models-start" cx={scale.x(x)} cy={scale.y(y)} r="3" />
                ) : null}
              </g>
            );
          }),
        )}
      </svg>
    </figure>
  );
}

/** The same length a unit both ways, so that a circle is one. */
function equalScale(places: readonly (readonly [number, number])[]) {
  const range = (axis: 0 | 1): [number, number] => {
    let [low, high] = [Infinity, -Infinity];
    for (const p of places) {
      if (!Number.isFinite(p[axis])) continue;
      low = Math.min(low, p[axis]);
      high = Math.max(high, p[axis]);
    }
    return low <= high ? [low, high] : [0, 1];
  };
  const [[x0, x1], [y0, y1]] = [range(0), range(1)];
  const span = 1.08 * Math.max(x1 - x0, y1 - y0, 1e-9);
  const [plotWidth, plotHeight] = [size - left - right, size - top - bottom];
  const per = Math.min(plotWidth, plotHeight) / span;
  const [middleX, middleY] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return {
    x: (v: number): number => left + plotWidth / 2 + (v - middleX) * per,
    y: (v: number): number => top + plotHeight / 2 - (v - middleY) * per,
    ticksX: decimalTicks(middleX - plotWidth / 2 / per, middleX + plotWidth / 2 / per, 5),
    ticksY: decimalTicks(middleY - plotHeight / 2 / per, middleY + plotHeight / 2 / per, 5),
  };
}

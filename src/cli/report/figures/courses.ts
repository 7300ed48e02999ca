import { across, axes, drawing, upwards } from '../chart/axes.ts';
import { band, line, seriesClass } from '../chart/marks.ts';
import { extent, linearScale } from '../chart/scale.ts';
import type { Figure } from '../figure.ts';
import { formatNumber } from '../format.ts';
import { markup, type Content, type Markup } from '../markup.ts';

/** One quantity over time, with the band that it lies in where that is known. NaN is missing. */
export interface Course {
  readonly name: string;
  readonly values: ArrayLike<number>;
  readonly low?: ArrayLike<number>;
  readonly high?: ArrayLike<number>;
}

export interface CoursesData {
  readonly id: string;
  readonly title: string;
  readonly caption: Content;
  readonly unit: string;
  /** Seconds. */
  readonly times: ArrayLike<number>;
  readonly courses: readonly Course[];
  /** The same axis in all panels, from here to there. */
  readonly domain?: readonly [number, number];
  readonly cautions?: readonly string[];
}

const columns = 3;
const panel = { width: 346, height: 138 };
/** More points than a panel has pixels are not seen. */
const mostPoints = 400;

/** Many quantities over the same time: a small panel each. */
export function courses(data: CoursesData): Figure {
  const { times, unit } = data;
  const stride = Math.max(1, Math.ceil(times.length / mostPoints));
  const chosen = Array.from({ length: Math.ceil(times.length / stride) }, (_, i) => i * stride);
  const xs = chosen.map((t) => times[t]);
  const rows = Math.ceil(data.courses.length / columns);
  const xDomain: [number, number] = [times[0], times[times.length - 1]];
  const drawn = data.courses.map((course, k): Markup => {
    const [left, top] = [(k % columns) * panel.width, Math.floor(k / columns) * panel.height];
    const frame = { left: left + 50, top: top + 24, width: panel.width - 64, height: panel.height - 56 };
    const pick = (values: ArrayLike<number>): number[] => chosen.map((t) => values[t]);
    const ys = pick(course.values);
    const bounds = course.low && course.high && { low: pick(course.low), high: pick(course.high) };
    const x = linearScale(xDomain, across(frame), 4);
    const y = linearScale(
      data.domain ?? extent([ys, ...(bounds ? [bounds.low, bounds.high] : [])], { margin: 0.06 }),
      upwards(frame),
      3,
    );
    return markup`${axes(frame, { scale: x }, { scale: y })}
<text class="row" x="${frame.left}" y="${frame.top - 8}">${course.name}</text>
${bounds && runs(ys).map(([from, to]) => band(x, y, xs.slice(from, to), bounds.low.slice(from, to), bounds.high.slice(from, to), seriesClass(0)))}
${line(x, y, xs, ys, seriesClass(0))}`;
  });
  return {
    id: data.id,
    title: data.title,
    caption: markup`${data.caption} Time in s${unit === '1' ? '' : `, values in ${unit}`}.`,
    picture: drawing(
      {
        id: `${data.id}-chart`,
        title: data.title,
        description: `${data.courses.length} panels over ${formatNumber(xDomain[1] - xDomain[0])} s: ${data.courses.map((c) => c.name).join(', ')}`,
        width: columns * panel.width,
        height: rows * panel.height + 6,
      },
      drawn,
    ),
    table: {
      head: ['Name', 'Lowest', 'Mean', 'Highest', 'Missing', 'Unit'],
      rows: data.courses.map(({ name, values }) => {
        const there = Array.from(values).filter(Number.isFinite);
        const fold = (f: (a: number, b: number) => number): number =>
          there.length > 0 ? there.reduce((a, b) => f(a, b)) : NaN;
        return [
          name,
          formatNumber(fold(Math.min)),
          formatNumber(fold((a, b) => a + b) / there.length),
          formatNumber(fold(Math.max)),
          formatNumber(values.length - there.length),
          unit,
        ];
      }),
    },
    cautions: data.cautions ?? [],
    wide: true,
  };
}

/** Stretches without missing values, of two samples at least. */
function runs(values: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  let from = -1;
  for (let i = 0; i <= values.length; i++) {
    const there = i < values.length && Number.isFinite(values[i]);
    if (there && from < 0) from = i;
    if (!there && from >= 0) {
      if (i - from > 1) found.push([from, i]);
      from = -1;
    }
  }
  return found;
}

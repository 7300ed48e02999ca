import { quantiles } from '../../../math/quantile.ts';
import { drawing } from '../chart/axes.ts';
import { lineSwatch, path } from '../chart/marks.ts';
import { linearScale, roundStep } from '../chart/scale.ts';
import type { Trajectory } from '../data.ts';
import type { Figure } from '../figure.ts';
import { counted, formatNumber, formatQuantity, formatUnit } from '../format.ts';
import { markup, type Content, type Markup } from '../markup.ts';

const width = 460;
/** Steps of the color ramp for speed (`v0` to `v5` of the style sheet). */
const colors = 6;
/** A path is thinned to at most this many points. */
const mostPoints = 5000;

/** The path over the field of view, colored by speed, with a scale bar. `nth` tells several on a page apart. */
export function trajectory(data: Trajectory, nth = 0): Figure {
  const { field, unit, speed } = data;
  const id = nth === 0 ? 'trajectory' : `trajectory-${nth + 1}`;
  const title = `Path of the ${data.keypoint}${data.video === undefined ? '' : `, ${data.video}`}`;
  const length =
    data.seconds === undefined ? counted(data.x.length, 'frame') : formatQuantity(data.seconds, 's');
  const margin = 10;
  const scale = (width - 2 * margin) / field.width;
  const fieldHeight = field.height * scale;
  const height = fieldHeight + 2 * margin + 58;
  const x = linearScale([0, field.width], [margin, width - margin]);
  const y = linearScale([0, field.height], [margin, margin + fieldHeight]);
  const every = Math.ceil(data.x.length / mostPoints);
  const thin = (list: ArrayLike<number>): number[] => Array.from(list).filter((_, i) => i % every === 0);
  const [xs, ys] = [thin(data.x), thin(data.y)];
  const speeds = Array.from(speed?.values ?? []).filter(Number.isFinite);
  const [fast] = quantiles(speeds, [0.98]);
  const top = fast > 0 ? roundStep(fast / colors) * colors : undefined;
  const color = top === undefined || !speed ? undefined : thin(speed.values).map((v) => speedStep(v, top));
  const first = xs.findIndex((v, i) => Number.isFinite(v) && Number.isFinite(ys[i]));
  const last = xs.findLastIndex((v, i) => Number.isFinite(v) && Number.isFinite(ys[i]));
  const bar = roundStep(field.width / 8);
  const barTop = margin + fieldHeight + 18;
  const content: Content = [
    markup`<rect class="field" x="${margin}" y="${margin}" width="${width - 2 * margin}" height="${fieldHeight}"/>`,
    data.truth &&
      markup`<path class="truth-path" d="${path(x, y, thin(data.truth.x), thin(data.truth.y))}"/>`,
    color ? coloredPath(xs, ys, color, x, y) : markup`<path class="line s0" d="${path(x, y, xs, ys)}"/>`,
    first >= 0 && markup`<circle class="start" cx="${x(xs[first])}" cy="${y(ys[first])}" r="4.5"/>`,
    last >= 0 &&
      markup`<rect class="end" x="${x(xs[last]) - 4}" y="${y(ys[last]) - 4}" width="8" height="8"/>`,
    markup`<path class="scalebar" d="M${margin} ${barTop - 5}V${barTop + 5}M${margin} ${barTop}H${margin + bar * scale}M${margin + bar * scale} ${barTop - 5}V${barTop + 5}"/><text class="tick" x="${margin + bar * scale + 8}" y="${barTop + 4}">${formatQuantity(bar, unit)}</text>`,
    speedKey(top, speed?.unit, barTop),
    markup`<g transform="translate(0 ${barTop + 32})"><circle class="start" cx="${margin + 5}" cy="-4" r="4.5"/><text class="legend" x="${margin + 15}" y="0">start</text><rect class="end" x="${margin + 56}" y="-8" width="8" height="8"/><text class="legend" x="${margin + 70}" y="0">end</text>${
      data.truth &&
      markup`<g transform="translate(${margin + 118} -4)">${lineSwatch('truth-path')}</g><text class="legend" x="${margin + 134}" y="0">truth</text>`
    }</g>`,
  ];
  const distance = pathLength(data.x, data.y);
  return {
    id,
    title,
    caption: markup`${length} ${data.unit === 'px' ? 'in the picture' : 'seen from above'}${data.truth && ', on top of the true path'}${
      speed && ', colored by speed'
    }; the frame is the field of view. Length of the path as drawn: ${formatQuantity(distance, unit)}.`,
    picture: drawing(
      {
        id: `${id}-chart`,
        title,
        description: `Path over a field of ${formatNumber(field.width)} by ${formatQuantity(field.height, unit)}, ${formatQuantity(distance, unit)} long.`,
        width,
        height,
      },
      content,
    ),
    table: {
      head: ['Measure', 'Value'],
      rows: [
        ['Time', length],
        ['Length of the path', formatQuantity(distance, unit)],
        ['Field of view', `${formatQuantity(field.width, unit)} by ${formatQuantity(field.height, unit)}`],
        ...(speed
          ? quantiles(speeds, [0.05, 0.5, 0.95]).map((v, i) => [
              ['Speed, 5th percentile', 'Speed, median', 'Speed, 95th percentile'][i],
              formatQuantity(v, speed.unit),
            ])
          : []),
      ],
    },
    cautions: [
      ...(unit === 'px'
        ? [
            'The picture has no scale: lengths are in pixels and differ between cameras and across a tilted view.',
          ]
        : []),
      'Noise of the track lengthens a path; smoothing and missing frames shorten it.',
      ...(data.cautions ?? []),
    ],
  };
}

function speedStep(value: number, top: number): number {
  return Number.isFinite(value) ? Math.max(0, Math.min(colors - 1, Math.floor((value / top) * colors))) : -1;
}

/** One path for each color, so that a long recording stays a few elements. */
function coloredPath(
  xs: readonly number[],
  ys: readonly number[],
  color: readonly number[],
  x: (v: number) => number,
  y: (v: number) => number,
): Markup[] {
  const commands = Array.from({ length: colors + 1 }, () => '');
  let open = -2;
  for (let i = 1; i < xs.length; i++) {
    const ends = [x(xs[i - 1]), y(ys[i - 1]), x(xs[i]), y(ys[i])];
    if (!ends.every(Number.isFinite)) {
      open = -2;
      continue;
    }
    const step = color[i] < 0 ? colors : color[i];
    const [ax, ay, bx, by] = ends.map((v) => v.toFixed(1));
    commands[step] += `${open === step ? '' : `M${ax} ${ay}`}L${bx} ${by}`;
    open = step;
  }
  return commands.map((d, k) => markup`<path class="speed ${k === colors ? 'faint' : `v${k}`}" d="${d}"/>`);
}

function speedKey(top: number | undefined, unit: string | undefined, at: number): Content {
  if (top === undefined || unit === undefined) return undefined;
  const cell = 22;
  const left = width - 24 - colors * cell;
  const ends = [0, colors / 2, colors];
  return markup`<g>${Array.from({ length: colors }, (_, k) => markup`<rect class="v${k} key" x="${left + k * cell}" y="${at - 6}" width="${cell}" height="9"/>`)}${ends.map(
    (k) =>
      markup`<text class="tick" x="${left + k * cell}" y="${at + 18}" text-anchor="middle">${formatNumber((top * k) / colors)}</text>`,
  )}<text class="tick" x="${left - 16}" y="${at + 3}" text-anchor="end">${formatUnit(unit)}</text></g>`;
}

function pathLength(xs: ArrayLike<number>, ys: ArrayLike<number>): number {
  let length = 0;
  for (let i = 1; i < xs.length; i++) {
    const step = Math.hypot(xs[i] - xs[i - 1], ys[i] - ys[i - 1]);
    if (Number.isFinite(step)) length += step;
  }
  return length;
}

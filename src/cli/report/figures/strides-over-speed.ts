import { quantiles } from '../../../math/quantile.ts';
import { across, axes, drawing, legend, upwards } from '../chart/axes.ts';
import { dots, dotSwatch } from '../chart/marks.ts';
import { extent, linearScale } from '../chart/scale.ts';
import type { GaitReport, StrideMeasure } from '../data.ts';
import type { Figure } from '../figure.ts';
import { counted, formatNumber, withUnit } from '../format.ts';
import { markup, type Content } from '../markup.ts';

const width = 460;
const height = 330;
const mostDots = 1500;

interface Measure {
  readonly id: string;
  readonly title: string;
  readonly of: 'length' | 'duty';
  readonly axis: string;
  readonly unit: string;
  readonly domain?: readonly [number, number];
  readonly caption: Content;
}

/** One measure of every stride over the speed of that stride, measured over true. */
export function stridesOverSpeed(data: GaitReport, measure: Measure): Figure {
  const strides = data.strides ?? [];
  const truth = data.trueStrides ?? [];
  const paws = [...new Set([...data.paws.map((p) => p.name), ...strides.map((s) => s.paw)])];
  const every = Math.ceil(strides.length / mostDots) || 1;
  const column = (list: readonly StrideMeasure[], key: 'speed' | 'length' | 'duty'): number[] =>
    list.map((s) => s[key]);
  const frame = { left: 62, top: 52, width: width - 82, height: height - 102 };
  const x = linearScale(
    extent([column(strides, 'speed'), column(truth, 'speed')], { zero: true }),
    across(frame),
  );
  const y = linearScale(
    measure.domain ?? extent([column(strides, measure.of), column(truth, measure.of)], { zero: true }),
    upwards(frame),
  );
  const inside = (list: readonly StrideMeasure[]): StrideMeasure[] =>
    list.filter((s) => s[measure.of] >= y.domain[0] && s[measure.of] <= y.domain[1]);
  const shown = inside(strides);
  const leftOut = data.leftOut?.filter((l) => l.count > 0) ?? [];
  const middle = (list: readonly StrideMeasure[], q: number): string =>
    formatNumber(list.length > 0 ? quantiles(column(list, measure.of), [q])[0] : NaN);
  return {
    id: measure.id,
    title: measure.title,
    caption: markup`${measure.caption} ${counted(strides.length, 'stride')}${truth.length > 0 && `, over the ${counted(truth.length, 'true stride')} in gray`}${
      leftOut.length > 0 &&
      `; left out: ${leftOut.map((l) => `${formatNumber(l.count)} (${l.reason})`).join(', ')}`
    }.`,
    picture: drawing(
      {
        id: `${measure.id}-chart`,
        title: measure.title,
        description: `${strides.length} strides; median ${middle(strides, 0.5)} ${measure.unit}; true median ${middle(truth, 0.5)} ${measure.unit}.`,
        width,
        height,
      },
      [
        axes(
          frame,
          { scale: x, name: withUnit('Speed of the stride', data.speedUnit) },
          { scale: y, name: withUnit(measure.axis, measure.unit) },
        ),
        dots(x, y, column(inside(truth), 'speed'), column(inside(truth), measure.of), 0, 'of-truth'),
        paws.map((paw, k) => {
          const own = shown.filter((s, i) => s.paw === paw && i % every === 0);
          return dots(x, y, column(own, 'speed'), column(own, measure.of), k, 'open');
        }),
        legend(frame.left, 18, frame.width, [
          ...paws.map((paw, k) => ({ name: paw, swatch: dotSwatch(k, 'open') })),
          ...(truth.length > 0 ? [{ name: 'truth', swatch: dotSwatch(0, 'of-truth') }] : []),
        ]),
      ],
    ),
    table: {
      head: ['Paw', 'Strides', '5th percentile', 'Median', '95th percentile', 'True median', 'Unit'],
      rows: paws.map((paw) => {
        const own = strides.filter((s) => s.paw === paw);
        const real = truth.filter((s) => s.paw === paw);
        return [
          paw,
          formatNumber(own.length),
          middle(own, 0.05),
          middle(own, 0.5),
          middle(own, 0.95),
          middle(real, 0.5),
          measure.unit,
        ];
      }),
    },
    cautions: [
      ...(strides.length < 20
        ? [`Only ${counted(strides.length, 'stride')}: no trend can be read from so few.`]
        : []),
      ...(shown.length < strides.length
        ? [`${counted(strides.length - shown.length, 'stride')} outside the axis.`]
        : []),
      ...(every > 1 ? [`One dot in ${every} is drawn.`] : []),
    ],
  };
}

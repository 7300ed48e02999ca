import { sortedPresent } from '../../../math/quantile.ts';
import { across, axes, drawing, legend, upwards } from '../chart/axes.ts';
import { band, line, lineSwatch } from '../chart/marks.ts';
import { linearScale, roundStep } from '../chart/scale.ts';
import type { PoseErrors } from '../data.ts';
import type { Figure } from '../figure.ts';
import { counted, formatNumber, formatQuantity, withUnit } from '../format.ts';
import { markup } from '../markup.ts';
import { splitCautions, testedFrames } from './error-distribution.ts';
import { wilsonInterval } from '../../../math/proportion.ts';

const width = 460;
const height = 320;
const steps = 80;

/**
 * PCK curve (percentage of correct keypoints; Yang & Ramanan 2013): the share of points within a distance of the label, over
 * that distance. A point without a prediction counts as wrong at every distance.
 */
export function pckCurve(data: PoseErrors): Figure {
  const total = data.keypoints.reduce((sum, k) => sum + k.errors.length, 0);
  const pooled = sortedPresent(data.keypoints.flatMap((k) => Array.from(k.errors)).filter(Number.isFinite));
  const reach = roundStep(Math.max(pooled[Math.ceil(0.97 * (pooled.length - 1))] ?? 1, 1e-6) * 1.05);
  const radii = Array.from({ length: steps + 1 }, (_, i) => (reach * i) / steps);
  const shares = radii.map((r) => countWithin(pooled, r) / Math.max(1, total));
  const intervals = radii.map((r) => wilsonInterval(countWithin(pooled, r), total));
  const frame = { left: 62, top: 34, width: width - 82, height: height - 84 };
  const x = linearScale([0, reach], across(frame));
  const y = linearScale([0, 100], upwards(frame));
  const curves = data.keypoints.map((k) => {
    const sorted = sortedPresent(k.errors);
    return radii.map((r) => (100 * countWithin(sorted, r)) / Math.max(1, k.errors.length));
  });
  const readOff = [0.25, 0.5, 1].map((f) => f * reach);
  const shareAt = (radius: number): string =>
    formatQuantity((100 * countWithin(pooled, radius)) / Math.max(1, total), '%');
  return {
    id: 'pck-curve',
    title: 'Share of points within a distance (PCK)',
    caption: markup`Of ${counted(total, 'point')} in ${testedFrames(data)}, the share whose prediction lies within a distance of the label: blue, all keypoints with a 95 % Wilson interval; gray, each keypoint. ${shareAt(readOff[1])} lie within ${formatQuantity(readOff[1], data.unit)}.`,
    picture: drawing(
      {
        id: 'pck-curve-chart',
        title: 'Share of points within a distance',
        description: readOff.map((r) => `${shareAt(r)} within ${formatQuantity(r, data.unit)}`).join('; '),
        width,
        height,
      },
      [
        axes(
          frame,
          { scale: x, name: withUnit('Distance from the label', data.unit) },
          { scale: y, name: 'Points within it (%)' },
        ),
        curves.map((c) => line(x, y, radii, c, 'faint')),
        band(
          x,
          y,
          radii,
          intervals.map(([low]) => 100 * low),
          intervals.map(([, high]) => 100 * high),
          's0',
        ),
        line(
          x,
          y,
          radii,
          shares.map((s) => 100 * s),
          's0 strong',
        ),
        legend(frame.left, 18, frame.width, [
          { name: 'all keypoints', swatch: lineSwatch('s0 strong') },
          { name: 'each keypoint', swatch: lineSwatch('faint') },
        ]),
      ],
    ),
    table: {
      head: ['Keypoint', ...readOff.map((r) => `within ${formatQuantity(r, data.unit)} (%)`)],
      rows: [
        ['all', ...readOff.map((r) => formatNumber((100 * countWithin(pooled, r)) / Math.max(1, total)))],
        ...data.keypoints.map((k) => {
          const sorted = sortedPresent(k.errors);
          return [
            k.name,
            ...readOff.map((r) =>
              formatNumber((100 * countWithin(sorted, r)) / Math.max(1, k.errors.length)),
            ),
          ];
        }),
      ],
    },
    cautions: [
      ...splitCautions(data).slice(0, 1),
      'The interval takes points as independent; points of one frame are not, so it is too narrow.',
    ],
  };
}

function countWithin(sorted: ArrayLike<number>, radius: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= radius) low = middle + 1;
    else high = middle;
  }
  return low;
}

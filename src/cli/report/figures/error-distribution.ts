import { mean, quantiles } from '../../../math/index.ts';
import { across, axes, drawing } from '../chart/axes.ts';
import { linearScale, logScale, positiveExtent } from '../chart/scale.ts';
import type { PoseErrors } from '../data.ts';
import type { Figure } from '../figure.ts';
import { counted, formatNumber, formatQuantity, withUnit } from '../format.ts';
import { markup, type Content } from '../markup.ts';

const width = 460;
const rowHeight = 30;
const labelWidth = 104;

/** Every error of every keypoint as a dot, with median and quartiles. The axis is logarithmic: small and gross errors both show. */
export function errorDistribution(data: PoseErrors): Figure {
  const rows = data.keypoints.map(({ name, errors }) => {
    const found = Array.from(errors).filter(Number.isFinite);
    const [q1, q2, q3, worst] = found.length > 0 ? quantiles(found, [0.25, 0.5, 0.75, 1]) : [];
    return { name, found, missing: errors.length - found.length, q1, q2, q3, worst };
  });
  const all = rows.flatMap((r) => r.found);
  const [low, high] = logDomain(all);
  const height = rows.length * rowHeight + 60;
  const frame = { left: labelWidth, top: 8, width: width - labelWidth - 18, height: rows.length * rowHeight };
  const x = logScale([low, high], across(frame));
  const y = linearScale([0, rows.length], [frame.top, frame.top + frame.height]);
  const clamp = (v: number): number => x(Math.max(low, v));
  const drawn = rows.map((row, k): Content => {
    const middle = y(k + 0.5);
    const dots = row.found.map((error, i) => {
      // Spread by a sequence of low discrepancy, so that the picture is the same each time.
      const jitter = (((i * 0.6180339887) % 1) - 0.5) * rowHeight * 0.62;
      return markup`<circle class="sample" cx="${clamp(error)}" cy="${middle + jitter}" r="2"/>`;
    });
    return markup`<text class="row" x="${labelWidth - 9}" y="${middle + 4}" text-anchor="end">${shortened(row.name)}</text>${dots}
${
  row.q2 !== undefined &&
  markup`<line class="quartiles" x1="${clamp(row.q1)}" x2="${clamp(row.q3)}" y1="${middle}" y2="${middle}"/><circle class="median" cx="${clamp(row.q2)}" cy="${middle}" r="4.5"/>`
}`;
  });
  const [median] = all.length > 0 ? quantiles(all, [0.5]) : [NaN];
  return {
    id: 'error-distribution',
    title: 'Error of each keypoint',
    caption: markup`Distance from prediction to label for ${counted(all.length, 'point')} in ${testedFrames(data)}: small dots, one a point; large dot, median; bar, quartiles. Logarithmic axis. Over all keypoints: median ${formatQuantity(median, data.unit)}, mean ${formatQuantity(all.length > 0 ? mean(all) : NaN, data.unit)}${
      data.bodyLength !== undefined &&
      `; a body length is ${formatQuantity(data.bodyLength, data.unit)}, so the median is ${formatQuantity((100 * median) / data.bodyLength, '%', 2)} of it`
    }.`,
    picture: drawing(
      {
        id: 'error-distribution-chart',
        title: 'Error of each keypoint',
        description: rows
          .map((r) => `${r.name}: median ${formatNumber(r.q2 ?? NaN)} ${data.unit}, ${r.found.length} points`)
          .join('; '),
        width,
        height,
      },
      [axes(frame, { scale: x, name: withUnit('Error', data.unit) }), drawn],
    ),
    table: {
      head: ['Keypoint', 'Points', 'Not found', 'Median', 'Mean', 'Quartiles', 'Worst', 'Unit'],
      rows: rows.map((r) => [
        r.name,
        formatNumber(r.found.length),
        formatNumber(r.missing),
        formatNumber(r.q2 ?? NaN),
        formatNumber(r.found.length > 0 ? mean(r.found) : NaN),
        `${formatNumber(r.q1 ?? NaN)} to ${formatNumber(r.q3 ?? NaN)}`,
        formatNumber(r.worst ?? NaN),
        data.unit,
      ]),
    },
    cautions: [...splitCautions(data), ...missingCaution(rows), ...(data.cautions ?? [])],
  };
}

/** What the way of splitting does to the errors. */
export function splitCautions({ split }: PoseErrors): string[] {
  const cautions: string[] = [];
  switch (split.kind) {
    case 'none':
      cautions.push(
        'These frames were used in training: the errors say how well the network remembers, not how well it does on new frames.',
      );
      break;
    case 'random':
      cautions.push(
        'Frames were held out at random. Frames of one video resemble each other, so errors on a new video will be larger.',
      );
      break;
    case 'blocks':
    case 'recordings':
      break;
    default:
      split.kind satisfies never;
  }
  if (split.testFrames < 30) {
    cautions.push(
      `Only ${counted(split.testFrames, 'test frame')}: the tails of the distribution are not known.`,
    );
  }
  return cautions;
}

/** `19 frames held out in blocks of time`. */
export function testedFrames({ split }: PoseErrors): string {
  const frames = (what: string): string => counted(split.testFrames, what);
  switch (split.kind) {
    case 'none':
      return frames('training frame');
    case 'random':
      return frames('randomly held-out frame');
    case 'blocks':
      return `${frames('frame')} held out in blocks of time`;
    case 'recordings':
      return `${frames('frame')} of held-out recordings`;
    default:
      throw new TypeError(`unknown split ${split.kind satisfies never}`);
  }
}

function missingCaution(rows: readonly { readonly missing: number }[]): string[] {
  const missing = rows.reduce((sum, r) => sum + r.missing, 0);
  if (missing === 0) return [];
  return [`${counted(missing, 'point')} without a prediction ${missing === 1 ? 'is' : 'are'} not drawn.`];
}

function logDomain(values: readonly number[]): [number, number] {
  const [low, high] = positiveExtent([values]);
  // Below a tenth of a pixel nothing is to be seen.
  return [Math.min(Math.max(low * 0.85, 0.1), high / 4), high * 1.15];
}

export function shortened(name: string, most = 15): string {
  return name.length > most ? `${name.slice(0, most - 1)}\u2026` : name;
}

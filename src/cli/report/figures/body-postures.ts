import { drawing } from '../chart/axes.ts';
import type { Figure } from '../figure.ts';
import { formatNumber, formatQuantity } from '../format.ts';
import { markup, type Markup } from '../markup.ts';

/** A body at one moment, m, world frame. */
export interface PostureAt {
  readonly seconds: number;
  /** From a body to the one that carries it, and to its markers. */
  readonly bones: readonly (readonly [readonly number[], readonly number[]])[];
  /** The tracked points. */
  readonly points: readonly (readonly number[])[];
}

const width = 1040;
const gap = 16;

/** The fitted body with the tracked points at a few moments, seen along the axis in which it extends least. */
export function bodyPostures(postures: readonly PostureAt[], up: number): Figure {
  // Each moment about its own middle: a body that travels would be a dot in the room it crosses.
  const boxes = postures.map((p) => {
    const all = [...p.points, ...p.bones.flat()];
    return [0, 1, 2].map((c) => {
      const values = all.map((point) => point[c]);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      return { middle: (low + high) / 2, size: high - low };
    });
  });
  const size = (c: number): number => Math.max(...boxes.map((box) => box[c].size));
  const others = [0, 1, 2].filter((c) => c !== up).sort((a, b) => size(b) - size(a));
  // A body that lies in a horizontal plane is seen from above.
  const [right, upward] = size(up) < 0.05 * size(others[0]) ? [...others].sort() : [others[0], up];
  const each = (width - gap * (postures.length - 1)) / postures.length;
  const scale = Math.min((each - 20) / Math.max(size(right), 1e-9), 260 / Math.max(size(upward), 1e-9));
  const height = size(upward) * scale + 60;
  const drawn = postures.map((posture, i): Markup => {
    const box = boxes[i];
    const at = (p: readonly number[]): [number, number] => [
      i * (each + gap) + each / 2 + (p[right] - box[right].middle) * scale,
      (height - 40) / 2 + 5 - (p[upward] - box[upward].middle) * scale,
    ];
    return markup`${posture.bones.map(([a, b]) => {
      const [[x1, y1], [x2, y2]] = [at(a), at(b)];
      return markup`<line class="line s0" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
    })}${posture.points.map((p) => {
      const [x, y] = at(p);
      return markup`<circle class="dot s1 hollow" cx="${x}" cy="${y}" r="3.4"/>`;
    })}<text class="tick" x="${i * (each + gap) + each / 2}" y="${height - 8}" text-anchor="middle">${`${formatNumber(posture.seconds)} s`}</text>`;
  });
  const axis = (c: number): string => 'xyz'[c];
  return {
    id: 'body-postures',
    title: 'The fitted body and the tracked points',
    caption: markup`Lines: the body, joint to joint and to its markers. Circles: tracked points. ${axis(right)} to the right, ${axis(upward)} upwards; the widest extent is ${formatQuantity(Math.max(size(right), size(upward)), 'm')}. Circles that lie off the ends of the lines are where the body does not fit.`,
    picture: drawing(
      {
        id: 'body-postures-chart',
        title: 'The fitted body and the tracked points',
        description: `Stick figures at ${postures.map((p) => `${formatNumber(p.seconds)} s`).join(', ')}`,
        width,
        height,
      },
      drawn,
    ),
    cautions: [],
    wide: true,
  };
}

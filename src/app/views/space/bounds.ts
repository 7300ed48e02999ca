/** How much room the points take, and the grid of the floor under them. */
import type { SpacePose } from './space-pose.ts';

export interface Bounds {
  readonly low: readonly [x: number, y: number, z: number];
  readonly high: readonly [x: number, y: number, z: number];
}

/** Of all points that are there; a box of size 1 around 0 where none is. */
export function boundsOf({ positions }: Pick<SpacePose, 'positions'>): Bounds {
  const [low, high] = [
    [Infinity, Infinity, Infinity],
    [-Infinity, -Infinity, -Infinity],
  ];
  for (let i = 0; i < positions.length; i++) {
    const v = positions[i];
    const a = i % 3;
    if (v < low[a]) low[a] = v;
    if (v > high[a]) high[a] = v;
  }
  const isEmpty = !low.every(Number.isFinite);
  const of = (v: number[], otherwise: number): [number, number, number] =>
    isEmpty ? [otherwise, otherwise, otherwise] : [v[0], v[1], v[2]];
  return { low: of(low, -0.5), high: of(high, 0.5) };
}

export interface Floor {
  /** Between two lines, in the unit of the space: 1, 2 or 5 times a power of ten. */
  readonly step: number;
  /** Multiples of the step that the lines reach from and to. */
  readonly x: readonly [from: number, to: number];
  readonly y: readonly [from: number, to: number];
  /** How high it lies, in steps: 0, but where the points are far from there. */
  readonly z: number;
}

/** About ten lines along the longer side, beyond the points on every side. At z = 0, or just under points that are farther from there than they are large. */
export function floorUnder({ low, high }: Bounds): Floor {
  const longer = Math.max(high[0] - low[0], high[1] - low[1], 1e-9);
  const raw = longer / 10;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * (1 - 1e-9))!;
  const span = (a: number): readonly [number, number] => [
    Math.floor(low[a] / step - 1e-9) - 1,
    Math.ceil(high[a] / step + 1e-9) + 1,
  ];
  const size = Math.max(...high.map((v, a) => v - low[a]));
  const near = low[2] < size && high[2] > -size;
  return { step, x: span(0), y: span(1), z: near ? 0 : span(2)[0] + 1 };
}

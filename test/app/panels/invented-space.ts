/** A four-legged animal that walks in a circle, in space, with three cameras around it: no project has such a thing yet. */
import type { SpaceCamera, SpaceSource } from '../../../src/app/views/space/space-pose.ts';

export const spaceKeypoints = [
  'nose',
  'neck',
  'back',
  'tail base',
  'left fore paw',
  'right fore paw',
  'left hind paw',
  'right hind paw',
];
const edges = [
  [0, 1],
  [1, 2],
  [2, 3],
  [1, 4],
  [1, 5],
  [3, 6],
  [3, 7],
] as const;
/** x ahead, y to the left, z up, mm. */
const shape = [
  [60, 0, 30],
  [40, 0, 35],
  [0, 0, 42],
  [-40, 0, 32],
  [35, 14, 0],
  [35, -14, 0],
  [-35, 16, 0],
  [-35, -16, 0],
];
const radius = 150;

/** Looks from a place at a point, upright. */
export function lookingCamera(
  name: string,
  from: readonly [number, number, number],
  at: readonly [number, number, number],
): SpaceCamera {
  const unit = (v: number[]): number[] => v.map((x) => x / Math.hypot(...v));
  const cross = (a: readonly number[], b: readonly number[]): number[] => [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  const ahead = unit(at.map((v, i) => v - from[i]));
  const right = unit(cross(ahead, [0, 0, 1]));
  const down = cross(ahead, right);
  const rotation = [...right, ...down, ...ahead];
  const t = (row: number): number => -[0, 1, 2].reduce((sum, i) => sum + rotation[3 * row + i] * from[i], 0);
  return {
    name,
    width: 640,
    height: 480,
    focal: [600, 600],
    principal: [319.5, 239.5],
    rotation,
    translation: [t(0), t(1), t(2)],
  };
}

export const inventedSpace: SpaceSource = {
  name: 'invented',
  pose({ video }) {
    const { times } = video;
    const positions = new Float32Array(times.length * shape.length * 3);
    for (let f = 0; f < times.length; f++) {
      const heading = 0.5 * times[f];
      const [c, s] = [Math.cos(heading), Math.sin(heading)];
      shape.forEach(([a, b, up], k) => {
        const phase = 8 * times[f] + (k === 4 || k === 7 ? 0 : Math.PI);
        const [swing, lift] = k < 4 ? [0, 0] : [15 * Math.cos(phase), 10 * Math.max(0, -Math.sin(phase))];
        const ahead = a + swing;
        positions.set(
          [radius * s + ahead * c - b * s, -radius * c + ahead * s + b * c, up + lift],
          3 * (f * shape.length + k),
        );
      });
      // The nose is not seen for a while.
      if (f % 300 > 280) positions.fill(NaN, 3 * f * shape.length, 3 * f * shape.length + 3);
    }
    return {
      positions,
      frames: times.length,
      keypoints: spaceKeypoints,
      edges,
      unit: 'mm',
      cameras: [
        lookingCamera('left', [-500, 0, 300], [0, 0, 20]),
        lookingCamera('right', [450, 250, 250], [0, 0, 20]),
        lookingCamera('front', [0, -600, 200], [0, 0, 20]),
      ],
      note: 'Invented.',
    };
  },
};

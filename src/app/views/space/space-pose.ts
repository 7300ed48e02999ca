/** What the 3D view shows: points in space over the frames of a video, and the cameras that saw them. */
import type { Unit } from '../../../signal/units.ts';
import { edgesAmong } from '../../core/pose.ts';
import type { Track, Video, Workbench } from '../../core/workbench.ts';

/** Right-handed, z up: the floor is z = 0. */
export interface SpacePose {
  /** [frame, keypoint, 3]; NaN is missing. */
  readonly positions: Float32Array;
  readonly frames: number;
  readonly keypoints: readonly string[];
  readonly edges: readonly (readonly [a: number, b: number])[];
  readonly unit: Unit;
  readonly cameras: readonly SpaceCamera[];
  /** What a person should know of it, said on the screen. */
  readonly note?: string;
  /** Seen straight from above first: there is nothing to see from the side. */
  readonly isFlat?: boolean;
}

/** A calibrated camera, without distortion: the picture's point of X is K (R X + t), OpenCV's axes (x right, y down, z ahead). */
export interface SpaceCamera {
  readonly name: string;
  /** Size of its picture, px. */
  readonly width: number;
  readonly height: number;
  /** px. */
  readonly focal: readonly [x: number, y: number];
  readonly principal: readonly [x: number, y: number];
  /** R, row by row: from the space's axes to the camera's. */
  readonly rotation: readonly number[];
  /** t, in the unit of the space. */
  readonly translation: readonly [x: number, y: number, z: number];
}

export interface SpaceContext {
  readonly workbench: Workbench;
  readonly video: Video;
  readonly track?: Track;
}

/** Where poses in space come from; the first that has one is shown. */
export interface SpaceSource {
  readonly name: string;
  pose(context: SpaceContext): SpacePose | undefined | Promise<SpacePose | undefined>;
}

/** A 2D track on the floor: x to the right, y of the picture (down) as -y, so that from above it looks as in the video. */
export const trackOnPlane: SpaceSource = {
  name: 'track on a plane',
  pose({ track, video, workbench }) {
    if (!track) return undefined;
    const frames = Math.min(track.frames, video.frameCount);
    const points = frames * track.keypoints.length;
    const positions = new Float32Array(3 * points);
    const flat = track.values.positions;
    for (let i = 0; i < points; i++) {
      const isMissing = Number.isNaN(flat[2 * i]) || Number.isNaN(flat[2 * i + 1]);
      positions.set(isMissing ? [NaN, NaN, NaN] : [flat[2 * i], -flat[2 * i + 1], 0], 3 * i);
    }
    return {
      positions,
      frames,
      keypoints: track.keypoints,
      edges: edgesAmong(track.keypoints, workbench.project.value.skeleton),
      unit: 'px',
      cameras: [],
      isFlat: true,
      note: 'A 2D track, laid on the plane z = 0: its depth is not known.',
    };
  },
};

export const spaceSources: readonly SpaceSource[] = [trackOnPlane];

/** Where a camera stands: C = -R' t. */
export function cameraCenter({ rotation: r, translation: t }: SpaceCamera): [number, number, number] {
  const at = (a: number): number => 0 - (r[a] * t[0] + r[3 + a] * t[1] + r[6 + a] * t[2]);
  return [at(0), at(1), at(2)];
}

/** The four corners of a camera's picture, `depth` before it, in the space's axes; from the upper left on, clockwise. */
export function frustumCorners(camera: SpaceCamera, depth: number): [number, number, number][] {
  const { width, height, focal, principal, rotation: r, translation: t } = camera;
  const corners = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  return corners.map(([u, v]) => {
    const ray = [((u - principal[0]) / focal[0]) * depth, ((v - principal[1]) / focal[1]) * depth, depth];
    const back = ray.map((x, a) => x - t[a]);
    const at = (a: number): number => r[a] * back[0] + r[3 + a] * back[1] + r[6 + a] * back[2];
    return [at(0), at(1), at(2)];
  });
}

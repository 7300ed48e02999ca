/** What the 3D view shows: points in space over the frames of a video, and the cameras that saw them. */
import type { BodyOverview } from '../../../server/api.ts';
import type { Unit } from '../../../signal/units.ts';
import { client } from '../../core/client.ts';
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
  /** A body with muscles that was fitted to the points. */
  readonly body?: SpaceBody;
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

/** Shapes and muscles over frames of their own; see `BodyOverview` and `project/bodies.ts`. */
export interface SpaceBody extends Pick<BodyOverview, 'shapes' | 'muscles' | 'points' | 'activity'> {
  /** Which frame of the body belongs to each frame of the video, -1 for none. */
  readonly frameOf: Int32Array;
  /** [frame, shape, x y z and quaternion w x y z], m; NaN is missing. */
  readonly places: Float32Array;
  /** [frame, muscle, point, 3], m; NaN after a path's last point. */
  readonly paths: Float32Array;
  /** [frame, muscle], 0 to 1; NaN is missing. Empty where nothing is known. */
  readonly activities: Float32Array;
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

/** The body that was fitted to what the video shows, in the body's own world. */
export const fittedBody: SpaceSource = {
  name: 'fitted body',
  async pose({ video, workbench }) {
    if (!workbench.project.value.videos.some(({ id, hasBody }) => id === video.id && hasBody))
      return undefined;
    const [{ times, ...body }, values] = await Promise.all([
      client.body(video.id),
      client.bodyValues(video.id),
    ]);
    const sizes = [7 * body.shapes.length, 3 * body.points * body.muscles.length].map(
      (n) => n * times.length,
    );
    const places = values.subarray(0, sizes[0]);
    return {
      positions: cornersOf(body.shapes, places),
      frames: video.frameCount,
      keypoints: [],
      edges: [],
      unit: 'm',
      cameras: [],
      body: {
        ...body,
        frameOf: nearestFrames(video.times, times),
        places,
        paths: values.subarray(sizes[0], sizes[0] + sizes[1]),
        activities: values.subarray(sizes[0] + sizes[1]),
      },
      note:
        body.muscles.length === 0
          ? 'The body that was fitted to the points; it has no muscles.'
          : `The body that was fitted to the points, with its muscles. ${body.activity === undefined ? 'Their color says nothing: no activity is known.' : `Their color: ${body.activity}.`}`,
    };
  },
};

/** Two corners of a box around every shape, however it is turned. */
function cornersOf(shapes: BodyOverview['shapes'], places: Float32Array): Float32Array {
  const out = new Float32Array((6 * places.length) / 7);
  for (let i = 0; i < places.length / 7; i++) {
    const { kind, size } = shapes[i % shapes.length];
    const long = kind === 'capsule' ? size[0] + size[1] : Math.hypot(...size);
    for (let a = 0; a < 3; a++) {
      out[6 * i + a] = places[7 * i + a] - long;
      out[6 * i + 3 + a] = places[7 * i + a] + long;
    }
  }
  return out;
}

/** For each time the index of the nearest among `others`, both rising; -1 where it is farther than half of what lies between two of them. */
export function nearestFrames(times: ArrayLike<number>, others: readonly number[]): Int32Array {
  let at = 0;
  return Int32Array.from(times, (t) => {
    while (at + 1 < others.length && Math.abs(others[at + 1] - t) <= Math.abs(others[at] - t)) at++;
    const gap = Math.max(others[at + 1] - others[at] || 0, others[at] - others[at - 1] || 0);
    return others.length > 0 && Math.abs(others[at] - t) <= 0.5 * gap * (1 + 1e-6) ? at : -1;
  });
}

export const spaceSources: readonly SpaceSource[] = [fittedBody, trackOnPlane];

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

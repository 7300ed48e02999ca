import { centerOf, lookAt, projectPoint, type LensCamera } from '../../math/lens.ts';
import { UsageError } from '../../signal/error.ts';
import { poseTrack, type PoseTrack } from '../../signal/pose.ts';
import { irregularTime } from '../../signal/time.ts';
import type { ShutterRecord } from '../devices/device.ts';
import type { Session } from '../devices/session.ts';
import { streamOf, type Laboratory } from '../laboratory.ts';
import { Actors } from './actors.ts';
import { Rasterizer } from './rasterizer.ts';
import { PictureSensor } from './sensor.ts';
import { capsuleBetween, meet, type Shape } from './shapes.ts';
import { Noise } from './texture.ts';

/** One picture of a simulated camera: gray, row-major. */
export interface FilmFrame {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly channels: 1;
  readonly data: Uint8Array;
}

/** What one camera filmed: only the frames that it kept. */
export interface Film {
  readonly camera: LensCamera;
  readonly shutter: ShutterRecord;
  readonly frameCount: number;
  /** Renders the frame at a position among those kept; the same bytes every time. Throws `UsageError` outside. */
  frame(index: number): FilmFrame;
  /** Where each marker is in the picture at the middle of the exposure, px, whether or not it can be seen; master time. */
  readonly pose: PoseTrack;
  /** Frame x marker: 1 where nothing hides it and it lies in the picture. */
  readonly visible: Uint8Array;
}

/** All films of an experiment. Holds a state of the physics engine: dispose of it. */
export interface Films extends Disposable {
  readonly films: readonly Film[];
}

/** Pictures averaged over one exposure: enough that nothing moves much more than 1.5 px between two. */
const mostExposures = 6;

/** Sets up the cameras of a session. Nothing is rendered before a frame is asked for. */
export function filmsOf(lab: Laboratory, { cameras }: Session): Films {
  const { settings, experiment, model, truth } = lab;
  const { keypoints } = experiment.skeleton;
  const actors = new Actors(model, truth.movement, experiment.stage, keypoints, settings.dots);
  try {
    const noise = new Noise(streamOf(settings, 'texture'));
    const films = cameras.map((shutter, i) => new FilmOfCamera(lab, shutter, i, actors, noise));
    return { films, [Symbol.dispose]: () => actors[Symbol.dispose]() };
  } catch (error) {
    actors[Symbol.dispose]();
    throw error;
  }
}

/** A camera at one of the stage's viewpoints, with a lens of its own. */
export function cameraOf({ settings, experiment }: Laboratory, index: number, name: string): LensCamera {
  const { viewpoints } = experiment.stage;
  const { from, to, degrees } = viewpoints[index % viewpoints.length];
  const { width, height } = settings;
  const random = streamOf(settings, `lens ${name}`);
  const focal = (width / 2 / Math.tan((degrees * Math.PI) / 360)) * random.uniform(0.97, 1.03);
  return {
    name,
    width,
    height,
    focal: [focal, focal * random.uniform(0.998, 1.002)],
    center: [
      (width - 1) / 2 + random.normal(0, width / 200),
      (height - 1) / 2 + random.normal(0, width / 200),
    ],
    // A little barrel distortion, and a lens that does not sit quite straight.
    distortion: [
      random.uniform(-0.16, -0.06),
      random.uniform(0, 0.04),
      random.normal(0, 5e-4),
      random.normal(0, 5e-4),
      0,
    ],
    ...lookAt(from, to),
  };
}

class FilmOfCamera implements Film {
  readonly camera: LensCamera;
  readonly shutter: ShutterRecord;
  readonly frameCount: number;
  readonly #lab: Laboratory;
  readonly #actors: Actors;
  readonly #post: readonly Shape[];
  readonly #rasterizer: Rasterizer;
  readonly #sensor: PictureSensor;
  readonly #still: Float32Array;
  readonly #isBelt: boolean;
  readonly #scene: Float32Array;
  readonly #exposed: Float32Array;
  #truth: { readonly pose: PoseTrack; readonly visible: Uint8Array } | undefined;

  constructor(lab: Laboratory, shutter: ShutterRecord, index: number, actors: Actors, noise: Noise) {
    const { settings, experiment } = lab;
    const { room, post } = experiment.stage;
    this.camera = cameraOf(lab, index, shutter.name);
    this.shutter = shutter;
    this.frameCount = shutter.frameNumbers.length;
    this.#lab = lab;
    this.#actors = actors;
    const isLast = index === settings.cameras - 1;
    this.#post =
      isLast && settings.occlusion > 0
        ? [
            capsuleBetween(post.from, post.to, post.radius * settings.occlusion, {
              body: -1,
              still: true,
              gray: 55,
              grain: 0.1,
            }),
          ]
        : [];
    this.#rasterizer = new Rasterizer(this.camera, room, noise);
    const { width, height } = settings;
    this.#sensor = new PictureSensor(
      width,
      height,
      settings.noise,
      `laboratory ${settings.experiment} ${settings.seed} sensor ${shutter.name}`,
    );
    this.#still = new Float32Array(width * height);
    this.#scene = new Float32Array(width * height);
    this.#exposed = new Float32Array(width * height);
    this.#rasterizer.background(this.#still);
    this.#isBelt = experiment.stage.drift.some((v) => v !== 0);
    this.#rasterizer.settle(this.#isBelt ? [] : this.#things(0).filter((s) => s.still), this.#still);
  }

  frame(index: number): FilmFrame {
    if (!(Number.isInteger(index) && index >= 0 && index < this.frameCount)) {
      throw new UsageError('there is no such frame', {
        where: this.camera.name,
        expected: `a whole number from 0 to ${this.frameCount - 1}`,
        got: `${index}`,
      });
    }
    const { frameRate, shutter, width, height } = this.#lab.settings;
    const middle = this.shutter.trueTimes[index];
    const open = shutter / frameRate;
    const ends = [-0.5, 0.5].map((s) => this.#actors.at(middle + s * open).markers);
    const count = Math.min(mostExposures, 1 + Math.floor(this.#farthest(ends[0], ends[1]) / 1.5));
    const background = this.#background(middle);
    const exposed = this.#exposed;
    exposed.set(background);
    for (let k = 0; k < count; k++) {
      const at = middle + open * ((k + 0.5) / count - 0.5);
      const shapes = this.#things(at).filter((shape) => this.#isBelt || !shape.still);
      const region = this.#rasterizer.reach(shapes);
      for (let y = region.top; y < region.bottom; y++) {
        const [from, to] = [y * width + region.left, y * width + region.right];
        this.#scene.set(background.subarray(from, to), from);
      }
      this.#rasterizer.draw(shapes, this.#scene, region);
      for (let y = region.top; y < region.bottom; y++) {
        const end = y * width + region.right;
        for (let p = y * width + region.left; p < end; p++) {
          exposed[p] += (this.#scene[p] - background[p]) / count;
        }
      }
    }
    const number = this.shutter.frameNumbers[index];
    return { index, width, height, channels: 1, data: this.#sensor.expose(exposed, number) };
  }

  get pose(): PoseTrack {
    return this.#seen().pose;
  }

  get visible(): Uint8Array {
    return this.#seen().visible;
  }

  /** Everything that stands before the backdrop. */
  #things(seconds: number): Shape[] {
    return [...this.#actors.at(seconds).shapes, ...this.#post];
  }

  /** Where the backdrop is at a time; a belt's moves. */
  #background(seconds: number): Float32Array {
    const [across, along] = this.#lab.experiment.stage.drift;
    if (across !== 0 || along !== 0)
      this.#rasterizer.background(this.#still, [across * seconds, along * seconds]);
    return this.#still;
  }

  /** The farthest that a marker gets, px. */
  #farthest(a: Float64Array, b: Float64Array): number {
    const [p, q] = [new Float64Array(2), new Float64Array(2)];
    let most = 0;
    for (let k = 0; k < a.length; k += 3) {
      const inFront =
        projectPoint(this.camera, a.subarray(k, k + 3), p) &&
        projectPoint(this.camera, b.subarray(k, k + 3), q);
      if (inFront) most = Math.max(most, Math.hypot(p[0] - q[0], p[1] - q[1]));
    }
    return most;
  }

  #seen(): { readonly pose: PoseTrack; readonly visible: Uint8Array } {
    if (this.#truth) return this.#truth;
    const { skeleton } = this.#lab.experiment;
    const { width, height } = this.camera;
    const n = skeleton.keypoints.length;
    const positions = new Float64Array(this.frameCount * n * 2);
    const visible = new Uint8Array(this.frameCount * n);
    const pixel = new Float64Array(2);
    for (let i = 0; i < this.frameCount; i++) {
      const { shapes, markers } = this.#actors.at(this.shutter.trueTimes[i]);
      const scene = [...shapes.slice(0, shapes.length - (this.#lab.settings.dots ? n : 0)), ...this.#post];
      for (let k = 0; k < n; k++) {
        const marker = markers.subarray(3 * k, 3 * k + 3);
        const inFront = projectPoint(this.camera, marker, pixel);
        positions.set(pixel, 2 * (i * n + k));
        const inside =
          inFront && pixel[0] > -0.5 && pixel[1] > -0.5 && pixel[0] < width - 0.5 && pixel[1] < height - 0.5;
        visible[i * n + k] = inside && !isHidden(marker, centerOf(this.camera), scene) ? 1 : 0;
      }
    }
    const pose = poseTrack({
      name: `true pose ${this.camera.name}`,
      skeleton,
      positions,
      time: irregularTime(this.shutter.trueTimes),
      provenance: this.#lab.provenance,
    });
    this.#truth = { pose, visible };
    return this.#truth;
  }
}

/** Whether a shape that does not hold the point itself lies between it and the eye. A point on a skin is held by it. */
function isHidden(point: Float64Array, eye: Float64Array, shapes: readonly Shape[]): boolean {
  const way = point.map((v, c) => v - eye[c]);
  const distance = Math.hypot(...way);
  return shapes.some((shape) => {
    const { frame: f, middle, size } = shape;
    const own = (v: ArrayLike<number>): [number, number, number] => [
      f[0] * v[0] + f[3] * v[1] + f[6] * v[2],
      f[1] * v[0] + f[4] * v[1] + f[7] * v[2],
      f[2] * v[0] + f[5] * v[1] + f[8] * v[2],
    ];
    const d = own(way.map((v) => v / distance));
    const t = meet(shape, ...own(eye.map((v, c) => v - middle[c])), ...d);
    if (!(t > 0 && t < distance)) return false;
    // It holds the point where a line of sight from there begins inside of it, or within half of its thickness.
    const thin = Math.min(...size);
    return distance - t > 2.2 * thin || !holds(shape, own(point.map((v, c) => v - middle[c])), 0.5 * thin);
  });
}

function holds({ kind, size }: Shape, [x, y, z]: readonly [number, number, number], margin: number): boolean {
  if (kind === 'ellipsoid') {
    const grown = size.map((s) => s + margin);
    return (x / grown[0]) ** 2 + (y / grown[1]) ** 2 + (z / grown[2]) ** 2 <= 1;
  }
  const on = Math.min(Math.max(z, -size[2]), size[2]);
  return Math.hypot(x, y, z - on) <= size[0] + margin;
}

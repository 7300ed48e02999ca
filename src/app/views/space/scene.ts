/** Skeleton, trails, cameras and floor in three.js. Lives outside React; draws when something has changed. */
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  Group,
  InstancedMesh,
  LineBasicMaterial,
  LineSegments,
  Matrix4,
  MeshBasicMaterial,
  PerspectiveCamera,
  Scene,
  SphereGeometry,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { keypointColor } from '../video/keypoint-colors.ts';
import { boundsOf, floorUnder, type Bounds, type Floor } from './bounds.ts';
import { BodyModel } from './body-model.ts';
import { cameraCenter, frustumCorners, type SpacePose } from './space-pose.ts';

/** The colors of the axes x, y and z, said on the screen. */
export const axisColors = ['#d55e00', '#009e73', '#56b4e9'] as const;
/** On the dark ground that pictures have in both themes. */
const [gridColor, lineColor] = ['#56606a', '#e9eef3'];

export type Side = 'above' | 'front' | 'side' | 'oblique';

/** Directions from the middle of the points to the eye. */
const sides: Readonly<Record<Side, readonly [number, number, number]>> = {
  // Not quite straight: there it would not be said where up is.
  above: [0, -1e-4, 1],
  front: [0, -1, 0.12],
  side: [1, 0, 0.12],
  oblique: [0.7, -1, 0.65],
};

/** Frames of a trail at most: the ones between are left out. */
const mostTrail = 600;
const [orbitStep, zoomStep] = [Math.PI / 24, 1.2];

export class SpaceScene {
  readonly #element: HTMLElement;
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #eye = new PerspectiveCamera(40, 1, 0.01, 1000);
  readonly #controls: OrbitControls;
  readonly #still = new Group();
  readonly #moving = new Group();
  #body: BodyModel | undefined;
  readonly #ends: (() => void)[] = [];
  #pose: SpacePose | undefined;
  #bounds: Bounds = boundsOf({ positions: new Float32Array(0) });
  #floor: Floor = floorUnder(this.#bounds);
  #frame = 0;
  #trailFrames = 0;
  #follows = false;
  #asked = 0;

  /** Throws where the browser has no WebGL 2. */
  constructor(element: HTMLElement) {
    this.#element = element;
    this.#renderer = new WebGLRenderer({ antialias: true, alpha: true });
    this.#renderer.domElement.setAttribute('aria-hidden', 'true');
    element.append(this.#renderer.domElement);
    this.#eye.up.set(0, 0, 1);
    this.#controls = new OrbitControls(this.#eye, this.#renderer.domElement);
    this.#controls.addEventListener('change', () => this.#invalidate());
    this.#scene.add(this.#still, this.#moving);
    const resized = new ResizeObserver(() => this.#resize());
    resized.observe(element);
    this.#ends.push(() => resized.disconnect());
    this.#resize();
  }

  setPose(pose: SpacePose): void {
    this.#pose = pose;
    this.#bounds = boundsOf(pose);
    this.#floor = floorUnder(this.#bounds);
    this.#build(pose);
    this.look(pose.isFlat ? 'above' : 'oblique');
  }

  set frame(frame: number) {
    this.#frame = frame;
    this.#pointsOf(frame);
  }

  /** How many frames before the cursor are drawn as lines. */
  set trailFrames(frames: number) {
    this.#trailFrames = frames;
    this.#pointsOf(this.#frame);
  }

  /** Whether the eye goes along with the animal. */
  set follows(follows: boolean) {
    this.#follows = follows;
    this.#pointsOf(this.#frame);
  }

  /** Looks at all points and cameras from one side. */
  look(from: Side): void {
    const { low, high } = this.#bounds;
    const middle = new Vector3(...low).add(new Vector3(...high)).multiplyScalar(0.5);
    let radius = new Vector3(...low).distanceTo(middle);
    for (const camera of this.#pose?.cameras ?? [])
      radius = Math.max(radius, new Vector3(...cameraCenter(camera)).distanceTo(middle));
    const narrow = Math.min(1, this.#eye.aspect);
    // A sphere around all cameras has much empty room; of it they need the middle.
    const room = radius > new Vector3(...low).distanceTo(middle) ? 0.75 : 0.95;
    const distance = (room * radius) / Math.sin((this.#eye.fov * Math.PI) / 360) / narrow;
    this.#eye.near = distance / 1000;
    this.#eye.far = distance * 20;
    this.#eye.updateProjectionMatrix();
    this.#controls.target.copy(middle);
    this.#eye.position.copy(middle).addScaledVector(new Vector3(...sides[from]).normalize(), distance);
    this.#controls.update();
    this.#invalidate();
  }

  /** By steps, to the right and up where positive. */
  orbit(across: number, up: number): void {
    const from = this.#eye.position.clone().sub(this.#controls.target);
    const length = from.length();
    const polar = Math.acos(from.z / length) - up * orbitStep;
    const azimuth = Math.atan2(from.y, from.x) + across * orbitStep;
    const kept = Math.min(Math.PI - 1e-3, Math.max(1e-3, polar));
    from.set(Math.sin(kept) * Math.cos(azimuth), Math.sin(kept) * Math.sin(azimuth), Math.cos(kept));
    this.#eye.position.copy(this.#controls.target).addScaledVector(from, length);
    this.#controls.update();
    this.#invalidate();
  }

  /** Nearer by steps. */
  zoom(steps: number): void {
    const { target } = this.#controls;
    this.#eye.position
      .sub(target)
      .multiplyScalar(zoomStep ** -steps)
      .add(target);
    this.#controls.update();
    this.#invalidate();
  }

  dispose(): void {
    cancelAnimationFrame(this.#asked);
    for (const end of this.#ends.splice(0)) end();
    this.#controls.dispose();
    for (const group of [this.#still, this.#moving]) clear(group);
    this.#body?.dispose();
    this.#renderer.dispose();
    this.#renderer.domElement.remove();
  }

  #invalidate(): void {
    this.#asked ||= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    cancelAnimationFrame(this.#asked);
    this.#asked = 0;
    this.#renderer.render(this.#scene, this.#eye);
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#element;
    if (clientWidth === 0 || clientHeight === 0) return;
    this.#renderer.setPixelRatio(devicePixelRatio);
    this.#renderer.setSize(clientWidth, clientHeight);
    this.#eye.aspect = clientWidth / clientHeight;
    this.#eye.updateProjectionMatrix();
    // At once: a canvas that was resized is empty until it is drawn.
    this.#draw();
  }

  /** All that stays the same over frames. */
  #build(pose: SpacePose): void {
    clear(this.#still);
    this.#body?.dispose();
    this.#body = pose.body && new BodyModel(pose.body);
    if (this.#body) this.#scene.add(this.#body.group);
    const { step, x, y } = this.#floor;
    const z = this.#floor.z * step;
    const grid: number[] = [];
    for (let i = x[0]; i <= x[1]; i++) grid.push(i * step, y[0] * step, z, i * step, y[1] * step, z);
    for (let i = y[0]; i <= y[1]; i++) grid.push(x[0] * step, i * step, z, x[1] * step, i * step, z);
    this.#still.add(segments(grid, gridColor));
    const corner = [x[0] * step, y[0] * step, z];
    axisColors.forEach((color, a) => {
      const end = corner.map((v, i) => (i === a ? v + 2 * step : v));
      this.#still.add(segments([...corner, ...end], color));
    });
    const reach = 1.5 * step;
    pose.cameras.forEach((camera) => {
      const center = cameraCenter(camera);
      const corners = frustumCorners(camera, reach);
      const lines = corners.flatMap((c, i) => [...center, ...c, ...c, ...corners[(i + 1) % 4]]);
      this.#still.add(segments(lines, lineColor));
    });
    this.#pointsOf(this.#frame);
  }

  /** The skeleton of a frame and the way there. */
  #pointsOf(frame: number): void {
    const pose = this.#pose;
    if (!pose) return;
    clear(this.#moving);
    this.#body?.show(frame);
    const { positions, keypoints, edges, frames } = pose;
    const at = (f: number, k: number): [number, number, number] => {
      const i = 3 * (f * keypoints.length + k);
      return [positions[i], positions[i + 1], positions[i + 2]];
    };
    const now = Math.min(frame, frames - 1);
    const there = keypoints.map((_, k) => k).filter((k) => now >= 0 && at(now, k).every(Number.isFinite));
    const radius = 0.09 * this.#floor.step * (keypoints.length > 20 ? 0.6 : 1);
    const dots = new InstancedMesh(new SphereGeometry(radius, 16, 12), new MeshBasicMaterial(), there.length);
    there.forEach((k, i) => {
      dots.setMatrixAt(i, new Matrix4().makeTranslation(...at(now, k)));
      dots.setColorAt(i, new Color(keypointColor(k)));
    });
    this.#moving.add(dots);
    const bones = edges
      .filter((edge) => edge.every((k) => there.includes(k)))
      .flatMap(([a, b]) => [...at(now, a), ...at(now, b)]);
    this.#moving.add(segments(bones, lineColor));
    const first = Math.max(0, now - this.#trailFrames);
    const by = Math.max(1, Math.ceil((now - first) / mostTrail));
    for (let k = 0; k < keypoints.length; k++) {
      const trail: number[] = [];
      for (let f = now; f - by >= first; f -= by) {
        const both = [...at(f, k), ...at(f - by, k)];
        if (both.every(Number.isFinite)) trail.push(...both);
      }
      if (trail.length > 0) this.#moving.add(segments(trail, keypointColor(k), 0.55));
    }
    const middle = new Vector3();
    for (const k of there) middle.add(new Vector3(...at(now, k)));
    middle.multiplyScalar(1 / there.length);
    this.#body?.middle(middle);
    if (this.#follows && Number.isFinite(middle.x)) {
      this.#eye.position.add(middle).sub(this.#controls.target);
      this.#controls.target.copy(middle);
      this.#controls.update();
    }
    this.#invalidate();
  }
}

/** @param ends x, y and z of both ends of every line. */
function segments(ends: readonly number[], color: string, opacity = 1): LineSegments {
  const geometry = new BufferGeometry().setAttribute(
    'position',
    new BufferAttribute(Float32Array.from(ends), 3),
  );
  const material = new LineBasicMaterial({ color, opacity, transparent: opacity < 1 });
  return new LineSegments(geometry, material);
}

function clear(group: Group): void {
  for (const child of group.children) {
    if (child instanceof LineSegments || child instanceof InstancedMesh) {
      child.geometry.dispose();
      (child.material as LineBasicMaterial).dispose();
    }
    if (child instanceof InstancedMesh) child.dispose();
  }
  group.clear();
}

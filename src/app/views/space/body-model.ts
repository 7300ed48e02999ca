/** A body of shapes and muscles in three.js. */
import {
  BoxGeometry,
  CapsuleGeometry,
  Color,
  CylinderGeometry,
  DirectionalLight,
  Group,
  HemisphereLight,
  InstancedMesh,
  Matrix4,
  Mesh,
  MeshLambertMaterial,
  Quaternion,
  SphereGeometry,
  Vector3,
  type BufferGeometry,
} from 'three';
import type { SpaceBody } from './space-pose.ts';

const boneColor = '#c9d1d9';
/** Of a muscle at rest, fully active, and where nothing is known. */
export const muscleColors = { rest: '#f2d9cf', active: '#d55e00', unknown: '#b98b7c' } as const;
const [rest, active, unknown] = Object.values(muscleColors).map((c) => new Color(c));
/** A muscle's thickness, of the longest of the body's shapes. */
const thickness = 0.015;
const up = new Vector3(0, 1, 0);

export class BodyModel {
  readonly group = new Group();
  readonly #body: SpaceBody;
  readonly #bones: readonly Mesh[];
  readonly #muscles: InstancedMesh;
  readonly #radius: number;
  #frame = -1;

  constructor(body: SpaceBody) {
    this.#body = body;
    const bone = new MeshLambertMaterial({ color: boneColor, transparent: true, opacity: 0.5 });
    this.#bones = body.shapes.map((shape) => new Mesh(geometryOf(shape), bone));
    const segments = body.muscles.length * Math.max(0, body.points - 1);
    this.#muscles = new InstancedMesh(new CylinderGeometry(1, 1, 1, 8), new MeshLambertMaterial(), segments);
    this.#muscles.frustumCulled = false;
    this.#radius = thickness * Math.max(0, ...body.shapes.map(({ size }) => 2 * Math.max(...size)));
    const light = new DirectionalLight('#ffffff', 1.6);
    light.position.set(0.5, -1, 2);
    this.group.add(new HemisphereLight('#ffffff', '#56606a', 1.8), light, this.#muscles, ...this.#bones);
    this.show(0);
  }

  /** @param frame of the video. */
  show(frame: number): void {
    const { frameOf, shapes, places } = this.#body;
    this.#frame = frameOf[Math.min(frame, frameOf.length - 1)] ?? -1;
    const first = 7 * this.#frame * shapes.length;
    this.group.visible = this.#frame >= 0 && !Number.isNaN(places[first]);
    if (!this.group.visible) return;
    this.#bones.forEach((mesh, s) => {
      const [x, y, z, w, i, j, k] = places.subarray(first + 7 * s, first + 7 * (s + 1));
      mesh.position.set(x, y, z);
      mesh.quaternion.set(i, j, k, w);
    });
    this.#showMuscles();
  }

  #showMuscles(): void {
    const { muscles, points, paths, activities } = this.#body;
    const [from, to, matrix] = [new Vector3(), new Vector3(), new Matrix4()];
    const [turn, size, color] = [new Quaternion(), new Vector3(), new Color()];
    let segment = 0;
    muscles.forEach((_, m) => {
      const activity = activities[this.#frame * muscles.length + m] ?? NaN;
      if (Number.isNaN(activity)) color.copy(unknown);
      else color.lerpColors(rest, active, Math.min(1, Math.max(0, activity)));
      for (let p = 0; p + 1 < points; p++, segment++) {
        const at = 3 * ((this.#frame * muscles.length + m) * points + p);
        from.fromArray(paths, at);
        to.fromArray(paths, at + 3);
        const length = from.distanceTo(to);
        if (length > 0) {
          turn.setFromUnitVectors(up, to.clone().sub(from).divideScalar(length));
          size.set(this.#radius, length, this.#radius);
          matrix.compose(from.add(to).multiplyScalar(0.5), turn, size);
        } else matrix.makeScale(0, 0, 0);
        this.#muscles.setMatrixAt(segment, matrix);
        this.#muscles.setColorAt(segment, color);
      }
    });
    this.#muscles.instanceMatrix.needsUpdate = true;
    if (this.#muscles.instanceColor) this.#muscles.instanceColor.needsUpdate = true;
  }

  /** Puts the middle of the shapes into `out`, where the body is shown. */
  middle(out: Vector3): void {
    if (!this.group.visible || this.#bones.length === 0) return;
    out.set(0, 0, 0);
    for (const { position } of this.#bones) out.add(position);
    out.divideScalar(this.#bones.length);
  }

  dispose(): void {
    for (const mesh of [...this.#bones, this.#muscles]) mesh.geometry.dispose();
    this.#muscles.dispose();
    for (const mesh of [this.#muscles, ...this.#bones.slice(0, 1)])
      (mesh.material as MeshLambertMaterial).dispose();
    this.group.removeFromParent();
  }
}

/** MuJoCo's shapes lie along z, those of three.js along y. */
function geometryOf({ kind, size: [a, b, c] }: SpaceBody['shapes'][number]): BufferGeometry {
  const around = 24;
  switch (kind) {
    case 'sphere':
      return new SphereGeometry(a, around, around / 2);
    case 'capsule':
      return new CapsuleGeometry(a, 2 * b, around / 4, around).rotateX(Math.PI / 2);
    case 'cylinder':
      return new CylinderGeometry(a, a, 2 * b, around).rotateX(Math.PI / 2);
    case 'ellipsoid':
      return new SphereGeometry(1, around, around / 2).scale(a, b, c);
    case 'box':
      return new BoxGeometry(2 * a, 2 * b, 2 * c);
    default:
      return kind satisfies never;
  }
}

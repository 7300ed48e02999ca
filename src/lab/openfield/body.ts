import { pawAt, pawNames, restingPlace, type Gait, type Paw } from './gait.ts';
import { sampleAt, type BodyPath } from './path.ts';

/**
 * The animal's shape at one moment: a spine that bends with the turn and with the steps, a head on it, and a tail dragged
 * behind. World coordinates, mm and rad.
 */
export interface Posture {
  /** Nodes from the snout to the base of the tail. */
  readonly spineX: Float64Array;
  readonly spineY: Float64Array;
  /** Half width of the body at each node. */
  readonly radius: Float64Array;
  /** Nodes from the base of the tail to its tip. */
  readonly tailX: Float64Array;
  readonly tailY: Float64Array;
  /** Centers of the ears, left then right, and which way each points. */
  readonly ears: readonly { readonly x: number; readonly y: number; readonly angle: number }[];
  /** Which way the head points. */
  readonly headAngle: number;
  /** In the order of `pawNames`. */
  readonly paws: readonly Paw[];
  /** Where each limb leaves the trunk, in the order of `pawNames`. */
  readonly roots: readonly { readonly x: number; readonly y: number }[];
}

/** Snout to base of tail, mm. */
export const bodyLength = 90;
export const tailLength = 78;
/** Mean half width of an ear's disc, mm. */
export const earRadius = 5.5;
/** Distance from the snout along the spine to the middle of the trunk, whose path is `BodyPath`, mm. */
const midTrunk = 52;
const nape = 27;
const spineNodes = 31;
const tailNodes = 13;

/** Half width of the body against the distance from the snout, mm. */
const outline: readonly (readonly [along: number, halfWidth: number])[] = [
  [0, 1.7],
  [3, 2.9],
  [8, 5.2],
  [14, 7.3],
  [19, 8.1],
  [25, 8],
  [30, 8.6],
  [38, 9.8],
  [48, 11.8],
  [59, 13.8],
  [69, 14.4],
  [77, 13],
  [84, 8.6],
  [90, 3.4],
];

export function halfWidth(along: number): number {
  const k = Math.max(
    1,
    outline.findIndex(([a]) => a >= along),
  );
  const [a0, r0] = outline[k - 1];
  const [a1, r1] = outline[k];
  return r0 + ((r1 - r0) * (along - a0)) / (a1 - a0);
}

const spineAlong = Float64Array.from({ length: spineNodes }, (_, i) => (bodyLength * i) / (spineNodes - 1));
const spineWidth = spineAlong.map(halfWidth);
const napeNode = Math.round((nape / bodyLength) * (spineNodes - 1));
const earAlong = 21;
const earNode = Math.round((earAlong / bodyLength) * (spineNodes - 1));

/** The moving animal; `at` gives its shape at any time of the recording. */
export class Body {
  readonly path: BodyPath;
  readonly gait: Gait;
  /** The direction of the pelvis follows that of the trunk, rad. */
  readonly #pelvis: Float64Array;
  /** time x node, directions of the tail's segments, rad. */
  readonly #tail: Float32Array;

  constructor(path: BodyPath, gait: Gait) {
    this.path = path;
    this.gait = gait;
    this.#pelvis = new Float64Array(path.count);
    this.#pelvis[0] = path.heading[0];
    for (let i = 1; i < path.count; i++) {
      const lag = this.#pelvis[i - 1];
      this.#pelvis[i] = lag + (path.heading[i] - lag) / (0.13 * path.rate);
    }
    this.#tail = this.#dragTail();
  }

  at(seconds: number): Posture {
    const { path, gait } = this;
    const heading = sampleAt(path, path.heading, seconds);
    const phase = sampleAt(path, gait.phase, seconds);
    const speed = sampleAt(path, path.speed, seconds);
    const sway = Math.min(1, speed / 120) * Math.sin(2 * Math.PI * phase);
    const rear = sampleAt(path, this.#pelvis, seconds) + 0.1 * sway - heading;
    const head = sampleAt(path, path.headYaw, seconds) + 0.03 * sway;
    const breath = 1 + 0.012 * Math.sin(2 * Math.PI * 2.6 * seconds);

    const spineX = new Float64Array(spineNodes);
    const spineY = new Float64Array(spineNodes);
    const direction = (along: number): number =>
      heading -
      0.05 * sway +
      head * smoothstep(36, 17, along) +
      rear * smoothstep(midTrunk - 6, bodyLength - 10, along);
    const middle = (midTrunk / bodyLength) * (spineNodes - 1);
    const spacing = bodyLength / (spineNodes - 1);
    // From mid trunk forward to the snout, then back to the base of the tail.
    const first = Math.floor(middle);
    let x = sampleAt(path, path.x, seconds) - 0.9 * sway * Math.sin(heading);
    let y = sampleAt(path, path.y, seconds) + 0.9 * sway * Math.cos(heading);
    const [x0, y0] = [x, y];
    for (let i = first, from = middle; i >= 0; from = i--) {
      const angle = direction(((from + i) / 2) * spacing);
      x += (from - i) * spacing * Math.cos(angle);
      y += (from - i) * spacing * Math.sin(angle);
      [spineX[i], spineY[i]] = [x, y];
    }
    [x, y] = [x0, y0];
    for (let i = first + 1, from = middle; i < spineNodes; from = i++) {
      const angle = direction(((from + i) / 2) * spacing);
      x -= (i - from) * spacing * Math.cos(angle);
      y -= (i - from) * spacing * Math.sin(angle);
      [spineX[i], spineY[i]] = [x, y];
    }

    const tailX = new Float64Array(tailNodes);
    const tailY = new Float64Array(tailNodes);
    [tailX[0], tailY[0]] = [spineX[spineNodes - 1], spineY[spineNodes - 1]];
    for (let i = 1; i < tailNodes; i++) {
      const angle = this.#tailAngle(seconds, i - 1);
      tailX[i] = tailX[i - 1] + (tailLength / (tailNodes - 1)) * Math.cos(angle);
      tailY[i] = tailY[i - 1] + (tailLength / (tailNodes - 1)) * Math.sin(angle);
    }

    const headAngle = direction(earAlong);
    const ears = [-1, 1].map((side) => ({
      x: spineX[earNode] - side * 8.3 * Math.sin(headAngle) - 1.5 * Math.cos(headAngle),
      y: spineY[earNode] + side * 8.3 * Math.cos(headAngle) - 1.5 * Math.sin(headAngle),
      angle: headAngle + side * 1.9,
    }));
    const roots = pawNames.map((_, limb) => {
      const along = midTrunk - restingPlace[limb][0] + (limb < 2 ? 6 : -2);
      const node = Math.round((along / bodyLength) * (spineNodes - 1));
      const angle = direction(along);
      const out = Math.sign(restingPlace[limb][1]) * 0.5 * spineWidth[node];
      return { x: spineX[node] - out * Math.sin(angle), y: spineY[node] + out * Math.cos(angle) };
    });
    return {
      spineX,
      spineY,
      radius: spineWidth.map((r, i) => (i > napeNode ? r * breath : r)),
      tailX,
      tailY,
      ears,
      headAngle,
      paws: gait.limbs.map((limb) => pawAt(limb, seconds)),
      roots,
    };
  }

  /** The nape, mm. */
  static neck(posture: Posture): { readonly x: number; readonly y: number } {
    return { x: posture.spineX[napeNode], y: posture.spineY[napeNode] };
  }

  #tailAngle(seconds: number, segment: number): number {
    const { path } = this;
    const position = Math.min(path.count - 1, Math.max(0, (seconds - path.startSeconds) * path.rate));
    const i = Math.min(path.count - 2, Math.floor(position));
    const at = (k: number): number => this.#tail[k * (tailNodes - 1) + segment];
    return at(i) + (at(i + 1) - at(i)) * (position - i);
  }

  /** Each node of the tail is pulled after the one before it, as a rope over the floor, and resists bending. */
  #dragTail(): Float32Array {
    const { path } = this;
    const segments = tailNodes - 1;
    const length = tailLength / segments;
    const angles = new Float32Array(path.count * segments);
    const nodeX = new Float64Array(tailNodes);
    const nodeY = new Float64Array(tailNodes);
    const rearLength = bodyLength - midTrunk;
    const current = new Float64Array(segments).fill(path.heading[0] + Math.PI);
    for (let i = 0; i < path.count; i++) {
      const pelvis = this.#pelvis[i];
      const sway = Math.min(1, path.speed[i] / 120) * Math.sin(2 * Math.PI * (this.gait.phase[i] + 0.2));
      nodeX[0] = path.x[i] - rearLength * Math.cos(pelvis);
      nodeY[0] = path.y[i] - rearLength * Math.sin(pelvis);
      let lead = pelvis + Math.PI + 0.22 * sway;
      for (let k = 0; k < segments; k++) {
        if (i === 0) {
          nodeX[k + 1] = nodeX[k] + length * Math.cos(current[k]);
          nodeY[k + 1] = nodeY[k] + length * Math.sin(current[k]);
        }
        const dragged = Math.atan2(nodeY[k + 1] - nodeY[k], nodeX[k + 1] - nodeX[k]);
        let angle = current[k] + wrapped(dragged - current[k]);
        const stiffness = Math.min(1, (k === 0 ? 26 : 7) / path.rate);
        angle += (lead - angle) * stiffness;
        angle = lead + Math.max(-0.42, Math.min(0.42, angle - lead));
        nodeX[k + 1] = nodeX[k] + length * Math.cos(angle);
        nodeY[k + 1] = nodeY[k] + length * Math.sin(angle);
        current[k] = angle;
        angles[i * segments + k] = angle;
        lead = angle;
      }
    }
    return angles;
  }
}

function smoothstep(from: number, to: number, value: number): number {
  const u = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return u * u * (3 - 2 * u);
}

function wrapped(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}

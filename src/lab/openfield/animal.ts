import type { Random } from '../../math/random.ts';
import type { Posture } from './body.ts';
import { paintCapsule, paintEllipse, type Canvas } from './canvas.ts';
import { FurPainter, type Trunk } from './fur.ts';
import { noiseTexture } from './texture.ts';

/** World mm to picture px: the center of the top left pixel is (0, 0). */
export function toPixels(millimeters: number, scale: number): number {
  return millimeters * scale - 0.5;
}

/** The trunk of a posture in px. */
export function trunkOf(posture: Posture, scale: number): Trunk {
  return {
    x: posture.spineX.map((v) => toPixels(v, scale)),
    y: posture.spineY.map((v) => toPixels(v, scale)),
    radius: posture.radius.map((r) => r * scale),
  };
}

/** Draws the animal from above, back to front: tail, limbs and paws, trunk, ears, eyes, whiskers. */
export class AnimalPainter {
  readonly #fur: FurPainter;

  constructor(random: Random) {
    this.#fur = new FurPainter(noiseTexture([256, 256], [16, 4], random));
  }

  /**
   * @param scale px/mm.
   * @param light direction the light comes from, unit vector (x, y, towards the camera).
   */
  paint(canvas: Canvas, posture: Posture, scale: number, light: readonly [number, number, number]): void {
    paintTail(canvas, posture, scale);
    for (let limb = 0; limb < 4; limb++) paintLimb(canvas, posture, limb, scale);
    this.#fur.paint(canvas, trunkOf(posture, scale), scale, light);
    paintHead(canvas, posture, scale);
  }
}

/** Darkens the floor beneath: a blurred copy of the trunk and paws, moved away from the light. */
export function paintShadow(
  canvas: Canvas,
  posture: Posture,
  scale: number,
  light: readonly [number, number, number],
  depth: number,
): void {
  const shiftX = -light[0] * 7 * scale;
  const shiftY = -light[1] * 7 * scale;
  const trunk = trunkOf(posture, scale);
  const last = trunk.x.length - 1;
  const shade = new Float32Array(canvas.values.length);
  const mask: Canvas = { ...canvas, values: shade };
  for (let j = 0; j < last; j += 2) {
    const k = Math.min(last, j + 2);
    paintCapsule(
      mask,
      [trunk.x[j] + shiftX, trunk.y[j] + shiftY, trunk.radius[j]],
      [trunk.x[k] + shiftX, trunk.y[k] + shiftY, trunk.radius[k]],
      { gray: 1, softness: 9 * scale },
    );
  }
  for (const paw of posture.paws) {
    const x = toPixels(paw.x, scale) + shiftX * (0.15 + 0.5 * paw.lift);
    const y = toPixels(paw.y, scale) + shiftY * (0.15 + 0.5 * paw.lift);
    paintEllipse(mask, [x, y], [5 * scale, 4 * scale, paw.angle], {
      gray: 1,
      opacity: 0.55 - 0.3 * paw.lift,
      softness: 4 * scale,
    });
  }
  for (let i = 0; i < shade.length; i++) canvas.values[i] *= 1 - depth * shade[i];
}

function paintTail(canvas: Canvas, posture: Posture, scale: number): void {
  const nodes = posture.tailX.length;
  const point = (i: number): [number, number, number] => [
    toPixels(posture.tailX[i], scale),
    toPixels(posture.tailY[i], scale),
    (2.5 - (1.6 * i) / (nodes - 1)) * scale,
  ];
  for (let i = 0; i + 1 < nodes; i++) {
    const [x0, y0, r0] = point(i);
    const [x1, y1, r1] = point(i + 1);
    const shadow = 0.8 * scale;
    paintCapsule(canvas, [x0 + shadow, y0 + shadow, r0], [x1 + shadow, y1 + shadow, r1], {
      gray: 70,
      opacity: 0.22,
      softness: 2 * scale,
    });
  }
  for (let i = 0; i + 1 < nodes; i++) {
    const gray = 112 + 20 * (i / nodes);
    paintCapsule(canvas, point(i), point(i + 1), { gray: gray + 14, rim: gray - 34 });
  }
}

function paintLimb(canvas: Canvas, posture: Posture, limb: number, scale: number): void {
  const { x: px, y: py, angle, lift } = posture.paws[limb];
  const root = posture.roots[limb];
  const hind = limb >= 2;
  // The picture of a lifted paw is a little larger: it is nearer to the camera.
  const near = scale * (1 + 0.06 * lift);
  const x = toPixels(px, scale);
  const y = toPixels(py, scale);
  const forward = [Math.cos(angle) * near, Math.sin(angle) * near];
  const sideways = [-Math.sin(angle) * near, Math.cos(angle) * near];
  const along = (d: number, s: number): [number, number] => [
    x + d * forward[0] + s * sideways[0],
    y + d * forward[1] + s * sideways[1],
  ];
  const heel = along(hind ? -6.5 : -2.5, 0);
  paintCapsule(
    canvas,
    [toPixels(root.x, scale), toPixels(root.y, scale), (hind ? 5.4 : 4.2) * scale],
    [...heel, (hind ? 2.6 : 2.1) * near],
    { gray: 78, rim: 70, softness: 1.3 },
  );
  const skin = 188 + 12 * lift;
  const rim = skin - 46;
  if (hind) {
    paintCapsule(canvas, [...heel, 1.5 * near], [...along(1.5, 0), 2.3 * near], { gray: skin - 8, rim });
  } else {
    paintEllipse(canvas, [x, y], [3.1 * near, 2.7 * near, angle], { gray: skin, rim });
  }
  const spread = (hind ? 0.4 : 0.55) * (1 - 0.5 * lift);
  const toes = hind ? 5 : 4;
  const reach = hind ? 7.2 : 5.6;
  for (let toe = 0; toe < toes; toe++) {
    const turn = (toe - (toes - 1) / 2) * spread;
    const from = along(hind ? 2 : 1, (hind ? 1.9 : 1.6) * Math.sin(turn));
    const to = along((hind ? 2 : 1) + (reach - 2) * Math.cos(turn), (reach - 2) * Math.sin(turn));
    paintCapsule(canvas, [...from, 0.75 * near], [...to, 0.5 * near], { gray: skin + 6, opacity: 0.85 });
  }
}

function paintHead(canvas: Canvas, posture: Posture, scale: number): void {
  const angle = posture.headAngle;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const snoutX = posture.spineX[0];
  const snoutY = posture.spineY[0];
  const at = (back: number, right: number): [number, number] => [
    toPixels(snoutX - back * c - right * s, scale),
    toPixels(snoutY - back * s + right * c, scale),
  ];
  for (const side of [-1, 1]) {
    for (const [turn, length] of [
      [0.75, 15],
      [1.1, 17],
      [1.5, 15],
    ]) {
      const from = at(4, side * 2.4);
      const to = at(4 - length * Math.cos(turn), side * (2.4 + length * Math.sin(turn)));
      paintCapsule(canvas, [...from, 0.28 * scale], [...to, 0.1 * scale], { gray: 215, opacity: 0.45 });
    }
  }
  for (const ear of posture.ears) {
    const center: [number, number] = [toPixels(ear.x, scale), toPixels(ear.y, scale)];
    paintEllipse(canvas, center, [6.2 * scale, 4.9 * scale, ear.angle], { gray: 92, rim: 76, softness: 1.4 });
    const inner: [number, number] = [
      center[0] + 0.9 * scale * Math.cos(ear.angle - Math.sign(Math.sin(ear.angle - angle)) * 0.9),
      center[1] + 0.9 * scale * Math.sin(ear.angle - Math.sign(Math.sin(ear.angle - angle)) * 0.9),
    ];
    paintEllipse(canvas, inner, [4.3 * scale, 3.1 * scale, ear.angle], {
      gray: 136,
      rim: 100,
      softness: 1.8,
    });
  }
  for (const side of [-1, 1]) {
    paintEllipse(canvas, at(11.3, side * 5), [1.9 * scale, 1.5 * scale, angle], { gray: 14 });
    paintEllipse(canvas, at(10.9, side * 5.1 - 0.3), [0.6 * scale, 0.5 * scale, 0], {
      gray: 190,
      opacity: 0.8,
    });
  }
  paintEllipse(canvas, at(-0.6, 0), [1.5 * scale, 1.7 * scale, angle], { gray: 168, rim: 120 });
}

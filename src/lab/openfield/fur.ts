import type { Canvas } from './canvas.ts';
import { textureAt, type Texture } from './texture.ts';

/** A tube along the spine, in px: nodes from the snout to the base of the tail. */
export interface Trunk {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly radius: Float64Array;
}

/** How far a point is from the spine in half widths of the body: below 1 inside its outline. Infinity far away. */
export function depthInTrunk(trunk: Trunk, x: number, y: number): number {
  let least = Infinity;
  for (let j = 0; j + 1 < trunk.x.length; j++) {
    const dx = trunk.x[j + 1] - trunk.x[j];
    const dy = trunk.y[j + 1] - trunk.y[j];
    let u = ((x - trunk.x[j]) * dx + (y - trunk.y[j]) * dy) / (dx * dx + dy * dy);
    u = Math.min(1, Math.max(0, u));
    const radius = trunk.radius[j] + u * (trunk.radius[j + 1] - trunk.radius[j]);
    least = Math.min(least, Math.hypot(x - trunk.x[j] - u * dx, y - trunk.y[j] - u * dy) / radius);
  }
  return least;
}

/**
 * Paints the furred trunk: each pixel finds the nearest point of the spine, which gives it a place in the coat (along,
 * around), a surface direction for the light, and a ragged edge of hairs.
 */
export class FurPainter {
  readonly #coat: Texture;
  #squared = new Float32Array(0);
  #along = new Float32Array(0);
  #around = new Float32Array(0);
  #slopeX = new Float32Array(0);
  #slopeY = new Float32Array(0);

  constructor(coat: Texture) {
    this.#coat = coat;
  }

  /**
   * @param scale px/mm; the coat keeps its grain in mm.
   * @param light direction the light comes from, unit vector (x, y, towards the camera).
   */
  paint(canvas: Canvas, trunk: Trunk, scale: number, light: readonly [number, number, number]): void {
    this.#project(canvas, trunk);
    const [lx, ly, lz] = light;
    const nodes = trunk.x.length - 1;
    const size = canvas.width * canvas.height;
    const grain = 2.1 / scale;
    const length = trunkLength(trunk);
    for (let i = 0; i < size; i++) {
      const q = this.#squared[i];
      if (q > 1.35) continue;
      const along = this.#along[i];
      const node = Math.min(nodes, Math.round(along));
      const radius = trunk.radius[node];
      const fraction = along / nodes;
      const around = this.#around[i];
      const u = fraction * length * grain;
      const v = around * radius * grain;
      const hair = textureAt(this.#coat, u, v + 128);
      const tuft = textureAt(this.#coat, u * 0.31 + 64, v * 0.31);
      const distance = Math.sqrt(q) - 0.09 * hair * (fraction > 0.12 ? 1 : 0.3);
      let alpha = (1 - distance) * radius * 0.62 + 0.5;
      if (alpha <= 0) continue;
      alpha = alpha > 1 ? 1 : alpha;
      const up = Math.sqrt(Math.max(0, 1 - q));
      const facing = this.#slopeX[i] * lx + this.#slopeY[i] * ly + (0.35 + 0.65 * up) * lz;
      const lit = 0.46 + 0.7 * Math.max(0, facing);
      // Darker along the back and over the rump, paler flanks and snout.
      const spineShade = Math.exp(-around * around * 7) * (fraction > 0.2 ? 1 : 0.35);
      const snout = Math.max(0, 1 - fraction / 0.11);
      const albedo = 80 - 20 * spineShade - 8 * fraction + 30 * snout + 19 * hair + 9 * tuft;
      canvas.values[i] += alpha * (albedo * lit - canvas.values[i]);
    }
  }

  /** Fills, for each pixel of the canvas, the nearest place on the spine. */
  #project(canvas: Canvas, trunk: Trunk): void {
    const size = canvas.width * canvas.height;
    if (this.#squared.length < size) {
      this.#squared = new Float32Array(size);
      this.#along = new Float32Array(size);
      this.#around = new Float32Array(size);
      this.#slopeX = new Float32Array(size);
      this.#slopeY = new Float32Array(size);
    }
    const squared = this.#squared.fill(9, 0, size);
    for (let j = 0; j + 1 < trunk.x.length; j++) {
      const [ax, ay, ar] = [trunk.x[j], trunk.y[j], trunk.radius[j]];
      const dx = trunk.x[j + 1] - ax;
      const dy = trunk.y[j + 1] - ay;
      const dr = trunk.radius[j + 1] - ar;
      const lengthSquared = dx * dx + dy * dy;
      const reach = Math.max(ar, ar + dr) * 1.16 + 0.5;
      const x0 = Math.max(canvas.left, Math.floor(Math.min(ax, ax + dx) - reach));
      const x1 = Math.min(canvas.left + canvas.width, Math.ceil(Math.max(ax, ax + dx) + reach) + 1);
      const y0 = Math.max(canvas.top, Math.floor(Math.min(ay, ay + dy) - reach));
      const y1 = Math.min(canvas.top + canvas.height, Math.ceil(Math.max(ay, ay + dy) + reach) + 1);
      for (let y = y0; y < y1; y++) {
        for (let x = x0; x < x1; x++) {
          let u = ((x - ax) * dx + (y - ay) * dy) / lengthSquared;
          u = u < 0 ? 0 : u > 1 ? 1 : u;
          const px = x - ax - u * dx;
          const py = y - ay - u * dy;
          const radius = ar + u * dr;
          const q = (px * px + py * py) / (radius * radius);
          const i = (y - canvas.top) * canvas.width + x - canvas.left;
          if (q >= squared[i]) continue;
          squared[i] = q;
          this.#along[i] = j + u;
          const side = dx * py - dy * px < 0 ? -1 : 1;
          this.#around[i] = side * Math.sqrt(q);
          // The tube's slope: outwards by the place across it, and towards where it gets thinner.
          const taper = (dr / lengthSquared) * 0.6;
          this.#slopeX[i] = px / radius - taper * dx;
          this.#slopeY[i] = py / radius - taper * dy;
        }
      }
    }
  }
}

function trunkLength(trunk: Trunk): number {
  let length = 0;
  for (let j = 0; j + 1 < trunk.x.length; j++) {
    length += Math.hypot(trunk.x[j + 1] - trunk.x[j], trunk.y[j + 1] - trunk.y[j]);
  }
  return length;
}

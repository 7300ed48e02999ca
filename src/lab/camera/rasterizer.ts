import { centerOf, projectPoint, sightOf, type LensCamera } from '../../math/lens.ts';
import type { Backdrop, Room } from './scene.ts';
import { boundOf, clearance, meet, type Shape } from './shapes.ts';
import { Tile, type Noise } from './texture.ts';

/** Light that comes from everywhere, and from the lamp, as shares. */
const ambient = 0.45;
const direct = 0.65;
/** How dark a full shadow is. */
const shade = 0.5;

/** A part of the picture: first column and row, and one past the last. */
export interface Region {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * Draws shapes before a plane as a camera with a real lens sees them: each pixel's line of sight is that of the lens, undistorted once; shapes are met
 * analytically within their bounds, the nearest wins (a depth buffer). Gray levels, before blur and noise.
 */
export class Rasterizer {
  readonly camera: LensCamera;
  readonly #room: Room;
  readonly #noise: Noise;
  /** Where the camera stands, and unit vectors of the lines of sight, pixels x 3. */
  readonly #eye: Float64Array;
  readonly #sight: Float32Array;
  /** Distance to the plane along each line of sight (Infinity: never), and the place on it. */
  readonly #planeDepth: Float32Array;
  readonly #planePlace: Float32Array;
  readonly #tile: Tile;
  /** Of what never moves: distance and shadow, to begin each picture with. */
  readonly #stillDepth: Float32Array;
  readonly #stillShadow: Float32Array;
  readonly #depth: Float32Array;
  readonly #shadow: Float32Array;

  constructor(camera: LensCamera, room: Room, noise: Noise) {
    const { width, height, rotation: r } = camera;
    const pixels = width * height;
    this.camera = camera;
    this.#room = room;
    this.#noise = noise;
    this.#eye = centerOf(camera);
    this.#sight = new Float32Array(3 * pixels);
    this.#planeDepth = new Float32Array(pixels).fill(Infinity);
    this.#planePlace = new Float32Array(2 * pixels);
    this.#tile = new Tile(noise);
    this.#stillShadow = new Float32Array(pixels);
    this.#depth = new Float32Array(pixels);
    this.#shadow = new Float32Array(pixels);
    const { point, normal: n, across, along } = room.backdrop;
    const [ex, ey, ez] = this.#eye;
    const height0 = n[0] * (ex - point[0]) + n[1] * (ey - point[1]) + n[2] * (ez - point[2]);
    const uv = new Float64Array(2);
    for (let y = 0, p = 0; y < height; y++) {
      for (let x = 0; x < width; x++, p++) {
        sightOf(camera, x, y, uv);
        const length = Math.hypot(uv[0], uv[1], 1);
        const d = [0, 1, 2].map((c) => (r[c] * uv[0] + r[3 + c] * uv[1] + r[6 + c]) / length);
        this.#sight.set(d, 3 * p);
        const towards = n[0] * d[0] + n[1] * d[1] + n[2] * d[2];
        if (!(towards < -1e-6)) continue;
        const depth = -height0 / towards;
        if (!(depth > 0)) continue;
        this.#planeDepth[p] = depth;
        const at = [0, 1, 2].map((c) => this.#eye[c] + depth * d[c] - point[c]);
        this.#planePlace[2 * p] = at[0] * across[0] + at[1] * across[1] + at[2] * across[2];
        this.#planePlace[2 * p + 1] = at[0] * along[0] + at[1] * along[1] + at[2] * along[2];
      }
    }
    this.#stillDepth = this.#planeDepth.slice();
  }

  /** Draws what never moves over the background in `out`, once; later pictures then begin with it. */
  settle(shapes: readonly Shape[], out: Float32Array): void {
    const { width, height } = this.camera;
    this.draw(shapes, out, { left: 0, top: 0, right: width, bottom: height });
    this.#stillDepth.set(this.#depth);
    this.#stillShadow.set(this.#shadow);
  }

  /** The plane alone, into `out`; its texture is moved by `shift` (m, across and along). */
  background(out: Float32Array, shift: readonly [number, number] = [0, 0]): void {
    const { backdrop } = this.#room;
    for (let p = 0; p < out.length; p++) {
      out[p] =
        this.#planeDepth[p] === Infinity
          ? 30
          : this.#planeGray(
              backdrop,
              this.#planePlace[2 * p] - shift[0],
              this.#planePlace[2 * p + 1] - shift[1],
            );
    }
  }

  /** The part of the picture that shapes and their shadows can touch. */
  reach(shapes: readonly Shape[]): Region {
    const region = { left: this.camera.width, top: this.camera.height, right: 0, bottom: 0 };
    for (const shape of shapes) {
      for (const part of [this.#boundsOf(shape.middle, boundOf(shape)), this.#shadowBounds(shape)]) {
        region.left = Math.min(region.left, part.left);
        region.top = Math.min(region.top, part.top);
        region.right = Math.max(region.right, part.right);
        region.bottom = Math.max(region.bottom, part.bottom);
      }
    }
    return region;
  }

  /** Draws shapes and the shadows that they throw on the plane over `out`, which holds the background, within `region`. */
  draw(shapes: readonly Shape[], out: Float32Array, region: Region): void {
    const { width } = this.camera;
    for (let y = region.top; y < region.bottom; y++) {
      const [from, to] = [y * width + region.left, y * width + region.right];
      this.#depth.set(this.#stillDepth.subarray(from, to), from);
      this.#shadow.set(this.#stillShadow.subarray(from, to), from);
    }
    for (const shape of shapes) this.#drawShadow(shape);
    for (let y = region.top; y < region.bottom; y++) {
      for (let p = y * width + region.left, x = region.left; x < region.right; x++, p++) {
        const before = this.#stillShadow[p];
        if (this.#shadow[p] > before) out[p] *= (1 - shade * this.#shadow[p]) / (1 - shade * before);
      }
    }
    for (const shape of shapes) this.#drawShape(shape, out);
  }

  #planeGray({ gray, grain, grainSize, lines }: Backdrop, a: number, b: number): number {
    const s = 1 / grainSize;
    let value = gray * (1 + grain * (2 * this.#tile.at(a * s, b * s) - 1));
    if (lines > 0) {
      const near = Math.min(
        Math.abs(a / lines - Math.round(a / lines)),
        Math.abs(b / lines - Math.round(b / lines)),
      );
      if (near < 0.02) value *= 0.75 + 12.5 * near;
    }
    return value;
  }

  #boundsOf(middle: ArrayLike<number>, radius: number): Region {
    const { width, height, rotation: r, translation: t, focal } = this.camera;
    const pixel = new Float64Array(2);
    const depth = r[6] * middle[0] + r[7] * middle[1] + r[8] * middle[2] + t[2];
    // A shape that reaches the camera may be anywhere.
    if (depth < 1.2 * radius) return { left: 0, top: 0, right: width, bottom: height };
    projectPoint(this.camera, middle, pixel);
    // A tenth more than without a lens that bends, and a wider cone off the axis.
    const aside = 1 + ((pixel[0] - width / 2) ** 2 + (pixel[1] - height / 2) ** 2) / focal[0] ** 2;
    const reach =
      (1.1 * aside * Math.max(...focal) * radius) / Math.sqrt(depth * depth - radius * radius) + 2;
    const clamp = (v: number, most: number): number => Math.min(Math.max(Math.round(v), 0), most);
    return {
      left: clamp(pixel[0] - reach, width),
      top: clamp(pixel[1] - reach, height),
      right: clamp(pixel[0] + reach + 1, width),
      bottom: clamp(pixel[1] + reach + 1, height),
    };
  }

  #shadowBounds(shape: Shape): Region {
    const { backdrop, light, penumbra } = this.#room;
    const { normal: n, point } = backdrop;
    const steep = n[0] * light[0] + n[1] * light[1] + n[2] * light[2];
    const above = [0, 1, 2].reduce((sum, c) => sum + n[c] * (shape.middle[c] - point[c]), 0);
    const foot = [0, 1, 2].map((c) => shape.middle[c] - (above / steep) * light[c]);
    return this.#boundsOf(foot, (boundOf(shape) + penumbra) / steep);
  }

  #drawShadow(shape: Shape): void {
    const { left, top, right, bottom } = this.#shadowBounds(shape);
    const { light, penumbra } = this.#room;
    const { frame: f, middle } = shape;
    const { width } = this.camera;
    const [ex, ey, ez] = this.#eye;
    const sight = this.#sight;
    const lx = f[0] * light[0] + f[3] * light[1] + f[6] * light[2];
    const ly = f[1] * light[0] + f[4] * light[1] + f[7] * light[2];
    const lz = f[2] * light[0] + f[5] * light[1] + f[8] * light[2];
    const bound = (boundOf(shape) + penumbra) ** 2;
    for (let y = top; y < bottom; y++) {
      for (let x = left, p = y * width + left; x < right; x++, p++) {
        const depth = this.#planeDepth[p];
        if (depth === Infinity || this.#stillDepth[p] < depth) continue;
        const wx = ex + depth * sight[3 * p] - middle[0];
        const wy = ey + depth * sight[3 * p + 1] - middle[1];
        const wz = ez + depth * sight[3 * p + 2] - middle[2];
        const along = wx * light[0] + wy * light[1] + wz * light[2];
        if (wx * wx + wy * wy + wz * wz - along * along > bound) continue;
        const ox = f[0] * wx + f[3] * wy + f[6] * wz;
        const oy = f[1] * wx + f[4] * wy + f[7] * wz;
        const oz = f[2] * wx + f[5] * wy + f[8] * wz;
        const dark = 0.5 - clearance(shape, ox, oy, oz, lx, ly, lz) / (2 * penumbra);
        if (dark > this.#shadow[p]) this.#shadow[p] = dark > 1 ? 1 : dark;
      }
    }
  }

  #drawShape(shape: Shape, out: Float32Array): void {
    const { frame: f, middle, size, kind, gray, grain } = shape;
    const { left, top, right, bottom } = this.#boundsOf(middle, boundOf(shape));
    const { light, skinGrain } = this.#room;
    const { width } = this.camera;
    const sight = this.#sight;
    const scale = 1 / skinGrain;
    const [wx, wy, wz] = [0, 1, 2].map((c) => this.#eye[c] - middle[c]);
    const ox = f[0] * wx + f[3] * wy + f[6] * wz;
    const oy = f[1] * wx + f[4] * wy + f[7] * wz;
    const oz = f[2] * wx + f[5] * wy + f[8] * wz;
    const lx = f[0] * light[0] + f[3] * light[1] + f[6] * light[2];
    const ly = f[1] * light[0] + f[4] * light[1] + f[7] * light[2];
    const lz = f[2] * light[0] + f[5] * light[1] + f[8] * light[2];
    const distance2 = ox * ox + oy * oy + oz * oz;
    const bound2 = boundOf(shape) ** 2;
    for (let y = top; y < bottom; y++) {
      for (let x = left, p = y * width + left; x < right; x++, p++) {
        const [sx, sy, sz] = [sight[3 * p], sight[3 * p + 1], sight[3 * p + 2]];
        const along = wx * sx + wy * sy + wz * sz;
        if (distance2 - along * along > bound2) continue;
        const dx = f[0] * sx + f[3] * sy + f[6] * sz;
        const dy = f[1] * sx + f[4] * sy + f[7] * sz;
        const dz = f[2] * sx + f[5] * sy + f[8] * sz;
        const t = meet(shape, ox, oy, oz, dx, dy, dz);
        if (!(t > 0 && t < this.#depth[p])) continue;
        this.#depth[p] = t;
        const [px, py, pz] = [ox + t * dx, oy + t * dy, oz + t * dz];
        let [nx, ny, nz] = [px, py, pz];
        if (kind === 'ellipsoid') {
          nx /= size[0] * size[0];
          ny /= size[1] * size[1];
          nz /= size[2] * size[2];
        } else nz -= pz < -size[2] ? -size[2] : pz > size[2] ? size[2] : pz;
        const facing = (nx * lx + ny * ly + nz * lz) / Math.sqrt(nx * nx + ny * ny + nz * nz);
        // Half of what is turned away is lit by the room.
        const lit = ambient + direct * (facing > 0 ? facing : 0.25 * facing);
        const skin = 1 + grain * (2 * this.#noise.rough(px * scale + 7, py * scale + 3, pz * scale) - 1);
        out[p] = gray * lit * skin;
      }
    }
  }
}

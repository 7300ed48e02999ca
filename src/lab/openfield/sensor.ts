import { Random } from '../../math/random.ts';
import type { Canvas } from './canvas.ts';
import type { Light } from './light.ts';

/** Turns a scene and its light into the bytes of a camera with shot and read noise. */
export class Sensor {
  readonly #noise: number;
  readonly #seed: number;
  /** Standard normal deviates, drawn from at random. */
  readonly #normal: Float32Array;

  /** @param noise standard deviation at mid gray (128), gray levels. */
  constructor(noise: number, random: Random) {
    this.#noise = noise;
    this.#seed = random.uint32();
    this.#normal = Float32Array.from({ length: 65536 }, () => random.normal());
  }

  /** Exposes frame `index`; its noise depends on the seed and the index alone. */
  expose(scene: Canvas, light: Light, index: number): Uint8Array {
    const { width, height, values } = scene;
    const data = new Uint8Array(width * height);
    // Weyl sequence through a 32-bit mixer (Steele, Lea & Flood 2014), one number for two pixels.
    let state = (this.#seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0;
    const normal = this.#normal;
    // Two thirds of the variance at mid gray is shot noise, which grows with the light.
    const read = (this.#noise * this.#noise) / 3;
    const shot = (2 * read) / 128;
    const deviation = Float32Array.from({ length: 256 }, (_, level) => Math.sqrt(read + shot * level));
    for (let y = 0, i = 0; y < height; y++) {
      const base = light.level + light.slopeY * y;
      const shade = light.shadowDepth * light.rows[y];
      let bits = 0;
      for (let x = 0; x < width; x++, i++) {
        if ((i & 1) === 0) {
          state = (state + 0x9e3779b9) | 0;
          bits = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
          bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
          bits ^= bits >>> 15;
        } else {
          bits >>>= 16;
        }
        let value = values[i] * (base + light.slopeX * x - shade * light.columns[x]);
        value = value < 0 ? 0 : value > 255 ? 255 : value;
        value += deviation[value | 0] * normal[bits & 0xffff] + 0.5;
        data[i] = value < 0 ? 0 : value > 255 ? 255 : value;
      }
    }
    return data;
  }
}

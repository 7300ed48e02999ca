import { Random } from '../../math/random.ts';

const tableSize = 1 << 16;

/** Turns gray levels into what a sensor gives: softened by the lens, darker towards the corners, with noise that grows with the root of the light. */
export class PictureSensor {
  readonly #width: number;
  readonly #height: number;
  readonly #falloff: Float32Array;
  readonly #normal: Float32Array;
  readonly #noise: number;
  readonly #name: string;
  readonly #soft: Float32Array;

  /** @param noise standard deviation at gray level 128. @param name of its stream of random numbers. */
  constructor(width: number, height: number, noise: number, name: string) {
    this.#width = width;
    this.#height = height;
    this.#noise = noise;
    this.#name = name;
    const reach = Math.hypot(width, height) / 2;
    this.#falloff = Float32Array.from({ length: width * height }, (_, p) => {
      const r = Math.hypot((p % width) - width / 2, Math.floor(p / width) - height / 2) / reach;
      return 1 - 0.18 * r * r;
    });
    const random = new Random(`${name} table`);
    this.#normal = Float32Array.from({ length: tableSize }, () => random.normal());
    this.#soft = new Float32Array(width * height);
  }

  expose(light: Float32Array, frame: number): Uint8Array {
    const data = new Uint8Array(light.length);
    const random = new Random(`${this.#name} ${frame}`);
    this.#soften(light);
    let bits = random.uint32() | 1;
    for (let p = 0; p < data.length; p++) {
      // xorshift32 (Marsaglia 2003): one draw a pixel.
      bits ^= bits << 13;
      bits ^= bits >>> 17;
      bits ^= bits << 5;
      const value = this.#soft[p] * this.#falloff[p];
      const deviation = this.#noise * Math.sqrt((value + 12) / 140);
      const noisy = value + deviation * this.#normal[(bits >>> 8) & (tableSize - 1)] + 0.5;
      data[p] = noisy < 0 ? 0 : noisy > 255 ? 255 : noisy;
    }
    return data;
  }

  /** Weights 1 2 1 in both directions, edges repeated. */
  #soften(light: Float32Array): void {
    const [width, height, soft] = [this.#width, this.#height, this.#soft];
    for (let y = 0; y < height; y++) {
      const here = y * width;
      const up = y > 0 ? -width : 0;
      const down = y < height - 1 ? width : 0;
      let before = 0;
      let now = 0;
      for (let x = 0, p = here; x < width; x++, p++) {
        if (x === 0) {
          now = light[p + up] + 2 * light[p] + light[p + down];
          before = now;
        }
        const q = p + 1;
        const next = x < width - 1 ? light[q + up] + 2 * light[q] + light[q + down] : now;
        soft[p] = (before + 2 * now + next) / 16;
        before = now;
        now = next;
      }
    }
  }
}

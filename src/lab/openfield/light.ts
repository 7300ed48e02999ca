import type { Random } from '../../math/random.ts';

/** Light that changes: a gradient that turns slowly, a soft shadow that passes, a flicker of the lamp. */
export interface Light {
  /** Where it comes from, unit vector (x, y, towards the camera). */
  readonly direction: readonly [number, number, number];
  /** Brightness is `level + slopeX x + slopeY y - shadowDepth columns[x] rows[y]`, x and y in px. */
  readonly level: number;
  readonly slopeX: number;
  readonly slopeY: number;
  readonly shadowDepth: number;
  readonly columns: Float32Array;
  readonly rows: Float32Array;
}

export class Lamp {
  readonly #width: number;
  readonly #height: number;
  readonly #strength: number;
  readonly #phases: readonly number[];

  constructor(width: number, height: number, strength: number, random: Random) {
    this.#width = width;
    this.#height = height;
    this.#strength = strength;
    this.#phases = Array.from({ length: 5 }, () => random.uniform(0, 2 * Math.PI));
  }

  at(seconds: number): Light {
    const [a, b, c, d, e] = this.#phases;
    const angle = a + 0.21 * seconds + 0.5 * Math.sin(b + 0.13 * seconds);
    const tilt = 0.55;
    const direction = [
      Math.cos(angle) * Math.sin(tilt),
      Math.sin(angle) * Math.sin(tilt),
      Math.cos(tilt),
    ] as const;
    const gradient = (0.1 + 0.5 * this.#strength) / Math.hypot(this.#width, this.#height);
    const slopeX = gradient * Math.cos(angle);
    const slopeY = gradient * Math.sin(angle);
    const flicker = 1 + 0.03 * this.#strength * Math.sin(c + 9.7 * seconds);
    const level = flicker - (slopeX * this.#width + slopeY * this.#height) / 2;
    const centerX = this.#width * (0.5 + 0.75 * Math.sin(d + 0.37 * seconds));
    const centerY = this.#height * (0.5 + 0.6 * Math.sin(e + 0.29 * seconds));
    return {
      direction,
      level,
      slopeX,
      slopeY,
      shadowDepth: 0.55 * this.#strength,
      columns: bump(this.#width, centerX, 0.2 * this.#width),
      rows: bump(this.#height, centerY, 0.3 * this.#height),
    };
  }
}

function bump(size: number, center: number, width: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.exp(-0.5 * ((i - center) / width) ** 2));
}

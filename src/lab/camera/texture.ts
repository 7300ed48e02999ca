import type { Random } from '../../math/random.ts';

const size = 32;
const mask = size - 1;

/** Smooth noise in space, 0 to 1, the same again every 32 units: random numbers on a lattice, trilinear between (Perlin 1985, value noise). */
export class Noise {
  readonly #lattice: Float32Array;

  constructor(random: Random) {
    this.#lattice = Float32Array.from({ length: size ** 3 }, () => random.uniform());
  }

  at(x: number, y: number, z: number): number {
    const [i, j, k] = [Math.floor(x), Math.floor(y), Math.floor(z)];
    const [u, v, w] = [x - i, y - j, z - k];
    const lattice = this.#lattice;
    const x0 = i & mask;
    const x1 = (i + 1) & mask;
    const y0 = (j & mask) * size;
    const y1 = ((j + 1) & mask) * size;
    const z0 = (k & mask) * size * size;
    const z1 = ((k + 1) & mask) * size * size;
    const nn = lattice[y0 + z0 + x0];
    const fn = lattice[y1 + z0 + x0];
    const nf = lattice[y0 + z1 + x0];
    const ff = lattice[y1 + z1 + x0];
    const a = nn + u * (lattice[y0 + z0 + x1] - nn);
    const b = fn + u * (lattice[y1 + z0 + x1] - fn);
    const c = nf + u * (lattice[y0 + z1 + x1] - nf);
    const d = ff + u * (lattice[y1 + z1 + x1] - ff);
    const near = a + v * (b - a);
    const far = c + v * (d - c);
    return near + w * (far - near);
  }

  /** Three octaves, for skin and floors; the same again every 32 units. */
  rough(x: number, y: number, z: number): number {
    return (
      0.5 * this.at(x, y, z) +
      0.3 * this.at(2 * x, 2 * y, 2 * z + 5) +
      0.2 * this.at(4 * x, 4 * y, 4 * z + 11)
    );
  }
}

/** Cells of a tile in one unit of the noise. */
const fine = 16;

/** A plane cut out of the noise and kept, for what is looked up often: `rough` at (x, y) to the nearest sixteenth of a unit. */
export class Tile {
  readonly #values: Float32Array;

  constructor(noise: Noise) {
    const side = size * fine;
    this.#values = Float32Array.from({ length: side * side }, (_, i) =>
      noise.rough((i % side) / fine, Math.floor(i / side) / fine, 0.5),
    );
  }

  at(x: number, y: number): number {
    const side = size * fine;
    return this.#values[(Math.round(y * fine) & (side - 1)) * side + (Math.round(x * fine) & (side - 1))];
  }
}

import type { Random } from '../../math/random.ts';

/** A picture of noise that repeats at its edges; sides are powers of two. */
export interface Texture {
  readonly width: number;
  readonly height: number;
  /** Row-major, about -1 to 1. */
  readonly values: Float32Array;
}

/**
 * Smooth value noise: random numbers on a lattice, interpolated, summed over octaves of half the cell and half the height.
 * @param cell size of the largest lattice cell, px, powers of two; unequal sides give streaks, as in fur.
 */
export function noiseTexture(
  [width, height]: readonly [number, number],
  cell: readonly [number, number],
  random: Random,
): Texture {
  const values = new Float32Array(width * height);
  let [cellX, cellY] = cell;
  let total = 0;
  for (let amplitude = 1; cellX >= 1 && cellY >= 1; amplitude *= 0.6, cellX /= 2, cellY /= 2) {
    const columns = Math.max(1, width / cellX);
    const rows = Math.max(1, height / cellY);
    const lattice = Float32Array.from({ length: columns * rows }, () => random.uniform(-1, 1));
    total += amplitude * amplitude;
    for (let y = 0; y < height; y++) {
      const row = Math.floor(y / cellY);
      const v = ease(y / cellY - row);
      const above = (row % rows) * columns;
      const below = ((row + 1) % rows) * columns;
      for (let x = 0; x < width; x++) {
        const column = Math.floor(x / cellX);
        const u = ease(x / cellX - column);
        const left = column % columns;
        const right = (column + 1) % columns;
        const top = lattice[above + left] * (1 - u) + lattice[above + right] * u;
        const bottom = lattice[below + left] * (1 - u) + lattice[below + right] * u;
        values[y * width + x] += amplitude * (top * (1 - v) + bottom * v);
      }
    }
  }
  const scale = 1 / Math.sqrt(total);
  for (let i = 0; i < values.length; i++) values[i] *= scale;
  return { width, height, values };
}

/** The nearest value, repeating beyond the edges. */
export function textureAt(texture: Texture, x: number, y: number): number {
  const column = Math.floor(x) & (texture.width - 1);
  const row = Math.floor(y) & (texture.height - 1);
  return texture.values[row * texture.width + column];
}

function ease(u: number): number {
  return u * u * (3 - 2 * u);
}

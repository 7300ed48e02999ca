/**
 * Keypoints as distributions over cells, and back. A keypoint's target is a normal density around its place over the cells
 * of the map, with one more cell for "not in this picture": one softmax says both where a point is and whether it is there.
 */

/** Size of the maps of a network: cells, and input pixels to a cell. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
}

export interface Target {
  /** keypoint x (cells + 1): sums to 1 for each keypoint; the last entry is "not in this picture". */
  readonly maps: Float32Array;
  /** keypoint x 2: place in cells (place / stride), 0 where absent. */
  readonly places: Float32Array;
}

/**
 * Writes the target of one picture into `target` from sample `sample` on.
 * @param points x, y of each keypoint in input px (continuous); NaN, or outside the picture, is absent.
 * @param sigma standard deviation of the density, input px.
 */
export function writeTarget(
  points: ArrayLike<number>,
  grid: Grid,
  sigma: number,
  target: Target,
  sample = 0,
): void {
  const { width, height, stride } = grid;
  const cells = width * height;
  const keypoints = points.length / 2;
  const row = new Float64Array(width);
  const column = new Float64Array(height);
  for (let k = 0; k < keypoints; k++) {
    const x = points[2 * k] / stride;
    const y = points[2 * k + 1] / stride;
    const base = (sample * keypoints + k) * (cells + 1);
    target.maps.fill(0, base, base + cells + 1);
    const inside = x >= 0 && y >= 0 && x < width && y < height;
    target.places[2 * (sample * keypoints + k)] = inside ? x : 0;
    target.places[2 * (sample * keypoints + k) + 1] = inside ? y : 0;
    if (!inside) {
      target.maps[base + cells] = 1;
      continue;
    }
    const sumX = density(row, x, sigma / stride);
    const sumY = density(column, y, sigma / stride);
    for (let j = 0; j < height; j++) {
      if (column[j] === 0) continue;
      const factor = column[j] / (sumX * sumY);
      for (let i = 0; i < width; i++) target.maps[base + j * width + i] = row[i] * factor;
    }
  }
}

// 1 at the place itself, so that absence is judged as without it there.
function weightsOf(
  { x, y, sigma }: NonNullable<DecodeOptions['prior']>,
  { width, height, stride }: Grid,
): Float64Array {
  return Float64Array.from({ length: width * height }, (_, i) => {
    const dx = ((i % width) + 0.5) * stride - x;
    const dy = (Math.floor(i / width) + 0.5) * stride - y;
    return Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
  });
}

function density(out: Float64Array, at: number, sigma: number): number {
  let sum = 0;
  for (let i = 0; i < out.length; i++) {
    const z = (i + 0.5 - at) / sigma;
    out[i] = z * z > 50 ? 0 : Math.exp(-0.5 * z * z);
    sum += out[i];
  }
  return sum;
}

/** What the maps of one keypoint say. Input px, continuous coordinates. */
export interface Peak {
  x: number;
  y: number;
  /** Probability that the point is in the picture at all. */
  present: number;
  /** Probability within the window around the peak: high where one sharp peak holds all. */
  mass: number;
  /** Second moments of the window's distribution about its mean: xx, xy, yy. */
  xx: number;
  xy: number;
  yy: number;
}

export interface DecodeOptions {
  /** Half the window around the peak, in cells; 3 by default. */
  readonly radius?: number;
  /** Where a point was believed to be before this look: a normal density by which the cells are weighted. Input px. */
  readonly prior?: { readonly x: number; readonly y: number; readonly sigma: number };
}

/**
 * The peak of each keypoint: the 3 x 3 block of cells with the most probability, then the mean place in a window around it
 * (each cell's center plus its offset, weighted by its probability).
 * @param maps keypoint x height x width logits. @param offsets 2 keypoint x height x width, in cells.
 * @param absent logit of absence a keypoint. @param sample which of the pictures in the arrays.
 */
export function decode(
  maps: Float32Array,
  offsets: Float32Array,
  absent: Float32Array,
  grid: Grid,
  keypoints: number,
  sample = 0,
  { radius = 3, prior }: DecodeOptions = {},
): Peak[] {
  const { width, height, stride } = grid;
  const cells = width * height;
  const p = new Float64Array(cells);
  const weights = prior && weightsOf(prior, grid);
  const peaks: Peak[] = [];
  for (let k = 0; k < keypoints; k++) {
    const base = (sample * keypoints + k) * cells;
    const nowhere = absent[sample * keypoints + k];
    let top = nowhere;
    for (let i = 0; i < cells; i++) if (maps[base + i] > top) top = maps[base + i];
    let total = Math.exp(nowhere - top);
    for (let i = 0; i < cells; i++) {
      const d = maps[base + i] - top;
      p[i] = d < -30 ? 0 : Math.exp(d) * (weights?.[i] ?? 1);
      total += p[i];
    }
    const [cx, cy] = densest(p, width, height);
    const ox = (sample * keypoints + k) * 2 * cells;
    const oy = ox + cells;
    let [m, mx, my, gx, gy, gxx, gxy, gyy] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let j = Math.max(0, cy - radius); j <= Math.min(height - 1, cy + radius); j++) {
      for (let i = Math.max(0, cx - radius); i <= Math.min(width - 1, cx + radius); i++) {
        const at = j * width + i;
        const w = p[at];
        m += w;
        mx += w * (i + 0.5 + offsets[ox + at]);
        my += w * (j + 0.5 + offsets[oy + at]);
        gx += w * i;
        gy += w * j;
        gxx += w * i * i;
        gxy += w * i * j;
        gyy += w * j * j;
      }
    }
    const area = stride * stride;
    peaks.push({
      x: m > 0 ? (mx / m) * stride : Number.NaN,
      y: m > 0 ? (my / m) * stride : Number.NaN,
      present: 1 - Math.exp(nowhere - top) / total,
      mass: m / total,
      xx: m > 0 ? (gxx / m - (gx / m) ** 2) * area : Number.NaN,
      xy: m > 0 ? (gxy / m - (gx * gy) / (m * m)) * area : Number.NaN,
      yy: m > 0 ? (gyy / m - (gy / m) ** 2) * area : Number.NaN,
    });
  }
  return peaks;
}

function densest(p: Float64Array, width: number, height: number): [number, number] {
  let [best, x, y] = [-1, 0, 0];
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const at = j * width + i;
      if (p[at] === 0) continue;
      let sum = 0;
      for (let v = j > 0 ? -1 : 0; v <= (j < height - 1 ? 1 : 0); v++) {
        const row = at + v * width;
        sum += p[row];
        if (i > 0) sum += p[row - 1];
        if (i < width - 1) sum += p[row + 1];
      }
      if (sum > best) [best, x, y] = [sum, i, j];
    }
  }
  return [x, y];
}

/** Changes of light and sharpness that leave the keypoints where they are; places are changed by the view's affine map. */
import { Random } from '../../math/random.ts';

export interface PhotometricOptions {
  /** 1 is the measured default; 0 none. */
  readonly strength?: number;
}

/** Normal deviates drawn once and read from random places on: drawing one a pixel would cost more than the network. */
let deviates: Float32Array | undefined;

function addNoise(image: Float32Array, from: number, to: number, amplitude: number, random: Random): void {
  if (!deviates) {
    const stream = new Random('sensor noise');
    deviates = Float32Array.from({ length: 1 << 16 }, () => stream.normal());
  }
  let at = random.integer(deviates.length);
  // A random odd stride visits the whole table in an order of its own for each picture.
  const stride = 2 * random.integer(1 << 14) + 1;
  for (let i = from; i < to; i++) {
    image[i] += amplitude * deviates[at];
    at = (at + stride) & 0xffff;
  }
}

/**
 * Contrast, brightness, uneven light, blur, hidden patches and sensor noise, each drawn anew for a picture. Gray values in
 * [0, 1] may leave that range. Changes `image[offset .. offset + width height)` in place.
 */
export function changeLight(
  image: Float32Array,
  width: number,
  height: number,
  random: Random,
  { offset = 0, strength: s = 1 }: PhotometricOptions & { readonly offset?: number } = {},
): void {
  if (s <= 0) return;
  const end = offset + width * height;
  let sum = 0;
  for (let i = offset; i < end; i++) sum += image[i];
  const center = sum / (width * height);
  const contrast = Math.exp(random.normal(0, 0.25 * s));
  const light = Float64Array.from({ length: 9 }, () => random.normal(0, 0.1 * s));
  const bright = center - center * contrast + random.normal(0, 0.1 * s);
  for (let j = 0; j < height; j++) {
    const v = (2 * j) / (height - 1 || 1);
    const top = Math.min(v | 0, 1) * 3;
    const fv = v - top / 3;
    const left = light.slice(top, top + 3).map((x, k) => x + (light[top + 3 + k] - x) * fv);
    for (let i = 0; i < width; i++) {
      const u = (2 * i) / (width - 1 || 1);
      const k = u < 1 ? 0 : 1;
      const at = offset + j * width + i;
      image[at] = image[at] * contrast + bright + left[k] + (left[k + 1] - left[k]) * (u - k);
    }
  }
  if (random.uniform() < 0.25 * s) {
    const radius = 1 + random.integer(2);
    smooth(image, width, height, offset, radius, true);
    if (random.uniform() < 0.5) smooth(image, width, height, offset, radius, false);
  }
  if (random.uniform() < 0.3 * s) hide(image, width, height, offset, random);
  addNoise(image, offset, end, random.uniform(0, 0.04 * s), random);
}

function hide(image: Float32Array, width: number, height: number, offset: number, random: Random): void {
  for (let patches = 1 + random.integer(3); patches > 0; patches--) {
    const w = Math.round(random.uniform(width / 16, width / 5));
    const h = Math.round(random.uniform(height / 16, height / 5));
    const x = random.integer(width - w);
    const y = random.integer(height - h);
    const gray = random.uniform();
    for (let j = y; j < y + h; j++) image.fill(gray, offset + j * width + x, offset + j * width + x + w);
  }
}
/** Box blur along rows or columns, borders repeated. */
function smooth(
  image: Float32Array,
  width: number,
  height: number,
  offset: number,
  radius: number,
  alongRows: boolean,
): void {
  const [lines, length, step, next] = alongRows ? [height, width, 1, width] : [width, height, width, 1];
  const line = new Float32Array(length);
  for (let l = 0; l < lines; l++) {
    const start = offset + l * next;
    for (let i = 0; i < length; i++) line[i] = image[start + i * step];
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let k = i - radius; k <= i + radius; k++) sum += line[Math.min(Math.max(k, 0), length - 1)];
      image[start + i * step] = sum / (2 * radius + 1);
    }
  }
}

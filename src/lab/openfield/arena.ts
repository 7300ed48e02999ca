import type { Random } from '../../math/random.ts';
import { paintCapsule, paintEllipse, type Canvas } from './canvas.ts';
import { noiseTexture, textureAt } from './texture.ts';

/** Thickness of the wall as seen from above at the picture's edge, mm. */
export const wallThickness = 12;

/** The empty arena seen from above, before light falls on it: worn floor, scratches, crumbs of bedding, walls. */
export function paintArena(width: number, height: number, scale: number, random: Random): Canvas {
  const canvas: Canvas = { left: 0, top: 0, width, height, values: new Float32Array(width * height) };
  const grain = noiseTexture([512, 512], [64, 64], random);
  const fine = noiseTexture([256, 256], [4, 4], random);
  const stretch = 0.85 / scale;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = x * stretch;
      const v = y * stretch;
      const worn = textureAt(grain, u * 1.1, v * 1.1);
      canvas.values[y * width + x] = 146 + 15 * worn + 9 * textureAt(fine, u * 1.6, v * 1.6);
    }
  }
  const areaSquareMillimeters = (width * height) / (scale * scale);
  const place = (): [number, number] => [random.uniform(0, width), random.uniform(0, height)];
  for (let k = areaSquareMillimeters / 2200; k > 0; k--) {
    const [x, y] = place();
    const angle = random.uniform(0, Math.PI);
    const length = random.uniform(10, 60) * scale;
    paintCapsule(
      canvas,
      [x, y, 0.35 * scale],
      [x + length * Math.cos(angle), y + length * Math.sin(angle), 0.2 * scale],
      { gray: random.uniform() < 0.5 ? 90 : 185, opacity: random.uniform(0.1, 0.3) },
    );
  }
  for (let k = areaSquareMillimeters / 380; k > 0; k--) {
    const [x, y] = place();
    const angle = random.uniform(0, Math.PI);
    const length = random.uniform(0.8, 3.2) * scale;
    const gray = random.uniform() < 0.4 ? random.uniform(60, 100) : random.uniform(165, 215);
    const shift = 0.7 * scale;
    const shape: [number, number, number] = [length, random.uniform(0.5, 1.1) * scale, angle];
    paintEllipse(canvas, [x + shift, y + shift], shape, { gray: 60, opacity: 0.3, softness: 1.6 });
    paintEllipse(canvas, [x, y], shape, { gray, opacity: random.uniform(0.35, 0.85) });
  }
  paintWalls(canvas, scale, grain);
  return canvas;
}

function paintWalls(canvas: Canvas, scale: number, grain: Parameters<typeof textureAt>[0]): void {
  const thickness = wallThickness * scale;
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) {
      const i = y * canvas.width + x;
      const inside = Math.min(x, y, canvas.width - 1 - x, canvas.height - 1 - y) - thickness;
      if (inside < 0) {
        const rise = -inside / thickness;
        canvas.values[i] = 62 + 52 * rise + 7 * textureAt(grain, x * 2, y * 2);
      } else {
        // Little light reaches the corner between floor and wall.
        canvas.values[i] *= 1 - 0.4 * Math.exp(-inside / (7 * scale));
      }
    }
  }
}

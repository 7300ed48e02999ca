/** A labeled picture with the points that a person placed and those that the network says, drawn around the animal. */
import type { HeldOutExample } from '../../../server/api.ts';
import { keypointColor } from '../video/keypoint-colors.ts';

/** Room around the points, of their spread, and the least px of the picture that are shown. */
const around = 0.35;
const leastWidth = 64;

interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The part of the picture with all points in it, in the shape of the canvas. */
export function regionOf(
  { truth, predicted }: Pick<HeldOutExample, 'truth' | 'predicted'>,
  aspect: number,
): Region {
  const points = [
    ...truth.filter((p) => p !== null),
    ...predicted.filter((_, k) => truth[k] !== null),
  ].filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const width = Math.max(leastWidth, (1 + 2 * around) * Math.max(right - left, (bottom - top) * aspect));
  const height = width / aspect;
  return { x: (left + right) / 2 - width / 2, y: (top + bottom) / 2 - height / 2, width, height };
}

export function drawExample(canvas: HTMLCanvasElement, picture: ImageBitmap, example: HeldOutExample): void {
  const ratio = devicePixelRatio || 1;
  const [wide, tall] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = Math.round(wide * ratio);
  canvas.height = Math.round(tall * ratio);
  const c = canvas.getContext('2d')!;
  c.scale(ratio, ratio);
  c.fillStyle = '#000';
  c.fillRect(0, 0, wide, tall);
  const { x, y, width } = regionOf(example, wide / tall);
  const scale = wide / width;
  const place = ([px, py]: readonly number[]): [number, number] => [
    (px + 0.5 - x - 0.5) * scale,
    (py + 0.5 - y - 0.5) * scale,
  ];
  c.imageSmoothingEnabled = scale < 3;
  // A point (0, 0) is the middle of the first pixel.
  const [left, top] = place([-0.5, -0.5]);
  c.drawImage(picture, left, top, picture.width * scale, picture.height * scale);
  example.truth.forEach((truth, k) => {
    if (truth === null) return;
    const [tx, ty] = place(truth);
    const [qx, qy] = place(example.predicted[k]);
    const draw = (color: string, line: number): void => {
      c.strokeStyle = color;
      c.lineWidth = line;
      c.beginPath();
      c.arc(tx, ty, 5, 0, 2 * Math.PI);
      if (Number.isFinite(qx) && Number.isFinite(qy)) {
        c.moveTo(tx, ty);
        c.lineTo(qx, qy);
        c.moveTo(qx - 4, qy - 4);
        c.lineTo(qx + 4, qy + 4);
        c.moveTo(qx - 4, qy + 4);
        c.lineTo(qx + 4, qy - 4);
      }
      c.stroke();
    };
    draw('#000', 3.5);
    draw(keypointColor(k), 1.75);
  });
}

/** Small pictures of a drawn animal whose keypoints are known: what a pose network can truly learn within seconds. */
import { Random } from '../../../src/math/random.ts';
import { similarity, transformed, halfPixel } from '../../../src/measure/pose/affine.ts';
import type { PictureLoader } from '../../../src/measure/pose/examples.ts';
import type { LabelSet } from '../../../src/signal/labels.ts';
import { skeleton } from '../../../src/signal/skeleton.ts';

export const width = 80;
export const height = 64;
export const keypoints = ['nose', 'left ear', 'right ear', 'tail'] as const;
/** Places of the keypoints in the animal's own frame, heading along x; px. */
const body = [12, 0, 7, -5, 7, 5, -12, 0];

export interface Drawn {
  readonly data: Uint8Array;
  /** x, y of each keypoint, px, pixel centers at whole numbers. */
  readonly points: Float64Array;
}

/** Where an animal is and where it heads. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
}

/** One animal, by default at a random place, heading any way: a dark body, a bright nose, two ears of which the left is the brighter. */
export function drawAnimal(random: Random, at?: Place): Drawn {
  const angle = at?.angle ?? random.uniform(-Math.PI, Math.PI);
  const place = at
    ? ([at.x, at.y] as const)
    : ([random.uniform(18, width - 18), random.uniform(18, height - 18)] as const);
  const toPicture = similarity(angle, 1, [0, 0], place);
  const points = transformed(toPicture, body);
  const data = new Uint8Array(width * height);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const blob = (dx: number, dy: number, radius: number): number =>
    Math.exp(-(dx * dx + dy * dy) / (2 * radius * radius));
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const [x, y] = [i + halfPixel - place[0], j + halfPixel - place[1]];
      const [along, across] = [c * x + s * y, -s * x + c * y];
      let gray = 170 + 10 * Math.sin(i / 9) + random.normal(0, 4);
      gray -= 120 * Math.min(1, 1.6 * Math.exp(-((along / 9) ** 2 + (across / 4.5) ** 2)));
      gray += 150 * blob(along - 12, across, 2);
      gray += 110 * blob(along - 7, across + 5, 1.8) - 60 * blob(along - 7, across - 5, 1.8);
      gray -= 100 * blob(along + 12, across, 1.5);
      data[j * width + i] = Math.max(0, Math.min(255, gray));
    }
  }
  return { data, points: points.map((v) => v - halfPixel) };
}

/** A label set of drawn animals and the loader of its pictures. `hidden(frame, keypoint)` leaves a point unlabeled. */
export function drawnLabels(
  count: number,
  seed: number,
  hidden: (frame: number, keypoint: number) => boolean = () => false,
): { readonly labels: LabelSet; readonly pictures: PictureLoader; readonly drawn: readonly Drawn[] } {
  const random = new Random(`animals/${seed}`);
  const drawn = Array.from({ length: count }, () => drawAnimal(random));
  const labels: LabelSet = {
    skeleton: skeleton([...keypoints], [], [['left ear', 'right ear']]),
    individuals: ['individual'],
    frames: drawn.map(({ points }, f) => ({
      picture: { image: `${f}.png` },
      recording: 'drawn',
      instances: [
        {
          individual: 'individual',
          points: keypoints.map((_, k) =>
            hidden(f, k) ? null : { x: points[2 * k], y: points[2 * k + 1], visibility: 'visible' },
          ),
        },
      ],
    })),
    root: '',
    notes: [],
    provenance: { step: 'drawn', options: { seed } },
  };
  const pictures: PictureLoader = async ({ image }) => ({
    width,
    height,
    channels: 1,
    data: drawn[Number.parseInt(image ?? '', 10)].data,
  });
  return { labels, pictures, drawn };
}

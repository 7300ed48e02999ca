/** A film of two discs that wander, and of a third thing that flashes: a toy on which tracking can jump. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePng } from '../../src/media/index.ts';
import { Random } from '../../src/math/random.ts';
import type { LabelSet } from '../../src/signal/labels.ts';
import { skeleton } from '../../src/signal/skeleton.ts';

export const width = 48;
export const height = 32;

export interface Dots {
  readonly frames: readonly Uint8Array[];
  /** Frame by frame: x, y of the bright disc, then of the dark one, px. */
  readonly points: readonly (readonly number[])[];
}

/**
 * The discs move by at most 1.2 px a frame. Where `flashes`, a bright square appears in every second frame, at another place each time:
 * a thing that no labeled picture shows.
 */
export function dots(seed: string, count: number, flashes: boolean): Dots {
  const random = new Random(`dots/${seed}`);
  const [p, q, r, s] = Array.from({ length: 4 }, () => random.uniform(0, 2 * Math.PI));
  const points: number[][] = [];
  const frames = Array.from({ length: count }, (_, t) => {
    const at = [
      24 + 17 * Math.sin(0.06 * t + p),
      16 + 9 * Math.sin(0.08 * t + q),
      24 + 17 * Math.sin(0.05 * t + r),
      16 + 9 * Math.sin(0.09 * t + s),
    ];
    points.push(at);
    const square = [random.uniform(4, width - 4), random.uniform(4, height - 4)];
    return Uint8Array.from({ length: width * height }, (_unused, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      const disc = (k: number): number => Math.exp(-((x - at[k]) ** 2 + (y - at[k + 1]) ** 2) / 8);
      let gray = 110 + 130 * disc(0) - 90 * disc(2) + random.normal(0, 4);
      if (flashes && t % 2 === 1 && Math.max(Math.abs(x - square[0]), Math.abs(y - square[1])) < 2.5)
        gray = 240;
      return Math.max(0, Math.min(255, gray));
    });
  });
  return { frames, points };
}

/** Writes some frames as pictures and gives their labels; the pictures show no flash. */
export async function labeledDots(
  root: string,
  { edges = [] }: { readonly edges?: readonly (readonly [string, string])[] } = {},
): Promise<LabelSet> {
  const film = dots('labels', 120, false);
  const shown = [0, 15, 30, 45, 60, 75, 90, 105];
  for (const f of shown) {
    const picture = { width, height, channels: 1, data: film.frames[f] } as const;
    writeFileSync(join(root, `${f}.png`), await encodePng(picture));
  }
  return {
    skeleton: skeleton(['bright', 'dark'], edges),
    individuals: ['pair'],
    frames: shown.map((f) => ({
      picture: { image: `${f}.png` },
      recording: 'film',
      instances: [
        {
          individual: 'pair',
          points: [0, 2].map((k) => ({
            x: film.points[f][k],
            y: film.points[f][k + 1],
            visibility: 'visible' as const,
          })),
        },
      ],
    })),
    root,
    notes: [],
    provenance: { step: 'import', source: 'dots' },
  };
}

/** Writes frames as a numpy array, which opens as a video does. */
export function writeFilm(path: string, frames: readonly Uint8Array[], size = [width, height]): string {
  const dictionary = `{'descr': '|u1', 'fortran_order': False, 'shape': (${frames.length}, ${size[1]}, ${size[0]}), }`;
  const header = Buffer.from(`${dictionary.padEnd(117)}\n`, 'latin1');
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  writeFileSync(path, Buffer.concat([start, header, ...frames]));
  return path;
}

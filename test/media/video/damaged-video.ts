import { readFileSync, writeFileSync } from 'node:fs';
import { Random } from '../../../src/math/random.ts';
import { openVideo } from '../../../src/media/index.ts';
import { makeVideo } from './make-video.ts';
import type { VideoRecipe } from './make-video.ts';

/** Frames of a video before it is damaged. */
export const COUNT = 200;
/** Frames a second of it. */
export const RATE = 25;

/** Writes a video, damages its bytes, and gives its path and when its first frame was shown before, on the file's clock. */
export async function damaged(path: string, recipe: VideoRecipe, damage: (bytes: Buffer) => Buffer) {
  makeVideo(path, { count: COUNT, ...recipe });
  await using whole = await openVideo(path);
  const { startSeconds } = whole.info;
  writeFileSync(path, damage(readFileSync(path)));
  return { path, startSeconds };
}

const part = (bytes: Buffer, from: number, to: number) => [
  Math.round(from * bytes.length),
  Math.round(to * bytes.length),
];

export function flipBits(count: number, seed: number) {
  return (bytes: Buffer): Buffer => {
    const random = new Random(seed);
    const [from, to] = part(bytes, 0.2, 0.8);
    for (let i = 0; i < count; i++) bytes[from + random.integer(to - from)] ^= 1 << random.integer(8);
    return bytes;
  };
}
export const cutOff = (bytes: Buffer) => bytes.subarray(0, Math.round(0.6 * bytes.length));
export const blank = (bytes: Buffer) => bytes.fill(0, ...part(bytes, 0.4, 0.43));
export const takeOut = (bytes: Buffer) =>
  Buffer.concat([bytes.subarray(0, part(bytes, 0.4, 0.45)[0]), bytes.subarray(part(bytes, 0.4, 0.45)[1])]);

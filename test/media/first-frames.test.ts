import { describe, expect, test } from 'vitest';
import { firstFrames, fromArray } from '../../src/media/index.ts';

const source = fromArray(
  Uint8Array.from({ length: 5 * 4 }, (_, i) => i >> 2),
  [5, 2, 2],
  { framesPerSecond: 10 },
);

describe('the first frames of a source', () => {
  test('are the same frames, and no more', async () => {
    const first = firstFrames(source, 3);
    expect(first.info.frameCount).toBe(3);
    expect(first.info.times).toHaveLength(3);
    const seen: number[] = [];
    for await (const { index, data } of first.frames(1)) seen.push(index, data[0]);
    expect(seen).toEqual([1, 1, 2, 2]);
    expect((await first.frame(2)).data[0]).toBe(2);
    expect((await first.frameAt(9)).index).toBe(2);
    await expect(first.frame(3)).rejects.toThrow(/no such frame/);
    expect(() => first.frames(2, 4)).toThrow(/no such run/);
  });

  test('are all where the source has fewer; none is a misuse', () => {
    expect(firstFrames(source, 99).info.frameCount).toBe(5);
    expect(() => firstFrames(source, 0)).toThrow(/whole number/);
  });
});

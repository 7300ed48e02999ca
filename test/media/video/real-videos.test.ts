import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import { openVideo } from '../../../src/media/index.ts';

const DATA = '../shared/data';
const present = existsSync(DATA);
if (!present) console.warn(`skipped: tests on real videos, for there is no ${DATA}`);

const hash = (data: Uint8Array) => createHash('md5').update(data).digest('hex');

describe.skipIf(!present)('real videos', () => {
  it.each([
    ['dlc-openfield/videos/m3v1mp4.mp4', 2330, 640, 480],
    ['sleap-flies/tracks/clip.mp4', 1500, 1024, 1024],
  ])('%s: random access gives what reading in order gives', async (name, count, width, height) => {
    await using video = await openVideo(`${DATA}/${name}`, { gray: true });
    expect(video.info).toMatchObject({ frameCount: count, width, height, warnings: [] });
    const known: string[] = [];
    for await (const frame of video.frames()) known.push(hash(frame.data));
    expect(known.length).toBe(count);
    const random = new Random(name);
    for (let i = 0; i < 25; i++) {
      const index = random.integer(count);
      expect(hash((await video.frame(index)).data)).toBe(known[index]);
    }
  });

  it('memory stays flat over a long read', async () => {
    await using video = await openVideo(`${DATA}/dlc-openfield/videos/m3v1mp4.mp4`, { gray: true });
    const rounds: number[] = [];
    for (let round = 0; round < 3; round++) {
      for await (const frame of video.frames()) expect(frame.width).toBe(640);
      rounds.push(process.memoryUsage().rss);
    }
    // 716 MB of pictures go by in each round.
    expect(rounds[2] - rounds[0]).toBeLessThan(120e6);
  });
});

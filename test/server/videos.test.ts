/** Frames are the decoder's own, whatever the order in which they are asked for; files come in ranges. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { openFrames } from '../../src/media/index.ts';
import type { ProjectOverview, Suggestion, VideoInfo } from '../../src/server/api.ts';
import { rangeOf } from '../../src/server/file-answer.ts';
import { projectWithVideo, serve, testFolder } from './served.ts';

const pixels = async (answer: Response): Promise<{ data: Buffer; width: number; height: number }> => {
  const { data, info } = await sharp(Buffer.from(await answer.arrayBuffer()))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
};

it('gives the very frames, in any order and many at once', async () => {
  const root = await projectWithVideo(testFolder());
  const { ask, get } = await serve({ root });
  const info = await get<VideoInfo>('/api/videos/walk');
  await using video = await openFrames(join(root, 'videos', 'walk.mp4'));
  expect(info).toMatchObject({ frameCount: 40, width: video.info.width, height: video.info.height });
  const times = new Float64Array(await (await ask('/api/videos/walk/times')).arrayBuffer());
  expect(times).toEqual(video.info.times);
  // Forward, back, a leap, the same again, and the last.
  const order = [0, 1, 2, 3, 4, 30, 29, 28, 5, 5, 39, 0, 17];
  const answers = await Promise.all(order.map((i) => ask(`/api/videos/walk/frames/${i}?format=png`)));
  for (const [n, answer] of answers.entries()) {
    expect(answer.headers.get('content-type')).toBe('image/png');
    const { data } = await pixels(answer);
    expect(Buffer.compare(data, Buffer.from((await video.frame(order[n])).data)), `frame ${order[n]}`).toBe(
      0,
    );
  }
  // As JPEG close to it, and reduced where asked for.
  const jpeg = await pixels(await ask('/api/videos/walk/frames/17'));
  const truth = (await video.frame(17)).data;
  const error = jpeg.data.reduce((sum, v, i) => sum + Math.abs(v - truth[i]), 0) / truth.length;
  expect(error).toBeLessThan(2);
  expect(error).toBeGreaterThan(0);
  expect(await pixels(await ask('/api/videos/walk/frames/17?width=40'))).toMatchObject({
    width: 40,
    height: 32,
  });
});

it.each([
  ['frames/40', 400],
  ['frames/-1', 400],
  ['frames/1.5', 400],
  ['frames/x', 400],
  ['frames/1?width=0', 400],
  ['frames/1?format=gif', 400],
])('refuses %s', async (path, status) => {
  const { ask } = await serve({ root: await projectWithVideo(testFolder(), 5) });
  expect((await ask(`/api/videos/walk/${path}`)).status).toBe(status);
});

it('says of a video that is gone that it is gone, and shows it again when it is back', async () => {
  const root = await projectWithVideo(testFolder(), 5);
  const path = join(root, 'videos', 'walk.mp4');
  const bytes = readFileSync(path);
  rmSync(path);
  const { ask, get } = await serve({ root });
  const { videos } = await get<ProjectOverview>('/api/project');
  expect(videos).toMatchObject([{ id: 'walk', problem: expect.stringContaining('not there') as string }]);
  expect((await ask('/api/videos/walk/frames/0')).status).toBe(422);
  const { writeFileSync } = await import('node:fs');
  writeFileSync(path, bytes);
  expect((await ask('/api/videos/walk/frames/0')).status).toBe(200);
});

it("gives a file's own bytes, whole or in the range asked for", async () => {
  const root = await projectWithVideo(testFolder(), 5);
  const bytes = readFileSync(join(root, 'videos', 'walk.mp4'));
  const { ask } = await serve({ root });
  const file = async (range?: string) => {
    const answer = await ask('/api/videos/walk/file', range === undefined ? {} : { headers: { range } });
    return { answer, body: Buffer.from(await answer.arrayBuffer()) };
  };
  const whole = await file();
  expect(whole.answer.status).toBe(200);
  expect(whole.answer.headers.get('accept-ranges')).toBe('bytes');
  expect(whole.answer.headers.get('content-type')).toBe('video/mp4');
  expect(whole.body.equals(bytes)).toBe(true);
  for (const [range, start, end] of [
    ['bytes=0-99', 0, 100],
    ['bytes=100-', 100, bytes.length],
    ['bytes=-50', bytes.length - 50, bytes.length],
    [`bytes=10-${bytes.length + 500}`, 10, bytes.length],
  ] as const) {
    const { answer, body } = await file(range);
    expect(answer.status, range).toBe(206);
    expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${bytes.length}`);
    expect(body.equals(bytes.subarray(start, end)), range).toBe(true);
  }
  const beyond = await file(`bytes=${bytes.length}-`);
  expect(beyond.answer.status).toBe(416);
  expect(beyond.answer.headers.get('content-range')).toBe(`bytes */${bytes.length}`);
});

it('reads range headers as RFC 9110 says', () => {
  expect(rangeOf(undefined, 10)).toBeUndefined();
  expect(rangeOf('bytes=2-1', 10)).toBeUndefined();
  expect(rangeOf('items=0-1', 10)).toBeUndefined();
  expect(rangeOf('bytes=0-1,3-4', 10)).toBeUndefined();
  expect(rangeOf('bytes=9-', 10)).toEqual({ start: 9, end: 9 });
  expect(rangeOf('bytes=-20', 10)).toEqual({ start: 0, end: 9 });
  expect(rangeOf('bytes=10-', 10)).toBe('unsatisfiable');
  expect(rangeOf('bytes=-0', 10)).toBe('unsatisfiable');
  expect(rangeOf('bytes=0-', 0)).toBe('unsatisfiable');
});

it('suggests frames that are not labeled yet', async () => {
  const { get, post, ask } = await serve({ root: await projectWithVideo(testFolder()) });
  const first = await get<Suggestion[]>('/api/suggestions?video=walk&count=4');
  expect(first).toHaveLength(4);
  expect(first.every(({ video, reason }) => video === 'walk' && reason !== '')).toBe(true);
  const edits = first.map(({ frame }) => ({
    op: 'frame',
    frame: `walk/walk.mp4#${frame}`,
    recording: 'walk',
    picture: { video: 'walk.mp4', frame },
    instances: [],
  }));
  await post('/api/labels', { edits });
  const next = await get<Suggestion[]>('/api/suggestions?video=walk&count=4');
  for (const { frame } of next)
    for (const labeled of first) expect(Math.abs(frame - labeled.frame)).toBeGreaterThanOrEqual(5);
  expect((await ask('/api/suggestions?video=none&count=4')).status).toBe(404);
  expect((await ask('/api/suggestions?video=walk&count=0')).status).toBe(400);
});

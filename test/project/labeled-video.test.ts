import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { fromArray, keypointColors, openVideo } from '../../src/media/index.ts';
import type { FrameSource } from '../../src/media/index.ts';
import { checkLabeledVideo, labeledClip, writeLabeledVideo } from '../../src/project/steps/index.ts';
import { CancelledError, MachineError, UsageError } from '../../src/signal/error.ts';
import { poseTrack, skeleton } from '../../src/signal/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'marey-labeled-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [COUNT, WIDTH, HEIGHT, RATE, GRAY] = [40, 201, 151, 25, 90];
const at = (frame: number) => [
  [30 + 2 * frame, 30],
  [150, 120 - frame],
  [100, 20],
];

const source = (): FrameSource =>
  fromArray(new Uint8Array(COUNT * WIDTH * HEIGHT).fill(GRAY), [COUNT, HEIGHT, WIDTH], {
    framesPerSecond: RATE,
  });
const track = poseTrack({
  skeleton: skeleton(['nose', 'tail', 'ear'], [['nose', 'tail']]),
  positions: Float32Array.from(Array.from({ length: COUNT }, (_, f) => at(f)).flat(2)),
  confidence: Float32Array.from({ length: 3 * COUNT }, (_, i) => [0.95, 0.9, 0.2][i % 3]),
  time: { kind: 'regular', clock: 'video', startSeconds: 0, rate: RATE, count: COUNT },
  provenance: { step: 'test', options: {}, inputs: [] },
});

describe('writeLabeledVideo', () => {
  it('writes every frame with the keypoints where and in what color they should be', async () => {
    const path = join(folder, 'labeled.mp4');
    const done: number[] = [];
    const onProgress = (n: number, of: number) => done.push(n / of);
    const result = await writeLabeledVideo(path, source(), track, { quality: 5, onProgress });
    expect(result).toEqual({
      frames: COUNT,
      width: WIDTH,
      height: HEIGHT,
      framesPerSecond: expect.closeTo(RATE),
    });
    expect(done).toEqual(Array.from({ length: COUNT }, (_, i) => (i + 1) / COUNT));
    await using video = await openVideo(path);
    expect(video.info).toMatchObject({
      frameCount: COUNT,
      width: WIDTH + 1,
      height: HEIGHT + 1,
      pixelFormat: 'yuv420p',
    });
    expect(video.info.framesPerSecond).toBeCloseTo(RATE);
    const colors = keypointColors(3);
    for await (const { index, data } of video.frames()) {
      const pixel = (x: number, y: number) => [...data.subarray(3 * (y * (WIDTH + 1) + x)).subarray(0, 3)];
      const away = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((v, c) => v - b[c]));
      const [nose, tail, ear] = at(index).map(([x, y]) => pixel(x, y));
      expect(away(nose, colors[0])).toBeLessThan(60);
      expect(away(tail, colors[1])).toBeLessThan(60);
      expect(away(ear, colors[2])).toBeGreaterThan(90);
      expect(away(ear, [GRAY, GRAY, GRAY])).toBeGreaterThan(8);
      expect(away(pixel(190, 10), [GRAY, GRAY, GRAY])).toBeLessThan(8);
    }
  });

  it('keeps frame numbers where the source leaves frames out', async () => {
    const whole = source();
    const missing = new Set([0, 1, 17, 39]);
    const holes: FrameSource = {
      info: whole.info,
      frame: (i) => whole.frame(i),
      frameAt: (t) => whole.frameAt(t),
      async *frames(start?: number, end?: number) {
        for await (const frame of whole.frames(start, end)) if (!missing.has(frame.index)) yield frame;
      },
      [Symbol.asyncDispose]: async () => {},
    };
    const path = join(folder, 'holes.mp4');
    expect((await writeLabeledVideo(path, holes, track)).frames).toBe(COUNT);
    await using video = await openVideo(path, { gray: true });
    const shade = async (i: number) => (await video.frame(i)).data[140 * video.info.width + 20];
    expect(await shade(1)).toBeLessThan(20);
    for (const i of [2, 17, 39]) expect(Math.abs((await shade(i)) - GRAY)).toBeLessThan(8);
  });

  it('stopped half way, leaves what was there and nothing else', async () => {
    const before = readdirSync(folder).toSorted();
    const stopped = new AbortController();
    const path = join(folder, 'stopped.mp4');
    const work = writeLabeledVideo(path, source(), track, {
      signal: stopped.signal,
      onProgress: (n) => n === 20 && stopped.abort(new CancelledError('enough')),
    });
    await expect(work).rejects.toThrow(CancelledError);
    expect(readdirSync(folder).toSorted()).toEqual(before);
  });

  it('killed half way, leaves the file of before under the name', async () => {
    const path = join(folder, 'killed.mp4');
    writeFileSync(path, 'before');
    const dist = (name: string) => JSON.stringify(pathToFileURL(resolve('dist', name, 'index.js')).href);
    const script = `
      import { fromArray } from ${dist('media')};
      import { writeLabeledVideo } from ${dist('project/steps')};
      import { poseTrack, skeleton } from ${dist('signal')};
      const count = 4000;
      const source = fromArray(new Uint8Array(count * 96 * 64), [count, 64, 96]);
      const time = { kind: 'regular', clock: 'video', startSeconds: 0, rate: 30, count };
      const positions = new Float32Array(2 * count).fill(30);
      const provenance = { step: 'test', options: {}, inputs: [] };
      const track = poseTrack({ skeleton: skeleton(['a']), positions, time, provenance });
      await writeLabeledVideo(${JSON.stringify(path)}, source, track, {
        onProgress: (n) => n === 300 && process.kill(process.pid, 'SIGKILL'),
      });`;
    const program = join(folder, 'killed.mjs');
    writeFileSync(program, script);
    const child = spawn(process.execPath, [program], { stdio: 'inherit' });
    const end = await new Promise((done) => child.on('exit', (_, signal) => done(signal)));
    expect(end).toBe('SIGKILL');
    expect(readFileSync(path, 'utf8')).toBe('before');
  });

  it('refuses other containers, other tracks and folders that are not there', async () => {
    await expect(writeLabeledVideo(join(folder, 'x.avi'), source(), track)).rejects.toThrow(UsageError);
    const short = fromArray(new Uint8Array(2 * 64 * 64), [2, 64, 64]);
    await expect(writeLabeledVideo(join(folder, 'x.mp4'), short, track)).rejects.toThrow(/40|2/);
    await expect(checkLabeledVideo(join(folder, 'no', 'x.mp4'))).rejects.toThrow(MachineError);
    await checkLabeledVideo(join(folder, 'y.mp4'));
    expect(existsSync(join(folder, 'y.mp4'))).toBe(false);
    expect(readdirSync(folder).filter((n) => n.startsWith('y'))).toEqual([]);
  });
});

it('a clip is a playable file of the seconds asked for', async () => {
  const clip = await labeledClip(source(), track, { seconds: 1, start: 5 });
  expect(clip).toMatchObject({ frames: RATE, width: WIDTH, height: HEIGHT, type: 'video/mp4' });
  expect(clip.startSeconds).toBeCloseTo(5 / RATE);
  expect(clip.seconds).toBeCloseTo(1);
  const bytes = Buffer.from(clip.bytes);
  expect(bytes.indexOf('moov')).toBeGreaterThan(0);
  expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
  const path = join(folder, 'clip.mp4');
  writeFileSync(path, bytes);
  await using video = await openVideo(path);
  expect(video.info).toMatchObject({ frameCount: RATE, codec: 'h264', pixelFormat: 'yuv420p', warnings: [] });
});

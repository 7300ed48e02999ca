/** Two cameras of one recording, at 30 and at 20 frames a second, through the real server into the real page. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frameAtTime, frameEnd } from '../../src/app/core/frame-times.ts';
import { emptyState, encodeState } from '../../src/app/core/state.ts';
import { openVideoWriter } from '../../src/media/index.ts';
import { Project } from '../../src/project/index.ts';
import { startServer, type RunningServer } from '../../src/server/index.ts';
import { skeleton } from '../../src/signal/skeleton.ts';
import { chromePath, howToGetChrome } from '../learn/engine/chrome.ts';

if (chromePath === undefined) console.warn(howToGetChrome);

test('the frame at a time is the nearest, and there is none where the video does not reach', () => {
  const gaps = fc.array(fc.double({ min: 0.01, max: 2, noNaN: true }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(gaps, fc.double({ min: -3, max: 70, noNaN: true }), (gaps, seconds) => {
      let t = 0;
      const times = gaps.map((gap) => (t += gap));
      const found = frameAtTime(times, seconds);
      const isWithin = seconds >= times[0] && seconds <= frameEnd(times, times.length - 1);
      if (isWithin) expect(found).toBeDefined();
      if (found === undefined) expect(isWithin).toBe(false);
      else {
        const nearest = Math.min(...times.map((time) => Math.abs(time - seconds)));
        expect(Math.abs(times[found] - seconds)).toBe(nearest);
      }
    }),
    { seed: 1 },
  );
  expect(frameAtTime([], 1)).toBeUndefined();
});

const [width, height, cell, bits] = [128, 64, 16, 8];

/** Every picture holds its index in black and white cells, which survive compression. */
async function writeNumbered(path: string, frames: number, framesPerSecond: number): Promise<void> {
  await using writer = await openVideoWriter(path, { width, height, framesPerSecond });
  for (let f = 0; f < frames; f++) {
    const data = new Uint8Array(width * height).fill(60);
    for (let i = 0; i < cell * width; i++) data[i] = (f >> Math.floor((i % width) / cell)) & 1 ? 235 : 20;
    await writer.write({ width, height, channels: 1, data });
  }
  await writer.close();
}

describe.skipIf(chromePath === undefined)('cameras of one recording', () => {
  const folder = mkdtempSync(join(tmpdir(), 'marey-cameras-'));
  let server: RunningServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const root = join(folder, 'project');
    const videos = join(root, 'videos');
    mkdirSync(videos, { recursive: true });
    await writeNumbered(join(videos, 'front.mp4'), 90, 30);
    await writeNumbered(join(videos, 'side.mp4'), 40, 20);
    {
      await using project = await Project.create(root, { name: 'cameras', skeleton: skeleton(['nose']) });
      await project.addVideos([join(videos, 'front.mp4')]);
    }
    const config = join(root, 'marey.yaml');
    const text = readFileSync(config, 'utf8');
    writeFileSync(config, text.replace(/( *- )videos\/front\.mp4/, '$&\n$1videos/side.mp4'));
    server = await startServer({
      version: 'test',
      port: 0,
      folder,
      root,
      commandLine: {
        program: process.execPath,
        first: [resolve('bin/marey.js')],
        environment: () => process.env,
      },
    });
    browser = await chromium.launch({ executablePath: chromePath, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1000, height: 500 } });
    page.setDefaultTimeout(60_000);
    await page.goto(server.url);
    await page.getByRole('navigation').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What each pane says and shows, once its picture is here. */
  const panes = (): Promise<{ says: number; shows: number; status: string; message: string }[]> =>
    page.locator('.video-pane').evaluateAll(
      (elements, [width, height, cell, bits]) =>
        elements.map((pane) => {
          const stage = pane.querySelector<HTMLElement>('.stage')!;
          const canvas = stage.querySelector('canvas')!;
          const scale = Math.min(canvas.width / width, canvas.height / height);
          const [left, top] = [(canvas.width - scale * width) / 2, (canvas.height - scale * height) / 2];
          let shows = 0;
          for (let bit = 0; bit < bits; bit++) {
            const [x, y] = [left + scale * cell * (bit + 0.5), top + scale * 0.5 * cell];
            if (canvas.getContext('2d')!.getImageData(x, y, 1, 1).data[0] > 128) shows += 2 ** bit;
          }
          return {
            says: stage.dataset.frame ? Number(stage.dataset.frame) : -1,
            shows,
            status: pane.querySelector('.stage-status')!.textContent,
            message: pane.querySelector<HTMLElement>('.stage-message:not([hidden])')?.textContent ?? '',
          };
        }),
      [width, height, cell, bits] as const,
    );
  const go = async (frame: number): Promise<void> => {
    await page.getByRole('textbox', { name: 'Frame' }).fill(String(frame));
    await page.getByRole('textbox', { name: 'Frame' }).press('Enter');
  };

  test('are shown side by side in step by time, each with its own frame exactly', async () => {
    await page.goto(
      `${new URL(server.url).origin}/#${encodeState({ ...emptyState, page: 'workspace', panels: ['video'] })}`,
    );
    await page.reload();
    await page.getByLabel('All cameras').check();
    // 0.7 s, 1.0333 s, 0.0333 s: frames 14, 21 (nearer than 20), 1 at 20 a second.
    for (const [front, side] of [
      [21, 14],
      [31, 21],
      [1, 1],
      [0, 0],
    ]) {
      await go(front);
      await expect
        .poll(async () => (await panes()).map(({ says }) => says), { timeout: 60_000 })
        .toEqual([front, side]);
      expect((await panes()).map(({ shows }) => shows)).toEqual([front, side]);
    }
    await go(31);
    await expect
      .poll(async () => (await panes())[1]?.status, { timeout: 60_000 })
      .toContain('Frame 21 of 40, 1.050 s (+17 ms)');
  });

  test('one that has ended shows no picture and says when it ended', async () => {
    await go(80);
    await expect
      .poll(async () => (await panes())[1]?.message, { timeout: 60_000 })
      .toMatch(/No picture at this time: .* ended at 1\.950 s/);
    expect((await panes())[1].says).toBe(-1);
    await go(30);
    await expect
      .poll(async () => (await panes()).map(({ shows }) => shows), { timeout: 60_000 })
      .toEqual([30, 20]);
    expect((await panes())[1].message).toBe('');
  });

  test('to change the camera keeps the time', async () => {
    await page
      .getByRole('button', { name: /Video$/ })
      .first()
      .click();
    await page.getByRole('option', { name: 'side.mp4' }).click();
    await expect
      .poll(async () => (await panes()).map(({ says }) => says), { timeout: 60_000 })
      .toEqual([20, 30]);
  });
});

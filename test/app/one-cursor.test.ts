/** One cursor and one selection across all views, on the built page with a real server: what one view moves, all others show. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writePose } from '../../src/formats/index.ts';
import { startServer, type RunningServer } from '../../src/server/index.ts';
import { poseTrack } from '../../src/signal/pose.ts';
import { skeleton } from '../../src/signal/skeleton.ts';
import { regularTime } from '../../src/signal/time.ts';
import { chromePath, howToGetChrome } from '../learn/engine/chrome.ts';
import { commandLine, keypoints } from '../server/served.ts';
import { frames, recordedProject } from './recorded-project.ts';

const built = existsSync(resolve('dist/app/index.html'));
if (chromePath === undefined) console.warn(howToGetChrome);
if (!built) console.warn('Skipped: the page is not built (npm run build).');

const poll = <T>(value: () => T) => expect.poll(value, { timeout: 60_000 });
const framesPerSecond = 30;

/** Points on a circle, so that no two frames are in the same place. */
async function writeTrack(root: string): Promise<void> {
  mkdirSync(join(root, 'tracks'), { recursive: true });
  const positions = Float32Array.from({ length: frames * keypoints.length * 2 }, (_, i) => {
    const [t, k, axis] = [
      Math.floor(i / (2 * keypoints.length)),
      Math.floor(i / 2) % keypoints.length,
      i % 2,
    ];
    const angle = (2 * Math.PI * t) / frames;
    return 32 + 6 * k + 15 * (axis === 0 ? Math.cos(angle) : Math.sin(angle));
  });
  const track = poseTrack({
    skeleton: skeleton(keypoints),
    positions,
    confidence: new Float32Array(frames * keypoints.length).fill(0.9),
    time: regularTime(frames, framesPerSecond),
    provenance: { step: 'test' },
  });
  await writePose(join(root, 'tracks', 'walk.csv'), track);
}

describe.skipIf(chromePath === undefined || !built)('all views', () => {
  const folder = mkdtempSync(join(tmpdir(), 'marey-cursor-'));
  let browser: Browser;
  let server: RunningServer;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: chromePath,
      args: [
        '--no-sandbox',
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
        '--ignore-gpu-blocklist',
      ],
    });
    const root = await recordedProject(folder);
    await writeTrack(root);
    server = await startServer({ version: 'test', port: 0, folder: root, root, commandLine });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** With every view of the cursor, all loaded. */
  async function onPage(use: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(error.stack ?? error.message));
    page.setDefaultTimeout(60_000);
    await page.goto(server.url);
    const views = {
      aligned: { events: 'recorded:walk:light', signal: 'recorded:walk:IMU', before: 1, after: 2 },
      workspace: {
        rows: [
          ['video', 'space', 'scatter'],
          ['aligned', 'timeline'],
        ],
        heights: [0.5, 0.5],
      },
    };
    const panels = ['video', 'space', 'scatter', 'aligned', 'timeline'];
    const hash = `page="workspace"&panels=${JSON.stringify(panels)}&frame=60&views=${encodeURIComponent(JSON.stringify(views))}`;
    await page.goto(`${new URL(server.url).origin}/#${hash}`);
    await page.reload();
    try {
      await poll(() => cursors(page)).toEqual(everywhere(60));
      await use(page);
    } finally {
      await context.close();
    }
    expect(failures).toEqual([]);
  }

  /** The frame that each view says it shows. */
  const cursors = (page: Page) =>
    page.evaluate((rate) => {
      const of = (selector: string, name: string): number =>
        Number(document.querySelector(selector)?.getAttribute(name) ?? NaN);
      const around = document.querySelector('.aligned-chart')?.getAttribute('aria-valuetext') ?? '';
      const [, at, from] = /at ([\d.]+) s; the cursor is (-?[\d.]+) s/.exec(around) ?? [];
      return {
        video: of('.stage', 'data-frame'),
        timeline: of('.timeline-plot', 'aria-valuenow'),
        scatter: of('.scatter-plot', 'aria-valuenow'),
        space: of('.space-host', 'aria-valuenow'),
        aligned: Math.round((Number(at) + Number(from)) * rate),
        transport: Number(document.querySelector<HTMLInputElement>('.transport-cursor input')?.value),
      };
    }, framesPerSecond);
  const everywhere = (frame: number) => ({
    video: frame,
    timeline: frame,
    scatter: frame,
    space: frame,
    aligned: frame,
    transport: frame,
  });
  const boxOf = async (page: Page, selector: string) => (await page.locator(selector).boundingBox())!;

  test('the cursor that one view moves, all others show', async () => {
    await onPage(async (page) => {
      const timeline = await boxOf(page, '.timeline-plot');
      await page.mouse.click(timeline.x + timeline.width / 2, timeline.y + 60);
      await poll(async () => (await cursors(page)).timeline).toBeGreaterThan(120);
      const clicked = (await cursors(page)).timeline;
      expect(Math.abs(clicked - frames / 2)).toBeLessThan(4);
      await poll(() => cursors(page)).toEqual(everywhere(clicked));

      await page.locator('.stage').focus();
      await page.keyboard.press('ArrowRight');
      await poll(() => cursors(page)).toEqual(everywhere(clicked + 1));

      await page.locator('.space-host').focus();
      await page.keyboard.press('ArrowUp');
      await poll(() => cursors(page)).toEqual(everywhere(clicked + 11));

      await page.locator('.scatter-plot').focus();
      await page.keyboard.press('ArrowLeft');
      await poll(() => cursors(page)).toEqual(everywhere(clicked + 10));

      const chart = await boxOf(page, '.aligned-chart');
      // The event of the second row, which is at 2.5 s.
      const rows = Math.min(14 * 6, 0.6 * (chart.height - 60));
      await page.mouse.click(chart.x + 62 + (chart.width - 146) / 3, chart.y + 10 + (1.5 * rows) / 6);
      await poll(() => cursors(page)).toEqual(everywhere(75));

      // A point of the scatter: the cursor goes to its frame.
      const plot = await boxOf(page, '.scatter-plot');
      for (const [across, down] of [0.2, 0.35, 0.5, 0.65, 0.8].flatMap((a) =>
        [0.2, 0.5, 0.8].map((d) => [a, d]),
      )) {
        await page.mouse.click(plot.x + across * plot.width, plot.y + down * plot.height);
        if ((await cursors(page)).scatter !== 75) break;
      }
      await poll(async () => (await cursors(page)).scatter).not.toBe(75);
      await poll(() => cursors(page)).toEqual(everywhere((await cursors(page)).scatter));
    });
  });

  test('the interval that one view chooses, all others show', async () => {
    await onPage(async (page) => {
      const said = () => page.locator('.panel-chosen').textContent();
      const seen = async (selector: string): Promise<string> =>
        (await page.locator(selector).screenshot()).toString('base64');
      const before = { aligned: await seen('.aligned-chart'), scatter: await seen('.scatter-plot') };
      const timeline = await boxOf(page, '.timeline-plot');
      await page.keyboard.down('Shift');
      await page.mouse.move(timeline.x + 0.2 * timeline.width, timeline.y + 60);
      await page.mouse.down();
      await page.mouse.move(timeline.x + 0.35 * timeline.width, timeline.y + 60, { steps: 4 });
      await page.mouse.up();
      await page.keyboard.up('Shift');
      await poll(said).toMatch(/^Selected 1\.9\d+|^Selected 2\.0/);
      await poll(() => seen('.aligned-chart')).not.toBe(before.aligned);
      await poll(() => seen('.scatter-plot')).not.toBe(before.scatter);

      const chart = await boxOf(page, '.aligned-chart');
      const rows = Math.min(14 * 6, 0.6 * (chart.height - 60));
      const x = (lag: number): number => chart.x + 62 + ((lag + 1) / 3) * (chart.width - 146);
      const y = chart.y + 10 + (2.5 * rows) / 6;
      await page.mouse.move(x(0), y);
      await page.mouse.down();
      await page.mouse.move(x(1), y, { steps: 4 });
      await page.mouse.up();
      await poll(said).toMatch(/^Selected (3\.9|4\.0)\d* to (4\.9|5\.0)\d* s/);
      if (process.env.MAREY_SHOTS)
        await page.screenshot({ path: `${process.env.MAREY_SHOTS}/one-cursor.png` });
      await page.locator('.stage').focus();
      await page.keyboard.press('Escape');
      await poll(() => page.locator('.panel-chosen').count()).toBe(0);
    });
  });
});

/** Recorded signals, events and spikes on the timeline of the built page, from a real server; two windows on one project. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type RunningServer } from '../../src/server/index.ts';
import { chromePath, howToGetChrome } from '../learn/engine/chrome.ts';
import { commandLine } from '../server/served.ts';
import { emgRate, emgSamples, planted, recordedProject, unitCount } from './recorded-project.ts';

const built = existsSync(resolve('dist/app/index.html'));
if (chromePath === undefined) console.warn(howToGetChrome);
if (!built) console.warn('Skipped: the page is not built (npm run build).');

/** Waits until it holds; a busy machine may need its time. */
const poll = <T>(value: () => T) => expect.poll(value, { timeout: 60_000 });

describe.skipIf(chromePath === undefined || !built)('what was recorded beside the video', () => {
  const folder = mkdtempSync(join(tmpdir(), 'marey-recorded-'));
  let browser: Browser;
  let server: RunningServer;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromePath, args: ['--no-sandbox'] });
    const root = await recordedProject(folder);
    server = await startServer({ version: 'test', port: 0, folder: root, root, commandLine });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  async function onPage(hash: string, use: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(error.stack ?? error.message));
    page.setDefaultTimeout(60_000);
    await page.goto(server.url);
    await page.goto(`${new URL(server.url).origin}/#${hash}`);
    await page.reload();
    try {
      await use(page);
    } finally {
      await context.close();
    }
    expect(failures).toEqual([]);
  }
  const timeline = 'page="workspace"&panels=["timeline"]';
  const range = (from: number, to: number): string =>
    `&views=${encodeURIComponent(JSON.stringify({ timeline: { range: [from, to] } }))}`;
  const head = (page: Page, title: string) =>
    page
      .locator('.timeline-head')
      .filter({ has: page.locator('.timeline-title', { hasText: new RegExp(`^${title}`) }) });

  /** Where ink of the lane's own color is in its part of the canvas, by column: the highest and lowest row of it, from 0 to 1. */
  const inkOf = (page: Page, title: string) =>
    page.evaluate((name) => {
      const heads = [...document.querySelectorAll<HTMLElement>('.timeline-head')];
      const lane = heads.find((h) => h.querySelector('.timeline-title')?.textContent?.startsWith(name))!;
      const canvas = document.querySelector<HTMLCanvasElement>('.timeline-plot canvas')!;
      const plot = canvas.getBoundingClientRect();
      const box = lane.getBoundingClientRect();
      const ratio = canvas.height / plot.height;
      const [top, tall] = [Math.round((box.top - plot.top) * ratio) + 4, Math.round(box.height * ratio) - 8];
      const { data, width } = canvas.getContext('2d')!.getImageData(0, top, canvas.width, tall);
      return Array.from({ length: width }, (_, x) => {
        let [first, last] = [-1, -1];
        for (let y = 0; y < tall; y++) {
          const [r, g, b] = data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3);
          // Neither ground, grid nor text, which are gray.
          if (Math.max(r, g, b) - Math.min(r, g, b) < 60) continue;
          if (first < 0) first = y;
          last = y;
        }
        return first < 0 ? null : ([first / tall, last / tall] as const);
      });
    }, title);

  test('signals, events, spikes and stimuli are there with unit, provenance and numbers', async () => {
    await onPage(timeline, async (page) => {
      await head(page, 'M1').waitFor();
      expect(await head(page, 'EMG').locator('.timeline-unit').textContent()).toBe(' mV');
      expect(await head(page, 'IMU').locator('.timeline-unit').textContent()).toBe(' m/s²');
      expect(await head(page, 'EMG').locator('.timeline-title').getAttribute('title')).toMatch(
        /From emg\.npz; read as: .*rate 20000.*SHA-256/,
      );
      await poll(() => head(page, 'M1').textContent()).toContain(`${unitCount} units`);
      expect(await head(page, 'light').textContent()).toContain('6 in all');
      await poll(() => head(page, 'IMU').locator('.timeline-value').allTextContents()).toEqual(
        expect.arrayContaining([expect.stringMatching(/^x 0/)]),
      );
      // The value at the cursor comes from the server too.
      await page.locator('.timeline-plot').focus();
      for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
      await poll(() => head(page, 'IMU').locator('.timeline-value').first().textContent()).toMatch(
        /^x 4\.\d+/,
      );
    });
  });

  test('ten thousand samples a column: one that stands out is seen, missing ones are a gap', async () => {
    await onPage(timeline, async (page) => {
      await head(page, 'EMG').waitFor();
      const width = await page.evaluate(
        () => document.querySelector<HTMLCanvasElement>('.timeline-plot canvas')!.width,
      );
      const at = (sample: number): number => Math.floor((sample / emgSamples) * width);
      const peak = async () =>
        (await inkOf(page, 'EMG')).slice(at(planted) - 2, at(planted) + 3).map((ink) => ink?.[0] ?? 1);
      await poll(async () => Math.min(...(await peak()))).toBeLessThan(0.15);
      // What is drawn before all pieces have come is drawn again.
      await poll(async () => {
        const ink = await inkOf(page, 'EMG');
        const columns = Array.from(ink.keys());
        const inked = columns.filter((x) => x >= at(41_000) && x < at(59_000) && ink[x] !== null);
        const low = columns.filter((x) => x >= at(62_000) && x < at(120_000) && !((ink[x]?.[0] ?? 0) > 0.6));
        return { inked, low };
      }).toEqual({ inked: [], low: [] });
    });
    // So close that single samples are drawn.
    const second = planted / emgRate;
    await onPage(timeline + range(second - 0.001, second + 0.001), async (page) => {
      await head(page, 'EMG').waitFor();
      await poll(async () => {
        const ink = await inkOf(page, 'EMG');
        const high = ink.flatMap((column, x) => (column && column[0] < 0.2 ? [x / ink.length] : []));
        return high.length > 0 && high.every((x) => Math.abs(x - 0.5) < 0.03);
      }).toBe(true);
    });
  });

  test('what is wrong with a file stands on its lane and takes nothing else away', async () => {
    await onPage(timeline, async (page) => {
      const warning = (title: string) => head(page, title).locator('.timeline-warning');
      await warning('other clock').waitFor();
      expect(await warning('other clock').getAttribute('title')).toMatch(
        /2 of 3 spikes lie outside the video \(0 to 10\.\d+ s\), the farthest at 7500 s\. Check timeUnit/,
      );
      expect(await warning('unsorted').getAttribute('title')).toMatch(
        /in order.*unsorted\.csv.*unit "a".*Got 1 after 2/,
      );
      expect(await warning('gone').getAttribute('title')).toMatch(
        /not there.*gone\.csv.*correct its path in marey\.yaml/,
      );
      expect(await warning('odd unit').getAttribute('title')).toMatch(
        /unit "furlong" is not known.*arbitrary units/,
      );
      expect(await page.locator('.timeline-head').count()).toBe(9);
      expect(await page.locator('.timeline-problem').textContent()).toBe('');
    });
  });

  test('signals and spikes around recorded events: a row an event, a click goes there, a drag selects', async () => {
    await onPage(timeline, async (page) => {
      await head(page, 'light').waitFor();
      await page.getByLabel('around events').check();
      await page.getByRole('combobox', { name: 'of', exact: true }).selectOption('light');
      const signal = page.getByRole('combobox', { name: 'Signal', exact: true });
      expect(await signal.locator('option').allTextContents()).toEqual([
        'EMG',
        'IMU',
        'M1',
        'other clock',
        'odd unit',
      ]);
      await signal.selectOption('IMU');
      const chart = page.locator('.aligned-chart');
      const words = () => chart.locator('canvas').first().getAttribute('aria-label');
      await poll(words).toMatch(/^IMU: 6 events, one a row\. Channel x\. Largest mean .* m\/s² at/);
      // The middle of the third row is the light at 4 s, and a third of the window of -1 to 2 s is its time.
      const box = (await chart.boundingBox())!;
      const at = (row: number, lag: number) => ({
        x: box.x + 62 + ((lag + 1) / 3) * (box.width - 62 - 84),
        y: box.y + 10 + (row + 0.5) * Math.min(14, (0.6 * (box.height - 60)) / 6),
      });
      const click = at(2, 0.5);
      await page.mouse.click(click.x, click.y);
      const frame = () => page.locator('.transport-time').textContent();
      await poll(frame).toMatch(/^of 300, 0:04\.5/);
      await poll(() => chart.getAttribute('aria-valuetext')).toMatch(/^event 3 of 6, at 4\.000 s/);
      await chart.focus();
      await page.keyboard.press('ArrowDown');
      await poll(frame).toMatch(/^of 300, 0:05\.5/);
      const [from, to] = [at(0, -0.5), at(0, 0.5)];
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(to.x, to.y, { steps: 4 });
      await page.mouse.up();
      await poll(() => page.locator('.panel-chosen').textContent()).toMatch(
        /^Selected 0\.5\d+ to 1\.[45]\d+ s/,
      );

      await signal.selectOption('M1');
      await poll(words).toMatch(
        /^M1: 4 events, one a row\. Mean of 200 units, bins of 50(\.00)? ms\. Largest mean/,
      );
      await page.getByRole('combobox', { name: 'unit', exact: true }).selectOption('unit 7');
      await poll(words).toMatch(/^M1, unit 7: 4 events, one a row\. Bins of .* 2 events are left out/);
      await page.getByRole('combobox', { name: 'of', exact: true }).selectOption('behavior');
      await page.getByRole('combobox', { name: 'label', exact: true }).selectOption('rear');
      await poll(words).toContain(' 3 events are left out');
      if (process.env.MAREY_SHOTS)
        await page.screenshot({ path: `${process.env.MAREY_SHOTS}/aligned-test.png` });
    });
  });

  test('axe finds nothing serious, in light and in dark', async () => {
    await onPage(timeline, async (page) => {
      await head(page, 'gone').waitFor();
      await page
        .addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') })
        .catch(() => undefined);
      // As an expression: the page lets no script in that is not its own.
      await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8'));
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const found = await page.evaluate(async () => {
          const { axe } = window as unknown as { axe: typeof import('axe-core') };
          const { violations } = await axe.run();
          return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        });
        expect(found.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' | ')}`)).toEqual([]);
      }
    });
  });

  test('two windows: what is labeled in each is seen in the other, without a reload', async () => {
    // Named, since the suggestions that come later would lead to another picture.
    const label = `page="label"&labelFrame=${encodeURIComponent('"walk/walk.mp4#12"')}`;
    await onPage(label, async (one) => {
      await onPage(label, async (two) => {
        const place = async (page: Page, dx: number, dy: number): Promise<void> => {
          await page.locator('.stage[data-frame]:not([data-waiting])').waitFor();
          const box = (await page.locator('.stage').boundingBox())!;
          await page.mouse.click(box.x + box.width / 2 + dx, box.y + box.height / 2 + dy);
        };
        const states = (page: Page) => page.locator('.label-keypoints .label-state');
        for (const page of [one, two]) await page.locator('.stage[data-frame]:not([data-waiting])').waitFor();
        const frame = await one.locator('.stage').getAttribute('data-frame');
        expect(await two.locator('.stage').getAttribute('data-frame')).toBe(frame);
        await place(one, 0, 0);
        await poll(() => states(two).allTextContents()).toEqual([
          'placed',
          expect.anything(),
          expect.anything(),
        ]);
        // A click while the picture is on its way places nothing, and that is said: as a person does, again.
        await poll(async () => {
          if ((await states(two).nth(1).textContent()) !== 'placed') {
            await two.keyboard.press('2');
            await place(two, 20, 20);
          }
          return states(two).nth(1).textContent();
        }).toBe('placed');
        await poll(() => states(one).allTextContents()).toEqual(['placed', 'placed', expect.anything()]);
        // Both at once, before either has heard of the other.
        await Promise.all([
          one.keyboard.press('3').then(() => place(one, -20, 20)),
          two.keyboard.press('1').then(() => two.keyboard.press('o')),
        ]);
        for (const page of [one, two]) {
          await poll(() => states(page).allTextContents()).toEqual(['occluded', 'placed', 'placed']);
          await page.getByText('Saved', { exact: true }).waitFor();
        }
        await one.keyboard.press('Control+z');
        await poll(() => states(two).nth(2).textContent()).not.toBe('placed');
        await poll(() => states(two).nth(0).textContent()).toBe('occluded');
      });
    });
  });
});

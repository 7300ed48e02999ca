/** Proofreading as a person does it: the suspicious moments, one key that swaps, a point that is dragged, and what the server got of it. */
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StateStore } from '../../src/app/core/state.ts';
import type { Workbench } from '../../src/app/core/workbench.ts';
import { chromePath, howToGetChrome } from '../learn/engine/chrome.ts';
import { FakeProject, height, keypoints, truth, width, withPage } from './fake-server.ts';

if (chromePath === undefined) console.warn(howToGetChrome);

const poll = <T>(value: () => T) => expect.poll(value, { timeout: 30_000 });

declare global {
  interface Window {
    store: StateStore;
    workbench: Workbench;
  }
}

describe.skipIf(chromePath === undefined)('proofreading', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  const onPage = (project: FakeProject, hash: string, use: (page: Page) => Promise<void>): Promise<void> =>
    withPage(browser, project, `?view=video,proofread,timeline#video="v"&${hash}`, use);

  /** Where the page draws a keypoint: what it holds of the track. */
  const pointOf = (page: Page, frame: number, k: number): Promise<{ x: number; y: number }> =>
    page.evaluate(
      async ([f, i, points]) => {
        const { values } = await window.workbench.track('v-track');
        const at = 2 * (f * points + i);
        return { x: values.positions[at], y: values.positions[at + 1] };
      },
      [frame, k, keypoints.length] as const,
    );

  const onScreen = async (page: Page, x: number, y: number): Promise<{ x: number; y: number }> => {
    const box = (await page.locator('.stage').boundingBox())!;
    const scale = Math.min(box.width / width, box.height / height);
    return {
      x: box.x + (box.width - scale * width) / 2 + scale * (x + 0.5),
      y: box.y + (box.height - scale * height) / 2 + scale * (y + 0.5),
    };
  };

  /** Brightness-free color of the overlay at a point of the picture. */
  const drawnAt = async (page: Page, x: number, y: number): Promise<string> => {
    const at = await onScreen(page, x, y);
    return page.evaluate(({ x, y }) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.stage-overlay')!;
      const box = canvas.getBoundingClientRect();
      const data = canvas
        .getContext('2d')!
        .getImageData((x - box.left) * devicePixelRatio, (y - box.top) * devicePixelRatio, 1, 1).data;
      return data.slice(0, 3).join(' ');
    }, at);
  };

  test('a swap is found, swapped over its whole interval with one key, seen in the overlay, undone and done again', async () => {
    const project = new FakeProject();
    project.swapped = [70, 89];
    await onPage(project, 'frame=5', async (page) => {
      const first = page.locator('.proofread-suspects li button').first();
      await poll(() => first.textContent()).toContain('leftear and rightear change places, for 20 frames');
      await page.keyboard.press('n');
      await page.locator('.stage[data-frame="70"]').waitFor();
      const { x, y } = truth(70, 1);
      const before = await drawnAt(page, x, y);
      await page.keyboard.press('x');
      await poll(() => page.locator('.proofread-said').textContent()).toBe(
        'leftear and rightear swapped in frames 70 to 89.',
      );
      await poll(() => drawnAt(page, x, y)).not.toBe(before);
      for (const frame of [69, 70, 89, 90]) expect(await pointOf(page, frame, 1)).toEqual(truth(frame, 1));
      await poll(() => project.correctionsRevision).toBe(1);
      await poll(() => page.locator('.stage-status').textContent()).toContain(', corrected');
      await poll(() => page.locator('[data-lane="corrections"]').count()).toBe(1);
      await poll(() => page.locator('.proofread-suspects').textContent()).not.toContain('change places');
      await page.keyboard.press('Control+z');
      await poll(() => pointOf(page, 80, 1)).toEqual(truth(80, 2));
      await page.keyboard.press('Control+Shift+Z');
      await poll(() => pointOf(page, 80, 1)).toEqual(truth(80, 1));
      await poll(() => project.correctionsRevision).toBe(3);
      // Another page sees what this one did, after a reload.
      await page.reload();
      await poll(() => pointOf(page, 80, 1)).toEqual(truth(80, 1));
    });
  });

  test('a point is dragged to its place, interpolated, deleted, checked, and made a label with one key', async () => {
    const project = new FakeProject();
    await onPage(project, 'frame=20', async (page) => {
      await page.locator('.stage[data-frame="20"]').waitFor();
      await poll(() => page.locator('.proofread-suspects li').count()).toBeGreaterThan(0);
      const nose = truth(20, 0);
      const from = await onScreen(page, nose.x, nose.y);
      const to = await onScreen(page, nose.x + 30, nose.y + 20);
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move((from.x + to.x) / 2, to.y, { steps: 3 });
      await page.mouse.move(to.x, to.y);
      await page.mouse.up();
      await poll(async () => Math.abs((await pointOf(page, 20, 0)).x - nose.x - 30)).toBeLessThan(1);
      expect(await page.evaluate(() => window.store.state.keypoint)).toBe('snout');
      const moved = await pointOf(page, 20, 0);

      await page.evaluate(() => window.store.set({ selection: [20, 24] }));
      await page.keyboard.press('i');
      const end = truth(25, 0);
      await poll(async () => (await pointOf(page, 23, 0)).x).toBeCloseTo(
        moved.x + (3 / 5) * (end.x - moved.x),
        3,
      );
      expect(await pointOf(page, 20, 0)).toEqual(moved);

      await page.keyboard.press('Escape');
      await page.evaluate(() => window.store.set({ selection: [30, 31], keypoint: 'tailbase' }));
      await page.keyboard.press('Delete');
      await poll(async () => (await pointOf(page, 31, 3)).x).toBeNaN();
      expect(await pointOf(page, 32, 3)).toEqual(truth(32, 3));

      await page.evaluate(() => window.store.set({ selection: null, frame: 20 }));
      await page.keyboard.press('l');
      await poll(() => [...project.state.keys()]).toEqual(['r/v.mp4#20']);
      const label = project.state.get('r/v.mp4#20')!.instances.get('individual')!;
      expect(label.get('snout')).toMatchObject({ x: moved.x, y: moved.y, visibility: 'visible' });
      expect(label.size).toBe(4);
      await poll(() => project.correctionsRevision).toBe(4);
    });
  });

  test('what the server refuses is taken back and said; a read-only project says why', async () => {
    const project = new FakeProject();
    project.refuses = 500;
    await onPage(project, 'frame=20', async (page) => {
      await poll(() => page.locator('.proofread-suspects li').count()).toBeGreaterThan(0);
      await page.keyboard.press('X');
      await poll(() => page.locator('.proofread-saved').textContent()).toContain(
        'not saved: The disk is full',
      );
      expect(await pointOf(page, 20, 1)).toEqual(truth(20, 1));
      expect(project.correctionsRevision).toBe(0);
    });
    project.readOnly = 'another process writes';
    project.requests.length = 0;
    await onPage(project, 'frame=20', async (page) => {
      await poll(() => page.getByRole('note').textContent()).toContain('another process writes');
      await poll(() => page.locator('.proofread-suspects li').count()).toBeGreaterThan(0);
      await page.keyboard.press('X');
      await poll(() => page.locator('.proofread-said').textContent()).toContain('cannot be corrected');
      expect(project.requests).toEqual([]);
    });
  });

  test('axe finds nothing serious', async () => {
    const project = new FakeProject();
    project.swapped = [70, 89];
    await onPage(project, 'frame=20', async (page) => {
      await poll(() => page.locator('.proofread-suspects li').count()).toBeGreaterThan(0);
      await page.keyboard.press('n');
      await page.keyboard.press('x');
      await page.locator('.stage[data-frame="70"]').waitFor();
      await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        if (process.env.MAREY_SHOTS)
          await page.screenshot({ path: `${process.env.MAREY_SHOTS}/proofread-${colorScheme}.png` });
        const found = await page.evaluate(async () => {
          const { axe } = window as unknown as { axe: typeof import('axe-core') };
          const { violations } = await axe.run();
          return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        });
        expect(found.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' | ')}`)).toEqual([]);
      }
    });
  });
});

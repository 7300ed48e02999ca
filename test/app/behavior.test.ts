/** Marking behavior as a person does it: an ethogram, keys that are held, and what the server got of it. */
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromePath, howToGetChrome } from '../learn/engine/chrome.ts';
import { FakeProject, withPage } from './fake-server.ts';

if (chromePath === undefined) console.warn(howToGetChrome);

const poll = <T>(value: () => T) => expect.poll(value, { timeout: 30_000 });

describe.skipIf(chromePath === undefined)('marking behavior', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  const onPage = (project: FakeProject, use: (page: Page) => Promise<void>): Promise<void> =>
    withPage(browser, project, '?view=video,behavior,timeline#video="v"&frame=10', async (page) => {
      await poll(() => page.locator('.behavior-saved').textContent()).toBe('saved');
      await use(page);
    });

  const add = async (page: Page, name: string, kind = 'state', key = ''): Promise<void> => {
    await page.getByRole('textbox', { name: 'Behavior' }).fill(name);
    await page.getByRole('textbox', { name: 'Key' }).fill(key);
    await page.getByLabel('Kind').selectOption(kind);
    await page.getByRole('button', { name: 'Add' }).click();
    await page.locator('.ethogram th', { hasText: name }).waitFor();
    // The name's field would take the keys.
    await page.locator('.ethogram').click();
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  };
  const goTo = (page: Page, frame: number): Promise<void> =>
    page.evaluate((to) => window.store.set({ frame: to }), frame);
  const said = (page: Page) => page.locator('.behavior-said').textContent();
  const rows = (page: Page) => page.locator('.behavior-bouts li').allTextContents();
  const bouts = (project: FakeProject) =>
    [...project.behavior.bouts.values()].map(({ behavior, first, last }) => [behavior, first, last]);

  /** Share of the lane's columns that have the color of a behavior. */
  const colored = (page: Page, color: readonly number[]) =>
    page.evaluate((wanted) => {
      const lane = document.querySelector('[data-lane="behavior"]')!.getBoundingClientRect();
      const canvas = document.querySelector<HTMLCanvasElement>('.timeline-plot canvas')!;
      const plot = canvas.getBoundingClientRect();
      const ratio = canvas.height / plot.height;
      const top = Math.round((lane.top - plot.top) * ratio);
      const { data, width, height } = canvas
        .getContext('2d')!
        .getImageData(0, top, canvas.width, Math.round(lane.height * ratio));
      let count = 0;
      for (let x = 0; x < width; x++) {
        for (let y = 0; y < height; y++) {
          if (wanted.every((v, c) => Math.abs(data[4 * (y * width + x) + c] - v) < 3)) {
            count++;
            break;
          }
        }
      }
      return count / width;
    }, color);
  const blue = [0, 0x72, 0xb2];

  test('a key that is held marks a bout, a tap marks a point; the timeline shows them, undo and redo', async () => {
    const project = new FakeProject();
    await onPage(project, async (page) => {
      await add(page, 'groom');
      await add(page, 'rear', 'point');
      await poll(() => page.locator('[data-lane="behavior"]').count()).toBe(1);
      expect([...project.behavior.behaviors.values()].map(({ key, kind }) => [key, kind])).toEqual([
        ['g', 'state'],
        ['r', 'point'],
      ]);
      await page.keyboard.down('g');
      await poll(() => said(page)).toBe('groom since frame 10: let go where it ends.');
      await goTo(page, 109);
      // While it is held it is on the timeline already, and not yet at the server: half of 200 frames.
      await poll(() => colored(page, blue)).toBeGreaterThan(0.48);
      expect(bouts(project)).toEqual([]);
      await page.keyboard.up('g');
      await poll(() => bouts(project)).toEqual([['groom', 10, 109]]);
      expect(await colored(page, blue)).toBeLessThan(0.52);
      await poll(() => rows(page)).toEqual(['groom0.20 s2.00 s long']);
      expect(await page.locator('.ethogram-seen').first().textContent()).toBe('1 ×, 2.00 s, 50.0 %');
      await goTo(page, 150);
      await page.keyboard.press('r');
      await poll(() => bouts(project)).toContainEqual(['rear', 150, 150]);

      // What overlaps becomes one bout, in one step.
      await goTo(page, 120);
      await page.keyboard.down('g');
      await goTo(page, 100);
      await page.keyboard.up('g');
      await poll(() => bouts(project)).toEqual([
        ['groom', 10, 120],
        ['rear', 150, 150],
      ]);
      await page.keyboard.press('Control+z');
      await poll(() => bouts(project)).toContainEqual(['groom', 10, 109]);
      await page.keyboard.press('Control+Shift+Z');
      await poll(() => bouts(project)).toContainEqual(['groom', 10, 120]);

      // The list leads back, and what is chosen can be mended.
      await page.locator('.behavior-bouts li button').first().click();
      expect(await page.evaluate(() => window.store.state)).toMatchObject({
        frame: 10,
        selection: [10, 120],
      });
      await goTo(page, 30);
      await page.keyboard.press('[');
      await poll(() => bouts(project)).toContainEqual(['groom', 30, 120]);
      await page.keyboard.press('Delete');
      await poll(() => bouts(project)).toEqual([['rear', 150, 150]]);
      await page.reload();
      await poll(() => rows(page)).toEqual(['rear3.00 spoint']);
    });
  });

  test('a bout counts as saved when the journal has it, and is taken back where that fails', async () => {
    const project = new FakeProject();
    await onPage(project, async (page) => {
      await add(page, 'groom');
      await poll(() => page.locator('.behavior-saved').textContent()).toBe('saved');
      project.journalMs = 1500;
      await page.keyboard.down('g');
      await goTo(page, 20);
      await page.keyboard.up('g');
      await poll(() => rows(page)).toHaveLength(1);
      expect(await page.locator('.behavior-saved').textContent()).toBe('saving 1');
      expect(bouts(project)).toEqual([]);
      await poll(() => page.locator('.behavior-saved').textContent()).toBe('saved');
      expect(bouts(project)).toEqual([['groom', 10, 20]]);
      project.refuses = 500;
      await goTo(page, 60);
      await page.keyboard.press('g');
      await poll(() => page.locator('.behavior-saved').textContent()).toContain(
        'not saved: The disk is full',
      );
      await poll(() => rows(page)).toHaveLength(1);
    });
  });

  test('a window that loses the keyboard ends what is held; a read-only project says why', async () => {
    const project = new FakeProject();
    await onPage(project, async (page) => {
      await add(page, 'groom');
      await page.keyboard.down('g');
      await goTo(page, 14);
      await page.evaluate(() => window.dispatchEvent(new Event('blur')));
      await poll(() => bouts(project)).toEqual([['groom', 10, 14]]);
      await page.keyboard.up('g');
    });
    project.readOnly = 'another process writes';
    await onPage(project, async (page) => {
      await poll(() => page.getByRole('note').textContent()).toContain('another process writes');
      await goTo(page, 60);
      await page.keyboard.press('g');
      await poll(() => said(page)).toContain('cannot be marked');
      expect(bouts(project)).toHaveLength(1);
    });
  });

  test('axe finds nothing serious', async () => {
    const project = new FakeProject();
    await onPage(project, async (page) => {
      await add(page, 'groom');
      await add(page, 'rear', 'point', 'n');
      await page.keyboard.down('g');
      await goTo(page, 40);
      await page.keyboard.up('g');
      await page.keyboard.press('n');
      await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        if (process.env.MAREY_SHOTS)
          await page.screenshot({ path: `${process.env.MAREY_SHOTS}/behavior-${colorScheme}.png` });
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

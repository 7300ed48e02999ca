import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromePath, howToGetChrome } from '../learn/engine/chrome.ts';
import { FakeProject, height, keypoints, truth, width, withPage } from './fake-server.ts';

if (chromePath === undefined) console.warn(howToGetChrome);

/** Waits until it holds; a busy machine may need its time. */
const poll = <T>(value: () => T) => expect.poll(value, { timeout: 20_000 });

/** The first frames that the fake server suggests. */
const frames = [3, 12, 21, 30, 39];
const keyOf = (frame: number): string => `r/v.mp4#${frame}`;

/** Where a point of the picture is in the window, px. The picture is fitted into the stage. */
async function onScreen(page: Page, { x, y }: { x: number; y: number }) {
  const box = (await page.locator('.stage').boundingBox())!;
  const scale = Math.min(box.width / width, box.height / height);
  return {
    x: box.x + (box.width - scale * width) / 2 + scale * (x + 0.5),
    y: box.y + (box.height - scale * height) / 2 + scale * (y + 0.5),
  };
}

const shows = (page: Page, frame: number): Promise<void> =>
  page.locator(`.stage[data-frame="${keyOf(frame)}"]:not([data-waiting])`).waitFor();

/** Time from a key to the next picture on the screen, ms. */
const timeOf = (page: Page, key: string, frame: number): Promise<number> =>
  page.evaluate(
    ({ key, name }) =>
      new Promise<number>((resolve) => {
        const began = performance.now();
        const stage = document.querySelector<HTMLElement>('.stage')!;
        const look = (): void => {
          if (stage.dataset.frame === name && !stage.hasAttribute('data-waiting')) {
            requestAnimationFrame(() => resolve(performance.now() - began));
          } else requestAnimationFrame(look);
        };
        stage.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        look();
      }),
    { key, name: keyOf(frame) },
  );

function placed(project: FakeProject, frame: number) {
  return project.state.get(keyOf(frame))?.instances.get('individual');
}

function expectAllPlaced(project: FakeProject): void {
  for (const frame of frames) {
    keypoints.forEach((name, k) => {
      const point = placed(project, frame)?.get(name);
      const { x, y } = truth(frame, k);
      expect(Math.hypot(point!.x - x, point!.y - y), `${name} of frame ${frame}`).toBeLessThan(1);
    });
  }
}

describe.skipIf(chromePath === undefined)('the label view', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  const onPage = (project: FakeProject, use: (page: Page, address: string) => Promise<void>): Promise<void> =>
    withPage(browser, project, '?view=label', use);

  test('5 frames x 4 points with the mouse; after a reload all are there', async () => {
    const project = new FakeProject();
    await onPage(project, async (page) => {
      const times: number[] = [];
      for (const [i, frame] of frames.entries()) {
        await shows(page, frame);
        for (const k of keypoints.keys()) {
          const { x, y } = await onScreen(page, truth(frame, k));
          await page.mouse.click(x, y);
        }
        if (i + 1 < frames.length) times.push(await timeOf(page, 'n', frames[i + 1]));
      }
      console.log(`key to picture, ms: ${times.map((t) => t.toFixed(0)).join(', ')}`);
      await page.getByText('5 of 20').waitFor();
      await page.getByText('Saved', { exact: true }).waitFor();
      expectAllPlaced(project);

      const before = (await placed(project, 3)!.get('snout')) as { x: number; y: number };
      await page.reload();
      await shows(page, frames[4]);
      await page.getByText('5 of 20').waitFor();
      expect(await page.locator('.label-keypoints .label-state').allTextContents()).toEqual(
        keypoints.map(() => 'placed'),
      );

      // A point that is dragged moves by as much as the mouse, wherever it was taken.
      await page
        .getByRole('button', { name: /frame 3 / })
        .first()
        .click();
      await shows(page, 3);
      const from = await onScreen(page, before);
      const to = await onScreen(page, { x: before.x + 20, y: before.y + 10 });
      await page.mouse.move(from.x + 3, from.y);
      await page.mouse.down();
      await page.mouse.move(to.x - 10, to.y, { steps: 3 });
      await page.mouse.move(to.x + 3, to.y, { steps: 3 });
      await page.mouse.up();
      await poll(() => placed(project, 3)?.get('snout')?.x).toBeCloseTo(before.x + 20, 0);
      await page.mouse.click(to.x, to.y, { button: 'right' });
      await poll(() => placed(project, 3)?.get('snout')?.visibility).toBe('occluded');
    });
  });

  test('5 frames x 4 points with the keyboard alone, undone and done again', async () => {
    const project = new FakeProject();
    await onPage(project, async (page) => {
      const press = async (key: string, times: number): Promise<void> => {
        for (let i = 0; i < times; i++) await page.keyboard.press(key);
      };
      const go = async (from: number, to: number, less: string, more: string): Promise<void> => {
        const way = to < from ? less : more;
        await press(`Shift+${way}`, Math.floor(Math.abs(to - from) / 10));
        await press(way, Math.abs(to - from) % 10);
      };
      for (const [i, frame] of frames.entries()) {
        await shows(page, frame);
        // The cross is at the prediction of the next keypoint; the first is found by hand, from elsewhere.
        for (const k of keypoints.keys()) {
          if (k === 0) {
            await press('Shift+ArrowLeft', 3);
            await press('ArrowDown', 4);
            const start = truth(frame, 0);
            await go(start.x - 30, start.x, 'ArrowLeft', 'ArrowRight');
            await go(start.y + 4, start.y, 'ArrowUp', 'ArrowDown');
          }
          await page.keyboard.press('Space');
        }
        if (i + 1 < frames.length) await page.keyboard.press('n');
      }
      await page.getByText('5 of 20').waitFor();
      await page.getByText('Saved', { exact: true }).waitFor();
      expectAllPlaced(project);

      await page.keyboard.press('2');
      await press('ArrowRight', 3);
      await press('Shift+ArrowDown', 1);
      const { x, y } = truth(39, 1);
      await poll(() => placed(project, 39)?.get('leftear')).toMatchObject({ x: x + 3, y: y + 10 });
      await page.keyboard.press('o');
      await poll(() => placed(project, 39)?.get('leftear')?.visibility).toBe('occluded');
      await page.keyboard.press('Delete');
      await poll(() => placed(project, 39)?.has('leftear')).toBe(false);
      await poll(() => page.getByRole('status').textContent()).toBe('leftear deleted.');

      await press('Control+z', 2 + 1 + 20);
      await poll(() => project.state.size).toBe(0);
      await press('Control+Shift+Z', 20);
      await poll(() => project.state.size).toBe(5);
      await page.getByText('Saved', { exact: true }).waitFor();
      expectAllPlaced(project);

      // Tab goes through the keypoints and then on: the keyboard is not held in the picture.
      await press('Tab', 5);
      expect(await page.evaluate(() => document.activeElement?.className)).not.toContain('stage');
    });
  });

  test('a predicted draft is accepted with one key, copies come from the frame before', async () => {
    const project = new FakeProject();
    await onPage(project, async (page) => {
      await shows(page, 3);
      await page.getByText('draft').first().waitFor();
      await page.keyboard.press('Enter');
      await poll(() => placed(project, 3)?.size).toBe(4);
      expect(placed(project, 3)!.get('tailbase')).toEqual({ ...truth(3, 3), visibility: 'visible' });
      await page.keyboard.press('n');
      await shows(page, 12);
      await page.keyboard.press('p');
      await page.keyboard.press('c');
      await poll(() => placed(project, 12)?.size).toBe(4);
      expect(placed(project, 12)!.get('snout')).toMatchObject(truth(12, 0));
      expect(placed(project, 12)!.get('leftear')).toMatchObject(truth(3, 1));
      await page.getByRole('combobox', { name: 'Frames' }).selectOption('Worst first');
      const worst = page.locator('.label-queue li');
      await expect
        .poll(() => worst.first().textContent())
        .toMatch(/frame 12label \d+\.\d px from the prediction/);
      await poll(() => worst.nth(2).textContent()).toContain('frame 120least confidence 0.20');
    });
  });

  test('what another page does is shown; what the server refuses is taken back and said', async () => {
    const project = new FakeProject();
    await onPage(project, async (page) => {
      await shows(page, 3);
      await page.getByText('draft').first().waitFor();
      await poll(() => project.events.size).toBe(1);
      const edit = { op: 'frame', frame: keyOf(3), recording: 'r', picture: { video: 'v.mp4', frame: 3 } };
      const points = [['tailbase', 50, 60, 'visible']];
      project.edit({
        edits: [{ ...edit, instances: [{ individual: 'individual', points }] }],
        page: 'other',
      });
      const states = page.locator('.label-keypoints .label-state');
      await poll(() => states.nth(3).textContent()).toBe('placed');
      project.refuses = 500;
      await page.keyboard.press('Space');
      await page.getByText('Not saved, the last edit was taken back: The disk is full Make room.').waitFor();
      expect(await states.nth(0).textContent()).toBe('draft');
      project.refuses = undefined;
      await page.keyboard.press('1');
      await page.keyboard.press('Space');
      await poll(() => placed(project, 3)?.size).toBe(2);
      await page.getByText('Saved', { exact: true }).waitFor();
    });
  });

  test('a project that is read-only says why and stays as it is', async () => {
    const project = new FakeProject();
    project.readOnly = 'another Marey writes it';
    await onPage(project, async (page) => {
      await shows(page, 3);
      await page.getByRole('note').getByText('Labels cannot be changed: another Marey writes it').waitFor();
      const { x, y } = await onScreen(page, truth(3, 0));
      await page.mouse.click(x, y);
      await page.keyboard.press('Enter');
      await poll(() => page.getByRole('status').textContent()).toContain('another Marey writes it');
      expect(project.requests).toEqual([]);
      expect(await page.getByRole('button', { name: 'Accept draft' }).isDisabled()).toBe(true);
    });
  });

  test('axe finds nothing serious, in light and in dark', async () => {
    await onPage(new FakeProject(), async (page) => {
      await shows(page, 3);
      await page.keyboard.press('Enter');
      await page.getByText('Keys', { exact: true }).click();
      await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') });
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
});

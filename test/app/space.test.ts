import { createRequire } from 'node:module';
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyState, encodeState, type WorkbenchState } from '../../src/app/core/state.ts';
import { boundsOf, floorUnder } from '../../src/app/views/space/bounds.ts';
import { cameraCenter, frustumCorners, trackOnPlane } from '../../src/app/views/space/space-pose.ts';
import { chromePath, howToGetChrome } from '../learn/engine/chrome.ts';
import { lookingCamera } from './panels/invented-space.ts';
import { servePanels, type Panels } from './panels/serve.ts';

if (chromePath === undefined) console.warn(howToGetChrome);

const place = fc.tuple(
  ...[0, 1, 2].map(() => fc.integer({ min: -500, max: 500 })),
) as unknown as fc.Arbitrary<[number, number, number]>;

test('a camera stands where it was put, and the corners of its frustum are seen in the corners of its picture', () => {
  fc.assert(
    fc.property(place, place, fc.integer({ min: 1, max: 900 }), (from, at, depth) => {
      // One that looks straight up or down has no upright picture.
      fc.pre(Math.hypot(at[0] - from[0], at[1] - from[1]) > 1);
      const camera = lookingCamera('c', from, at);
      cameraCenter(camera).forEach((v, i) => expect(v).toBeCloseTo(from[i], 6));
      const { rotation: r, translation: t, focal, principal, width, height } = camera;
      const pixels = frustumCorners(camera, depth).map((X) => {
        const [x, y, z] = [0, 1, 2].map(
          (row) => t[row] + [0, 1, 2].reduce((sum, i) => sum + r[3 * row + i] * X[i], 0),
        );
        expect(z).toBeCloseTo(depth, 6);
        return [(focal[0] * x) / z + principal[0], (focal[1] * y) / z + principal[1]];
      });
      const corners = [
        [0, 0],
        [width, 0],
        [width, height],
        [0, height],
      ];
      corners.forEach(([u, v], i) => {
        expect(pixels[i][0]).toBeCloseTo(u, 5);
        expect(pixels[i][1]).toBeCloseTo(v, 5);
      });
    }),
    { seed: 1 },
  );
});

test('the floor lies under all points with lines at round numbers, neither few nor many', () => {
  fc.assert(
    fc.property(
      fc.array(place, { minLength: 2, maxLength: 20 }),
      fc.constantFrom(1e-3, 1, 7e4),
      (points, scale) => {
        const { low, high } = boundsOf({ positions: Float32Array.from(points.flat(), (v) => v * scale) });
        const { step, x, y } = floorUnder({ low, high });
        for (const [a, [from, to]] of [x, y].entries()) {
          expect(from * step).toBeLessThan(low[a]);
          expect(to * step).toBeGreaterThan(high[a]);
          expect(to - from).toBeLessThan(15);
        }
        const digit = Number(step.toExponential().split('e')[0]);
        expect([1, 2, 5].some((d) => Math.abs(d - digit) < 1e-9)).toBe(true);
      },
    ),
    { seed: 2 },
  );
  expect(boundsOf({ positions: Float32Array.of(NaN, NaN, NaN) }).low).toEqual([-0.5, -0.5, -0.5]);
});

test('a track on the plane looks from above as in the picture, missing points stay missing', async () => {
  const track = {
    frames: 2,
    keypoints: ['b', 'a'],
    values: { positions: Float32Array.of(1, 2, 3, 4, NaN, 6, 7, 8), confidence: new Float32Array(4) },
  };
  const project = { value: { skeleton: { keypoints: ['a', 'b'], edges: [[0, 1]], symmetries: [] } } };
  const context = { track, video: { frameCount: 2 }, workbench: { project } };
  const pose = (await trackOnPlane.pose(context as unknown as Parameters<typeof trackOnPlane.pose>[0]))!;
  expect([...pose.positions]).toEqual([1, -2, 0, 3, -4, 0, NaN, NaN, NaN, 7, -8, 0]);
  expect(pose.edges).toEqual([[1, 0]]);
  expect(pose.note).toMatch(/depth is not known/);
});

describe.skipIf(chromePath === undefined)('the 3D view', () => {
  let panels: Panels;
  beforeAll(async () => {
    panels = await servePanels();
  });
  afterAll(() => panels?.[Symbol.asyncDispose]());

  async function onPage(query: string, use: (page: Page) => Promise<void>): Promise<void> {
    const page = await panels.browser.newPage({ viewport: { width: 800, height: 500 } });
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(error.stack ?? error.message));
    page.setDefaultTimeout(60_000);
    try {
      const hash = encodeState({ ...emptyState, video: 'open', frame: 120 });
      await page.goto(`${panels.url}?panels=${query}#${hash}`);
      await page.getByText('Grid:').waitFor();
      await use(page);
    } finally {
      await page.close();
    }
    expect(failures).toEqual([]);
  }

  const stage = (page: Page) => page.getByRole('slider', { name: 'Frame' });
  const frame = (page: Page): Promise<number> =>
    page.evaluate(() => (window.marey.store.state as WorkbenchState).frame);
  /** How many pixels of the view changed by what is done. */
  async function changed(page: Page, act: () => Promise<void>): Promise<number> {
    const look = async (): Promise<Buffer> =>
      sharp(await stage(page).screenshot())
        .removeAlpha()
        .raw()
        .toBuffer();
    // The first drawing may still be on its way.
    await page.waitForTimeout(300);
    const before = await look();
    await act();
    await page.waitForTimeout(300);
    const after = await look();
    let count = 0;
    for (let i = 0; i < before.length; i += 3)
      if (before[i] !== after[i] || before[i + 1] !== after[i + 1]) count++;
    return count;
  }

  test('shows an invented pose with its unit and cameras; keys turn, come nearer and go on in time', async () => {
    await onPage('space&invented', async (page) => {
      expect(await page.locator('.space-caption').textContent()).toMatch(
        /Grid: 50 mm\..*Cameras: left, right, front\./,
      );
      await stage(page).focus();
      expect(await changed(page, () => stage(page).press('Shift+ArrowRight'))).toBeGreaterThan(200);
      expect(await changed(page, () => stage(page).press('+'))).toBeGreaterThan(200);
      expect(await changed(page, () => stage(page).press('ArrowUp'))).toBeGreaterThan(20);
      expect(await frame(page)).toBe(130);
      expect(await stage(page).getAttribute('aria-valuetext')).toBe('Frame 130 of 9000');
      const box = (await stage(page).boundingBox())!;
      const turned = await changed(page, async () => {
        await page.mouse.move(box.x + 300, box.y + 150);
        await page.mouse.down();
        await page.mouse.move(box.x + 380, box.y + 170, { steps: 3 });
        await page.mouse.up();
      });
      expect(turned).toBeGreaterThan(200);
      expect(await changed(page, () => page.getByRole('button', { name: 'Above' }).click())).toBeGreaterThan(
        200,
      );
    });
  });

  test('a track is laid on a plane, which is said', async () => {
    await onPage('space', async (page) => {
      await page.getByText('laid on the plane z = 0').waitFor();
      await page.getByText(/Grid: [125]0* px\./).waitFor();
      expect(
        await changed(page, () => page.evaluate(() => window.marey.store.set({ frame: 600 }))),
      ).toBeGreaterThan(50);
    });
  });

  test('axe finds nothing serious', async () => {
    await onPage('space&invented', async (page) => {
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

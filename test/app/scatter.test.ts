import { createRequire } from 'node:module';
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeState, emptyState, type StateStore, type WorkbenchState } from '../../src/app/core/state.ts';
import type { Workbench } from '../../src/app/core/workbench.ts';
import { margins } from '../../src/app/views/scatter/draw-axes.ts';
import { labelOnFrames, onFrames } from '../../src/app/views/scatter/on-frames.ts';
import { pointCloud } from '../../src/app/views/scatter/point-cloud.ts';
import { PointGrid } from '../../src/app/views/scatter/point-grid.ts';
import { Polygon } from '../../src/app/views/scatter/polygon.ts';
import { panned, whole, zoomed } from '../../src/app/views/scatter/view-box.ts';
import { Events } from '../../src/signal/events.ts';
import { irregularTime, regularTime } from '../../src/signal/time.ts';
import { chromePath, howToGetChrome } from '../learn/engine/chrome.ts';
import { servePanels, type Panels } from './panels/serve.ts';

if (chromePath === undefined) console.warn(howToGetChrome);

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const place = fc.record({ x: unit, y: unit });

test('a lasso holds what the even-odd rule says', () => {
  const naive = (corners: readonly { x: number; y: number }[], x: number, y: number): boolean => {
    let crossings = 0;
    corners.forEach((a, i) => {
      const b = corners[(i + 1) % corners.length];
      const isBetween = (a.y > y && b.y <= y) || (b.y > y && a.y <= y);
      if (isBetween && a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x) > x) crossings++;
    });
    return crossings % 2 === 1;
  };
  fc.assert(
    fc.property(fc.array(place, { maxLength: 12 }), fc.array(place, { maxLength: 30 }), (corners, points) => {
      const lasso = new Polygon(corners);
      for (const { x, y } of points) expect(lasso.contains(x, y)).toBe(naive(corners, x, y));
    }),
    { seed: 1 },
  );
  const square = new Polygon([
    { x: 0.2, y: 0.2 },
    { x: 0.8, y: 0.2 },
    { x: 0.8, y: 0.8 },
    { x: 0.2, y: 0.8 },
  ]);
  expect([square.contains(0.5, 0.5), square.contains(0.1, 0.5), square.contains(0.5, 0.9)]).toEqual([
    true,
    false,
    false,
  ]);
});

test('the grid finds the nearest point, as looking at all does', () => {
  fc.assert(
    fc.property(
      fc.array(place, { maxLength: 200 }),
      place,
      fc.double({ min: 0.01, max: 0.7, noNaN: true }),
      (points, at, radius) => {
        const places = Float32Array.from(points.flatMap(({ x, y }) => [x, y]));
        const far = (i: number): number =>
          Math.hypot((places[2 * i] - at.x) / radius, (places[2 * i + 1] - at.y) / (radius / 2));
        const all = points.map((_, i) => far(i)).filter((d) => d <= 1);
        const found = new PointGrid(places).nearest(at.x, at.y, radius, radius / 2);
        if (all.length === 0) expect(found).toBeUndefined();
        else expect(far(found!)).toBeCloseTo(Math.min(...all), 12);
      },
    ),
    { seed: 2 },
  );
});

test('each frame with both values is one point at its values; no other is', () => {
  const value = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: -1000, max: 1000 }) },
    { weight: 1, arbitrary: fc.constant(NaN) },
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value)), (pairs) => {
      const [xs, ys] = [0, 1].map((a) => Float32Array.from(pairs, (p) => p[a]));
      const { count, frames, places, x, y } = pointCloud(xs, ys);
      const expected = pairs.flatMap((p, f) => (p.some(Number.isNaN) ? [] : [f]));
      expect(Array.from(frames).toSorted((a, b) => a - b)).toEqual(expected);
      for (let i = 0; i < count; i++) {
        expect(x.low + places[2 * i] * (x.high - x.low)).toBeCloseTo(xs[frames[i]], 2);
        expect(y.low + places[2 * i + 1] * (y.high - y.low)).toBeCloseTo(ys[frames[i]], 2);
      }
    }),
    { seed: 3 },
  );
});

test('zooming keeps the place under the pointer; however one moves, some points stay in sight', () => {
  const step = fc.oneof(
    fc.record({ at: place, factor: fc.double({ min: 0.3, max: 3, noNaN: true }) }),
    fc.record({
      dx: fc.double({ min: -2, max: 2, noNaN: true }),
      dy: fc.double({ min: -2, max: 2, noNaN: true }),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let box = whole;
      for (const s of steps) {
        box = 'dx' in s ? panned(box, s.dx, s.dy) : zoomed(box, s.at.x, s.at.y, s.factor);
        expect(box.right).toBeGreaterThanOrEqual(-1e-9);
        expect(box.left).toBeLessThanOrEqual(1 + 1e-9);
        expect(box.top).toBeGreaterThanOrEqual(-1e-9);
        expect(box.bottom).toBeLessThanOrEqual(1 + 1e-9);
      }
    }),
    { seed: 4 },
  );
  const near = zoomed(whole, 0.25, 0.75, 2);
  expect((0.25 - near.left) / (near.right - near.left)).toBeCloseTo(
    (0.25 - whole.left) / (whole.right - whole.left),
    12,
  );
});

test('signals of other clocks are read at the times of frames', () => {
  const times = Float64Array.from([-1, 0, 0.25, 1, 1.5, 2, 9]);
  const irregular = { values: [0, 10, 30], time: irregularTime(Float64Array.from([0, 1, 2])) };
  expect([...onFrames(irregular, times)]).toEqual([NaN, 0, 2.5, 10, 20, 30, NaN]);
  const regular = { values: [0, 10, NaN, 30], time: regularTime(4, 1) };
  expect([...onFrames(regular, times)]).toEqual([NaN, 0, 2.5, 10, NaN, NaN, NaN]);
  const events = new Events(
    [
      { startSeconds: 0, endSeconds: 1, label: 'walk', source: 'me' },
      { startSeconds: 1.5, endSeconds: 3, label: 'rear', source: 'me' },
      { startSeconds: 1.6, label: 'light', source: 'device' },
    ],
    { name: 'behavior', provenance: { step: 'test' } },
  );
  expect([...labelOnFrames(events, ['walk', 'rear'], times)]).toEqual([NaN, 0, 0, NaN, 1, 1, NaN]);
});

declare global {
  interface Window {
    readonly marey: { readonly store: StateStore; readonly workbench: Workbench };
  }
}

describe.skipIf(chromePath === undefined)('the scatter', () => {
  let panels: Panels;
  beforeAll(async () => void (panels = await servePanels()));
  afterAll(() => panels?.[Symbol.asyncDispose]());

  async function onPage(
    asked: {
      readonly query?: string;
      readonly state?: Partial<WorkbenchState>;
      readonly before?: (page: Page) => Promise<void>;
    },
    use: (page: Page) => Promise<void>,
  ): Promise<void> {
    const page = await panels.browser.newPage({ viewport: { width: 1000, height: 600 } });
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(error.stack ?? error.message));
    page.setDefaultTimeout(60_000);
    await asked.before?.(page);
    try {
      const hash = encodeState({ ...emptyState, video: 'open', ...asked.state });
      await page.goto(`${panels.url}?panels=${asked.query ?? 'scatter'}#${hash}`);
      await use(page);
    } finally {
      await page.close();
    }
    expect(failures).toEqual([]);
  }

  const plot = (page: Page) => page.getByRole('slider', { name: 'Frame' });
  const state = (page: Page): Promise<WorkbenchState> => page.evaluate(() => window.marey.store.state);
  const says = (page: Page, text: RegExp): Promise<void> =>
    page
      .waitForFunction((source) => new RegExp(source).test(document.body.textContent ?? ''), text.source)
      .then(() => {});
  /** Time against itself: the frame at every place of the plot is known. */
  const timeByTime = { views: { scatter: { x: 'time', y: 'time', color: 'moving' } } };

  /** Where the frame at this part of the video's time is on the page. */
  async function placeOf(page: Page, part: number): Promise<{ x: number; y: number }> {
    const box = (await plot(page).boundingBox())!;
    const [across, up] = [part, part].map((p) => (p - whole.left) / (whole.right - whole.left));
    return { x: box.x + across * box.width, y: box.y + (1 - up) * box.height };
  }

  test('components of posture with the variance they explain, frames without a point left out and counted', async () => {
    await onPage({}, async (page) => {
      await says(page, /of 9,000 frames; \d+ lack a value\. Posture: \d keypoints/);
      await plot(page).focus();
      expect(await plot(page).getAttribute('aria-valuetext')).toMatch(
        /^Frame 0, 0\.\d+ s, Posture PC 1 \[px\] −?[\d.]+, Posture PC 2 \[px\] −?[\d.]+$/,
      );
      // Another frame of the body gives other components.
      const before = await plot(page).getAttribute('aria-valuetext');
      await page.getByText('Alignment', { exact: true }).click();
      await page.getByLabel('towards').selectOption('nose');
      await says(page, /nose ahead/);
      await expect.poll(() => plot(page).getAttribute('aria-valuetext')).not.toBe(before);
    });
  });

  test('points are where their values are, in the colors of the legend', async () => {
    await onPage({ state: timeByTime }, async (page) => {
      await says(page, /9,000 of 9,000 frames/);
      await page.locator('.scatter-legend', { hasText: 'moving' }).waitFor();
      const shown = await page.screenshot();
      const sharp = (await import('sharp')).default;
      const { data, info } = await sharp(shown).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      const color = ({ x, y }: { x: number; y: number }): string =>
        [0, 1, 2].map((c) => data[(Math.round(y) * info.width + Math.round(x)) * info.channels + c]).join();
      const white = color({ x: margins.left + 300, y: (await placeOf(page, 0.9)).y });
      for (const part of [0.2, 0.5, 0.8]) expect(color(await placeOf(page, part))).not.toBe(white);
    });
  });

  test('a click goes to the frame, arrows to its neighbors, and the state follows', async () => {
    await onPage({ state: timeByTime }, async (page) => {
      await says(page, /9,000 of 9,000 frames/);
      const at = await placeOf(page, 0.5);
      await page.mouse.click(at.x, at.y);
      const { frame } = await state(page);
      const times = await page.evaluate(async () => [...(await window.marey.workbench.video('open')).times]);
      const middle = (times[0] + times.at(-1)!) / 2;
      // A pixel of the plot is about a third of a second.
      expect(Math.abs(times[frame] - middle)).toBeLessThan(1);
      await plot(page).press('ArrowRight');
      expect((await state(page)).frame).toBe(frame + 1);
      await plot(page).press('ArrowLeft');
      await plot(page).press('ArrowDown');
      expect((await state(page)).frame).toBe(frame - 10);
      await plot(page).press('End');
      expect((await state(page)).frame).toBe(8999);
    });
  });

  test('a lasso chooses frames for all views; what is zoomed to is chosen by a key', async () => {
    await onPage({ query: 'scatter,timeline', state: timeByTime }, async (page) => {
      await says(page, /9,000 of 9,000 frames/);
      const [a, b] = [await placeOf(page, 0.4), await placeOf(page, 0.6)];
      await page.keyboard.down('Shift');
      await page.mouse.move(a.x, a.y);
      await page.mouse.down();
      for (const [x, y] of [
        [b.x, a.y],
        [b.x, b.y],
        [a.x, b.y],
        [a.x, a.y],
      ])
        await page.mouse.move(x, y, { steps: 4 });
      await page.mouse.up();
      await page.keyboard.up('Shift');
      const { selection } = await state(page);
      // Time against time is one stretch: a fifth of the time in the middle.
      const times = await page.evaluate(async () => [...(await window.marey.workbench.video('open')).times]);
      const part = (frame: number): number => (times[frame] - times[0]) / (times.at(-1)! - times[0]);
      expect(part(selection![0])).toBeCloseTo(0.4, 1);
      expect(part(selection![1])).toBeCloseTo(0.6, 1);
      await says(page, /frames chosen/);
      await says(page, /frames by lasso in Time and Time/);
      await plot(page).press('Escape');
      expect((await state(page)).selection).toBeNull();
      await plot(page).press('+');
      await plot(page).press('Enter');
      await says(page, /frames by seen in Time and Time/);
      expect(part((await state(page)).selection![0])).toBeGreaterThan(0.05);
    });
  });

  test('frames that are not one stretch are gone through run by run', async () => {
    const views = { scatter: { x: 'speed', y: 'time' } };
    await onPage({ state: { views } }, async (page) => {
      await says(page, /of 9,000 frames/);
      // The upper half of speeds: several bouts.
      const box = (await plot(page).boundingBox())!;
      await page.getByRole('button', { name: 'Lasso' }).click();
      await page.mouse.move(box.x + 0.5 * box.width, box.y + 2);
      await page.mouse.down();
      for (const [x, y] of [
        [0.99, 0.01],
        [0.99, 0.99],
        [0.5, 0.99],
      ])
        await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 3 });
      await page.mouse.up();
      expect((await state(page)).selection).toBeNull();
      await page.getByRole('button', { name: 'Next run' }).click();
      const first = (await state(page)).selection!;
      expect((await state(page)).frame).toBe(first[0]);
      await page.getByRole('button', { name: 'Next run' }).click();
      expect((await state(page)).selection![0]).toBeGreaterThan(first[1]);
    });
  });

  test('a million points are drawn, picked and chosen', async () => {
    await onPage({ query: 'scatter&million', state: { video: 'million' } }, async (page) => {
      await says(page, /1,000,000 of 1,000,000 frames/);
      await page.locator('.scatter-legend', { hasText: 'cloud 7' }).waitFor();
      const box = (await plot(page).boundingBox())!;
      await page.mouse.click(box.x + box.width / 2 + 0.3 * box.width, box.y + box.height / 2);
      const { frame } = await state(page);
      expect(frame).toBeGreaterThan(0);
      await plot(page).press('+');
      await plot(page).press('Enter');
      await says(page, /frames chosen/);
    });
  });

  test('without WebGL 2 it says so', async () => {
    const before = async (page: Page): Promise<void> => {
      await page.addInitScript(() => {
        const given = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (
          this: HTMLCanvasElement,
          kind: string,
          ...rest: unknown[]
        ) {
          return kind === 'webgl2' ? null : Reflect.apply(given, this, [kind, ...rest]);
        } as typeof given;
      });
    };
    await onPage({ before }, async (page) => says(page, /has no WebGL 2/));
  });

  test('axe finds nothing serious', async () => {
    await onPage({ state: timeByTime }, async (page) => {
      await says(page, /9,000 of 9,000 frames/);
      await plot(page).press('Enter');
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

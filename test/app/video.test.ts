import { createRequire } from 'node:module';
import fc from 'fast-check';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StateStore } from '../../src/app/core/state.ts';
import { ellipse95 } from '../../src/app/views/video/ellipse.ts';
import { FrameCache, framesToAsk } from '../../src/app/views/video/frame-cache.ts';
import { reductionFor } from '../../src/app/views/video/video-pane.ts';
import { fitted, panned, toPicture, toScreen, zoomed } from '../../src/app/views/video/viewport.ts';
import { Random } from '../../src/math/random.ts';
import { chromePath, howToGetChrome } from '../learn/engine/chrome.ts';
import { FakeProject, height, truth, width, withPage } from './fake-server.ts';

if (chromePath === undefined) console.warn(howToGetChrome);

/** Waits until it holds; a busy machine may need its time. */
const poll = <T>(value: () => T) => expect.poll(value, { timeout: 20_000 });

const screenSize = { width: 800, height: 500 };
const pictureSize = { width: 640, height: 480 };
const coordinate = fc.double({ min: -50, max: 900, noNaN: true });
const place = fc.record({ x: coordinate, y: coordinate });

describe('the place of a picture on the screen', () => {
  const moves = fc.array(
    fc.oneof(
      fc.record({ at: place, factor: fc.double({ min: 0.5, max: 2, noNaN: true }) }),
      fc.record({ dx: coordinate, dy: coordinate }),
    ),
    { maxLength: 12 },
  );

  test('screen to picture and back is where one was, however it was zoomed and moved', () => {
    fc.assert(
      fc.property(moves, place, (steps, point) => {
        let viewport = fitted(pictureSize, screenSize);
        const least = viewport.scale;
        for (const step of steps) {
          if ('dx' in step) viewport = panned(viewport, step.dx, step.dy, pictureSize, screenSize);
          else viewport = zoomed(viewport, step.at, step.factor, least);
        }
        const back = toScreen(viewport, toPicture(viewport, point));
        expect(Math.hypot(back.x - point.x, back.y - point.y)).toBeLessThan(1e-6);
      }),
      { seed: 1 },
    );
  });

  test('zooming keeps what is under the cursor; panning never loses the picture', () => {
    fc.assert(
      fc.property(place, fc.double({ min: 0.6, max: 3, noNaN: true }), moves, (at, factor, steps) => {
        const start = fitted(pictureSize, screenSize);
        const under = toPicture(start, at);
        const after = toPicture(zoomed(start, at, factor, start.scale), at);
        expect(Math.hypot(after.x - under.x, after.y - under.y)).toBeLessThan(1e-6);
        let viewport = start;
        for (const step of steps) {
          if ('dx' in step) viewport = panned(viewport, 9 * step.dx, -9 * step.dy, pictureSize, screenSize);
        }
        expect(viewport.left).toBeLessThan(screenSize.width);
        expect(viewport.left + viewport.scale * pictureSize.width).toBeGreaterThan(0);
      }),
      { seed: 2 },
    );
  });

  test('the middle of the first pixel is at 0, 0', () => {
    expect(toScreen({ scale: 10, left: 0, top: 0 }, { x: 0, y: 0 })).toEqual({ x: 5, y: 5 });
  });
});

test('pictures are reduced only as far as each column of the screen has a pixel', () => {
  expect([1080, 541, 540, 300, 270, 135, 60].map((columns) => reductionFor(1080, columns))).toEqual([
    1,
    1,
    1 / 2,
    1 / 2,
    1 / 4,
    1 / 8,
    1 / 8,
  ]);
});

test('95 of 100 draws lie in the ellipse of their covariance', () => {
  const [xx, xy, yy] = [9, 5, 4];
  const { major, minor, angle } = ellipse95(xx, xy, yy)!;
  const random = new Random(7);
  const draws = Array.from({ length: 40_000 }, () => random.normal());
  let inside = 0;
  for (let i = 0; i < draws.length; i += 2) {
    // Cholesky factor of the covariance.
    const x = 3 * draws[i];
    const y = (xy / 3) * draws[i] + Math.sqrt(yy - (xy / 3) ** 2) * draws[i + 1];
    const along = Math.cos(angle) * x + Math.sin(angle) * y;
    const across = Math.cos(angle) * y - Math.sin(angle) * x;
    if ((along / major) ** 2 + (across / minor) ** 2 <= 1) inside++;
  }
  expect(inside / (draws.length / 2)).toBeCloseTo(0.95, 2);
  expect(ellipse95(Number.NaN, 0, 1)).toBeUndefined();
  expect(ellipse95(1, 5, 1)).toBeUndefined();
});

describe('the frames that are kept', () => {
  class Picture {
    closed = false;
    readonly index: number;
    constructor(index: number) {
      this.index = index;
    }
    close(): void {
      this.closed = true;
    }
  }

  test('a picture is only ever had under its own index, is open while kept, and the kept ones stay few', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 40 }),
        async (scheduler, wanted) => {
          const made: Picture[] = [];
          const came = new Set<number>();
          const cache = new FrameCache(
            async (index) => {
              await scheduler.schedule(Promise.resolve());
              const picture = new Picture(index);
              made.push(picture);
              return picture;
            },
            { capacity: 5, onPicture: (index) => came.add(index), onFailure: () => expect.unreachable() },
          );
          for (const index of wanted) {
            cache.want([index, index + 1, index + 2]);
            if (scheduler.count() > 0 && index % 3 > 0) await scheduler.waitOne();
            for (let i = 0; i <= 42; i++) {
              const picture = cache.get(i);
              if (picture) expect([picture.index, picture.closed]).toEqual([i, false]);
            }
          }
          await scheduler.waitIdle();
          const last = wanted.at(-1)!;
          for (const index of [last, last + 1, last + 2]) expect(cache.get(index)?.index).toBe(index);
          expect(made.filter((p) => !p.closed).length).toBeLessThanOrEqual(5);
          cache.dispose();
          expect(made.every((p) => p.closed)).toBe(true);
        },
      ),
      { seed: 3, numRuns: 60 },
    );
  });

  test('the nearest picture on the way is found, in both directions', async () => {
    const options = { capacity: 10, parallel: 9, onPicture: () => {}, onFailure: () => expect.unreachable() };
    const cache = new FrameCache((index) => Promise.resolve(new Picture(index)), options);
    cache.want([3, 7, 12]);
    await poll(() => [3, 7, 12].every((index) => cache.get(index))).toBe(true);
    expect([cache.nearest(0, 10), cache.nearest(7, 10), cache.nearest(7, 12)]).toEqual([7, undefined, 12]);
    expect([cache.nearest(20, 4), cache.nearest(7, 2), cache.nearest(3, 0)]).toEqual([7, 3, undefined]);
  });

  test('in motion every frame is asked for where pictures are fast, and those that come in time where they are slow', () => {
    const at = { frame: 100, frameCount: 1000, parallel: 2, count: 5 };
    expect(framesToAsk({ ...at, speed: 0, secondsPerPicture: 0.02 })).toEqual([100, 101, 99]);
    expect(framesToAsk({ ...at, speed: 50, secondsPerPicture: 0.02 })).toEqual([100, 101, 102, 103, 104]);
    expect(framesToAsk({ ...at, speed: -50, secondsPerPicture: 0.02 })).toEqual([100, 99, 98, 97, 96]);
    const slow = framesToAsk({ ...at, speed: 50, secondsPerPicture: 0.2 });
    expect(slow).toEqual([110, 115, 120, 125, 130]);
    expect(framesToAsk({ ...at, frame: 103, speed: 50, secondsPerPicture: 0.2 })).toEqual([
      115, 120, 125, 130, 135,
    ]);
  });
});

declare global {
  interface Window {
    store: StateStore;
  }
}

describe.skipIf(chromePath === undefined)('the video view', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  const onPage = (project: FakeProject, hash: string, use: (page: Page) => Promise<void>): Promise<void> =>
    withPage(browser, project, `?view=video#${hash}`, use);

  test('shows the frame of the cursor and never another under its name, whatever order pictures come in', async () => {
    const project = new FakeProject();
    project.pictureMs = (frame) => 5 + ((frame * 37) % 60);
    await onPage(project, 'frame=5', async (page) => {
      await page.locator('.stage[data-frame="5"]').waitFor();
      const seen = await page.evaluate(async () => {
        const stage = document.querySelector<HTMLElement>('.stage')!;
        const canvas = stage.querySelector('canvas')!;
        const drawn = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => done()));
        const read = (): { says: number; shows: number } => {
          const scale = Math.min(canvas.width / 320, canvas.height / 240);
          const left = (canvas.width - scale * 320) / 2 + scale * 10;
          const top = (canvas.height - scale * 240) / 2 + scale * 10;
          const [r, g] = canvas.getContext('2d')!.getImageData(left, top, 1, 1).data;
          return { says: Number(stage.dataset.frame), shows: r + 256 * g };
        };
        const all: { says: number; shows: number }[] = [];
        const visit = async (frame: number): Promise<void> => {
          window.store.set({ frame });
          for (let i = 0; i < 2; i++) await drawn();
          all.push(read());
        };
        for (let frame = 10; frame < 80; frame++) await visit(frame);
        for (let i = 0; i < 40; i++) await visit((i * 71) % 200);
        window.store.set({ frame: 123 });
        while (stage.dataset.frame !== '123') await drawn();
        for (let i = 0; i < 2; i++) await drawn();
        all.push(read());
        return all;
      });
      for (const { says, shows } of seen) expect(shows).toBe(says);
      expect(seen.at(-1)).toEqual({ says: 123, shows: 123 });
      expect(new Set(seen.map(({ shows }) => shows)).size).toBeGreaterThan(5);
      expect(await page.locator('.stage-status').textContent()).toContain('Frame 123 of 200, 2.460 s');
    });
  });

  test('a small pane asks for small pictures, and for whole ones as soon as they are seen larger', async () => {
    const project = new FakeProject();
    await onPage(project, 'frame=5', async (page) => {
      await page.locator('.stage[data-frame="5"]').waitFor();
      expect(new Set(project.widths)).toEqual(new Set([null]));
      await page.setViewportSize({ width: 150, height: 520 });
      await poll(() => project.widths.at(-1)).toBeLessThanOrEqual(width / 2);
      await page.evaluate(() => window.store.set({ frame: 9 }));
      await page.locator('.stage[data-frame="9"]').waitFor();
      project.widths.splice(0);
      await page.setViewportSize({ width: 1280, height: 720 });
      // Pictures around it may have been asked for small just before.
      await poll(() => project.widths.at(-1)).toBe(null);
      expect(await page.locator('.stage').getAttribute('data-frame')).toBe('9');
    });
  });

  test('other videos of the recording follow by time', async () => {
    const project = new FakeProject([
      { id: 'v', frameCount: 200, framesPerSecond: 50 },
      { id: 'side', frameCount: 90, framesPerSecond: 20 },
    ]);
    const kept = encodeURIComponent(JSON.stringify({ video: { beside: ['side'] } }));
    await onPage(project, `video="v"&frame=100&views=${kept}`, async (page) => {
      const stages = page.locator('.stage');
      await poll(() => stages.nth(0).getAttribute('data-frame')).toBe('100');
      await poll(() => stages.nth(1).getAttribute('data-frame')).toBe('40');
      await page.evaluate(() => window.store.set({ frame: 126 }));
      await poll(() => stages.nth(1).getAttribute('data-frame')).toBe('50');
    });
  });

  test('a click chooses a keypoint; zoom and coordinates are those under the cursor', async () => {
    await onPage(new FakeProject(), 'frame=20', async (page) => {
      await page.locator('.stage[data-frame="20"]').waitFor();
      const box = (await page.locator('.stage').boundingBox())!;
      const scale = Math.min(box.width / width, box.height / height);
      const at = (x: number, y: number) => ({
        x: box.x + (box.width - scale * width) / 2 + scale * (x + 0.5),
        y: box.y + (box.height - scale * height) / 2 + scale * (y + 0.5),
      });
      const ear = truth(20, 2);
      const shown = at(ear.x, ear.y);
      // A wheel knows whole px of the screen only.
      const [x, y] = [Math.round(shown.x), Math.round(shown.y)];
      await page.mouse.click(x, y);
      expect(await page.evaluate(() => window.store.state.keypoint)).toBe('rightear');
      const coordinates = page.locator('.stage-status span').nth(1);
      const pattern = /^x (\d+\.\d), y (\d+\.\d) px$/;
      await poll(() => coordinates.textContent()).toMatch(pattern);
      const says = (await coordinates.textContent())!;
      const [, saysX, saysY] = pattern.exec(says)!;
      expect(Math.hypot(Number(saysX) - ear.x, Number(saysY) - ear.y)).toBeLessThan(0.6);
      await page.mouse.wheel(0, -600);
      await page.mouse.move(x + 1, y);
      await poll(() => coordinates.textContent()).toMatch(pattern);
      await page.mouse.move(x, y);
      await poll(() => coordinates.textContent()).toBe(says);
    });
  });

  test('axe finds nothing serious', async () => {
    await onPage(new FakeProject(), 'frame=20', async (page) => {
      await page.locator('.stage[data-frame="20"]').waitFor();
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

/**
 * How the workbench holds up at scale, in a browser: `npx tsx bench/workbench/measure.ts <folder>` after `npm run build`. The folder is
 * where the project of one hour is made, or was. Prints one line a figure with its target; nothing is asserted.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Page } from 'playwright-core';
import { chromePath } from '../../test/learn/engine/chrome.ts';
import { hourProject, keypoints } from './hour.ts';
import { treeBytes } from './processes.ts';

const folder = process.argv[2];
if (!folder) throw new Error('name a folder for the project');
const root = join(resolve(folder), 'hour');
await hourProject(root);

const say = (what: string, value: string, target = ''): void =>
  console.log(`${what.padEnd(58)} ${value.padEnd(34)} ${target}`);
const summary = (ms: readonly number[]): string => {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number): string => sorted[Math.floor(share * (sorted.length - 1))].toFixed(1);
  return `median ${at(0.5)}, 95 % ${at(0.95)}, most ${at(1)} ms`;
};
const load = (): string => loadavg()[0].toFixed(1);

console.log(`${new Date().toISOString().slice(0, 10)}, load ${load()}, Node ${process.version}`);
// Nothing that an earlier opening kept.
rmSync(join(root, 'cache'), { recursive: true, force: true });
const server = spawn(process.execPath, ['bin/marey.js', 'open', root, '--json', '--no-browser'], {
  stdio: ['ignore', 'pipe', 'ignore'],
});
const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
const { url } = JSON.parse(line) as { url: string };
const browser = await chromium.launchServer({ executablePath: chromePath, args: ['--no-sandbox'] });
const connected = await chromium.connect(browser.wsEndpoint());
const page = await connected.newPage({ viewport: { width: 1280, height: 720 } });
// The transpiler names functions by this; the page does not know it.
await page.addInitScript('globalThis.__name = (value) => value');
page.setDefaultTimeout(120_000);
page.on('pageerror', (error) => console.error(error.message));

const most = { server: 0, page: 0 };
// Looking at memory takes the processes' time: rarely, and not while it is measured how fast the page appears.
let watched = false;
const look = (): void => {
  if (!watched) return;
  most.server = Math.max(most.server, treeBytes(server.pid!));
  most.page = Math.max(most.page, treeBytes(browser.process().pid!));
};

const watching = setInterval(look, 4000);
try {
  await paint('first opening');
  await paint('opened again');
  watched = true;
  await scrub();
  await scroll();
  await label();
  look();
} finally {
  clearInterval(watching);
  await connected.close();
  await browser.close();
  server.kill('SIGTERM');
}
say(
  'memory of the server and all it started, most',
  `${(most.server / 1e9).toFixed(2)} GB`,
  'at most 1.5 GB',
);
say('memory of the browser and all it started, most', `${(most.page / 1e9).toFixed(2)} GB`, 'at most 1 GB');
console.log(`load at the end ${load()}`);

/** From asking for the address to the picture, to its track, to what was recorded. */
async function paint(what: string): Promise<void> {
  await page.goto('about:blank');
  const began = performance.now();
  const since = (): string => `${((performance.now() - began) / 1000).toFixed(2)} s`;
  await page.goto(what === 'first opening' ? url : new URL(url).origin);
  await page.evaluate('location.hash = \'#page="workspace"&panels=["video","timeline"]&frame=54000\'');
  await page.locator('.transport').first().waitFor();
  say(`${what}: the page with its controls`, since());
  await page.locator('.stage[data-frame="54000"]').waitFor();
  say(`${what}: the picture of frame 54000`, since(), 'at most 2 s');
  await page.locator('[data-lane="speed"]').waitFor();
  say(`${what}: the track on the timeline`, since());
  await page.locator('.timeline-head', { hasText: '200 units' }).waitFor();
  say(`${what}: 10 million samples and 200 units`, since());
}

/** Time between drawings, and time in the handlers, while `step` is done once a drawing. */
function each(times: number, step: string): Promise<{ between: number[]; inside: number[] }> {
  return page.evaluate(
    ({ times: count, step: code }) => {
      const plot = document.querySelector<HTMLElement>('.timeline-plot')!;
      const key = (name: string): void =>
        void plot.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
      const wheel = (init: WheelEventInit): void =>
        void plot.dispatchEvent(
          new WheelEvent('wheel', { bubbles: true, cancelable: true, clientX: 700, clientY: 500, ...init }),
        );
      const press = (x: number): void => {
        const box = plot.getBoundingClientRect();
        const at = { bubbles: true, clientX: box.left + x * box.width, clientY: box.top + 60, pointerId: 1 };
        plot.setPointerCapture = () => undefined;
        plot.dispatchEvent(new PointerEvent('pointerdown', { ...at, button: 0 }));
        plot.dispatchEvent(new PointerEvent('pointerup', at));
      };
      const steps: Record<string, (i: number) => void> = {
        forward: () => key('ArrowRight'),
        jump: (i) => press((i * 0.618) % 1),
        pan: (i) => wheel({ shiftKey: true, deltaY: i % 200 < 100 ? 40 : -40 }),
        zoom: (i) => wheel({ deltaY: i % 120 < 60 ? -60 : 60 }),
      };
      return new Promise<{ between: number[]; inside: number[] }>((done) => {
        const [between, inside]: [number[], number[]] = [[], []];
        let last = performance.now();
        const next = (now: number): void => {
          if (between.length >= count) return done({ between: between.slice(1), inside });
          between.push(now - last);
          last = now;
          const began = performance.now();
          steps[code](inside.length);
          inside.push(performance.now() - began);
          requestAnimationFrame(next);
        };
        requestAnimationFrame(next);
      });
    },
    { times, step },
  );
}

async function scrub(): Promise<void> {
  await page.waitForTimeout(1000);
  const forward = await each(300, 'forward');
  say('scrubbing frame by frame: cursor, track and pictures', summary(forward.inside), 'at most 16 ms');
  say('scrubbing frame by frame: between drawings', summary(forward.between));
  const jump = await each(300, 'jump');
  say('jumping through the hour: cursor, track and pictures', summary(jump.inside), 'at most 16 ms');
  say('jumping through the hour: between drawings', summary(jump.between));
}

async function scroll(): Promise<void> {
  await page.evaluate('location.hash = \'#page="workspace"&panels=["timeline"]\'');
  await page.locator('.timeline-head', { hasText: '200 units' }).waitFor();
  await page.waitForTimeout(2000);
  for (const [what, step] of [
    ['zooming', 'zoom'],
    ['scrolling', 'pan'],
  ] as const) {
    if (step === 'pan')
      for (let i = 0; i < 8; i++) await page.getByRole('button', { name: 'Zoom in' }).click();
    const { between } = await each(300, step);
    say(`timeline of 10 million samples, 200 units: ${what}`, summary(between), 'between drawings');
  }
}

/** 20 frames of 8 points, by mouse and keyboard in turn; from the key to the next picture on the screen. */
async function label(): Promise<void> {
  await page.evaluate('location.hash = \'#page="label"\'');
  const stage = page.locator('.stage');
  await page.locator('.stage[data-frame]:not([data-waiting])').waitFor();
  const asked = performance.now();
  await page.getByText('0 of 20').waitFor();
  say('label: 20 frames suggested', `${((performance.now() - asked) / 1000).toFixed(1)} s`);
  const began = performance.now();
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const box = (await stage.boundingBox())!;
    for (let k = 0; k < Math.min(8, keypoints.length); k++) {
      if (i % 2 === 0)
        await page.mouse.click(box.x + box.width / 2 + 9 * k - 40, box.y + box.height / 2 + 5 * k);
      else await page.keyboard.press('Space');
    }
    if (i < 19) times.push(await nextFrame(page));
  }
  say('label 20 frames x 8 points: all', `${((performance.now() - began) / 1000).toFixed(1)} s`);
  say('label 20 frames x 8 points: from key to picture', summary(times), 'at most 50 ms');
}

function nextFrame(at: Page): Promise<number> {
  return at.evaluate(
    () =>
      new Promise<number>((done, fail) => {
        const stage = document.querySelector<HTMLElement>('.stage')!;
        const before = stage.dataset.frame;
        const began = performance.now();
        const look = (): void => {
          const waited = performance.now() - began;
          if (stage.dataset.frame !== before && !stage.hasAttribute('data-waiting'))
            requestAnimationFrame(() => done(performance.now() - began));
          else if (waited > 10_000) fail(new Error(`no new picture 10 s after the key, still ${before}`));
          else requestAnimationFrame(look);
        };
        stage.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true, cancelable: true }));
        look();
      }),
  );
}

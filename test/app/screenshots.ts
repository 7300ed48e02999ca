/**
 * Pictures of the workbench as a person sees it, to be looked at: the real server on a project, every page and every panel of the
 * registry, light and dark, 1280 x 720, and `workbench`, the picture of the README (video, 3D, scatter and timeline together).
 *
 *   npm run build && npx tsx test/app/screenshots.ts <project> <folder> [id of a page or panel ...]
 *
 * Without a project's track and model most panels are empty: `node bin/marey.js demo <project> --no-open` makes one that has all.
 * The project is only read. Says what the page complained of, and exits with 1 then. Needs a Chrome or Chromium (`CHROME_PATH`).
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { emptyState, encodeState, type WorkbenchState } from '../../src/app/core/state.ts';
import { startServer } from '../../src/server/index.ts';
import { chromePath, howToGetChrome } from '../learn/engine/chrome.ts';

interface Shot {
  readonly name: string;
  readonly state: Partial<WorkbenchState>;
}

const [project, folder, ...only] = process.argv.slice(2);
if (project === undefined || folder === undefined)
  throw new Error('usage: npx tsx test/app/screenshots.ts <project> <folder> [id ...]');
if (chromePath === undefined) throw new Error(howToGetChrome);
mkdirSync(folder, { recursive: true });

const serverOf = (root?: string) =>
  startServer({
    version: 'screenshots',
    port: 0,
    folder: folder,
    root,
    commandLine: {
      program: process.execPath,
      first: [resolve('bin/marey.js')],
      environment: () => process.env,
    },
  });

const complaints: string[] = [];
await using server = await serverOf(resolve(project));
await using starting = await serverOf();
const browser = await chromium.launch({
  executablePath: chromePath,
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
});
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, colorScheme });
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('404'))
        complaints.push(`${page.url()}: ${message.text()}`);
    });
    const shoot = async (name: string): Promise<void> => {
      await settled(page);
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
    };
    if (only.length === 0) {
      await page.goto(starting.url);
      await shoot('start');
    }
    await page.goto(server.url);
    await settled(page);
    const { origin } = new URL(server.url);
    for (const { name, state } of await shotsOf(page)) {
      if (only.length > 0 && !only.includes(name)) continue;
      // A new address of the same page would keep what the page holds.
      await page.goto('about:blank');
      await page.goto(`${origin}/#${encodeState({ ...emptyState, ...state })}`);
      await shoot(name);
    }
    await context.close();
  }
} finally {
  await browser.close();
}
for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exitCode = 1;

/** What the page offers: its navigation, and the panels of the workspace's menu. */
async function shotsOf(page: Page): Promise<Shot[]> {
  const pages = await page
    .locator('nav a')
    .evaluateAll((links) =>
      links.map((link) =>
        decodeURIComponent(/page=([^&]*)/.exec((link as HTMLAnchorElement).hash)?.[1] ?? '"home"'),
      ),
    );
  await page.evaluate(() => (location.hash = 'page=%22workspace%22'));
  await page.getByRole('button', { name: 'Panels' }).click();
  const panels = await page
    .locator('[role=menu] [data-key]')
    .evaluateAll((items) => items.map((item) => (item as HTMLElement).dataset.key!));
  await page.keyboard.press('Escape');
  const cursor = { frame: 250 };
  return [
    ...pages
      .map((id) => JSON.parse(id) as string)
      .map((id) => ({ name: id, state: { page: id, ...cursor } })),
    ...panels.map((id) => ({ name: id, state: { page: 'workspace', panels: [id], ...cursor } })),
    together('proofreading', [['video', 'proofread'], ['timeline']]),
    together('workbench', [['video', 'space', 'scatter'], ['timeline']]),
  ];
}

/** Panels in rows, with an interval chosen. */
function together(name: string, rows: readonly (readonly string[])[]): Shot {
  const views = { workspace: { rows, heights: [0.58, 0.42] } };
  const state = { page: 'workspace', panels: rows.flat(), frame: 250, selection: [205, 330] as const, views };
  return { name, state };
}

/** When nothing is computed or asked for any more, as far as a person could see. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load');
  const busy = page.locator('text=/^(Computing|Loading|Opening|Asking)/').first();
  // Something that is here may begin what takes its time.
  for (let i = 0; i < 3; i++) {
    await page.waitForTimeout(800);
    await busy.waitFor({ state: 'hidden', timeout: 60_000 });
  }
}

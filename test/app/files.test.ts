/** Files of other tools in the page, from a real server: chosen, read, shown, taken in, and written. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type RunningServer } from '../../src/server/index.ts';
import { chromePath, howToGetChrome } from '../learn/engine/chrome.ts';
import { commandLine, projectWithVideo } from '../server/served.ts';

const built = existsSync(resolve('dist/app/index.html'));
if (chromePath === undefined) console.warn(howToGetChrome);
if (!built) console.warn('Skipped: the page is not built (npm run build).');

const poll = <T>(value: () => T) => expect.poll(value, { timeout: 60_000 });
const table = 'scorer,Ada,Ada,Ada,Ada\nbodyparts,nose,nose,tail,tail\ncoords,x,y,x,y\n';

describe.skipIf(chromePath === undefined || !built)('files of other tools in the page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'marey-files-'));
  let browser: Browser;
  let server: RunningServer;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromePath, args: ['--no-sandbox'] });
    const root = await projectWithVideo(folder, 60);
    server = await startServer({ version: 'test', port: 0, folder: root, root, commandLine });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  async function onPage(hash: string, use: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 720 },
      acceptDownloads: true,
    });
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
  const shoot = async (page: Page, name: string): Promise<void> => {
    if (!process.env.MAREY_SHOTS) return;
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${process.env.MAREY_SHOTS}/${name}-${colorScheme}.png` });
    }
  };
  const saved = async (page: Page, press: string): Promise<string> => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: press }).click(),
    ]);
    return readFileSync(await file.path(), 'utf8');
  };

  test('labels: what is wrong is said with file and place, what is right is shown, then taken in; and written', async () => {
    const mine = join(folder, 'mine');
    mkdirSync(join(mine, 'labeled-data', 'run'), { recursive: true });
    const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: '#888' } });
    await picture.png().toFile(join(mine, 'labeled-data', 'run', 'img004.png'));
    writeFileSync(join(mine, 'labels.csv'), `${table}labeled-data/run/img004.png,10,11.5,20,21\n`);
    const wrong = { name: 'wrong.csv', mimeType: 'text/csv' };
    await onPage('page="label"', async (page) => {
      await page.getByRole('button', { name: 'Import…' }).click();
      const dialog = page.getByRole('dialog');
      const alert = dialog.getByRole('alert');
      await dialog
        .getByLabel('Files of labels')
        .setInputFiles({ ...wrong, buffer: Buffer.from(`${table}labeled-data/run/img004.png,1,2,3,far\n`) });
      await poll(() => alert.textContent()).toMatch(/Wherewrong\.csv.*Gotfar|Wherewrong\.csv.*far/);
      await shoot(page, 'import-error');
      expect(await dialog.getByRole('button', { name: 'Take in' }).isDisabled()).toBe(true);
      await dialog.getByLabel('Folder of labels').setInputFiles(mine);
      await poll(() => dialog.locator('.label-reading').textContent()).toContain(
        'Frames1 (1 new, 0 replaced, 0 here already)',
      );
      expect(await dialog.getByRole('alert').count()).toBe(0);
      await shoot(page, 'import-read');
      await dialog.getByRole('button', { name: 'Take in 1 frame' }).click();
      await poll(() => dialog.getByRole('status').textContent()).toContain('in the project');
      await dialog.getByRole('button', { name: 'Done' }).click();

      await page.getByRole('button', { name: 'Export…' }).click();
      await poll(() => page.getByRole('dialog').textContent()).toContain('1 labeled frame');
      await shoot(page, 'export');
      const text = await saved(page, 'DeepLabCut or Lightning Pose CSV (.csv)');
      expect(text).toMatch(/img004\.png,10(\.0)?,11\.5,/);
    });
  });

  test('behavior: a file of BORIS is read, shown and taken in as bouts, and comes out again', async () => {
    const boris =
      'Time,Media file path,Total length,FPS,Subject,Behavior,Behavioral category,Comment,Status\n';
    const row = (time: string, behavior: string, status: string): string =>
      `${time},walk.mp4,2,30,mouse,${behavior},,,${status}\n`;
    const events =
      boris + row('0.5', 'groom', 'START') + row('1', 'groom', 'STOP') + row('1.2', 'peep', 'POINT');
    await onPage('page="workspace"&panels=["behavior","timeline"]', async (page) => {
      await poll(() => page.locator('.behavior-saved').textContent()).toBe('saved');
      await page.getByRole('button', { name: 'Import…' }).click();
      const dialog = page.getByRole('dialog');
      const choose = (name: string, text: string): Promise<void> =>
        dialog
          .getByLabel('File', { exact: true })
          .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
      await choose('wrong.csv', boris + row('1', 'groom', 'START'));
      await poll(() => dialog.getByRole('alert').textContent()).toContain('wrong.csv');
      await choose('day1.csv', events);
      await poll(() => dialog.getByRole('status').textContent()).toMatch(
        /day1\.csv: 2 new bouts\..*New behaviors: groom \(key g\), peep \(key p\)\./,
      );
      await shoot(page, 'import-behavior');
      await dialog.getByRole('button', { name: 'Take in 2 bouts' }).click();
      await poll(() => page.locator('.behavior-bouts li').allTextContents()).toEqual([
        'groom0.50 s0.50 s long',
        'peep1.20 spoint',
      ]);
      await page.locator('[data-lane="behavior"]').waitFor();
      await shoot(page, 'behavior-real');
      await page.getByRole('button', { name: 'Export…' }).click();
      const text = await saved(page, 'As events of BORIS');
      expect(text).toMatch(/groom.*START/);
      expect(text).toMatch(/peep.*POINT/);
    });
  });
});

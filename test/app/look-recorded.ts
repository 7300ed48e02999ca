/** Takes pictures of the page on the recorded project: `npx tsx test/app/look-recorded.ts <folder> [hash]`, after `npm run build`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startServer } from '../../src/server/index.ts';
import { chromePath } from '../learn/engine/chrome.ts';
import { recordedProject } from './recorded-project.ts';

const [folder, hash = 'page="workspace"&panels=["timeline"]'] = process.argv.slice(2);
const made = mkdtempSync(join(tmpdir(), 'marey-look-'));
const root = await recordedProject(made);
const commandLine = { program: process.execPath, first: [], environment: () => process.env };
await using server = await startServer({ version: 'look', port: 0, folder: root, root, commandLine });
const browser = await chromium.launch({ executablePath: chromePath, args: ['--no-sandbox'] });
for (const colorScheme of ['light', 'dark'] as const) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, colorScheme });
  page.on('pageerror', (error) => console.error(error.message));
  await page.goto(server.url);
  await page.goto(`${new URL(server.url).origin}/#${hash}`);
  await page.reload();
  await page.locator('.timeline-head').nth(5).waitFor();
  await page.waitForTimeout(2000);
  await page.screenshot({ path: join(folder, `recorded-${colorScheme}.png`) });
  await page.locator('.timeline-heads').evaluate((heads) => heads.scrollTo(0, 1e6));
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(folder, `recorded-end-${colorScheme}.png`) });
  await page.close();
}
await browser.close();
rmSync(made, { recursive: true, force: true });

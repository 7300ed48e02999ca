/** A network is trained from the page, deafened, and its worse movements are seen. */
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromePath, howToGetChrome } from '../learn/engine/chrome.ts';
import { projectWithVideo, testFolder } from '../server/served.ts';
import { openMarey, pageOn, seriousFindings } from './opened.ts';

if (chromePath === undefined) console.warn(howToGetChrome);

describe.skipIf(chromePath === undefined)('the page of models', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  test('trains a network, changes it, and shows what that does beside the intact run', async () => {
    const root = await projectWithVideo(testFolder(), 12);
    const page = await pageOn(browser, await openMarey(root, root));
    await page.evaluate(() => (location.hash = 'page="models"'));
    await page.getByText('No network yet').waitFor();
    await page.getByLabel('Task').selectOption('posture perturbation');
    await page.getByLabel('Units').fill('8');
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    const scores = page.locator('.models-figures dd:first-of-type');
    await scores.first().waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('posture-perturbation-8-0');
    expect(await scores.count()).toBe(1);

    await page.getByLabel('Operation').selectOption('silence');
    await page.getByRole('combobox', { name: 'Of', exact: true }).selectOption('sensors');
    await page.getByLabel(/^Dose/).fill('1');
    await expect.poll(() => scores.count()).toBe(2);
    const values = (): Promise<number[]> => scores.allTextContents().then((all) => all.map(parseFloat));
    await expect.poll(async () => (await values())[1] > 2 * (await values())[0]).toBe(true);
    expect(await page.locator('.models-charts canvas, .models-charts svg').count()).toBeGreaterThanOrEqual(2);
    expect(await seriousFindings(page)).toEqual([]);

    // The address holds it all.
    await page.reload();
    await expect.poll(() => scores.count()).toBe(2);

    await page.getByRole('combobox', { name: 'Of', exact: true }).selectOption('units');
    await page.getByLabel('Which').fill('left');
    await page.getByText('This cannot be done to the network').waitFor();
  });
});

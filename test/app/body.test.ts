/** A body that was fitted to points stands beside the video, with its muscles. */
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nearestFrames } from '../../src/app/views/space/space-pose.ts';
import { arm, bodyAppearance, loadPhysics } from '../../src/model/body/index.ts';
import { Project } from '../../src/project/index.ts';
import { chromePath, howToGetChrome } from '../learn/engine/chrome.ts';
import { projectWithVideo, testFolder } from '../server/served.ts';
import { openMarey, pageOn, seriousFindings } from './opened.ts';

if (chromePath === undefined) console.warn(howToGetChrome);

test('a frame of a video has the nearest one of the body, and none where the body has none', () => {
  expect([...nearestFrames([0, 0.1, 0.2, 0.3], [0.1, 0.2])]).toEqual([-1, 0, 1, -1]);
  expect([...nearestFrames([0, 1, 2, 3, 4], [0, 2, 4])]).toEqual([0, 1, 1, 2, 2]);
  expect([...nearestFrames([0, 0.01, 0.02], [0.001, 0.011, 0.021])]).toEqual([0, 1, 2]);
  expect([...nearestFrames([0, 1], [])]).toEqual([-1, -1]);
});

describe.skipIf(chromePath === undefined)('the 3D view', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: chromePath,
      args: [
        '--no-sandbox',
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
        '--ignore-gpu-blocklist',
      ],
    });
  });
  afterAll(() => browser?.close());

  test('shows the body, at the cursor', async () => {
    const root = await projectWithVideo(testFolder(), 12);
    {
      const physics = await loadPhysics();
      using model = physics.compile(arm(), { name: 'arm' });
      const elbow = model.joints.find(({ name }) => name === 'elbow_flexion')!.position;
      const { nq } = model.sizes;
      const positions = new Float64Array(12 * nq);
      for (let t = 0; t < 12; t++) positions[t * nq + elbow] = t / 8;
      await using project = await Project.open(root);
      await project.bodies.write('walk', {
        ...bodyAppearance(model, positions),
        times: Float64Array.from({ length: 12 }, (_, t) => t / 30),
      });
    }
    const page = await pageOn(browser, await openMarey(root, root));
    await page.evaluate(() => (location.hash = 'page="workspace"&panels=["video","space"]'));
    const caption = page.locator('.space-caption');
    await caption.getByText('The body that was fitted to the points, with its muscles.').waitFor();
    expect(await caption.textContent()).toMatch(/Grid: 0\.\d m/);
    const drawn = async (frame: number): Promise<string> => {
      await page.evaluate(
        (f) => (location.hash = `page="workspace"&panels=["video","space"]&frame=${f}`),
        frame,
      );
      await page.getByText(`Frame ${frame} of 12`).first().waitFor();
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      return (await page.locator('.space-host canvas').screenshot()).toString('base64');
    };
    const first = await drawn(0);
    await expect.poll(async () => (await drawn(11)) !== first).toBe(true);
    await expect.poll(async () => (await drawn(0)) === first).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
  });
});

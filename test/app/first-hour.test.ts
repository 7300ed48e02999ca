/** The first hour with Marey, as a person has it: the real server, the built page, a browser. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Project } from '../../src/project/index.ts';
import { writeDrawnProject, writeDrawnVideo } from '../cli/drawn-project.ts';
import { chromePath, howToGetChrome } from '../learn/engine/chrome.ts';
import { openMarey, pageOn, patienceMs, seriousFindings } from './opened.ts';

if (chromePath === undefined) console.warn(howToGetChrome);

function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'marey-first-hour-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const goTo = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();

/** The points that the server has confirmed, `frame keypoint` to its place. */
function confirmedPoints(page: Page): Map<string, readonly [number, number]> {
  const confirmed = new Map<string, readonly [number, number]>();
  page.on('response', (response) => {
    const request = response.request();
    if (!response.ok() || request.method() !== 'POST' || !request.url().endsWith('/api/labels')) return;
    const { edits } = request.postDataJSON() as {
      readonly edits: readonly Record<string, never>[];
    };
    for (const { op, frame, keypoint, x, y, instances } of edits) {
      if (op === 'place') confirmed.set(`${String(frame)} ${String(keypoint)}`, [x, y]);
      for (const { points } of (instances ?? []) as { points: [string, number, number][] }[])
        for (const [name, px, py] of points) confirmed.set(`${String(frame)} ${name}`, [px, py]);
    }
  });
  return confirmed;
}

describe.skipIf(chromePath === undefined)('the first hour', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  /** The picture to label is there. */
  const pictureShown = (page: Page): Promise<void> =>
    page.locator('.stage[data-frame]:not([data-waiting])').waitFor();

  const suggestionsShown = (page: Page): Promise<void> =>
    page.getByRole('navigation', { name: 'Frames to label' }).getByRole('listitem').first().waitFor();

  /** Places four keypoints with the keyboard, each a little further. */
  async function labelFrame(page: Page): Promise<void> {
    await pictureShown(page);
    for (let k = 0; k < 4; k++) {
      await page.keyboard.press(k % 2 ? 'Shift+ArrowRight' : 'Shift+ArrowDown');
      await page.keyboard.press('Space');
    }
  }

  test('from my videos: name points, label, be killed in the midst of it, go on, train, see the curve', async () => {
    const folder = testFolder();
    await writeDrawnVideo(join(folder, 'walk.mp4'), 40);
    const server = await openMarey(folder);
    const page = await pageOn(browser, server);
    await page.getByRole('tab', { name: /Start from my videos/ }).click();
    await page.getByRole('button', { name: 'Name files where they lie' }).click();
    await page.getByRole('checkbox', { name: 'walk.mp4' }).check();
    await page.getByLabel('Keypoints, one a line').fill('nose\nleft ear\nright ear\ntail');
    await page.getByRole('button', { name: 'Join in the order of the list' }).click();
    await page.getByLabel('Folder of the project').fill('walks');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Make the project and label frames' }).click();

    const confirmed = confirmedPoints(page);
    await suggestionsShown(page);
    for (let frame = 1; frame <= 3; frame++) {
      await labelFrame(page);
      await expect.poll(() => confirmed.size, { timeout: patienceMs }).toBe(4 * frame);
      await page.keyboard.press('n');
    }
    await pictureShown(page);
    // These are on their way when the power goes.
    await page.keyboard.press('Space');
    await page.keyboard.press('Space');
    await server.end('SIGKILL');
    await page.getByText('The server does not answer.').waitFor();
    const root = join(folder, 'walks');
    {
      await using project = await Project.open(root, { readOnly: true });
      expect(project.labels.problems.filter(({ kind }) => kind === 'damaged')).toEqual([]);
      for (const [name, [x, y]] of confirmed) {
        const [, frame, keypoint] = /^(\S+) (.*)$/.exec(name)!;
        const point = project.labels.frame(frame)?.instances.get('individual')?.get(keypoint);
        expect([point?.x, point?.y], name).toEqual([x, y]);
      }
    }

    const again = await pageOn(browser, await openMarey(folder, root));
    await again.getByRole('heading', { name: 'walks' }).waitFor();
    expect(await seriousFindings(again)).toEqual([]);
    await again.getByRole('button', { name: 'Label frames' }).click();
    await suggestionsShown(again);
    for (let frame = 0; frame < 3; frame++) {
      await again.keyboard.press('n');
      await labelFrame(again);
    }
    await again.getByText('Saved', { exact: true }).waitFor();

    await goTo(again, 'Train');
    await again.getByLabel('Minutes').fill('0.05');
    await again.getByRole('button', { name: /^Automatic.*Network/ }).click();
    await again.getByRole('option', { name: /^Fast/ }).click();
    await again.getByRole('button', { name: 'Train', exact: true }).click();
    await again.getByRole('heading', { name: 'Under way' }).waitFor();
    await again.getByText('in use', { exact: true }).waitFor();
    for (const title of ['Loss on trained frames', 'Error on held-out frames']) {
      const chart = again.getByRole('img', { name: new RegExp(`^${title}.*after \\d+ steps`) }).first();
      expect(await chart.locator('canvas').count()).toBe(1);
    }
    expect(await again.getByRole('row', { name: /in use/ }).textContent()).toMatch(/\d px$/);
    await again.keyboard.press('l');
    expect(await again.getByRole('switch', { name: 'Logarithmic scale' }).isChecked()).toBe(true);
    await again.getByRole('button', { name: 'Evaluate' }).click();
    await again.getByText('A guess without looking').waitFor();
    await again
      .getByRole('img', { name: /^Farthest off: / })
      .first()
      .waitFor();
    expect(await seriousFindings(again)).toEqual([]);

    // A training that was done before is not done again, and the page says so.
    await again.getByRole('button', { name: 'Train', exact: true }).click();
    await again.getByText('This training was done before').waitFor();
  });

  test('my DeepLabCut project: taken over, its steps and their options', async () => {
    const folder = testFolder();
    await writeDrawnProject(join(folder, 'lab'), { frames: 6 });
    const server = await openMarey(folder);
    const page = await pageOn(browser, server);
    await page.getByRole('tab', { name: /Open a project/ }).click();
    await page.getByRole('button', { name: 'lab', exact: true }).click();
    await page.getByRole('button', { name: 'Take over lab' }).click();
    await page.getByText('6 labeled frames').waitFor();
    await page.getByText('This project names no video.').waitFor();
    expect(await seriousFindings(page)).toEqual([]);

    await goTo(page, 'Run');
    const steps = page.getByRole('group', { name: 'Steps' });
    await steps.getByRole('button', { name: /^train.*not made yet/ }).waitFor();
    await steps.getByRole('button', { name: /^track.*cannot be made/ }).click();
    await page.getByText('marey.yaml lists no video').waitFor();
    await steps.getByRole('button', { name: /^export/ }).click();
    await page.getByRole('checkbox', { name: 'h5' }).check();
    await page.getByRole('button', { name: 'Write into marey.yaml' }).click();
    await page.getByText('Written into marey.yaml.').waitFor();
    await using project = await Project.open(join(folder, 'lab-marey'), { readOnly: true });
    expect(project.config.steps['export']).toEqual({ formats: ['csv', 'h5'] });
    await steps.getByRole('button', { name: /^train/ }).click();
    await page.getByLabel('minutes').fill('-3');
    await page.getByRole('button', { name: 'Write into marey.yaml' }).click();
    await page.getByRole('alert').getByText('this option does not fit').waitFor();
    await page.getByLabel('minutes').fill('');
    expect(await seriousFindings(page)).toEqual([]);
  });

  test('the demo: started, seen at work, stopped', async () => {
    const folder = testFolder();
    mkdirSync(join(folder, 'here'));
    const page = await pageOn(browser, await openMarey(join(folder, 'here')));
    await page.getByRole('tab', { name: /Try the demo/ }).click();
    await page.getByRole('button', { name: 'Make the demo' }).click();
    await page.getByRole('progressbar', { name: 'Making the demo', exact: true }).waitFor();
    await page.getByRole('tabpanel').getByText(/\d+ %/).waitFor();
    expect(existsSync(join(folder, 'here', 'marey-demo'))).toBe(true);
    await page.getByRole('tabpanel').getByRole('button', { name: 'Stop: Making the demo' }).click();
    // Stopped before it has labels it leaves the start page; afterwards its project is shown.
    const startPage = page.getByRole('button', { name: 'Make the demo' });
    await startPage.or(page.getByRole('heading', { name: 'demo', exact: true })).waitFor();
  });
});

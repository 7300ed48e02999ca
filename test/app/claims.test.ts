/** A claim is judged from the page by the built program; what was changed afterwards is said. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { numberArray, writeArrays } from '../../src/formats/index.ts';
import { Random } from '../../src/math/random.ts';
import type { ClaimOverview } from '../../src/server/api.ts';
import { chromePath, howToGetChrome } from '../learn/engine/chrome.ts';
import { projectWithVideo, serve, testFolder } from '../server/served.ts';
import { openMarey, pageOn, seriousFindings } from './opened.ts';

if (chromePath === undefined) console.warn(howToGetChrome);

const claim = `claim: What does this signal follow?
data: {files: [data.npz], bin: 0.05}
activity: {of: activity, transform: none}
hypotheses:
  cause: [{of: cause, lags: [0, 0.05]}]
  noise: [{of: noise}]
chance: {shifts: 39}
resamples: 100
recoveries: 2
seed: 1
`;

async function claimedProject(): Promise<string> {
  const root = await projectWithVideo(testFolder(), 12);
  const random = new Random(3);
  const normal = (): Float64Array => Float64Array.from({ length: 600 }, () => random.normal());
  const [cause, noise] = [normal(), normal()];
  const activity = cause.map((v) => v + 0.5 * random.normal());
  mkdirSync(join(root, 'claims'));
  await writeArrays(join(root, 'claims', 'data.npz'), {
    cause: numberArray(cause),
    noise: numberArray(noise),
    activity: numberArray(activity),
  });
  writeFileSync(join(root, 'claims', 'what.yaml'), claim);
  return root;
}

test('the server lists claims, those that are none with why, and judges nothing outside of the project', async () => {
  const root = await claimedProject();
  writeFileSync(join(root, 'claims', 'half.yml'), 'claim: What?\n');
  const server = await serve({ root });
  const claims = await server.get<ClaimOverview[]>('/api/claims');
  expect(claims.map(({ id }) => id)).toEqual(['claims/half.yml', 'claims/what.yaml']);
  expect(claims[0].problem).toMatchObject({ where: expect.stringContaining('half.yml') });
  expect(claims[1]).toMatchObject({
    claim: {
      question: 'What does this signal follow?',
      hypotheses: [
        { name: 'cause', features: ['cause, at once, 0.05 s before'] },
        { name: 'noise', features: ['noise'] },
      ],
    },
    before: [],
  });
  expect(claims[1].judged).toBeUndefined();
  for (const wrong of [
    '../x.yaml',
    'marey.yaml',
    '/etc/x.yaml',
    'claims/../x.yaml',
    'a/b.yaml',
    'data.npz',
  ]) {
    const answer = await server.ask('/api/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'claim', claim: wrong }),
    });
    expect(answer.status, wrong).toBe(400);
  }
  await server.close();
});

describe.skipIf(chromePath === undefined)('the page of claims', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  test('a claim is judged, its verdict is seen, and a change afterwards is said', async () => {
    const root = await claimedProject();
    const page = await pageOn(browser, await openMarey(root, root));
    await page.evaluate(() => (location.hash = 'page="claims"'));
    await page.getByText('No result of this claim has been seen').waitFor();
    await page.getByRole('button', { name: 'Judge', exact: true }).click();
    const verdict = page.locator('.claims-verdict');
    await verdict.waitFor();
    expect(await verdict.textContent()).toContain('"cause" predicts this activity better than chance');
    const rows = page.locator('.claims-table').first().locator('tbody th');
    expect(await rows.allTextContents()).toEqual(['cause', 'noise']);
    expect(await seriousFindings(page)).toEqual([]);

    const path = join(root, 'claims', 'what.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace('seed: 1', 'seed: 2'));
    await page.reload();
    await page.getByText('Changed after a result was seen').waitFor();
    await page.getByText('No result of this claim has been seen').waitFor();
  });
});

/** Takes pictures of the panels, to be looked at: `npx tsx test/app/panels/look.ts <folder> <panels> [query] [hash]`. */
import { join } from 'node:path';
import { servePanels } from './serve.ts';

const [folder, panels = 'timeline', query = '', hash = ''] = process.argv.slice(2);
await using served = await servePanels();
for (const colorScheme of ['light', 'dark'] as const) {
  const page = await served.browser.newPage({ viewport: { width: 1280, height: 720 }, colorScheme });
  page.on('pageerror', (error) => console.error(error.message));
  page.on('console', (message) => console.error(message.text()));
  await page.goto(`${served.url}?panels=${panels}&${query}#${hash}`);
  await page.waitForTimeout(6000);
  await page.screenshot({ path: join(folder, `${panels.replaceAll(',', '-')}-${colorScheme}.png`) });
  await page.close();
}

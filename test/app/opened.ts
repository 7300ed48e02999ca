/** `marey open` as a process of its own, and a browser's page in it: what a person has before them. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { bin } from '../cli/marey.ts';

/** How long something may take on a machine that others use too, ms: what is waited for is a condition, never a time. */
export const patienceMs = 120_000;

export interface Opened {
  readonly url: string;
  /** Ends it in order, or kills it. */
  readonly end: (signal: NodeJS.Signals) => Promise<void>;
}

/** Starts it in the folder `cwd`, with the project `dir` or without one. It ends with the test. */
export async function openMarey(cwd: string, dir?: string): Promise<Opened> {
  const argv = ['open', ...(dir === undefined ? [] : [dir]), '--json', '--no-browser'];
  const child = spawn(process.execPath, [bin, ...argv], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  const end = (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    return ended;
  };
  onTestFinished(() => end('SIGINT'));
  let [out, said] = ['', ''];
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const url = await new Promise<string>((done, fail) => {
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
      if (out.includes('\n')) done((JSON.parse(out.slice(0, out.indexOf('\n'))) as { url: string }).url);
    });
    void ended.then(() => fail(new Error(`marey open ended: ${out}${said}`)));
  });
  return { url, end };
}

/** A page on it, which must throw no error while it is used; closed with the test. */
export async function pageOn(browser: Browser, { url }: Opened): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.stack ?? error.message));
  page.setDefaultTimeout(patienceMs);
  onTestFinished(async () => {
    await page.close();
    expect(failures).toEqual([]);
  });
  await page.goto(url);
  return page;
}

/** What axe holds to be serious or worse on the page as it stands, in light and in dark. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // The page's own policy lets in no script but its own: axe is evaluated from outside.
  const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    const { readFile } = await import('node:fs/promises');
    await page.evaluate(await readFile(axePath, 'utf8'));
    const violations = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      return (await axe.run()).violations.map(({ id, impact, nodes }) => ({
        id,
        impact,
        nodes: nodes.map((n) => n.html),
      }));
    });
    for (const { id, impact, nodes } of violations) {
      if (impact === 'serious' || impact === 'critical')
        found.push(`${colorScheme}, ${id}: ${nodes.join(' | ')}`);
    }
  }
  return found;
}

import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isProject } from '../../project/index.ts';
import { startServer, type CommandLine } from '../../server/index.ts';
import { InputError } from '../../signal/error.ts';
import { command } from '../command.ts';
import { progressVariable } from '../console.ts';
import { passVariable } from '../project.ts';
import { version } from '../version.ts';

export const openCommand = command({
  positionals: [{ name: 'DIR', description: 'the project (default: the current folder)' }],
  options: z.object({
    port: z.coerce.number().int().min(0).max(65_535).default(0).describe('the port, 0 for a free one'),
    browser: z
      .boolean()
      .default(true)
      .describe('open the page in the browser (--no-browser: only print its address)'),
  }),
  details: `The page is served to this machine only, and only to the browser that opened the address printed here. Outside a project it begins
with the ways to get one. Ctrl-C ends it; work that was under way can be taken up again. With --json the first line on standard
output is { url, port }, as soon as it listens.`,
  async run({ DIR }, options, { cwd, console, signal }) {
    const named = DIR[0] ?? options.project;
    const folder = resolve(cwd, named ?? '.');
    const found = await isProject(folder);
    if (!found && named !== undefined) {
      throw new InputError('this folder is no Marey project', {
        where: folder,
        expected: 'a marey.yaml',
        fix: 'Leave the folder away to open, import or make a project in the page.',
      });
    }
    await using server = await startServer({
      version,
      folder,
      root: found ? folder : undefined,
      port: options.port,
      commandLine,
    });
    const { url, port } = server;
    const { json } = options as typeof options & { readonly json: boolean };
    if (json) process.stdout.write(`${JSON.stringify({ url, port })}\n`);
    console.line(found ? `${folder} is open:` : 'Marey is open:');
    console.line(url);
    console.line('Ctrl-C ends it.');
    if (options.browser && !json) openBrowser(url);
    await ended(signal);
    return { url, port };
  },
});

const commandLine: CommandLine = {
  program: process.execPath,
  first: [fileURLToPath(new URL('../../../bin/marey.js', import.meta.url))],
  environment(pass) {
    const { [passVariable]: _, ...environment } = process.env;
    return {
      ...environment,
      [progressVariable]: 'json',
      ...(pass === undefined ? {} : { [passVariable]: pass }),
    };
  },
};

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    signal.addEventListener('abort', () => done(), { once: true });
  });
}

/** Asks the system to show the address; where it cannot, the printed one is at hand. */
function openBrowser(url: string): void {
  const [program, ...first] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler']
        : ['xdg-open'];
  const child = spawn(program, [...first, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

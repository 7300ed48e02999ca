import { CancelledError, UsageError } from '../signal/error.ts';
import type { NamedCommand } from './command.ts';
import { verbs } from './commands/index.ts';
import { programConsole, progressVariable, terminalConsole } from './console.ts';
import { failureOf } from './failure.ts';
import { overview } from './overview.ts';
import { version } from './version.ts';

/** Runs one command line; returns the exit code: 0 done, 1 failed with a clear error, 2 wrong usage. */
export async function main(argv: readonly string[]): Promise<number> {
  const byProgram = process.env[progressVariable] === 'json';
  const makeConsole = byProgram ? programConsole : terminalConsole;
  const console_ = makeConsole({ error: process.stderr, now: () => performance.now() });
  const json = argv.includes('--json');
  const [verb, ...rest] = argv;
  try {
    if (verb === '--version' || verb === '-v') {
      process.stdout.write(`${version}\n`);
      return 0;
    }
    if (verb === undefined || verb === 'help' || verb === '--help' || verb === '-h') {
      process.stdout.write(`${rest[0] ? await help(await find(rest[0])) : overview(verbs, version)}\n`);
      return 0;
    }
    const command = await find(verb);
    if (rest.includes('--help') || rest.includes('-h')) {
      process.stdout.write(`${await help(command)}\n`);
      return 0;
    }
    const { parseCommandLine } = await import('./arguments.ts');
    const { positionals, options } = parseCommandLine(command, rest);
    const abort = new AbortController();
    const interrupt = (): void => abort.abort(new CancelledError('stopped by Ctrl-C'));
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    if (byProgram) stopWithParent(interrupt);
    const context = { console: console_, signal: abort.signal, cwd: process.cwd() };
    const result = await command.run(positionals, options as never, context);
    console_.endProgress();
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else command.print?.(result, console_);
    return 0;
  } catch (error) {
    console_.endProgress();
    const failure = failureOf(error, verb ?? '');
    if (failure === undefined) {
      console_.line(error instanceof Error ? (error.stack ?? error.message) : String(error));
      console_.line('This is a fault in Marey, please report it with the lines above.');
    } else {
      console_.line(`Error: ${failure.message}`);
    }
    if (json) {
      const { name, message } = failure ?? (error instanceof Error ? error : new Error(String(error)));
      const { where, expected, got, fix } = failure?.facts ?? {};
      const told = { name, message, what: failure?.what ?? message, where, expected, got, fix };
      process.stdout.write(`${JSON.stringify({ error: told })}\n`);
    }
    return failure instanceof UsageError ? 2 : 1;
  }
}

/** The program that started this command holds its standard input open as long as it lives. */
function stopWithParent(interrupt: () => void): void {
  process.stdin.on('end', interrupt).on('error', interrupt).resume();
  // A pipe or socket: neither keeps the command from ending.
  (process.stdin as Partial<{ unref(): void }>).unref?.();
}

async function help(command: NamedCommand): Promise<string> {
  return (await import('./help.ts')).commandHelp(command);
}

async function find(name: string): Promise<NamedCommand> {
  const verb = verbs.find((v) => v.name === name);
  if (!verb) {
    throw new UsageError(`there is no command "${name}"`, {
      expected: `one of ${verbs.map((v) => v.name).join(', ')}`,
      fix: 'Run "marey help".',
    });
  }
  return { ...(await verb.load()), name, summary: verb.summary };
}

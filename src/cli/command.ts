import { resolve } from 'node:path';
import type { z } from 'zod';
import type { Console } from './console.ts';

/** Options that every command takes. */
export interface SharedOptions {
  readonly project?: string;
  readonly seed: number;
  readonly threads?: number;
}

/** What a command runs with. */
export interface Context {
  readonly console: Console;
  /** Aborted by Ctrl-C: finish the step at hand, keep what is done. */
  readonly signal: AbortSignal;
  /** Folder the command was typed in; relative paths start here. */
  readonly cwd: string;
}

/** The result of a command: printed by `print`, and as one JSON object with `--json`. */
export type Result = Readonly<Record<string, unknown>>;

/** What the list of commands says of a verb, and where the rest is. Adding a verb is one such record in `commands/index.ts`. */
export interface Verb {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** What a verb takes and does. */
export interface Command<Options extends z.ZodObject = z.ZodObject> {
  /** What stands in place of options on the command line, for instance `VIDEO...`; `[X]` may be left out. */
  readonly positionals: readonly Positional[];
  /** Each field is an option `--kebab-case`; its description is its help. Booleans are flags, defaults are shown. */
  readonly options: Options;
  /** Paragraphs and examples after the options. */
  readonly details?: string;
  run(
    arguments_: Readonly<Record<string, readonly string[]>>,
    options: z.output<Options> & SharedOptions,
    context: Context,
  ): Promise<Result>;
  /** What a person reads when it is done. */
  print?(result: Result, console: Console): void;
}

export interface Positional {
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly repeats?: boolean;
}

/** A command under its name, loaded. */
export type NamedCommand = Command & Pick<Verb, 'name' | 'summary'>;

/** Keeps the types of options and run together. */
export function command<Options extends z.ZodObject>(record: Command<Options>): Command {
  return record as unknown as Command;
}

/** The folder of the project that a command works on. */
export function projectFolder({ project }: SharedOptions, cwd: string): string {
  return resolve(cwd, project ?? '.');
}

import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UsageError } from '../signal/error.ts';
import type { NamedCommand } from './command.ts';

/** Options that every command takes. */
export const sharedOptions = z.object({
  project: z.string().optional().describe('the project folder (default: the current folder)'),
  json: z.boolean().default(false).describe('print one JSON object as the last line of standard output'),
  seed: z.coerce.number().int().default(0).describe('seed of everything random'),
  threads: z.coerce.number().int().positive().optional().describe('processor threads (default: all cores)'),
});

/** What is known of one option without parsing anything: for the parser and the help. */
export interface OptionFacts {
  readonly key: string;
  /** As typed: `--key-name`. */
  readonly flag: string;
  readonly isFlag: boolean;
  /** May be given several times; the values make a list. */
  readonly repeats: boolean;
  readonly description: string;
  readonly default: unknown;
  readonly choices: readonly string[] | undefined;
}

export function optionFacts(schema: z.ZodObject): OptionFacts[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(json.properties ?? {}).map(([key, property]) => {
    const facts = typeof property === 'object' ? property : {};
    return {
      key,
      flag: `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`,
      isFlag: facts.type === 'boolean',
      repeats: facts.type === 'array',
      description: facts.description ?? '',
      default: facts.default,
      choices: facts.enum?.map(String),
    };
  });
}

export interface ParsedArguments {
  readonly positionals: Readonly<Record<string, readonly string[]>>;
  readonly options: Record<string, unknown>;
}

/** Reads a command line by the command's own record. Throws `UsageError` (exit code 2) on anything it does not know. */
export function parseCommandLine(command: NamedCommand, argv: readonly string[]): ParsedArguments {
  const schema = sharedOptions.extend(command.options.shape);
  const facts = optionFacts(schema);
  const help = `Run "marey help ${command.name}" for its options.`;
  let parsed;
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      allowNegative: true,
      options: Object.fromEntries(
        facts.map((f) => [
          f.flag.slice(2),
          { type: f.isFlag ? 'boolean' : 'string', multiple: f.repeats } as const,
        ]),
      ),
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message.split('\n')[0] : 'unreadable command line', {
      where: `marey ${command.name}`,
      fix: help,
      cause,
    });
  }
  const values = Object.fromEntries(
    facts.filter((f) => f.flag.slice(2) in parsed.values).map((f) => [f.key, parsed.values[f.flag.slice(2)]]),
  );
  const checked = schema.safeParse(values);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const fact = facts.find((f) => f.key === issue.path[0]);
    throw new UsageError(issue.message, {
      where: `marey ${command.name} ${fact?.flag ?? ''}`,
      got: fact && fact.key in values ? `"${String(values[fact.key])}"` : undefined,
      fix: help,
    });
  }
  return { positionals: assignPositionals(command, parsed.positionals, help), options: checked.data };
}

function assignPositionals(
  command: NamedCommand,
  given: readonly string[],
  help: string,
): Record<string, readonly string[]> {
  const assigned: Record<string, readonly string[]> = {};
  let next = 0;
  for (const p of command.positionals) {
    const take = p.repeats ? given.slice(next) : given.slice(next, next + 1);
    if (take.length === 0 && p.required) {
      throw new UsageError(`${p.name} is missing`, {
        where: `marey ${command.name}`,
        expected: p.description,
        fix: help,
      });
    }
    assigned[p.name] = take;
    next += take.length;
  }
  if (next < given.length) {
    throw new UsageError(`"${given[next]}" is one argument too many`, {
      where: `marey ${command.name}`,
      fix: help,
    });
  }
  return assigned;
}

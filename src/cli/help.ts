import { optionFacts, sharedOptions, type OptionFacts } from './arguments.ts';
import type { Command } from './command.ts';

/** The list of commands. */
export function overview(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map((c) => c.name.length));
  return [
    `Marey ${version}: video to posture to kinematics, with how wrong it is.`,
    '',
    'Usage: marey <command> [arguments] [options]',
    '',
    ...commands.map((c) => `  ${c.name.padEnd(width)}  ${c.summary}`),
    '',
    'Run "marey help <command>" for a command\'s arguments and options, "marey demo" to see it all work.',
  ].join('\n');
}

/** One command's arguments, options and examples. */
export function commandHelp(command: Command): string {
  const arguments_ = command.positionals.map((p) => {
    const name = p.repeats ? `${p.name}...` : p.name;
    return p.required ? name : `[${name}]`;
  });
  const lines = [
    `${command.summary}`,
    '',
    `Usage: marey ${[command.name, ...arguments_].join(' ')} [options]`,
  ];
  if (command.positionals.length) {
    lines.push('', 'Arguments:', ...table(command.positionals.map((p) => [p.name, p.description])));
  }
  const own = optionFacts(command.options);
  if (own.length) lines.push('', 'Options:', ...table(own.map(optionRow)));
  lines.push('', 'Options of every command:', ...table(optionFacts(sharedOptions).map(optionRow)));
  if (command.details) lines.push('', command.details);
  return lines.join('\n');
}

function optionRow(fact: OptionFacts): [string, string] {
  const value = fact.isFlag ? '' : ` ${fact.choices ? fact.choices.join('|') : 'X'}`;
  const fallback =
    fact.default === undefined || fact.default === false || fact.repeats
      ? ''
      : ` (default: ${String(fact.default)})`;
  return [`${fact.flag}${value}`, `${fact.description}${fallback}`];
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(30, Math.max(...rows.map(([a]) => a.length)));
  return rows.map(([a, b]) => `  ${a.padEnd(width)}  ${b}`);
}

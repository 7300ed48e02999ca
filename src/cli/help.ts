import { optionFacts, sharedOptions, type OptionFacts } from './arguments.ts';
import type { NamedCommand } from './command.ts';

/** One command's arguments, options and examples. */
export function commandHelp(command: NamedCommand): string {
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

import type { Verb } from './command.ts';

/** The list of commands. */
export function overview(verbs: readonly Verb[], version: string): string {
  const width = Math.max(...verbs.map((c) => c.name.length));
  return [
    `Marey ${version}: video to posture to kinematics, with how wrong it is.`,
    '',
    'Usage: marey <command> [arguments] [options]',
    '',
    ...verbs.map((c) => `  ${c.name.padEnd(width)}  ${c.summary}`),
    '',
    'Run "marey help <command>" for a command\'s arguments and options, "marey demo" to see it all work.',
  ].join('\n');
}

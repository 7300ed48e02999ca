/**
 * One published finding put to the test from several seeds, as a card: what was found and by whom, our figures for each seed with their interval, in how many
 * seeds the finding holds, the time a seed takes. A finding that does not hold is reported as such.
 *
 *     npx tsx validation/NAME.ts [--seeds 5] [--from 0] [--data FOLDER] [--write]
 *
 * `--write` keeps the card as `validation/cards/NAME.md`. The exit code is 1 where the finding does not hold.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { mean, standardDeviation, tQuantile } from '../src/math/index.ts';

/** What one seed gave: figures by name, and whether the finding is there. */
export interface SeedResult {
  readonly figures: Readonly<Record<string, number>>;
  readonly holds: boolean;
}

export interface Finding {
  /** Of the script, without `.ts`. */
  readonly name: string;
  readonly title: string;
  /** What was published. */
  readonly finding: string;
  readonly source: string;
  /** What is done here, and how it differs from the published work. */
  readonly setting: string;
  /** When a seed counts as one in which the finding holds. */
  readonly criterion: string;
  /** The fraction of seeds in which it must be there. Default 0.8. */
  readonly needed?: number;
  /** What a reader must know beside the figures. */
  readonly notes?: string;
  /** `data`: the folder of recordings that the command line names, of findings that need one. */
  measure(seed: number, data?: string): Promise<SeedResult>;
}

/** The fraction of seeds in which a finding must be there to hold, where it says no other. */
const usuallyNeeded = 0.8;

/** Runs the seeds that the command line names, prints the card and keeps it on `--write`. */
export async function card(finding: Finding): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      seeds: { type: 'string', default: '5' },
      from: { type: 'string', default: '0' },
      data: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  const from = Number(options.from);
  const results: (SeedResult & { readonly seed: number; readonly seconds: number })[] = [];
  let text = '';
  for (let seed = from; seed < from + Number(options.seeds); seed++) {
    const start = process.cpuUsage().user;
    const result = await finding.measure(seed, options.data);
    results.push({ seed, seconds: (process.cpuUsage().user - start) / 1e6, ...result });
    const figures = Object.entries(result.figures).map(([name, value]) => `${name} ${digits(value)}`);
    console.error(`seed ${seed}: ${result.holds ? 'holds' : 'does not hold'}; ${figures.join(', ')}`);
    const held = results.filter((r) => r.holds).length;
    const holds = held >= (finding.needed ?? usuallyNeeded) * results.length;
    text = page(
      finding,
      results,
      `${holds ? 'Holds' : 'Does not hold'}: in ${held} of ${results.length} seeds`,
    );
    process.exitCode = holds ? 0 : 1;
    // After each seed, so that what was measured stays where a run is stopped.
    if (options.write) {
      const folder = resolve(import.meta.dirname, 'cards');
      mkdirSync(folder, { recursive: true });
      writeFileSync(resolve(folder, `${finding.name}.md`), text);
    }
  }
  console.log(text);
}

function page(
  { name, title, finding, source, setting, criterion, notes }: Finding,
  results: readonly (SeedResult & { readonly seed: number; readonly seconds: number })[],
  verdict: string,
): string {
  const names = Object.keys(results[0].figures);
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const of = (figure: string): number[] => results.map((r) => r.figures[figure]);
  const seconds = results.map((r) => r.seconds);
  return [
    `# ${title}`,
    '',
    `**Finding:** ${finding}`,
    '',
    `**Source:** ${source}`,
    '',
    `**Here:** ${setting}`,
    '',
    `**A seed holds where** ${criterion}.`,
    '',
    `**${verdict}.** \`npx tsx validation/${name}.ts\``,
    '',
    row(['', ...results.map((r) => `seed ${r.seed}`), 'mean', '95 % interval']),
    row(['---', ...results.map(() => '---'), '---', '---']),
    ...names.map((n) => row([n, ...of(n).map(digits), digits(mean(of(n))), interval(of(n))])),
    row(['holds', ...results.map((r) => (r.holds ? 'yes' : 'no')), '', '']),
    row(['processor, s', ...seconds.map((s) => s.toFixed(0)), mean(seconds).toFixed(0), '']),
    '',
    'The interval is of the mean over seeds (Student).',
    ...(notes ? ['', notes] : []),
    '',
    `${new Date().toISOString().slice(0, 10)}, ${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}`,
    '',
  ].join('\n');
}

const digits = (x: number): string =>
  Math.abs(x) >= 100 ? x.toFixed(0) : Math.abs(x) >= 10 ? x.toFixed(1) : x.toFixed(3);

/** Of the mean, by Student's t. */
function interval(values: readonly number[]): string {
  if (values.length < 2) return '';
  const half = (tQuantile(0.975, values.length - 1) * standardDeviation(values)) / Math.sqrt(values.length);
  return `${digits(mean(values) - half)} to ${digits(mean(values) + half)}`;
}

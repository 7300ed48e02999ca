/**
 * How wrong is a network after so many minutes of training? Imports each project, trains and evaluates it by the commands, once a
 * seed (which also draws the held-out frames), and prints a table. By hand:
 *
 *   npm run build && node bench/pose/accuracy.js --minutes 15 --seeds 1,2,3,4,5 --split random:0.2 project...
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '15' },
    seeds: { type: 'string', default: '1,2,3,4,5' },
    split: { type: 'string', default: 'random:0.2' },
    threads: { type: 'string' },
    network: { type: 'string' },
  },
});

const bin = fileURLToPath(new URL('../../bin/marey.js', import.meta.url));

function marey(...args) {
  const output = execFileSync(process.execPath, [bin, ...args, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(output.trim().split('\n').at(-1));
}

const optional = Object.entries({ threads: values.threads, network: values.network }).flatMap(
  ([name, value]) => (value === undefined ? [] : [`--${name}`, value]),
);
const middle = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

console.log(
  '| project | seed | steps | load | mean px | median | worst | worst, body lengths | trained frames | a constant guess |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
for (const source of positionals) {
  const means = [];
  for (const seed of values.seeds.split(',')) {
    const folder = mkdtempSync(join(tmpdir(), 'marey-accuracy-'));
    try {
      const project = ['--project', join(folder, 'project')];
      marey('import', source, '--to', project[1]);
      const chosen = ['--minutes', values.minutes, '--split', values.split, '--seed', seed];
      const { steps } = marey('train', ...project, ...chosen, ...optional);
      const load = loadavg()[2].toFixed(1);
      const e = marey('evaluate', ...project, '--seed', seed);
      means.push(e.testErrorPx);
      const px = [e.testErrorPx, e.testMedianPx, e.testMaxPx].map((x) => x.toFixed(2)).join(' | ');
      const length = e.bodyLengthPx === null ? '-' : (e.testMaxPx / e.bodyLengthPx).toFixed(2);
      console.log(
        `| ${basename(source)} | ${seed} | ${steps.join(' + ')} | ${load} | ${px} | ${length} | ${e.trainErrorPx.toFixed(2)} | ${e.nullErrorPx?.toFixed(0) ?? '-'} |`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  console.log(`${basename(source)}: median over seeds of the mean error ${middle(means).toFixed(2)} px`);
}

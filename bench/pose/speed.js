/**
 * How many frames a second are tracked, decoding included? Rounds of the modes are interleaved. By hand, on a project with a trained
 * network: npm run build && node bench/pose/speed.js --project P [--rounds 3] video...
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
    project: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string' },
  },
});

const bin = fileURLToPath(new URL('../../bin/marey.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'marey-speed-'));
const threads = values.threads === undefined ? [] : ['--threads', values.threads];

function track(video, mode) {
  const args = [
    'track',
    video,
    '--project',
    values.project,
    '--mode',
    mode,
    '--out',
    join(folder, 'track.csv'),
  ];
  const output = execFileSync(process.execPath, [bin, ...args, ...threads, '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(output.trim().split('\n').at(-1));
}

console.log('| video | frames | mode | frames/s, each round | load |');
console.log('| --- | --- | --- | --- | --- |');
for (const video of positionals) {
  const speeds = { follow: [], each: [] };
  let frames = 0;
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const mode of Object.keys(speeds)) {
      const result = track(video, mode);
      frames = result.frames;
      speeds[mode].push(result.framesPerSecond.toFixed(0));
    }
  }
  for (const [mode, list] of Object.entries(speeds))
    console.log(
      `| ${basename(video)} | ${frames} | ${mode} | ${list.join(', ')} | ${loadavg()[0].toFixed(1)} |`,
    );
}
rmSync(folder, { recursive: true, force: true });

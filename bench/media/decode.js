/**
 * How fast are frames, against `ffmpeg -f null` on the same file with as many threads? Rounds are interleaved, so that a
 * busy machine slows both. By hand: npm run build && node bench/media/decode.js [--threads 2] [--rounds 5] video...
 */
import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { openVideo } from '../../dist/media/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: 'string', default: '2' }, rounds: { type: 'string', default: '5' } },
});
const threads = Number(values.threads);

/** Seconds on the clock and of processor time that ffmpeg needs to decode all of a file and drop it. */
async function byFfmpeg(path) {
  const args = [
    '-hide_banner',
    '-nostdin',
    '-benchmark',
    '-threads',
    String(threads),
    '-i',
    path,
    '-f',
    'null',
    '-',
  ];
  const start = performance.now();
  const { stderr } = await promisify(execFile)('ffmpeg', args);
  const wall = (performance.now() - start) / 1000;
  const [, user, system] = /utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr);
  return { wall, cpu: Number(user) + Number(system) };
}

/** The same for opening a video here and reading all its frames. */
async function byUs(path, options) {
  const start = performance.now();
  const before = process.cpuUsage();
  const video = await openVideo(path, { threads, reuse: true, ...options });
  let count = 0;
  for await (const frame of video.frames()) count += frame.data.length > 0 ? 1 : 0;
  await video[Symbol.asyncDispose]();
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6, count };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** Milliseconds that single frames at random take, median and 95th percentile. */
async function seekTimes(path) {
  const video = await openVideo(path, { threads, gray: true, cacheBytes: 0 });
  const times = [];
  for (let i = 0; i < 60; i++) {
    const start = performance.now();
    await video.frame((i * 7919) % video.info.frameCount);
    times.push(performance.now() - start);
  }
  await video[Symbol.asyncDispose]();
  times.sort((a, b) => a - b);
  return [times[30], times[57]];
}

const shapes = { gray: { gray: true }, 'gray, width 160': { gray: true, width: 160 }, color: {} };
console.log(`${threads} threads, ${values.rounds} rounds, medians; speed is ffmpeg's time over ours\n`);
console.log(
  '| video | frames | speed by the clock | speed by processor time | frames/s | seek median, p95 |',
);
console.log('|---|---|---|---|---|---|');
for (const path of positionals) {
  const [middle, tail] = await seekTimes(path);
  for (const [shape, options] of Object.entries(shapes)) {
    const rounds = [];
    for (let i = 0; i < Number(values.rounds); i++) {
      const [theirs, ours] = [await byFfmpeg(path), await byUs(path, options)];
      rounds.push({
        wall: theirs.wall / ours.wall,
        cpu: theirs.cpu / ours.cpu,
        rate: ours.count / ours.wall,
      });
    }
    const column = (name, digits) => median(rounds.map((r) => r[name])).toFixed(digits);
    const seeks = shape === 'gray' ? `${middle.toFixed(0)} ms, ${tail.toFixed(0)} ms` : '';
    const cells = [
      `${basename(path)}, ${shape}`,
      (await byUs(path, options)).count,
      column('wall', 2),
      column('cpu', 2),
    ];
    console.log(`| ${[...cells, column('rate', 0), seeks].join(' | ')} |`);
  }
}

/**
 * How fast are frames, against `ffmpeg -f null` on the same file with as many threads? Rounds are interleaved, so that a
 * busy machine slows both. Generated videos first, then those named. Needs ffmpeg on the PATH. By hand:
 *
 *   npm run build && node bench/media/decode.js [--threads 2] [--rounds 5] [--no-generated] [video...]
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { openVideo } from '../../dist/media/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    threads: { type: 'string', default: String(Math.min(4, availableParallelism())) },
    rounds: { type: 'string', default: '5' },
    generated: { type: 'boolean', default: true },
  },
});
const threads = Number(values.threads);
const run = promisify(execFile);

/** Moving pictures with the noise of a camera, 300 frames each, as the cameras and tools of the field encode them. */
const GENERATED = {
  'h264-640x480.mp4': ['640x480', '-c:v libx264 -crf 23 -pix_fmt yuv420p'],
  'h264-1280x1024.mp4': ['1280x1024', '-c:v libx264 -crf 23 -pix_fmt yuv420p'],
  'h264-full-range-640x480.mp4': ['640x480', '-c:v libx264 -crf 23 -pix_fmt yuvj420p'],
  'motion-jpeg-640x480.avi': ['640x480', '-c:v mjpeg -q:v 4 -pix_fmt yuvj420p'],
  'hevc-640x480.mp4': ['640x480', '-c:v libx265 -crf 26 -preset veryfast -x265-params log-level=none'],
};

async function generate(folder) {
  const paths = [];
  for (const [name, [size, codec]] of Object.entries(GENERATED)) {
    const path = join(folder, name);
    const picture = `testsrc2=size=${size}:rate=30:duration=10,noise=alls=6:allf=t`;
    await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', picture, ...codec.split(' '), path]);
    paths.push(path);
  }
  return paths;
}

/** Seconds on the clock and of processor time that ffmpeg needs to decode all of a file and drop it. */
async function byFfmpeg(path, output = []) {
  const decode = ['-hide_banner', '-nostdin', '-benchmark', '-threads', String(threads), '-i', path, '-an'];
  const start = performance.now();
  const { stderr } = await run('ffmpeg', [...decode, ...output, '-f', 'null', '-']);
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
  for (let i = 0; i < 40; i++) {
    const start = performance.now();
    await video.frame((i * 7919) % video.info.frameCount);
    times.push(performance.now() - start);
  }
  await video[Symbol.asyncDispose]();
  times.sort((a, b) => a - b);
  return `${times[20].toFixed(0)}, ${times[38].toFixed(0)} ms`;
}

/** Gray is what tracking reads. ffmpeg's own conversion to RGB is the fairer peer of color: its ratio stands beside. */
const SHAPES = { gray: { gray: true }, color: {} };

async function row(path, shape) {
  const rounds = [];
  for (let i = 0; i < Number(values.rounds); i++) {
    const theirs = await byFfmpeg(path);
    const ours = await byUs(path, SHAPES[shape]);
    const rgb = shape === 'color' ? await byFfmpeg(path, ['-pix_fmt', 'rgb24']) : { wall: NaN };
    rounds.push({
      clock: theirs.wall / ours.wall,
      cpu: theirs.cpu / ours.cpu,
      rgb: rgb.wall / ours.wall,
      rate: ours.count / ours.wall,
      count: ours.count,
    });
  }
  const column = (name, digits) => median(rounds.map((r) => r[name])).toFixed(digits);
  const rgb = shape === 'color' ? column('rgb', 2) : '';
  const seeks = shape === 'gray' ? await seekTimes(path) : '';
  const cells = [basename(path), shape, column('count', 0), column('clock', 2), column('cpu', 2), rgb];
  return `| ${[...cells, column('rate', 0), seeks].join(' | ')} |`;
}

const folder = await mkdtemp(join(tmpdir(), 'marey-bench-'));
try {
  const generated = values.generated ? await generate(folder) : [];
  const { stdout } = await run('ffmpeg', ['-version']);
  console.log(
    `${threads} threads, ${values.rounds} interleaved rounds, medians; ${stdout.split(' Copyright')[0]}`,
  );
  console.log("A ratio is ffmpeg's time over ours: above 1, ours is faster.\n");
  console.log(
    '| video | as | frames | by the clock | by processor time | against ffmpeg to RGB | frames/s | seek: median, p95 |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
  for (const path of [...generated, ...positionals]) {
    for (const shape of Object.keys(SHAPES)) console.log(await row(path, shape));
  }
} finally {
  await rm(folder, { recursive: true });
}

/** Builds the page of panels and serves it with the answers of a project that was never recorded. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { chromium, type Browser } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import { Random } from '../../../src/math/random.ts';
import type { LabelsAnswer, ProjectOverview, TrackOverview, VideoInfo } from '../../../src/server/api.ts';
import { chromePath } from '../../learn/engine/chrome.ts';

export const keypoints = [
  'nose',
  'left_ear',
  'right_ear',
  'neck',
  'body',
  'left_hip',
  'right_hip',
  'tail_base',
];
/** x forward, y to the right, px. */
const shape = [
  [34, 0],
  [22, -10],
  [22, 10],
  [14, 0],
  [0, 0],
  [-18, -10],
  [-18, 10],
  [-30, 0],
];

interface Recorded {
  readonly frames: number;
  readonly times: Float64Array;
  readonly values: Buffer;
}

/** A mouse that walks in circles with stops: 300 s with irregular times (a gap of 2 s, jitter), and no nose for a while. */
function recorded(frames: number, seconds: number): Recorded {
  const random = new Random(3);
  const times = Float64Array.from(
    { length: frames },
    (_, i) => ((i + random.uniform() * 0.3) * seconds) / frames,
  );
  const late = Math.floor(frames / 3);
  for (let i = late; i < frames; i++) times[i] = times[i] * 0.99 + 0.01 * seconds;
  const positions = new Float32Array(frames * keypoints.length * 2);
  const confidence = new Float32Array(frames * keypoints.length);
  let [x, y, heading, pace] = [300, 220, 0, 0];
  for (let t = 0; t < frames; t++) {
    const dt = t > 0 ? times[t] - times[t - 1] : 0;
    const moving = Math.sin(times[t] / 4) > -0.2;
    pace += (dt / 0.4) * ((moving ? 90 : 0) - pace);
    heading += dt * (0.9 + 0.8 * Math.sin(times[t] / 3));
    x += Math.cos(heading) * pace * dt + (300 - x) * dt * 0.05;
    y += Math.sin(heading) * pace * dt + (220 - y) * dt * 0.05;
    keypoints.forEach((_, k) => {
      const swing = Math.sin(times[t] * 14 + k) * pace * 0.03;
      const [a, b] = [shape[k][0], shape[k][1] + swing];
      const at = t * keypoints.length + k;
      const hidden = k === 0 && t % 900 > 820;
      positions[2 * at] = hidden
        ? NaN
        : x + Math.cos(heading) * a - Math.sin(heading) * b + random.normal() * 0.4;
      positions[2 * at + 1] = hidden
        ? NaN
        : y + Math.sin(heading) * a + Math.cos(heading) * b + random.normal() * 0.4;
      confidence[at] = hidden ? NaN : 0.75 + 0.25 * random.uniform();
    });
  }
  return { frames, times, values: Buffer.concat([bytes(positions), bytes(confidence)]) };
}

/** Frames without a track. */
function timesOnly(frames: number, seconds: number): Recorded {
  const times = Float64Array.from({ length: frames }, (_, i) => (i * seconds) / frames);
  return { frames, times, values: Buffer.alloc(0) };
}

const bytes = (array: Float32Array | Float64Array): Buffer =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength);

const recordings: Readonly<Record<string, () => Recorded>> = {
  open: kept(() => recorded(9000, 300)),
  // 125,000 frames of 8 keypoints: a million points.
  long: kept(() => recorded(125_000, 4000)),
  // A million frames for measures that the page makes itself.
  million: kept(() => timesOnly(1_000_000, 30_000)),
};

function kept<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= make());
}

const info = (id: string): VideoInfo => ({
  id,
  frameCount: recordings[id]().frames,
  width: 600,
  height: 440,
  channels: 1,
  framesPerSecond: 30,
  durationSeconds: 300,
  warnings: [],
});
const track = (id: string): TrackOverview => ({
  id,
  name: `${id} by model`,
  video: id,
  keypoints,
  frames: recordings[id]().frames,
  covariance: false,
  individual: 'individual',
  corrections: id,
  key: 'key',
});
const labels: LabelsAnswer = {
  revision: 1,
  frames: [100, 900, 2500, 7000].map((frame) => ({
    op: 'frame',
    frame: `open/open.mp4#${frame}`,
    recording: 'open',
    picture: { video: 'videos/open.mp4', frame },
    instances: [],
  })),
};
const project = (): ProjectOverview => ({
  name: 'panels',
  root: '/nowhere',
  skeleton: {
    keypoints,
    edges: [
      [0, 1],
      [0, 2],
      [0, 3],
      [3, 4],
      [4, 5],
      [4, 6],
      [4, 7],
    ],
    symmetries: [
      [1, 2],
      [5, 6],
    ],
  },
  individuals: ['animal'],
  videos: Object.keys(recordings).map((id) => ({ id, name: `${id}.mp4`, recording: id })),
  tracks: Object.keys(recordings)
    .filter((id) => id !== 'million')
    .map(track),
  labeledFrames: labels.frames.length,
  notes: [],
});

function answer(path: string): unknown {
  const [kind, id, what] = path.split('/');
  if (kind === 'project') return project();
  if (kind === 'labels') return labels;
  if (!(id in recordings)) return undefined;
  if (kind === 'videos') return what === 'times' ? bytes(recordings[id]().times) : info(id);
  if (kind === 'tracks') return what === 'values' ? recordings[id]().values : track(id);
  return undefined;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

export interface Panels extends AsyncDisposable {
  readonly url: string;
  readonly browser: Browser;
}

export async function servePanels(): Promise<Panels> {
  const built = (await build({
    root: fileURLToPath(new URL('.', import.meta.url)),
    configFile: false,
    base: './',
    plugins: [react()],
    logLevel: 'error',
    build: { write: false, minify: false, chunkSizeWarningLimit: 10_000, target: 'esnext' },
  })) as Rolldown.RolldownOutput;
  const files = new Map(
    built.output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]),
  );
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname === '/' ? '/index.html' : pathname;
    if (path.startsWith('/api/')) {
      const body = answer(decodeURIComponent(path.slice('/api/'.length)));
      if (body === undefined) response.writeHead(404).end('{"error":{"message":"not there"}}');
      else if (Buffer.isBuffer(body)) response.end(body);
      else response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
      return;
    }
    const file = files.get(path);
    if (file === undefined) response.writeHead(404).end();
    else response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream').end(file);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({
    executablePath: chromePath,
    args: [
      '--no-sandbox',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--ignore-gpu-blocklist',
    ],
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    browser,
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

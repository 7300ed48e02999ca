/**
 * A server that answers as `marey open` does, over labels in memory and videos that are drawn when asked. Every frame carries its
 * index in the color of its upper left corner, so that a test can see which frame a page shows.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { build } from 'vite';
import { expect } from 'vitest';
import {
  applyBehaviorEdits,
  behaviorEditSchema,
  noBehavior,
  type BehaviorState,
} from '../../src/project/behavior.ts';
import {
  applyCorrectionEdits,
  correctionEditSchema,
  type CorrectionState,
} from '../../src/project/corrections.ts';
import { applyEdits, editSchema, frameEdit, type LabelState } from '../../src/project/edits.ts';
import type { ProjectOverview, Suggestion, TrackOverview, VideoInfo } from '../../src/server/api.ts';
import { skeleton } from '../../src/signal/skeleton.ts';
import { MareyError } from '../../src/signal/error.ts';

export const width = 320;
export const height = 240;
export const keypoints = ['snout', 'leftear', 'rightear', 'tailbase'];

export interface FakeVideo {
  readonly id: string;
  readonly frameCount: number;
  readonly framesPerSecond: number;
}

/** Where keypoint `k` is in frame `frame`, px. */
export function truth(frame: number, k: number): { x: number; y: number } {
  return { x: 60 + 40 * k + (frame % 50), y: 80 + 25 * k };
}

export class FakeProject {
  readonly state: LabelState = new Map();
  revision = 0;
  readonly corrections: CorrectionState = new Map();
  correctionsRevision = 0;
  readonly behavior: BehaviorState = noBehavior();
  behaviorRevision = 0;
  /** How long the journal takes to be on the disk, ms. */
  journalMs = 0;
  /** Frames, both included, in which the network takes each ear for the other. */
  swapped: readonly [number, number] | undefined;
  /** Widths at which pictures were asked for, null where at their own. */
  readonly widths: (number | null)[] = [];
  /** Edits that were asked for. */
  readonly requests: unknown[] = [];
  readOnly: string | undefined;
  /** The status with which edits are refused. */
  refuses: number | undefined;
  /** How long a picture takes, ms. */
  pictureMs: (frame: number) => number = () => 0;
  readonly videos: readonly FakeVideo[];
  readonly events = new Set<ServerResponse>();

  constructor(videos: readonly FakeVideo[] = [{ id: 'v', frameCount: 200, framesPerSecond: 50 }]) {
    this.videos = videos;
  }

  overview(): ProjectOverview {
    return {
      name: 'fake',
      root: 'fake',
      readOnly: this.readOnly,
      skeleton: skeleton(keypoints, [
        ['snout', 'leftear'],
        ['snout', 'rightear'],
        ['snout', 'tailbase'],
      ]),
      individuals: ['individual'],
      videos: this.videos.map(({ id }) => ({ id, name: `${id}.mp4`, recording: 'r' })),
      tracks: this.videos.map((video) => this.track(video)),
      labeledFrames: this.state.size,
      notes: [],
    };
  }

  track({ id, frameCount }: FakeVideo): TrackOverview {
    return {
      id: `${id}-track`,
      name: id,
      video: id,
      keypoints,
      frames: frameCount,
      covariance: true,
      individual: 'individual',
      corrections: id,
      key: 'key',
    };
  }

  video({ id, frameCount, framesPerSecond }: FakeVideo): VideoInfo {
    const durationSeconds = frameCount / framesPerSecond;
    return { id, frameCount, width, height, channels: 3, framesPerSecond, durationSeconds, warnings: [] };
  }

  edit(body: { edits: unknown[]; page?: string }) {
    this.requests.push(body);
    const edits = body.edits.map((edit) => editSchema.parse(edit));
    const undo = applyEdits(this.state, edits);
    this.revision++;
    const told = JSON.stringify({ revision: this.revision, edits, page: body.page });
    for (const response of this.events) response.write(`event: labels\ndata: ${told}\n\n`);
    return { revision: this.revision, undo };
  }

  mark(body: { edits: unknown[]; page?: string }) {
    this.requests.push(body);
    const edits = body.edits.map((edit) => behaviorEditSchema.parse(edit));
    const { undo } = applyBehaviorEdits(this.behavior, edits);
    this.behaviorRevision++;
    const told = JSON.stringify({ revision: this.behaviorRevision, edits, page: body.page });
    for (const response of this.events) response.write(`event: behavior\ndata: ${told}\n\n`);
    return { revision: this.behaviorRevision, undo };
  }

  correct(body: { edits: unknown[]; page?: string }) {
    this.requests.push(body);
    const edits = body.edits.map((edit) => correctionEditSchema.parse(edit));
    const { undo } = applyCorrectionEdits(this.corrections, edits);
    this.correctionsRevision++;
    const told = JSON.stringify({ revision: this.correctionsRevision, edits, page: body.page });
    for (const response of this.events) response.write(`event: corrections\ndata: ${told}\n\n`);
    return { revision: this.correctionsRevision, undo };
  }
}

async function bodyOf<T>(request: IncomingMessage): Promise<T> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as T;
}

async function picture(frame: number): Promise<Buffer> {
  const rgb = `rgb(${frame & 255}, ${frame >> 8}, 77)`;
  const discs = keypoints.map((_, k) => {
    const { x, y } = truth(frame, k);
    return `<circle cx="${x + 0.5}" cy="${y + 0.5}" r="6" fill="#ddd"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="#445"/>${discs.join('')}
    <rect width="32" height="32" fill="${rgb}"/></svg>`;
  return sharp(Buffer.from(svg)).png({ compressionLevel: 1 }).toBuffer();
}

function values({ frameCount }: FakeVideo, swapped: FakeProject['swapped']): Buffer {
  const points = frameCount * keypoints.length;
  const all = new Float32Array(6 * points);
  for (let i = 0; i < points; i++) {
    const [frame, k] = [Math.floor(i / keypoints.length), i % keypoints.length];
    const isSwapped = swapped && frame >= swapped[0] && frame <= swapped[1];
    const { x, y } = truth(frame, isSwapped ? ([0, 2, 1, 3][k] ?? k) : k);
    all.set([x, y], 2 * i);
    all[2 * points + i] = frame === 120 ? 0.2 : 0.95;
    all.set([9, 3, 4], 3 * points + 3 * i);
  }
  return Buffer.from(all.buffer);
}

function suggestions(video: string, count: number): Suggestion[] {
  return Array.from({ length: count }, (_, i) => ({
    video,
    frame: 3 + 9 * i,
    reason: 'looks unlike the labeled frames',
  }));
}

async function answer(
  project: FakeProject,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, , kind, id, part, index] = url.pathname.split('/').map(decodeURIComponent);
  const json = (value: unknown, status = 200): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  const video = project.videos.find((v) => v.id === id || `${v.id}-track` === id);
  switch (kind) {
    case 'project':
      return json(project.overview());
    case 'videos':
      if (!video) break;
      if (part === 'times') {
        const times = Float64Array.from({ length: video.frameCount }, (_, i) => i / video.framesPerSecond);
        return void response.end(Buffer.from(times.buffer));
      }
      if (part !== 'frames') return json(project.video(video));
      project.widths.push(url.searchParams.has('width') ? Number(url.searchParams.get('width')) : null);
      await new Promise((resolve) => setTimeout(resolve, project.pictureMs(Number(index))));
      return void response.setHeader('content-type', 'image/png').end(await picture(Number(index)));
    case 'tracks':
      if (!video) break;
      if (part === 'corrections') {
        if (project.refuses !== undefined)
          return json({ error: { message: 'The disk is full' } }, project.refuses);
        return json(project.correct(await bodyOf(request)));
      }
      return part === 'values'
        ? void response.end(values(video, project.swapped))
        : json(project.track(video));
    case 'corrections': {
      const tracks = [...project.corrections].map(([track, all]) => [track, [...all.values()]]);
      return json({ revision: project.correctionsRevision, tracks: Object.fromEntries(tracks) });
    }
    case 'behavior': {
      if (request.method === 'GET') {
        const { behaviors, bouts } = project.behavior;
        const revision = project.behaviorRevision;
        return json({ revision, behaviors: [...behaviors.values()], bouts: [...bouts.values()] });
      }
      const body = await bodyOf<{ edits: unknown[] }>(request);
      await new Promise((resolve) => setTimeout(resolve, project.journalMs));
      if (project.refuses !== undefined)
        return json({ error: { message: 'The disk is full' } }, project.refuses);
      return json(project.mark(body));
    }
    case 'labels': {
      if (id === 'picture') return void response.setHeader('content-type', 'image/png').end(await picture(0));
      if (request.method === 'GET') {
        const frames = [...project.state].map(([key, labels]) => frameEdit(key, labels));
        return json({ revision: project.revision, frames });
      }
      const body = await bodyOf<{ edits: unknown[] }>(request);
      if (project.refuses !== undefined) {
        return json({ error: { message: 'The disk is full', fix: 'Make room.' } }, project.refuses);
      }
      return json(project.edit(body));
    }
    case 'suggestions':
      return json(suggestions(url.searchParams.get('video')!, Number(url.searchParams.get('count'))));
    case 'events':
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
      project.events.add(response);
      request.on('close', () => project.events.delete(response));
      return;
  }
  json({ error: { message: `There is no ${url.pathname}` } }, 404);
}

/** The page with one view, bundled once. Paths to bytes. */
async function bundle(): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const result = await build({
    configFile: false,
    root: fileURLToPath(new URL('one-view', import.meta.url)),
    base: './',
    logLevel: 'error',
    plugins: [react()],
    build: { write: false, target: 'es2022', minify: false },
  });
  if (Array.isArray(result) || !('output' in result)) throw new Error('one bundle was expected');
  return new Map(result.output.map((o) => [`/${o.fileName}`, o.type === 'chunk' ? o.code : o.source]));
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** Serves the project; `use` gets the address of the page. */
async function withFakeServer<T>(project: FakeProject, use: (address: string) => Promise<T>): Promise<T> {
  const files = await bundle();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path.startsWith('/api/')) {
      answer(project, request, response).catch((error: Error) => {
        const status = error instanceof MareyError ? 400 : 500;
        response.writeHead(status).end(JSON.stringify({ error: { message: error.message } }));
      });
      return;
    }
    const file = files.get(path === '/' ? '/index.html' : path);
    const type = types[extname(path === '/' ? 'index.html' : path)] ?? 'application/octet-stream';
    if (file === undefined) response.writeHead(404).end();
    else response.setHeader('content-type', type).end(file);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** A page of the fake server, which must throw no error while it is used. */
export async function withPage(
  browser: Browser,
  project: FakeProject,
  query: string,
  use: (page: Page, address: string) => Promise<void>,
): Promise<void> {
  await withFakeServer(project, async (address) => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(error.stack ?? error.message));
    page.setDefaultTimeout(20_000);
    try {
      await page.goto(`${address}${query}`);
      await use(page, address);
    } finally {
      await page.close();
    }
    expect(failures).toEqual([]);
  });
}

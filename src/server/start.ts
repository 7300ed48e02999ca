import { rename } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { Hono } from 'hono';
import { folderNameOf } from '../project/config.ts';
import { makeFolder } from '../project/folder.ts';
import { exists, importProject, Project } from '../project/index.ts';
import { InputError, UsageError } from '../signal/error.ts';
import { skeleton } from '../signal/skeleton.ts';
import type { z } from 'zod';
import { startRequest } from './api.ts';
import { ConflictError } from './failure.ts';
import { jsonBody } from './request.ts';
import type { ServerState } from './state.ts';
import type { Uploads } from './uploads.ts';

type Request<Door extends string> = Extract<z.output<typeof startRequest>, { readonly door: Door }>;

/** `POST /api/start`: the doors to a project, for a server that was started without one. */
export function startRoutes(app: Hono, state: ServerState, uploads: Uploads): void {
  let starting = false;
  app.post('/api/start', async (c) => {
    const request = await jsonBody(c, startRequest);
    state.mustBeFree();
    if (starting || state.jobs.busy)
      throw new ConflictError('a project is being opened', { fix: 'Wait for it.' });
    starting = true;
    try {
      await enter(state, uploads, request);
    } finally {
      starting = false;
    }
    return c.json(await state.session());
  });
}

async function enter(
  state: ServerState,
  uploads: Uploads,
  request: z.output<typeof startRequest>,
): Promise<void> {
  const place = (path: string): string => resolve(state.options.folder, path);
  switch (request.door) {
    case 'open':
      return state.open(place(request.path));
    case 'import':
      return state.open(await imported(place(request.path), request.to && place(request.to)));
    case 'new':
      return state.open(await created(place(request.folder), request, uploads, place));
    case 'demo':
      await state.startDemo(request.folder);
      return;
    default:
      request satisfies never;
  }
}

/** Takes over another tool's project; by default into a folder beside it. */
async function imported(from: string, to: string | undefined): Promise<string> {
  const root = to ?? join(dirname(from), `${basename(from, extname(from))}-marey`);
  const { project } = await importProject(from, root);
  await project[Symbol.asyncDispose]();
  return root;
}

async function created(
  root: string,
  { videos, keypoints, edges }: Request<'new'>,
  uploads: Uploads,
  place: (path: string) => string,
): Promise<string> {
  const paths = videos.map(place);
  for (const path of paths) {
    if (await exists(path)) continue;
    throw new InputError('the video is not there', { where: path, fix: 'Choose it again.' });
  }
  const names = paths.map((path) => basename(path));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new UsageError('two videos have one name', { got: twice, fix: 'Rename one of them.' });
  const config = { name: basename(root), skeleton: skeleton(keypoints, edges) };
  await using project = await Project.create(root, config);
  const listed: string[] = [];
  for (const path of paths) {
    if (!uploads.has(path)) {
      listed.push(path);
      continue;
    }
    // Dropped into the page: it belongs to the project.
    const to = join(root, 'videos', folderNameOf(basename(path)));
    await makeFolder(dirname(to));
    await rename(path, to);
    listed.push(to);
  }
  await project.addVideos(listed);
  return root;
}

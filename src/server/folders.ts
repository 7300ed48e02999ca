import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Hono } from 'hono';
import { isVideoName } from '../formats/index.ts';
import { folderFormats } from '../formats/registry.ts';
import { configName } from '../project/layout.ts';
import { diskError, isMissing } from '../project/disk.ts';
import type { FolderListing } from './api.ts';
import { MissingError } from './failure.ts';
import type { ServerState } from './state.ts';

const kinds: Readonly<Record<string, FolderListing['kind']>> = {
  'deeplabcut-project': 'deeplabcut',
  'lightning-pose-project': 'lightning-pose',
};

/** What is in a folder that a person may choose: names only, hidden ones left out. Throws `MissingError`. */
export async function listFolder(path: string): Promise<FolderListing> {
  let entries;
  try {
    entries = await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (!isMissing(error)) throw diskError(error, path);
    throw new MissingError('there is no such folder', { where: path });
  }
  const folders: string[] = [];
  const videos: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    if (await isFolder(path, entry)) folders.push(entry.name);
    else if (isVideoName(entry.name) || entry.name.endsWith('.slp')) videos.push(entry.name);
  }
  const order = new Intl.Collator('en', { numeric: true });
  const names = entries.map(({ name }) => name);
  const parent = dirname(path);
  return {
    path,
    ...(parent === path ? {} : { parent }),
    folders: folders.sort((a, b) => order.compare(a, b)),
    videos: videos.sort((a, b) => order.compare(a, b)),
    kind: kindOf(names),
  };
}

function kindOf(names: readonly string[]): FolderListing['kind'] {
  if (names.includes(configName)) return 'marey';
  const format = folderFormats.find((f) => f.sniff([...names]));
  if (format) return kinds[format.name];
  return names.some((name) => name.endsWith('.slp')) ? 'sleap' : undefined;
}

async function isFolder(
  path: string,
  entry: { readonly name: string; isDirectory(): boolean; isSymbolicLink(): boolean },
): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return (await stat(join(path, entry.name))).isDirectory();
  } catch (error) {
    // A link to nowhere, or to where this account may not look.
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

/** `GET /api/folders`, for the start page: with a project open nothing outside it is shown. */
export function folderRoutes(app: Hono, state: ServerState): void {
  app.get('/api/folders', async (c) => {
    state.mustBeFree();
    return c.json(await listFolder(resolve(state.options.folder, c.req.query('path') ?? '.')));
  });
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isUnfinished } from './atomic.ts';
import { exists } from './folder.ts';
import { foldersOf, type Layout } from './layout.ts';

/** Files that killed processes left while they wrote: beside the files that they were to replace, which are whole. */
export async function unfinishedFiles(layout: Layout): Promise<string[]> {
  const found: string[] = [];
  // Outputs are swept by their store.
  const folders = [layout.root, ...foldersOf(layout).filter((folder) => folder !== layout.objects)];
  for (const folder of folders) {
    const entries = await entriesOf(folder);
    found.push(...unfinishedAmong(folder, entries));
    if (folder === layout.root) continue;
    for (const entry of entries) {
      if (!entry.isDirectory()) continue;
      const inner = join(folder, entry.name);
      found.push(...unfinishedAmong(inner, await entriesOf(inner)));
    }
  }
  return found;
}

type Entries = Awaited<ReturnType<typeof entriesOf>>;

function unfinishedAmong(folder: string, entries: Entries): string[] {
  return entries.filter(({ name }) => isUnfinished(name)).map(({ name }) => join(folder, name));
}

async function entriesOf(folder: string) {
  return (await exists(folder)) ? readdir(folder, { withFileTypes: true }) : [];
}

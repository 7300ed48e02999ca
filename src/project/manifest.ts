import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Provenance } from '../signal/provenance.ts';
import { flushFile, flushFolder, writeAtomic } from './atomic.ts';
import { sha256OfFile } from './digest.ts';
import { isMissing } from './disk.ts';
import type { Recipe } from './store.ts';

export const manifestName = 'manifest.json';

const schema = z.object({
  manifest: z.literal('marey output'),
  version: z.literal(1),
  key: z.string(),
  recipe: z.unknown(),
  provenance: z.unknown().optional(),
  files: z.array(z.strictObject({ path: z.string(), bytes: z.number(), sha256: z.string() })),
});

/** What a folder holds, and what it was made from. It is written last: a folder with a manifest is complete. */
export interface Manifest {
  readonly key: string;
  readonly recipe: Recipe;
  /** What it rests on, back to files. */
  readonly provenance?: Provenance;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

/** Flushes every file of `folder` to the disk, then writes its manifest and returns it. */
export async function writeManifest(folder: string, about: Omit<Manifest, 'files'>): Promise<Manifest> {
  const files = [];
  for (const path of await filesIn(folder)) {
    const at = join(folder, path);
    await flushFile(at);
    files.push({ path, bytes: (await stat(at)).size, sha256: await sha256OfFile(at) });
  }
  const text = JSON.stringify({ manifest: 'marey output', version: 1, ...about, files }, null, 1);
  await writeAtomic(join(folder, manifestName), `${text}\n`);
  return { ...about, files };
}

/**
 * The manifest of `folder`, or what is wrong with the folder, in words. Every file is read and compared; without `hashes`
 * only its size is. `undefined` where there is no folder.
 */
export async function verifyManifest(
  folder: string,
  key: string,
  { hashes = true } = {},
): Promise<Manifest | string | undefined> {
  const manifest = await readManifest(folder);
  if (typeof manifest !== 'object') return manifest;
  if (manifest.key !== key) return `its ${manifestName} is that of ${manifest.key}`;
  for (const { path, bytes, sha256 } of manifest.files) {
    const size = await sizeOf(join(folder, path));
    if (size === undefined) return `${path} is missing`;
    if (size !== bytes) return `${path} has ${size} bytes, not ${bytes}`;
    if (hashes && (await sha256OfFile(join(folder, path))) !== sha256)
      return `${path} does not have the SHA-256 it had`;
  }
  return manifest;
}

/** The manifest of `folder`, its files unseen; or what is wrong with it, in words; undefined where there is no folder. */
export async function readManifest(folder: string): Promise<Manifest | string | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, manifestName), 'utf8');
  } catch (error) {
    if (!isMissing(error)) throw error;
    return (await isFolder(folder)) ? `it has no ${manifestName}` : undefined;
  }
  return parseManifest(text) ?? `its ${manifestName} cannot be read`;
}

function parseManifest(text: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) return undefined;
  const { key, recipe, provenance, files } = parsed.data as unknown as Manifest;
  return { key, recipe, ...(provenance === undefined ? {} : { provenance }), files };
}

/** Files below `folder` by relative path with `/`, in the order of their names. Flushes the folders on the way. */
async function filesIn(folder: string, below = ''): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesIn(folder, path)));
    else found.push(path);
  }
  await flushFolder(join(folder, below));
  return found;
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

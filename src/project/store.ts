import { randomUUID } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CancelledError, MachineError, UsageError } from '../signal/error.ts';
import type { Json, Provenance } from '../signal/provenance.ts';
import { flushFolder } from './atomic.ts';
import { sha256OfJson } from './digest.ts';
import { diskError, errorCode, isMissing } from './disk.ts';
import { makeFolder, namesIn } from './folder.ts';
import { verifyManifest, writeManifest, type Manifest } from './manifest.ts';
import { ownerTag, stateOfTag } from './owner.ts';

/** All that an output depends on. Two recipes that are equal have the same key, hence the same output. */
export interface Recipe {
  /** The operation, for instance `train`. */
  readonly op: string;
  /** Raised whenever the operation's results change. */
  readonly opVersion: number;
  readonly params: { readonly [name: string]: Json };
  /** SHA-256 of each input by its role. */
  readonly inputs: { readonly [role: string]: string };
  /** SHA-256 of the model that is applied. */
  readonly model?: string;
}

export interface StoredOutput {
  readonly key: string;
  /** The folder that holds it. Read only: a changed file is found out and made again. */
  readonly folder: string;
  readonly manifest: Manifest;
}

export interface RunOptions {
  readonly provenance?: Provenance;
  readonly signal?: AbortSignal;
}

/** The address of a recipe's output: SHA-256 of its canonical JSON, 64 hexadecimal digits. */
export function keyOf(recipe: Recipe): string {
  return sha256OfJson(recipe as unknown as Json);
}

let serial = 0;

/**
 * What the steps made, addressed by content: `objects/ab/<key>/`. A folder appears with all its files or not at all, so a
 * killed step leaves nothing that looks finished, and several processes may work on one store.
 */
export class ObjectStore {
  readonly folder: string;
  readonly #temporary: string;

  constructor(folder: string) {
    this.folder = folder;
    this.#temporary = join(folder, '.tmp');
  }

  /** The folder of a key, whether it is there or not. */
  folderOf(key: string): string {
    if (!/^[0-9a-f]{64}$/.test(key)) {
      throw new UsageError('this is no key of an output', {
        expected: '64 hexadecimal digits',
        got: `"${key}"`,
      });
    }
    return join(this.folder, key.slice(0, 2), key);
  }

  /** The output with every file verified, or undefined where there is none or it is damaged. */
  async find(key: string): Promise<StoredOutput | undefined> {
    const folder = this.folderOf(key);
    const manifest = await verifyManifest(folder, key);
    return typeof manifest === 'object' ? { key, folder, manifest } : undefined;
  }

  /**
   * The output of `recipe`: the one that is there (`reused`), or the one that `work` writes into the folder it is given.
   * A damaged output is moved to `objects/.damaged` and made again. Where another process finishes the same first, its
   * output is taken. Throws what `work` throws, `CancelledError`, or `MachineError`; nothing is stored then.
   */
  async run(
    recipe: Recipe,
    work: (folder: string) => Promise<void>,
    { provenance, signal }: RunOptions = {},
  ): Promise<StoredOutput & { readonly reused: boolean }> {
    const key = keyOf(recipe);
    const before = await this.#findOrSetAside(key);
    if (before !== undefined) return { ...before, reused: true };
    const folder = join(this.#temporary, `${ownerTag()}-${serial++}-${key.slice(0, 16)}`);
    try {
      await makeFolder(folder);
      await work(folder);
      if (signal?.aborted)
        throw new CancelledError('stopped before the output was complete', { where: recipe.op });
      const manifest = await writeManifest(folder, {
        key,
        recipe,
        ...(provenance === undefined ? {} : { provenance }),
      });
      return { ...(await this.#publish(manifest, folder)), reused: false };
    } catch (error) {
      // The step's work reads and writes elsewhere too: the error knows where.
      const where = error instanceof Error && 'path' in error ? String(error.path) : folder;
      throw diskError(error, where, 'Finished outputs are unharmed.');
    } finally {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  /** The keys of the outputs that are there, unverified. */
  async keys(): Promise<string[]> {
    const keys: string[] = [];
    for (const first of await namesIn(this.folder)) {
      if (!/^[0-9a-f]{2}$/.test(first)) continue;
      for (const key of await namesIn(join(this.folder, first)))
        if (/^[0-9a-f]{64}$/.test(key)) keys.push(key);
    }
    return keys.sort();
  }

  /**
   * Removes what killed processes left half-made. Folders of processes on other machines, which cannot be asked, go when
   * they are a week old. Returns how many were removed.
   */
  async sweep(): Promise<number> {
    let removed = 0;
    for (const name of await this.unfinished()) {
      await rm(join(this.#temporary, name), { recursive: true, force: true });
      removed++;
    }
    return removed;
  }

  /** The folders in `objects/.tmp` that nobody works on any more. */
  async unfinished(): Promise<string[]> {
    const found: string[] = [];
    for (const name of await namesIn(this.#temporary)) {
      const state = stateOfTag(name);
      if (state === 'gone' || (state === 'unknown' && (await isOld(join(this.#temporary, name)))))
        found.push(name);
    }
    return found;
  }

  /** Gives a complete folder its place. Where the place is taken by a whole output, that one counts. */
  async #publish(manifest: Manifest, from: string): Promise<StoredOutput> {
    const { key } = manifest;
    const folder = this.folderOf(key);
    const parent = dirname(folder);
    await makeFolder(parent);
    await flushFolder(this.folder);
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        await rename(from, folder);
        await flushFolder(parent);
        return { key, folder, manifest };
      } catch (error) {
        // Windows says EPERM where a folder is in the way.
        if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(errorCode(error) ?? '')) throw error;
        const theirs = await this.#findOrSetAside(key);
        if (theirs !== undefined) return theirs;
      }
    }
    throw new MachineError('an output could not be put in its place', {
      where: folder,
      fix: 'Is another program changing files there?',
    });
  }

  async #findOrSetAside(key: string): Promise<StoredOutput | undefined> {
    const folder = this.folderOf(key);
    const manifest = await verifyManifest(folder, key);
    if (manifest === undefined) return undefined;
    if (typeof manifest === 'object') return { key, folder, manifest };
    const damaged = join(this.folder, '.damaged');
    await makeFolder(damaged);
    try {
      await rename(folder, join(damaged, `${key}-${randomUUID().slice(0, 8)}`));
    } catch (error) {
      // Another process found it first.
      if (!isMissing(error)) throw error;
    }
    return undefined;
  }
}

async function isOld(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > 7 * 86_400_000;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

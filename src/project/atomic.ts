import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { diskError } from './disk.ts';
import { ownerTag, stateOfTag } from './owner.ts';

let serial = 0;

/**
 * Puts `bytes` at `path` so that every reader, and every crash, finds either the previous content or the new one: written
 * beside, flushed to the disk, renamed over. Throws `MachineError` (disk full, read-only, ...) with the previous content
 * in place and nothing left beside it.
 */
export async function writeAtomic(path: string, bytes: Uint8Array | string): Promise<void> {
  await replaceFile(path, async (beside) => {
    const file = await open(beside, 'wx');
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
  });
}

/**
 * The same for a writer that needs a path of its own: `write` fills the file `beside`, which then replaces `path`.
 * `beside` ends like `path`, so that a writer which goes by the ending works.
 */
export async function replaceFile(path: string, write: (beside: string) => Promise<void>): Promise<void> {
  const beside = join(dirname(path), `.${ownerTag()}-${serial++}~${basename(path)}`);
  try {
    await write(beside);
    await flushFile(beside);
    await rename(beside, path);
    await flushFolder(dirname(path));
  } catch (error) {
    // What went wrong first is what the person must hear, not that the remains could not be removed.
    await rm(beside, { force: true, recursive: true }).catch(() => undefined);
    throw diskError(error, path, 'The previous content is unharmed.');
  }
}

/** Whether a file name is one that `replaceFile` used in a process that is gone. */
export function isUnfinished(name: string): boolean {
  const match = /^\.([0-9a-f]{8}-\d+-[0-9a-f]{8}-\d+)~/.exec(name);
  return match !== null && stateOfTag(match[1]) === 'gone';
}

/** Waits until a file's content is on the disk. */
export async function flushFile(path: string): Promise<void> {
  // Windows flushes only what is open for writing.
  const file = await open(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Waits until a folder's entries are on the disk. Windows has no such call and needs none. */
export async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

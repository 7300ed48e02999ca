import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { InputError } from '../signal/error.ts';
import { writeAtomic } from './atomic.ts';
import { sha256OfBytes } from './digest.ts';
import { diskError, isMissing } from './disk.ts';
import { baseName } from './edits.ts';
import { makeFolder } from './folder.ts';

export interface CopiedPicture {
  /** Relative to the project, with `/`. */
  readonly image: string;
  readonly bytes: number;
  /** False where the same picture was there already. */
  readonly copied: boolean;
}

/**
 * Copies a picture to `pictures/<recording>/`, so that the labels outlive the folder it came from. The same picture is
 * copied once; another picture with the same name gets the start of its SHA-256 into its name.
 * Throws `InputError` where it is missing.
 */
export async function copyPicture(root: string, recording: string, from: string): Promise<CopiedPicture> {
  const { content, ...copy } = await placeOf(root, recording, from);
  if (copy.copied) {
    await makeFolder(join(root, 'pictures', recording));
    await writeAtomic(join(root, copy.image), content);
  }
  return copy;
}

/** What `copyPicture` would do. Nothing is written. */
export async function wouldCopy(root: string, recording: string, from: string): Promise<CopiedPicture> {
  const { image, bytes, copied } = await placeOf(root, recording, from);
  return { image, bytes, copied };
}

async function placeOf(
  root: string,
  recording: string,
  from: string,
): Promise<CopiedPicture & { readonly content: Buffer }> {
  const content = await readPicture(from);
  const folder = join(root, 'pictures', recording);
  const name = baseName(from);
  const stem = name.slice(0, name.length - extname(name).length);
  const digest = sha256OfBytes(content);
  for (const candidate of [
    name,
    `${stem}-${digest.slice(0, 8)}${extname(name)}`,
    `${digest}${extname(name)}`,
  ]) {
    const image = `pictures/${recording}/${candidate}`;
    const there = await readIfThere(join(folder, candidate));
    if (there?.equals(content)) return { image, bytes: content.length, copied: false, content };
    if (there === undefined) return { image, bytes: content.length, copied: true, content };
  }
  throw new InputError('a picture in the project was changed by hand', {
    where: join(folder, `${digest}${extname(name)}`),
  });
}

/**
 * About how many bytes `copyPicture` will write for these pictures: those that are there already are known by name and size.
 * Throws `InputError` where one is missing.
 */
export async function bytesToCopy(
  root: string,
  pictures: readonly { readonly recording: string; readonly from: string }[],
): Promise<number> {
  let sum = 0;
  for (const { recording, from } of pictures) {
    const size = await sizeIfThere(from);
    if (size === undefined) throw missing(from);
    const there = await sizeIfThere(join(root, 'pictures', recording, baseName(from)));
    if (there !== size) sum += size;
  }
  return sum;
}

async function sizeIfThere(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw diskError(error, path);
  }
}

function missing(path: string): InputError {
  return new InputError('a labeled picture is missing', {
    where: path,
    fix: 'Put it back, or remove its labels from the file that names it.',
  });
}

async function readPicture(path: string): Promise<Buffer> {
  const content = await readIfThere(path);
  if (content !== undefined) return content;
  throw missing(path);
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw diskError(error, path);
  }
}

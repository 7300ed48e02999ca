import { basename, dirname, extname } from 'node:path';
import { InputError, UsageError } from '../signal/error.ts';
import { isFolder, namesIn, readBytes } from './file.ts';
import { contentsOf, type Content, type FileFormat, type FolderFormat, type Format } from './format.ts';
import { headOf } from './head.ts';
import { fileFormats, folderFormats, formats } from './registry.ts';

/** What a path is: its format, and for a file its bytes, read once. */
export type Identified =
  | { readonly kind: 'file'; readonly format: FileFormat; readonly bytes: Uint8Array }
  | { readonly kind: 'folder'; readonly format: FolderFormat; readonly folder: string };

/** A format by its name. Throws `UsageError` where there is none. */
export function formatNamed(name: string): Format {
  const format = formats.find((f) => f.name === name);
  if (format) return format;
  throw new UsageError(`there is no format "${name}"`, {
    expected: `one of ${formats.map((f) => f.name).join(', ')}`,
  });
}

/** Finds out what a file or folder is, from its content first. Throws `InputError` where no format recognizes it. */
export async function identifyPath(path: string, content?: Content, name?: string): Promise<Identified> {
  const wanted = name === undefined ? undefined : formatNamed(name);
  if (await isFolder(path)) {
    const names = await namesIn(path);
    const format = wanted ?? folderFormats.find((f) => f.sniff(names));
    if (format?.kind === 'folder') return { kind: 'folder', format, folder: path };
    throw new InputError('this folder is no project that Marey knows', {
      where: path,
      expected: folderFormats.map((f) => f.title).join(', '),
      got: names.length > 0 ? `a folder with ${names.slice(0, 5).join(', ')}` : 'an empty folder',
      fix: 'Give the folder that holds config.yaml and labeled-data (or params.py, structure.oebin, .meta), or a single file.',
    });
  }
  // A project's configuration stands for its folder.
  if (extname(path) === '.yaml' && !wanted) return identifyPath(dirname(path), content);
  const bytes = await readBytes(path);
  if (wanted?.kind === 'folder')
    throw new UsageError(`the format "${name}" is a folder, not a file`, { where: path });
  const format = wanted ?? (await recognize(path, bytes, content));
  return { kind: 'file', format, bytes };
}

/** The format of a file's bytes, of those that hold `content` where one does. Throws `InputError` where none recognizes them. */
export async function recognize(
  path: string,
  bytes: Uint8Array,
  content: Content | undefined,
): Promise<FileFormat> {
  if (bytes.length === 0) throw new InputError('the file is empty', { where: path });
  const head = headOf(path, bytes);
  const recognizing: FileFormat[] = [];
  for (const format of fileFormats) if (await format.sniff(head)) recognizing.push(format);
  const fitting = recognizing.find((f) => content === undefined || f[content]?.read) ?? recognizing[0];
  if (fitting) return fitting;
  // No content fits: the format that the extension promises will say what is wrong.
  const promised = fileFormats.find(
    (f) => f.extensions.includes(head.extension) && (!content || f[content]?.read),
  );
  if (promised) return promised;
  throw new InputError('no format recognizes this file', {
    where: path,
    expected: [...new Set(fileFormats.flatMap((f) => f.extensions))].join(', '),
    got: head.extension || basename(path),
  });
}

/** A format as a caller sees it. */
export interface Identity {
  readonly format: string;
  readonly title: string;
  readonly contents: readonly Content[];
}

/** What a file or folder is, from its content. Throws `InputError` where no format recognizes it. */
export async function identify(path: string): Promise<Identity> {
  const { format } = await identifyPath(path);
  return { format: format.name, title: format.title, contents: contentsOf(format) };
}

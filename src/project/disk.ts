import { MachineError } from '../signal/error.ts';

interface DiskTrouble {
  readonly what: string;
  readonly fix: string;
}

/** What each refusal of the operating system means to a person. */
const troubles: { readonly [code: string]: DiskTrouble } = {
  ENOSPC: { what: 'the disk is full', fix: 'Free some space and do it again.' },
  EDQUOT: {
    what: 'your disk quota is used up',
    fix: 'Free some space or ask for more quota, and do it again.',
  },
  EFBIG: {
    what: 'the file would be larger than this account may write',
    fix: 'Raise the limit (ulimit -f).',
  },
  EROFS: { what: 'the folder is on a read-only disk', fix: 'Copy the project to a disk you can write to.' },
  EACCES: {
    what: 'permission is denied',
    fix: 'Change the permissions, or copy the files to a folder of your own.',
  },
  EPERM: {
    what: 'permission is denied',
    fix: 'Change the permissions, or copy the files to a folder of your own.',
  },
  EIO: { what: 'the disk failed', fix: 'Copy the project to another disk before anything else.' },
  EEXIST: { what: 'a part of the path is a file, not a folder', fix: 'Check the path.' },
  ENOTDIR: { what: 'a part of the path is a file, not a folder', fix: 'Check the path.' },
  EISDIR: { what: 'this is a folder, not a file', fix: 'Check the path.' },
  ENAMETOOLONG: { what: 'the name is too long for this disk', fix: 'Choose a shorter one.' },
  ELOOP: { what: 'links point at each other in a circle', fix: 'Check the path.' },
  EBUSY: { what: 'another program is using it', fix: 'Close it there, and do it again.' },
  EMFILE: { what: 'too many files are open', fix: 'Raise the limit (ulimit -n).' },
  ENFILE: { what: 'too many files are open on this machine', fix: 'Close other programs.' },
};

/** The operating system's code of an error (`ENOSPC`, ...), or undefined where it has none. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT';
}

/**
 * The error to throw when reading or writing `path` failed: a `MachineError` with what to do where the operating system
 * refused, the error itself where it is something else.
 * @param unharmed what is still whole, in words; said to the person.
 */
export function diskError(error: unknown, path: string, unharmed?: string): unknown {
  const code = errorCode(error);
  const trouble = code === undefined ? undefined : troubles[code];
  if (trouble === undefined) return error;
  const fix = unharmed === undefined ? trouble.fix : `${trouble.fix} ${unharmed}`;
  return new MachineError(trouble.what, { where: path, got: code, fix, cause: error });
}

import { open, stat } from 'node:fs/promises';
import { InputError } from '../signal/error.ts';
import { openNpy } from './array.ts';
import type { FrameSource } from './frame.ts';
import { openImageFile, openImageFolder } from './images.ts';
import { openVideo } from './video/open-video.ts';
import type { VideoOptions } from './video/open-video.ts';

export interface OpenOptions extends VideoOptions {
  /** Frames a second of sources that hold no times (pictures, arrays). Default 30, with a warning. */
  readonly framesPerSecond?: number;
}

/**
 * Opens whatever holds frames, by what is in it: a video file, a folder of pictures, one picture or a multi-page TIFF, a
 * numpy array of bytes (frame x row x column x channel). Close it with `await using` or `Symbol.asyncDispose`.
 *
 * @throws InputError where there is nothing, or nothing that holds pictures; the message names the file and what to do.
 */
export async function openFrames(path: string, options: OpenOptions = {}): Promise<FrameSource> {
  switch (await kindOf(path)) {
    case 'folder':
      return openImageFolder(path, options);
    case 'picture':
      return openImageFile(path, options);
    case 'npy':
      return openNpy(path, options);
    case 'video':
      return openVideo(path, options);
  }
}

const SIGNATURES: readonly [kind: 'picture' | 'npy' | 'hdf5' | 'zip', bytes: readonly number[]][] = [
  ['npy', [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]],
  ['picture', [0x89, 0x50, 0x4e, 0x47]],
  ['picture', [0xff, 0xd8, 0xff]],
  ['picture', [0x49, 0x49, 0x2a, 0x00]],
  ['picture', [0x4d, 0x4d, 0x00, 0x2a]],
  ['picture', [0x49, 0x49, 0x2b, 0x00]],
  ['picture', [0x42, 0x4d]],
  ['hdf5', [0x89, 0x48, 0x44, 0x46]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
];

async function kindOf(path: string): Promise<'folder' | 'picture' | 'npy' | 'video'> {
  const facts = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new InputError(cause.code === 'ENOENT' ? 'does not exist' : 'cannot be read', {
      where: path,
      expected: 'a video, a folder of pictures or a numpy array',
      got: cause.code,
      fix: 'Check the path.',
      cause,
    });
  });
  if (facts.isDirectory()) return 'folder';
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
  const head = buffer.subarray(0, bytesRead);
  if (bytesRead === 0) {
    throw new InputError('is empty', {
      where: path,
      expected: 'a video, pictures or an array',
      got: '0 bytes',
      fix: 'The recording or the copy failed: copy it again from where it was recorded.',
    });
  }
  // Motion JPEG without a container begins as a JPEG picture does: there only the name can tell.
  if (/\.mjpe?g$/i.test(path)) return 'video';
  const kind = SIGNATURES.find(([, bytes]) => bytes.every((b, i) => head[i] === b))?.[0];
  if (kind === 'hdf5' || kind === 'zip')
    throw notFrames(path, `${kind === 'zip' ? 'a zip (or npz)' : 'an HDF5'} file`);
  if (kind) return kind;
  // Text is refused here, for FFmpeg would take playlists and scripts that name other files.
  if (isText(head)) throw notFrames(path, `text (${JSON.stringify(head.toString('utf8', 0, 40))})`);
  return 'video';
}

function isText(head: Uint8Array): boolean {
  return head.every((b) => b === 9 || b === 10 || b === 13 || (b >= 32 && b !== 127));
}

function notFrames(path: string, got: string): InputError {
  return new InputError('holds no pictures that can be opened', {
    where: path,
    expected: 'a video, a folder of pictures, a picture or a numpy array (.npy)',
    got,
    fix: 'Name the video itself.',
  });
}

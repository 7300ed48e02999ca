/** The video that `marey track --video` writes beside the track. */
import { realpath } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { FrameSource } from '../media/index.ts';
import { checkLabeledVideo, writeLabeledVideo } from '../project/steps/index.ts';
import type { PoseTrack } from '../signal/pose.ts';
import { UsageError } from '../signal/error.ts';
import type { Context } from './command.ts';

/** Refuses before the tracking what could not be written after it, and to write over what is read. */
export async function checkLabeled(labeled: string, videos: readonly string[], cwd: string): Promise<void> {
  if (videos.length > 1) {
    throw new UsageError('--video names one file but there are several videos', {
      where: 'marey track',
      fix: 'Track them one by one.',
    });
  }
  const [source, target] = await Promise.all([resolve(cwd, videos[0]), labeled].map(realPath));
  if (source === target) {
    throw new UsageError('--video would overwrite the recording', {
      where: labeled,
      fix: 'Give the labeled video another name.',
    });
  }
  await checkLabeledVideo(labeled);
}

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return path;
    throw error;
  }
}

/** Draws the track on its video, with progress. */
export async function drawLabeled(
  path: string,
  source: FrameSource,
  track: PoseTrack,
  { console, signal }: Context,
): Promise<void> {
  const start = performance.now();
  await writeLabeledVideo(path, source, track, {
    signal,
    onProgress(done, total) {
      const seconds = (performance.now() - start) / 1000;
      const secondsLeft = (seconds / done) * (total - done);
      console.progress({ what: `Writing ${basename(path)}`, fraction: done / total, secondsLeft });
    },
  });
  console.endProgress();
}

import { realpath } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { writePose } from '../../formats/index.ts';
import { openFrames, type FrameSource } from '../../media/index.ts';
import { Project } from '../../project/index.ts';
import { checkLabeledVideo, trackStep, writeLabeledVideo } from '../../project/steps/index.ts';
import { UsageError } from '../../signal/error.ts';
import type { PoseTrack } from '../../signal/pose.ts';
import { command, projectFolder, type Context } from '../command.ts';

export const trackCommand = command({
  name: 'track',
  summary: 'runs the trained network over videos',
  positionals: [
    {
      name: 'VIDEO',
      description: 'a video, or a folder of images in the order of their names',
      required: true,
      repeats: true,
    },
  ],
  options: z.object({
    out: z
      .string()
      .optional()
      .describe('the file for the track, .csv .parquet .h5 .slp .npz .mat (default: tracks/NAME.csv)'),
    video: z
      .string()
      .optional()
      .describe('also write the video with the track drawn on it to this file, .mp4'),
    mode: z
      .enum(['follow', 'each'])
      .default('follow')
      .describe('follow the animal with a crop, or search every frame by itself'),
    damaged: z
      .enum(['skip', 'refuse', 'conceal'])
      .default('skip')
      .describe('frames that cannot be decoded: leave out, stop, or take what the decoder makes up'),
  }),
  async run({ VIDEO }, options, context) {
    const { cwd, console, signal } = context;
    if (VIDEO.length > 1 && options.out !== undefined) {
      throw new UsageError('--out names one file but there are several videos', {
        where: 'marey track',
        fix: 'Leave --out away: tracks then go to the project, one file a video.',
      });
    }
    const labeled = options.video === undefined ? undefined : resolve(cwd, options.video);
    if (labeled !== undefined) await checkLabeled(labeled, VIDEO, cwd);
    await using project = await Project.open(projectFolder(options, cwd));
    const tracked = [];
    for (const video of VIDEO) {
      const path = resolve(cwd, video);
      const name = basename(path, extname(path));
      const out =
        options.out === undefined ? join(project.layout.tracks, `${name}.csv`) : resolve(cwd, options.out);
      await using source = await openFrames(path, {
        gray: true,
        damaged: options.damaged,
        cacheDir: project.layout.cache,
        onProgress: (fraction) => console.progress({ what: `Reading ${name}`, fraction }),
      });
      for (const warning of source.info.warnings) console.warn(warning);
      const start = performance.now();
      const { track, framesPerSecond, gaps, searched } = await trackStep(project, source, {
        ...options,
        signal,
        onProgress(done, total) {
          const seconds = (performance.now() - start) / 1000;
          const left = (seconds / done) * (total - done);
          console.progress({ what: `Tracking ${name}`, fraction: done / total, secondsLeft: left });
        },
      });
      await writePose(out, track, { video: path });
      console.endProgress();
      for (const { first, last } of gaps)
        console.warn(`${name}: frames ${first} to ${last} could not be read.`);
      const row = { video, frames: source.info.frameCount, framesPerSecond, out, searched, gaps };
      if (labeled === undefined) {
        tracked.push(row);
        continue;
      }
      const { damaged } = options;
      await using pictures = await openFrames(path, { damaged, cacheDir: project.layout.cache });
      await drawn(labeled, pictures, track, context);
      tracked.push({ ...row, labeledVideo: labeled });
    }
    return tracked.length === 1 ? tracked[0] : { videos: tracked };
  },
  print(result, console) {
    const all = (result.videos ?? [result]) as readonly {
      frames: number;
      framesPerSecond: number;
      out: string;
      labeledVideo?: string;
    }[];
    for (const { frames, framesPerSecond, out, labeledVideo } of all) {
      console.line(`${frames} frames at ${framesPerSecond.toFixed(0)} frames/s: ${out}`);
      if (labeledVideo !== undefined) console.line(`Labeled video: ${labeledVideo}`);
    }
  },
});

/** Refuses before the tracking what could not be written after it, and to write over what is read. */
async function checkLabeled(labeled: string, videos: readonly string[], cwd: string): Promise<void> {
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

async function drawn(
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

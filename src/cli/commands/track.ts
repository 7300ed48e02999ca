import { basename, extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { checkPosePath, writePose } from '../../formats/index.ts';
import { openFrames } from '../../media/index.ts';
import { requireSpace, type Project } from '../../project/index.ts';
import { trackStep } from '../../project/steps/index.ts';
import { MachineError, UsageError } from '../../signal/error.ts';
import { command, type Context, type SharedOptions } from '../command.ts';
import { checkLabeled, drawLabeled } from '../labeled-video.ts';
import { openProject } from '../project.ts';

/** Bytes of a written track a keypoint and frame, at most: three numbers as text. */
const writtenBytes = 60;

export const trackCommand = command({
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
  details: `Stopped or killed, it goes on where it was when run again with the same options. While another command writes in the
project it can be run all the same; only it cannot go on then.`,
  async run({ VIDEO }, options, context) {
    const { cwd, console, signal } = context;
    if (VIDEO.length > 1 && options.out !== undefined) {
      throw new UsageError('--out names one file but there are several videos', {
        where: 'marey track',
        fix: 'Leave --out away: tracks then go to the project, one file a video.',
      });
    }
    const names = VIDEO.map((video) => basename(video, extname(video)));
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined) {
      throw new UsageError(`two of the videos are called "${twice}": one track would replace the other`, {
        where: 'marey track',
        fix: 'Track them one by one, and name their files with --out.',
      });
    }
    const labeled = options.video === undefined ? undefined : resolve(cwd, options.video);
    if (labeled !== undefined) await checkLabeled(labeled, VIDEO, cwd);
    await using project = await openToTrack(options, context);
    const tracked = [];
    for (const video of VIDEO) {
      const path = resolve(cwd, video);
      const name = basename(path, extname(path));
      const out =
        options.out === undefined ? join(project.layout.tracks, `${name}.csv`) : resolve(cwd, options.out);
      await checkPosePath(out);
      await using source = await openFrames(path, {
        gray: true,
        damaged: options.damaged,
        cacheDir: project.layout.cache,
        onProgress: (fraction) => console.progress({ what: `Reading ${name}`, fraction }),
      });
      for (const warning of source.info.warnings) console.warn(warning);
      const { keypoints } = project.config.skeleton;
      await requireSpace(out, writtenBytes * keypoints.length * source.info.frameCount, 'the track');
      const start = performance.now();
      const { track, framesPerSecond, gaps, searched, model } = await trackStep(project, source, {
        ...options,
        signal,
        write: ({ track }) => writePose(out, track, { video: path }),
        onProgress(done, total) {
          for (const note of project.checkpoints.notes.splice(0)) console.warn(note);
          const seconds = (performance.now() - start) / 1000;
          const left = (seconds / done) * (total - done);
          console.progress({ what: `Tracking ${name}`, fraction: done / total, secondsLeft: left });
        },
      });
      console.endProgress();
      const notes = differences(model.skeleton.keypoints, keypoints);
      for (const note of notes) console.warn(note);
      for (const { first, last } of gaps)
        console.warn(`${name}: frames ${first} to ${last} could not be read.`);
      const row = { video, frames: source.info.frameCount, framesPerSecond, out, searched, gaps, notes };
      if (labeled === undefined) {
        tracked.push(row);
        continue;
      }
      const { damaged } = options;
      await using pictures = await openFrames(path, { damaged, cacheDir: project.layout.cache });
      await drawLabeled(labeled, pictures, track, context);
      tracked.push({ ...row, labeledVideo: labeled });
    }
    return tracked.length === 1 ? tracked[0] : { videos: tracked };
  },
  print(result, console) {
    const all = (result.videos ?? [result]) as readonly {
      frames: number;
      framesPerSecond?: number;
      out: string;
      labeledVideo?: string;
    }[];
    for (const { frames, framesPerSecond, out, labeledVideo } of all) {
      const pace =
        framesPerSecond === undefined
          ? 'all tracked before, only written now'
          : `at ${framesPerSecond.toFixed(0)} frames/s`;
      console.line(`${frames} frames ${pace}: ${out}`);
      if (labeledVideo !== undefined) console.line(`Labeled video: ${labeledVideo}`);
    }
  },
});

/** Opened for reading where it cannot be written: by another command at work, or on a read-only disk. */
async function openToTrack(options: SharedOptions, context: Context): Promise<Project> {
  try {
    return await openProject(options, context);
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    const project = await openProject(options, context, { readOnly: true });
    context.console.warn(
      `${error.message} It is only read: if this run is stopped, the next one begins at the first frame.`,
    );
    return project;
  }
}

/** What a person must hear where the keypoints have changed since the model was trained. */
function differences(trained: readonly string[], now: readonly string[]): string[] {
  const missing = now.filter((name) => !trained.includes(name));
  const gone = trained.filter((name) => !now.includes(name));
  if (missing.length + gone.length === 0) return [];
  const parts = [
    ...(missing.length > 0 ? [`it does not know ${missing.join(', ')}`] : []),
    ...(gone.length > 0 ? [`it tracks ${gone.join(', ')}, which the project no longer has`] : []),
  ];
  return [
    `The model is of other keypoints than the project: ${parts.join('; ')}. "marey train" makes a new one.`,
  ];
}

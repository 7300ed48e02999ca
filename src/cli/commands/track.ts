import { basename, extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { writePose } from '../../formats/index.ts';
import { openFrames } from '../../media/index.ts';
import { Project } from '../../project/index.ts';
import { trackStep } from '../../project/steps/index.ts';
import { UsageError } from '../../signal/error.ts';
import { command, projectFolder } from '../command.ts';

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
    mode: z
      .enum(['follow', 'each'])
      .default('follow')
      .describe('follow the animal with a crop, or search every frame by itself'),
    damaged: z
      .enum(['skip', 'refuse', 'conceal'])
      .default('skip')
      .describe('frames that cannot be decoded: leave out, stop, or take what the decoder makes up'),
  }),
  async run({ VIDEO }, options, { cwd, console, signal }) {
    if (VIDEO.length > 1 && options.out !== undefined) {
      throw new UsageError('--out names one file but there are several videos', {
        where: 'marey track',
        fix: 'Leave --out away: tracks then go to the project, one file a video.',
      });
    }
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
      tracked.push({ video, frames: source.info.frameCount, framesPerSecond, out, searched, gaps });
    }
    return tracked.length === 1 ? tracked[0] : { videos: tracked };
  },
  print(result, console) {
    const all = (result.videos ?? [result]) as readonly {
      frames: number;
      framesPerSecond: number;
      out: string;
    }[];
    for (const { frames, framesPerSecond, out } of all)
      console.line(`${frames} frames at ${framesPerSecond.toFixed(0)} frames/s: ${out}`);
  },
});

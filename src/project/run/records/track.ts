import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { openFrames } from '../../../media/index.ts';
import { InputError } from '../../../signal/error.ts';
import type { PoseTrack } from '../../../signal/pose.ts';
import { deserialize, serialize } from '../../../signal/serialize.ts';
import { isInside } from '../../paths.ts';
import type { Project } from '../../project.ts';
import { trackStep, videoHash } from '../../steps/index.ts';
import { keyOf, type Recipe } from '../../store.ts';
import { isBlocked, type StepRecord } from '../step.ts';
import { namedVideos } from '../videos.ts';

const opVersion = 2;
const trackFile = 'track.marey';

const trackOptions = z.strictObject({
  mode: z
    .enum(['follow', 'each'])
    .default('follow')
    .describe('follow: the animal is followed from frame to frame; each: every frame is looked at by itself'),
  damaged: z
    .enum(['skip', 'refuse', 'conceal'])
    .default('skip')
    .describe(
      'frames that cannot be read whole. skip: they stay empty; refuse: the step fails; conceal: the decoder guesses',
    ),
});

export const trackRecord: StepRecord = {
  name: 'track',
  makes: 'the posture in every frame of each video that marey.yaml lists',
  needs: ['train'],
  options: trackOptions,
  async plan({ project, jobsOf }) {
    const [training] = jobsOf('train');
    const videos = await namedVideos(project);
    if (isBlocked(training)) return [{ step: 'track', blocked: 'there is no model to track with' }];
    if (videos.length === 0) {
      return [{ step: 'track', blocked: 'marey.yaml lists no video: name them under "recordings"' }];
    }
    const options = project.stepOptions('track', trackOptions);
    return Promise.all(
      videos.map(async ({ name, path, found, note, framesPerSecond }) => {
        if (!found) return { step: 'track', item: name, blocked: `the video is not there: ${path}` };
        const rate: Recipe['params'] = framesPerSecond === undefined ? {} : { framesPerSecond };
        const recipe: Recipe = {
          op: 'track',
          opVersion,
          params: { ...options, ...rate },
          inputs: { video: (await videoHash(path)) ?? '' },
          model: keyOf(training.recipe),
        };
        return {
          step: 'track',
          item: name,
          recipe,
          named: { names: project.results, name: `track ${name}` },
          async make({ threads, signal, onProgress, note: say }) {
            if (note !== undefined) say(note);
            else if (!isInside(project.root, path)) say(`${name} lies outside the project: ${path}`);
            await project.outputs.run(
              recipe,
              async (folder) => {
                await using source = await openFrames(path, {
                  gray: true,
                  damaged: options.damaged,
                  framesPerSecond,
                  cacheDir: project.layout.cache,
                  onProgress: (fraction) => onProgress?.(`Reading ${name}`, fraction),
                });
                for (const warning of source.info.warnings) say(warning);
                const start = performance.now();
                const { track, gaps } = await trackStep(project, source, {
                  mode: options.mode,
                  threads,
                  signal,
                  onProgress(done, total) {
                    const pace = (performance.now() - start) / 1000 / done;
                    onProgress?.(`Tracking ${name}`, done / total, pace * (total - done));
                  },
                });
                for (const { first, last } of gaps)
                  say(`${name}: frames ${first} to ${last} could not be read.`);
                await writeFile(join(folder, trackFile), serialize('PoseTrack', track));
              },
              { signal },
            );
          },
        };
      }),
    );
  },
};

/** The track that the track step of `recipe` left. Throws `InputError` where it is gone or damaged. */
export async function readTrack(project: Project, key: string): Promise<PoseTrack> {
  const output = await project.outputs.find(key);
  if (!output) {
    throw new InputError('a track is gone or damaged', {
      where: project.outputs.folderOf(key),
      fix: 'Run "marey run track" again.',
    });
  }
  const path = join(output.folder, trackFile);
  return deserialize('PoseTrack', await readFile(path), path);
}

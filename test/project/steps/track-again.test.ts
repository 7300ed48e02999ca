import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openFrames } from '../../../src/media/index.ts';
import { trackStep, trainStep } from '../../../src/project/steps/index.ts';
import { CancelledError } from '../../../src/signal/error.ts';
import { drawnProject } from '../drawn-project.ts';
import { temporaryFolder } from '../temporary.ts';

it('a run that finds nothing left to track gives the same track and claims no speed', async () => {
  await using project = await drawnProject(temporaryFolder(), { labeled: 4, video: 6 });
  await trainStep(project, { minutes: 30, steps: 1, split: 'none', network: 'fast', seed: 1, threads: 1 });
  await using source = await openFrames(join(project.root, 'videos', 'walk'), { gray: true });
  // Stopped at the very last frame.
  const abort = new AbortController();
  const stopped = trackStep(project, source, {
    threads: 1,
    signal: abort.signal,
    onProgress: (done, total) => done === total && abort.abort(),
  });
  await expect(stopped).rejects.toThrow(CancelledError);
  const again = await trackStep(project, source, { threads: 1 });
  expect(again.framesPerSecond).toBeUndefined();
  // Nothing is kept any more: this one tracks, and finds the same.
  const anew = await trackStep(project, source, { threads: 1 });
  expect(anew.framesPerSecond).toBeGreaterThan(0);
  expect(again.track.positions.contiguous()).toEqual(anew.track.positions.contiguous());
});

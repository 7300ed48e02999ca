import { describe, expect, it } from 'vitest';
import { trainStep } from '../../../src/project/steps/index.ts';
import { CancelledError } from '../../../src/signal/error.ts';
import { drawnProject } from '../drawn-project.ts';
import { temporaryFolder } from '../temporary.ts';

describe('the learning curve of a training', () => {
  it('is whole after a training was stopped and gone on with', async () => {
    const root = temporaryFolder();
    await using project = await drawnProject(root, { labeled: 8 });
    const options = {
      minutes: 20,
      steps: 24,
      split: 'random:0.25',
      network: 'fast',
      seed: 0,
      threads: 1,
    } as const;
    const stop = new AbortController();
    let stoppedAt = 0;
    const stopped = trainStep(project, {
      ...options,
      signal: stop.signal,
      onProgress({ step }) {
        stoppedAt = step;
        if (step === 12) stop.abort();
      },
    });
    await expect(stopped).rejects.toThrow(CancelledError);
    expect(stoppedAt).toBe(12);
    const resumedFrom: number[] = [];
    const { facts } = await trainStep(project, {
      ...options,
      onProgress: ({ step }) => resumedFrom.push(step),
    });
    expect(resumedFrom[0]).toBeGreaterThan(12);
    expect(facts.curve[0].step).toBe(1);
    const steps = facts.curve.filter((p) => p.stage === facts.curve[0].stage).map((p) => p.step);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    expect(steps).toEqual(expect.arrayContaining([1, 11, 21]));
    expect(await project.checkpoints.runs()).toEqual([]);
  });
});

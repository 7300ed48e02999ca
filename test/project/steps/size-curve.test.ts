import { describe, expect, it } from 'vitest';
import {
  evaluateStep,
  keptSizeCurve,
  sizeCurveStep,
  trainedModel,
  trainStep,
} from '../../../src/project/steps/index.ts';
import { CancelledError, UsageError } from '../../../src/signal/error.ts';
import { drawnProject } from '../drawn-project.ts';
import { temporaryFolder } from '../temporary.ts';

const training = { minutes: 20, steps: 3, network: 'fast', seed: 0, threads: 1 } as const;
const curveOptions = { fractions: [0.15, 1], seeds: 1, minutesPerPoint: 1, steps: 250, seed: 0, threads: 1 };

describe('the training-size curve of a project', () => {
  it('judges every size on the same held-out frames, goes on after a stop, and leaves the model as it is', async () => {
    await using project = await drawnProject(temporaryFolder(), { labeled: 30 });
    const { key } = await trainStep(project, { ...training, split: 'random:0.3' });
    const stop = new AbortController();
    await expect(
      sizeCurveStep(project, {
        ...curveOptions,
        signal: stop.signal,
        onProgress: ({ training: t, fraction }) => t === 2 && fraction > 0.6 && stop.abort(),
      }),
    ).rejects.toThrow(CancelledError);
    const before = await project.outputs.keys();

    const seen: number[] = [];
    const curve = await sizeCurveStep(project, {
      ...curveOptions,
      onProgress: ({ fraction }) => seen.push(fraction),
    });
    // The first training is taken as it was, the second goes on: no progress lies between 0 and 0.5.
    expect(seen.filter((f) => f > 0 && f < 0.5)).toEqual([]);
    expect((await project.outputs.keys()).length).toBe(before.length + 2);

    expect(curve.points.map((p) => p.frames)).toEqual([3, 21]);
    expect(curve.heldOutFrames).toBe(9);
    const [few, all] = curve.points;
    // Drawn animals are so alike that three of them may teach as much as all: neither must be worse than learning would be.
    for (const { meanPx } of [few, all]) expect(meanPx).toBeLessThan(0.2 * curve.nullMeanPx);
    for (const { interval, meanPx } of curve.points) {
      expect(interval.low).toBeLessThanOrEqual(meanPx);
      expect(interval.high).toBeGreaterThanOrEqual(meanPx);
    }
    expect((await trainedModel(project)).key).toBe(key);

    const { facts } = await evaluateStep(project, { seed: 0, threads: 1 });
    expect(await keptSizeCurve(project, facts)).toEqual(curve);
    const [frame] = project.labels.keys();
    await project.labels.edit(
      [{ op: 'place', frame, individual: 'individual', keypoint: 'nose', x: 3, y: 4, visibility: 'visible' }],
      { by: 'test' },
    );
    expect(await keptSizeCurve(project, facts)).toBeUndefined();
  });

  it('is refused where no frame was held out', async () => {
    await using project = await drawnProject(temporaryFolder(), { labeled: 6 });
    await trainStep(project, { ...training, split: 'none' });
    await expect(sizeCurveStep(project, curveOptions)).rejects.toThrow(UsageError);
  });
});

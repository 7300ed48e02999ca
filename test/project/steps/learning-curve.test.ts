import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LearningCurve } from '../../../src/project/steps/learning-curve.ts';
import { trainStep } from '../../../src/project/steps/index.ts';
import { CancelledError } from '../../../src/signal/error.ts';
import { drawnProject } from '../drawn-project.ts';
import { temporaryFolder } from '../temporary.ts';

const point = (
  stage: string,
  step: number,
  loss = 1 / step,
): { stage: string; step: number; loss: number } => ({
  stage,
  step,
  loss,
});

describe('a learning curve kept beside the checkpoints', () => {
  it('has what came before a resume, and what is done again only once', async () => {
    const folder = temporaryFolder();
    const first = await LearningCurve.open(folder);
    for (const step of [10, 20, 30]) first.add(point('find', step));
    for (const step of [10, 20, 30]) first.add(point('refine', step, 5));
    // Its last checkpoint was at step 15 of the second stage.
    const second = await LearningCurve.open(folder);
    second.add(point('refine', 20, 7));
    const wanted = [
      ...[10, 20, 30].map((s) => point('find', s)),
      point('refine', 10, 5),
      point('refine', 20, 7),
    ];
    expect(second.points).toEqual(wanted);
    expect((await LearningCurve.open(folder)).points).toEqual(wanted);
  });

  it('drops a line that a crash left unfinished', async () => {
    const folder = temporaryFolder();
    const curve = await LearningCurve.open(folder);
    curve.add(point('find', 10));
    appendFileSync(join(folder, 'curve.jsonl'), '{"stage":"find","st');
    const again = await LearningCurve.open(folder);
    again.add(point('find', 20));
    expect((await LearningCurve.open(folder)).points.map((p) => p.step)).toEqual([10, 20]);
  });

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
    expect(facts.curve[0].step).toBe(10);
    const steps = facts.curve.filter((p) => p.stage === facts.curve[0].stage).map((p) => p.step);
    expect(steps).toEqual([10, 20]);
    expect(await project.checkpoints.runs()).toEqual([]);
  });
});

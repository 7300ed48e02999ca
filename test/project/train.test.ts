import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Project } from '../../src/project/index.ts';
import { trainStep, type TrainedModel, type UnlabeledOptions } from '../../src/project/steps/index.ts';
import type { PosePlan } from '../../src/measure/pose/index.ts';
import { readUnlabeled } from '../../src/project/steps/unlabeled.ts';
import type { LabelSet } from '../../src/signal/labels.ts';
import { InputError, UsageError } from '../../src/signal/error.ts';
import { dots, labeledDots, writeFilm } from './dots.ts';
import { temporaryFolder } from './temporary.ts';

async function projectOf(
  edges: readonly (readonly [string, string])[] = [],
): Promise<{ project: Project; film: string }> {
  const root = temporaryFolder();
  const pictures = join(root, 'pictures');
  mkdirSync(pictures);
  const project = await Project.create(join(root, 'project'), { name: 'dots' });
  await project.importLabels(await labeledDots(pictures, { edges }));
  return { project, film: writeFilm(join(root, 'film.npy'), dots('film', 300, true).frames) };
}

const train = (
  project: Project,
  seed: number,
  steps: number,
  unlabeled?: UnlabeledOptions,
): Promise<TrainedModel> =>
  trainStep(project, { minutes: 30, steps, split: 'none', network: 'fast', seed, threads: 1, unlabeled });

describe('frames without labels', () => {
  // That they are of use: test/measure/pose/unlabeled.test.ts.
  it('teach another network, whose facts tell of them and which the same options give again', async () => {
    const { project, film } = await projectOf();
    await using _ = project;
    // No movement is free, so that the loss counts from the first step on.
    const unlabeled = { videos: [film], temporal: 0.1, maximumJump: 0 };
    const plain = await train(project, 1, 3);
    const taught = await train(project, 1, 3, unlabeled);
    expect(taught.key).not.toBe(plain.key);
    expect(taught.model.networks).not.toEqual(plain.model.networks);
    expect(plain.facts.unlabeled).toBeUndefined();
    expect(taught.facts.unlabeled).toMatchObject({ runs: 60, framesPerRun: 5, videos: [film] });
    expect((await train(project, 1, 3, unlabeled)).reused).toBe(true);
  });

  const labels = (edges?: readonly (readonly [string, string])[]): Promise<LabelSet> =>
    labeledDots(temporaryFolder(), { edges });
  const filmOf = (seed: string, count: number): string =>
    writeFilm(join(temporaryFolder(), 'film.npy'), dots(seed, count, true).frames);

  it('are told apart by what they show and by every option, not by where they lie', async () => {
    const set = await labels([['bright', 'dark']]);
    const film = filmOf('one', 40);
    const address = async (options: Partial<UnlabeledOptions>): Promise<string> => {
      const { hash, params } = await readUnlabeled({ videos: [film], temporal: 1, ...options }, set);
      return JSON.stringify([hash, params]);
    };
    const base = await address({});
    expect(await address({ videos: [filmOf('one', 40)] })).toBe(base);
    for (const change of [
      { videos: [filmOf('two', 40)] },
      { videos: [film, film] },
      { temporal: 2 },
      { maximumJump: 0.5 },
      { skeleton: 1 },
    ]) {
      expect(await address(change)).not.toBe(base);
    }
  });

  it('are spread over the videos, longer ones giving more, and kept within the bound', async () => {
    const videos = [filmOf('long', 400), filmOf('short', 20)];
    const { unlabeled } = await readUnlabeled({ videos, temporal: 1 }, await labels());
    const counts = unlabeled.runs.length;
    expect(counts).toBeGreaterThan(50);
    expect(counts).toBeLessThanOrEqual(60);
    expect(unlabeled.runs.every(({ pictures }) => pictures.length === 5)).toBe(true);
    // The first disc ends far from where it began: early and late frames differ.
    const large = join(temporaryFolder(), 'large.npy');
    writeFilm(
      large,
      Array.from({ length: 6 }, () => new Uint8Array(1200 * 800).fill(9)),
      [1200, 800],
    );
    const [run] = (await readUnlabeled({ videos: [large], temporal: 1 }, await labels())).unlabeled.runs;
    const [{ width: w, height: h }] = run.pictures;
    expect(w * h).toBeLessThanOrEqual(172_000);
    expect(w * run.scale).toBeCloseTo(1200, 9);
    expect(h * run.scale).toBeCloseTo(800, -1);
  });

  it('say what a crop does not learn from them', async () => {
    const { facts } = await readUnlabeled({ videos: [filmOf('one', 40)], temporal: 1 }, await labels());
    const plan = (stages: number): PosePlan =>
      ({ stages: Array.from({ length: stages }) }) as unknown as PosePlan;
    expect(facts(plan(1)).note).toBeUndefined();
    expect(facts(plan(2)).note).toMatch(/crop learned from the labels alone/);
  });

  it('are refused where they cannot help, saying why', async () => {
    const set = await labels();
    const film = filmOf('one', 40);
    const read = (options: Partial<UnlabeledOptions>): Promise<unknown> =>
      readUnlabeled({ videos: [film], temporal: 1, ...options }, set);
    await expect(read({ videos: ['/nowhere/film.mp4'] })).rejects.toThrow(InputError);
    await expect(read({ videos: ['/nowhere/film.mp4'] })).rejects.toThrow(/film\.mp4/);
    await expect(read({ videos: [filmOf('one', 4)] })).rejects.toThrow(/too short/);
    await expect(read({ videos: [] })).rejects.toThrow(UsageError);
    await expect(read({ skeleton: 1 })).rejects.toThrow(/no edges/);
    await expect(read({ temporal: undefined })).rejects.toThrow(/need a loss/);
    await expect(read({ temporal: Number.NaN })).rejects.toThrow(/finite/);
  });
});

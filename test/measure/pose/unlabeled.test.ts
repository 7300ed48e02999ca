/** What the temporal loss on unlabeled frames is for: fewer jumps, and no larger errors, on a film that no training has seen. */
import { expect, test } from 'vitest';
import { nodeEngine } from '../../../src/learn/engine/node.ts';
import type { PosePlan, StagePlan } from '../../../src/measure/pose/choose.ts';
import type { Example } from '../../../src/measure/pose/examples.ts';
import type { PoseModel } from '../../../src/measure/pose/model.ts';
import { PosePredictor } from '../../../src/measure/pose/predict.ts';
import { Picture } from '../../../src/measure/pose/sample.ts';
import { exportStage, trainStage, type StageTraining } from '../../../src/measure/pose/stage.ts';
import { skeleton } from '../../../src/signal/skeleton.ts';
import { dots, height, width } from '../../project/dots.ts';

const stage: StagePlan = {
  kind: 'frame',
  network: 'fast',
  width,
  height,
  scale: 1,
  sigma: 2,
  batch: 4,
  learningRate: 4e-3,
  rotation: 0.2,
  zoom: 0.1,
  shift: 0.1,
  mirror: false,
  wrong: 0,
};
const plan: PosePlan = { stages: [stage], swap: [0, 1], reasons: [] };
const limitPx = 4;

const pictureOf = (data: Uint8Array): Picture => new Picture({ width, height, channels: 1, data });
const labeled = dots('labels', 120, false);
const examples: Example[] = [0, 15, 30, 45, 60, 75, 90, 105].map((frame) => ({
  frame,
  picture: pictureOf(labeled.frames[frame]),
  points: Float64Array.from(labeled.points[frame]),
}));
const film = dots('film', 300, true).frames.map(pictureOf);
const runs = Array.from({ length: 60 }, (_, i) => ({ pictures: film.slice(5 * i, 5 * i + 5), scale: 1 }));
const fresh = dots('fresh', 100, true);

interface Judged {
  /** How far the bright disc's steps exceed the limit, and its error: means over frames, px. */
  readonly jump: number;
  readonly error: number;
}

async function trained(seed: number, unlabeled?: StageTraining['unlabeled']): Promise<Judged> {
  const engine = await nodeEngine({ threads: 1 });
  const options = { engine, plan, stage, examples, seed, threads: 1, steps: 200, unlabeled };
  const { weights } = await trainStage(options);
  const model: PoseModel = {
    skeleton: skeleton(['bright', 'dark']),
    plan,
    networks: [exportStage(plan, stage, weights, {})],
    bodyLengthPx: 20,
    meanPositions: [0, 0, 0, 0],
    covarianceFactor: 1,
    record: { seed, frames: [], steps: [200], seconds: 0, engine: engine.name },
  };
  await using predictor = await PosePredictor.load(model, engine);
  const found = await predictor.estimate(fresh.frames.map(pictureOf));
  const far = (a: ArrayLike<number>, b: ArrayLike<number>): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    jump: mean(found.slice(1).map((f, t) => Math.max(0, far(f.points, found[t].points) - limitPx))),
    error: mean(found.map((f, t) => far(f.points, fresh.points[t]))),
  };
}

test.each([1, 2, 3])('frames without labels lower jumps and errors, seed %i', async (seed) => {
  const without = await trained(seed);
  const withRuns = await trained(seed, { runs, temporal: { weight: 0.1, limitPx }, edges: [] });
  // A network that put everything in one place would have no jumps, and a large error.
  expect(without.jump).toBeGreaterThan(1);
  expect(withRuns.jump, JSON.stringify({ without, withRuns })).toBeLessThan(0.75 * without.jump);
  expect(withRuns.error, JSON.stringify({ without, withRuns })).toBeLessThan(without.error);
});

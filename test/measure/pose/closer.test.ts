/** The closer look around points that the whole picture found, on spots that move by themselves. */
import { expect, test } from 'vitest';
import { nodeEngine } from '../../../src/learn/engine/node.ts';
import { Random } from '../../../src/math/random.ts';
import type { PosePlan, StagePlan } from '../../../src/measure/pose/choose.ts';
import type { Example } from '../../../src/measure/pose/examples.ts';
import type { PoseModel } from '../../../src/measure/pose/model.ts';
import { PosePredictor, type Estimate } from '../../../src/measure/pose/predict.ts';
import { Picture } from '../../../src/measure/pose/sample.ts';
import { exportStage, trainStage } from '../../../src/measure/pose/stage.ts';
import { skeleton } from '../../../src/signal/skeleton.ts';

const [width, height] = [256, 192];

/** A large bright and a small dark spot at random places, the one left of the other. */
function spots(count: number, seed: number): Example[] {
  const random = new Random(`spots/${seed}`);
  return Array.from({ length: count }, (_, frame) => {
    const points = Float64Array.of(
      random.uniform(30, width / 2 - 20),
      random.uniform(30, height - 30),
      random.uniform(width / 2 + 20, width - 30),
      random.uniform(30, height - 30),
    );
    const data = new Uint8Array(width * height);
    for (let at = 0; at < data.length; at++) {
      const [x, y] = [(at % width) + 0.5, Math.floor(at / width) + 0.5];
      const near = (k: number, radius: number): number =>
        Math.exp(-((x - points[2 * k]) ** 2 + (y - points[2 * k + 1]) ** 2) / (2 * radius ** 2));
      data[at] = Math.min(255, Math.max(0, 60 + 160 * near(0, 9) - 60 * near(1, 5) + random.normal(0, 5)));
    }
    return { frame, picture: new Picture({ width, height, channels: 1, data }), points };
  });
}

const whole: StagePlan = {
  kind: 'frame',
  network: 'fast',
  width: 64,
  height: 48,
  scale: 4,
  sigma: 5,
  batch: 16,
  learningRate: 4e-3,
  rotation: 0.2,
  zoom: 0.1,
  shift: 0.1,
  mirror: false,
  wrong: 0,
};
const plan: PosePlan = {
  stages: [whole, { ...whole, kind: 'point', width: 48, height: 48, scale: 1, sigma: 4 }],
  swap: [0, 1],
  reasons: [],
};

function medianError(estimates: readonly Estimate[], examples: readonly Example[]): number {
  const errors = examples.flatMap(({ points }, i) =>
    [0, 2].map((k) =>
      Math.hypot(estimates[i].points[k] - points[k], estimates[i].points[k + 1] - points[k + 1]),
    ),
  );
  return errors.sort((a, b) => a - b)[errors.length >> 1];
}

test('is nearer to the truth than the whole picture alone, and doubts what it does not see', async () => {
  const engine = await nodeEngine({ threads: 1 });
  const networks: Uint8Array[] = [];
  for (const stage of plan.stages) {
    const options = { engine, plan, stage, examples: spots(40, 1), seed: 1, threads: 1, steps: 250 };
    const { weights } = await trainStage(options);
    networks.push(exportStage(plan, stage, weights, {}));
  }
  const model: PoseModel = {
    skeleton: skeleton(['large', 'small']),
    plan,
    networks,
    bodyLengthPx: 100,
    meanPositions: [0, 0, 0, 0],
    covarianceFactor: 1,
    record: { seed: 1, frames: [], steps: [250, 250], seconds: 0, engine: engine.name },
  };
  const fresh = spots(12, 2);
  const pictures = fresh.map(({ picture }) => picture);
  await using both = await PosePredictor.load(model, engine);
  const alone = { ...model, plan: { ...plan, stages: [whole] }, networks: [networks[0]] };
  await using first = await PosePredictor.load(alone, engine);
  const [near, far] = [await both.estimate(pictures), await first.estimate(pictures)];
  expect(medianError(near, fresh)).toBeLessThan(0.7 * medianError(far, fresh));
  expect(medianError(near, fresh)).toBeLessThan(1.5);
  const empty = new Picture({ width, height, channels: 1, data: new Uint8Array(width * height).fill(60) });
  const [nothing] = await both.estimate([empty]);
  expect(Math.max(...nothing.scores)).toBeLessThan(
    Math.min(...near.map(({ scores }) => Math.min(...scores))),
  );
});

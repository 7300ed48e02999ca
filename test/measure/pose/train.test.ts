import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/learn/index.ts';
import { readMetadata } from '../../../src/learn/index.ts';
import { nodeEngine } from '../../../src/learn/engine/node.ts';
import { loadExamples } from '../../../src/measure/pose/examples.ts';
import { readModel, writeModel } from '../../../src/measure/pose/model.ts';
import type { PoseModel } from '../../../src/measure/pose/model.ts';
import { PosePredictor } from '../../../src/measure/pose/predict.ts';
import { Picture } from '../../../src/measure/pose/sample.ts';
import { trainPose } from '../../../src/measure/pose/train.ts';
import { InputError } from '../../../src/signal/error.ts';
import { drawnLabels, keypoints } from './drawn-animals.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await nodeEngine({ threads: 1 });
});

/** Errors of a model on fresh drawn animals, px, picture by picture and keypoint by keypoint. */
async function errorsOf(model: PoseModel, seed: number): Promise<{ error: number; confidence: number }[]> {
  const fresh = drawnLabels(12, seed);
  const examples = await loadExamples(fresh.labels, fresh.pictures);
  await using predictor = await PosePredictor.load(model, engine);
  const predictions = await predictor.predict(examples.map(({ picture }) => picture));
  return predictions.flatMap(({ positions, confidence }, f) =>
    keypoints.map((_, k) => ({
      error: Math.hypot(
        positions[2 * k] - fresh.drawn[f].points[2 * k],
        positions[2 * k + 1] - fresh.drawn[f].points[2 * k + 1],
      ),
      confidence: confidence[k],
    })),
  );
}

describe('a network trained from scratch', () => {
  let model: PoseModel;
  beforeAll(async () => {
    const { labels, pictures } = drawnLabels(40, 1);
    model = await trainPose(labels, { engine, pictures, steps: 300, seed: 1, network: 'fast' });
  });

  test('finds the keypoints of animals it has not seen, head from tail and left from right', async () => {
    const errors = (await errorsOf(model, 2)).map(({ error }) => error).sort((a, b) => a - b);
    // The animal is 24 px long; a constant guess is off by about 20 px.
    expect(errors[errors.length >> 1]).toBeLessThan(1);
    expect(errors.filter((e) => e < 3).length / errors.length).toBeGreaterThan(0.9);
  });

  test('chose two stages and says why', () => {
    expect(model.plan.stages.map(({ kind }) => kind)).toEqual(['frame', 'body']);
    expect(model.plan.stages[0].rotation).toBe('any');
    expect(model.plan.reasons.join(' ')).toMatch(/turned/);
  });

  test('is calibrated on frames it did not train on', () => {
    expect(model.calibration?.count).toBe(4 * 4);
    expect(model.record.frames).toHaveLength(40);
  });

  test('is more confident of its points in a picture with an animal than in an empty one', async () => {
    const sure = await errorsOf(model, 3);
    await using predictor = await PosePredictor.load(model, engine);
    const { pictures } = drawnLabels(1, 4);
    const frame = await pictures({ image: '0.png' });
    const empty = new Picture({ ...frame, data: new Uint8Array(frame.data.length).fill(170) });
    const [{ confidence, positions }] = await predictor.predict([empty]);
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    expect(positions.every(Number.isFinite)).toBe(true);
    expect(mean([...confidence])).toBeLessThan(mean(sure.map((s) => s.confidence)) - 0.3);
  });

  test('predicts the same whether pictures come one by one or together', async () => {
    const fresh = drawnLabels(3, 5);
    const pictures = (await loadExamples(fresh.labels, fresh.pictures)).map(({ picture }) => picture);
    await using predictor = await PosePredictor.load(model, engine);
    const together = await predictor.predict(pictures);
    for (const [i, picture] of pictures.entries()) {
      const [alone] = await predictor.predict([picture]);
      alone.positions.forEach((v, j) => expect(v).toBeCloseTo(together[i].positions[j], 3));
    }
  });

  test('is one file that keeps all of it', async () => {
    const bytes = writeModel(model);
    expect(writeModel(model)).toEqual(bytes);
    const read = readModel(bytes);
    expect({ ...read, networks: [] }).toEqual({ ...JSON.parse(JSON.stringify({ ...model, networks: [] })) });
    expect(read.networks).toEqual(model.networks);
    expect(readMetadata(read.networks[0]).keypoints).toBe(keypoints.join(','));
  });

  test.each([
    ['cut short', (b: Uint8Array) => b.slice(0, b.length / 2)],
    ['empty', () => new Uint8Array()],
    ['something else', () => new TextEncoder().encode('not a model at all')],
  ])('a model file that is %s is refused', (_, spoil) => {
    expect(() => readModel(spoil(writeModel(model)), 'model.zip')).toThrow(InputError);
  });
});

test('judged on frames that it does not learn from, a training ends with the same networks to the byte', async () => {
  const { labels, pictures } = drawnLabels(30, 1, (frame) => frame === 29);
  const frames = Array.from({ length: 24 }, (_, i) => i);
  const options = { engine, pictures, frames, steps: 40, seed: 1, threads: 1, network: 'fast' } as const;
  const plain = await trainPose(labels, options);
  const told: { stage: string; step: number; heldOutPx: number }[] = [];
  const judged = await trainPose(labels, {
    ...options,
    heldOut: [24, 25, 26, 27, 28, 29],
    onProgress({ stage, step, heldOutPx }) {
      if (heldOutPx !== undefined) told.push({ stage, step, heldOutPx });
    },
  });
  expect(judged.networks).toEqual(plain.networks);
  const stages = [...new Set(told.map(({ stage }) => stage))];
  expect(stages).toHaveLength(2);
  for (const stage of stages)
    expect(told.filter((t) => t.stage === stage).map(({ step }) => step)).toEqual([
      2, 4, 8, 14, 20, 26, 32, 40,
    ]);

  // The last one is the error of the whole model on those frames; the frame without a point does not count.
  await using predictor = await PosePredictor.load(judged, engine, { threads: 1 });
  const examples = await loadExamples(labels, pictures, [24, 25, 26, 27, 28]);
  const errors: number[] = [];
  for (const { picture, points } of examples) {
    const [estimate] = await predictor.estimate([picture]);
    for (let k = 0; k < points.length; k += 2)
      errors.push(Math.hypot(estimate.points[k] - points[k], estimate.points[k + 1] - points[k + 1]));
  }
  expect(told.at(-1)!.heldOutPx).toBeCloseTo(errors.reduce((a, b) => a + b) / errors.length, 6);
});

describe('bad input', () => {
  const train = async (
    change: (set: ReturnType<typeof drawnLabels>) => Partial<ReturnType<typeof drawnLabels>>,
  ): Promise<PoseModel> => {
    const set = drawnLabels(4, 9);
    const { labels, pictures } = { ...set, ...change(set) };
    return trainPose(labels, { engine, pictures, steps: 2, seed: 1, network: 'fast' });
  };
  const placed = (x: number, y: number) => (set: ReturnType<typeof drawnLabels>) => ({
    labels: {
      ...set.labels,
      frames: set.labels.frames.map((frame) => ({
        ...frame,
        instances: frame.instances.map((instance) => ({
          ...instance,
          points: instance.points.map((p, k) => (k === 0 ? { x, y, visibility: 'visible' as const } : p)),
        })),
      })),
    },
  });

  test('no labeled frame', async () => {
    await expect(train(({ labels }) => ({ labels: { ...labels, frames: [] } }))).rejects.toThrow(
      /no frame has a label/,
    );
  });

  test('labels that are not numbers, naming picture and keypoint', async () => {
    await expect(train(placed(Number.NaN, 3))).rejects.toThrow(/0\.png, nose/);
  });

  test('labels far outside the picture', async () => {
    await expect(train(placed(500, 3))).rejects.toThrow(/outside its picture/);
  });

  test('frames without labels among others teach absence and do no harm', async () => {
    const model = await train(() => drawnLabels(4, 9, (f) => f === 0));
    expect(model.networks).toHaveLength(2);
  });

  test('one labeled frame trains', async () => {
    const { labels, pictures } = drawnLabels(1, 10);
    const model = await trainPose(labels, { engine, pictures, steps: 2, seed: 1, network: 'fast' });
    expect(model.calibration).toBeUndefined();
  });
});

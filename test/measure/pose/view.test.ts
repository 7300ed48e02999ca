import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import { scaleOf, transformed } from '../../../src/measure/pose/affine.ts';
import { changeLight } from '../../../src/measure/pose/augment.ts';
import { choosePlan } from '../../../src/measure/pose/choose.ts';
import { loadExamples } from '../../../src/measure/pose/examples.ts';
import { batchOf, gridOf, swapped } from '../../../src/measure/pose/stage.ts';
import { trainingView } from '../../../src/measure/pose/view.ts';
import { drawnLabels } from './drawn-animals.ts';

async function prepared(): Promise<{
  plan: ReturnType<typeof choosePlan>;
  examples: Awaited<ReturnType<typeof loadExamples>>;
}> {
  const { labels, pictures } = drawnLabels(12, 3);
  const examples = await loadExamples(labels, pictures);
  return { plan: choosePlan(examples, labels.skeleton, { network: 'fast' }), examples };
}

const determinant = ([a, b, , c, d]: readonly number[]): number => a * d - b * c;

describe('training views', () => {
  test('of a body show it near its place in the crop, mirrored half of the time', async () => {
    const { plan, examples } = await prepared();
    const stage = plan.stages[1];
    const random = new Random(1);
    let mirrored = 0;
    for (let i = 0; i < 200; i++) {
      const example = examples[i % examples.length];
      const view = trainingView(plan, { ...stage, wrong: 0 }, example, random);
      const seen = transformed(view.map, example.points);
      const named = view.mirrored ? swapped(seen, plan.swap) : seen;
      // The nose is ahead of the tail in the direction of the shape, whatever the picture's heading.
      const ahead = Math.sign(plan.body!.shape[0]! - plan.body!.shape[6]!);
      expect(ahead * (named[0] - named[6])).toBeGreaterThan(0);
      expect(Math.sign(determinant(view.map))).toBe(view.mirrored ? -1 : 1);
      if (view.mirrored) mirrored++;
    }
    expect(mirrored).toBeGreaterThan(70);
    expect(mirrored).toBeLessThan(130);
  });

  test('mirrored, the left ear stays on the left of the heading', async () => {
    const { plan, examples } = await prepared();
    const side = (p: Float64Array): number =>
      Math.sign((p[0] - p[6]) * (p[3] - p[7]) - (p[1] - p[7]) * (p[2] - p[6]));
    const truth = side(examples[0].points);
    const random = new Random(2);
    for (let i = 0; i < 50; i++) {
      const view = trainingView(plan, plan.stages[0], examples[0], random);
      const seen = transformed(view.map, examples[0].points);
      expect(side(view.mirrored ? swapped(seen, plan.swap) : seen)).toBe(truth);
    }
  });

  test('of a point show one keypoint near the middle, at the scale of the stage', async () => {
    const { plan, examples } = await prepared();
    const stage = {
      ...plan.stages[0],
      kind: 'point',
      width: 32,
      height: 32,
      scale: 0.5,
      shift: 0.1,
    } as const;
    const random = new Random(5);
    let [near, mirrored] = [0, 0];
    for (let i = 0; i < 300; i++) {
      const example = examples[i % examples.length];
      const view = trainingView(plan, { ...stage, zoom: 0 }, example, random);
      const seen = transformed(view.map, example.points);
      const distances = [0, 2, 4, 6].map((k) => Math.hypot(seen[k] - 16, seen[k + 1] - 16));
      if (Math.min(...distances) < 10) near++;
      if (view.mirrored) mirrored++;
      expect(scaleOf(view.map)).toBeCloseTo(2, 6);
    }
    // All but the few that look elsewhere, and the tails of the random shift.
    expect(near).toBeGreaterThan(270);
    expect(near).toBeLessThan(300);
    expect(mirrored).toBeGreaterThan(110);
  });

  test('that are wrong say so', async () => {
    const { plan, examples } = await prepared();
    const view = trainingView(plan, { ...plan.stages[1], wrong: 1 }, examples[0], new Random(3));
    expect(view.wrong).toBe(true);
    expect(scaleOf(view.map)).toBeCloseTo(1 / plan.stages[1].scale, 1);
  });

  test('the batch of a step is a function of its random numbers', async () => {
    const { plan, examples } = await prepared();
    const stage = plan.stages[0];
    const batch = (seed: number): ReturnType<typeof batchOf> =>
      batchOf(plan, stage, examples, [0, 1, 2], new Random(seed));
    expect(batch(1)).toEqual(batch(1));
    expect(batch(2).image.data).not.toEqual(batch(1).image.data);
    const { width, height } = gridOf(stage);
    const { maps } = batch(1);
    expect(maps.shape).toEqual([3, 4, width * height + 1]);
    for (let row = 0; row < 12; row++) {
      let sum = 0;
      for (let i = 0; i <= width * height; i++) sum += Number(maps.data[row * (width * height + 1) + i]);
      expect(sum).toBeCloseTo(1, 4);
    }
  });
});

describe('changes of light', () => {
  const flat = (): Float32Array => new Float32Array(3 * 32 * 24).fill(0.5);

  test('touch one picture of a batch only', () => {
    const image = flat();
    changeLight(image, 32, 24, new Random(1), { offset: 32 * 24 });
    expect(image.subarray(0, 32 * 24).every((v) => v === 0.5)).toBe(true);
    expect(image.subarray(2 * 32 * 24).every((v) => v === 0.5)).toBe(true);
    expect(image.subarray(32 * 24, 2 * 32 * 24).some((v) => v !== 0.5)).toBe(true);
  });

  test('of strength 0 are none, and all are finite', () => {
    const image = flat();
    changeLight(image, 32, 24, new Random(1), { strength: 0 });
    expect(image).toEqual(flat());
    for (let seed = 0; seed < 40; seed++) changeLight(image, 32, 24, new Random(seed));
    expect(image.every(Number.isFinite)).toBe(true);
  });
});

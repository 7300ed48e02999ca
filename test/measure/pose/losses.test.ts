import { beforeAll, describe, expect, test } from 'vitest';
import { concat, float32, gradients, multiply, reshape, Scope, toModel } from '../../../src/learn/index.ts';
import type { Engine, Tensor } from '../../../src/learn/index.ts';
import { nodeEngine } from '../../../src/learn/engine/node.ts';
import { writeTarget } from '../../../src/measure/pose/heatmap.ts';
import type { Grid } from '../../../src/measure/pose/heatmap.ts';
import {
  expectedPlaces,
  heatmapLoss,
  presence,
  skeletonLoss,
  temporalLoss,
} from '../../../src/measure/pose/losses.ts';
import { Picture } from '../../../src/measure/pose/sample.ts';
import { unlabeledFeed, type FrameRun } from '../../../src/measure/pose/unlabeled.ts';
import { Random } from '../../../src/math/random.ts';
import type { NetworkOutput } from '../../../src/measure/pose/networks/index.ts';
import { loadExamples } from '../../../src/measure/pose/examples.ts';
import { trainPose } from '../../../src/measure/pose/train.ts';
import { UsageError } from '../../../src/signal/error.ts';
import { drawnLabels } from './drawn-animals.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await nodeEngine({ threads: 1 });
});

async function valueOf(
  build: (scope: Scope) => Tensor,
  feeds: Parameters<Awaited<ReturnType<Engine['load']>>['run']>[0] = {},
): Promise<Float32Array> {
  const scope = Scope.training(1);
  const session = await engine.load(toModel(scope.graph, { value: build(scope) }));
  const { value } = await session.run(feeds);
  await session.dispose();
  return value.data as Float32Array;
}

const constant = (scope: Scope, shape: readonly number[], values: readonly number[]): Tensor =>
  scope.graph.constant(shape, Float32Array.from(values));

const grid: Grid = { width: 10, height: 8, stride: 4 };
const cells = 80;

function outputOf(scope: Scope, logits: Float32Array, absent: number, offsets: number): NetworkOutput {
  return {
    maps: scope.graph.constant([1, 1, 8, 10], logits),
    offsets: scope.graph.constant([1, 2, 8, 10], new Float32Array(2 * cells).fill(offsets)),
    absent: scope.graph.constant([1, 1, 1, 1], Float32Array.of(absent)),
  };
}

describe('the heatmap loss', () => {
  const target = { maps: new Float32Array(cells + 1), places: new Float32Array(2) };
  writeTarget([18, 14], grid, 4, target);
  const feeds = (weight: number): Record<string, ReturnType<typeof float32>> => ({
    maps: float32([1, 1, cells + 1], target.maps),
    places: float32([1, 1, 2], target.places),
    weights: float32([1, 1], [weight]),
  });
  const loss = async (logits: Float32Array, absent: number, offsets = 0, weight = 1): Promise<number> =>
    (
      await valueOf(
        (scope) => heatmapLoss(scope, outputOf(scope, logits, absent, offsets), grid),
        feeds(weight),
      )
    )[0];
  const ideal = target.maps.slice(0, cells).map((p) => Math.log(p + 1e-12));

  test('of a uniform map is the log of the number of cells, absence included, and the offsets error', async () => {
    let huber = 0;
    for (let i = 0; i < cells; i++) {
      for (const d of [(i % 10) + 0.5 - 4.5, Math.floor(i / 10) + 0.5 - 3.5]) {
        huber += target.maps[i] * (Math.abs(d) < 1 ? (d * d) / 2 : Math.abs(d) - 0.5);
      }
    }
    expect(await loss(new Float32Array(cells), 0)).toBeCloseTo(Math.log(cells + 1) + 0.3 * huber, 3);
  });

  test('is least at the target', async () => {
    const best = await loss(ideal, -30);
    expect(best).toBeLessThan(
      await loss(
        ideal.map((v) => 0.5 * v),
        -30,
      ),
    );
    expect(best).toBeLessThan(await loss(ideal, 0));
    expect(best).toBeLessThan(await loss(ideal, -30, 0.5));
  });

  test('of a point left out is 0', async () => {
    expect(await loss(new Float32Array(cells), 0, 0.7, 0)).toBe(0);
  });
});

test('the expected place of a symmetric map is its center', async () => {
  const target = { maps: new Float32Array(cells + 1), places: new Float32Array(2) };
  writeTarget([20, 16], grid, 4, target);
  const logits = target.maps.slice(0, cells).map((p) => Math.log(p + 1e-9));
  const [x, y] = await valueOf((scope) => expectedPlaces(scope, outputOf(scope, logits, 0, 0), grid));
  expect(x).toBeCloseTo(5, 3);
  expect(y).toBeCloseTo(4, 3);
});

test('the temporal loss counts what exceeds the limit', async () => {
  // Two keypoints over three frames: one stays, one moves by 5 cells once.
  const places = [1, 1, 0, 0, 1, 1, 3, 4, 1, 1, 3, 4];
  const [loss] = await valueOf((scope) => temporalLoss(constant(scope, [3, 2, 2], places), 2));
  expect(loss).toBeCloseTo((5 - 2) / 4, 3);
});

test('absent keypoints cost nothing, and calling them absent is no way out', async () => {
  const logits = new Float32Array(2 * cells);
  logits[0] = 30;
  logits[cells + 79] = 30;
  const loss = async (absent: number): Promise<[number, number]> => {
    const values = await valueOf(
      (scope) => {
        const state = scope.input('absent', [1]);
        const output = {
          maps: scope.graph.constant([2, 1, 8, 10], logits),
          offsets: scope.graph.constant([2, 2, 8, 10], new Float32Array(4 * cells)),
          absent: multiply(
            reshape(state, [1, 1, 1, 1]),
            scope.graph.constant([2, 1, 1, 1], Float32Array.of(1, 1)),
          ),
        };
        const value = temporalLoss(expectedPlaces(scope, output, grid), 1, presence(output, grid));
        const [gradient] = gradients(value, [state]);
        return concat([reshape(value, [1]), gradient], 0);
      },
      { absent: float32([1], [absent]) },
    );
    return [values[0], values[1]];
  };
  const far = Math.hypot(9, 7) - 1;
  expect((await loss(-30))[0]).toBeCloseTo(far, 2);
  // The absent logit equals the peak: each frame counts half, their step a quarter.
  expect((await loss(30))[0]).toBeCloseTo(far / 4, 2);
  expect((await loss(60))[0]).toBeLessThan(1e-6);
  expect((await loss(30))[1]).toBe(0);
});

test('the skeleton loss counts bones that are too long or too short', async () => {
  const places = [0, 0, 3, 4, 0, 0, 0.6, 0.8];
  const [loss] = await valueOf((scope) =>
    skeletonLoss(constant(scope, [2, 2, 2], places), [[0, 1]], [[2, 4]]),
  );
  expect(loss).toBeCloseTo((1 + 1) / 2, 3);
});

describe('unlabeled frames', () => {
  const { labels, pictures } = drawnLabels(4, 12);
  const train = async (
    unlabeled: Parameters<typeof trainPose>[1]['unlabeled'],
    edges: readonly (readonly [number, number])[] = [[0, 3]],
  ): ReturnType<typeof trainPose> =>
    trainPose(
      { ...labels, skeleton: { ...labels.skeleton, edges } },
      { engine, pictures, steps: 2, seed: 1, network: 'fast', unlabeled },
    );

  test('change what is learned', async () => {
    const examples = await loadExamples(labels, pictures);
    const runs = [{ pictures: examples.map(({ picture }) => picture), scale: 1 }];
    const [plain, temporal, both] = [
      await train(undefined),
      await train({ runs, temporal: { weight: 50, limitPx: 0 } }),
      await train({ runs, temporal: { weight: 50, limitPx: 0 }, skeleton: { weight: 1 } }),
    ];
    expect(Buffer.compare(plain.networks[0], temporal.networks[0])).not.toBe(0);
    expect(Buffer.compare(both.networks[0], temporal.networks[0])).not.toBe(0);
    // The crop's network does not see them.
    expect(Buffer.compare(plain.networks[1], both.networks[1])).toBe(0);
  });

  test('in runs of different length, or bones without edges, are refused', async () => {
    const [{ picture }] = await loadExamples(labels, pictures, [0]);
    const run = (...pictures: Picture[]): FrameRun => ({ pictures, scale: 1 });
    const temporal = { weight: 1, limitPx: 3 };
    const twice = [run(picture, picture)];
    await expect(train({ runs: [run(picture)], temporal })).rejects.toThrow(UsageError);
    await expect(train({ runs: [...twice, run(picture, picture, picture)], temporal })).rejects.toThrow(
      /one length/,
    );
    await expect(train({ runs: twice, skeleton: { weight: 1 } }, [])).rejects.toThrow(/bones/);
    await expect(train({ runs: twice })).rejects.toThrow(/need a loss/);
    await expect(train({ runs: twice, temporal: { weight: -1, limitPx: 3 } })).rejects.toThrow(/not below 0/);
  });

  test('are seen in the same place whether kept at full size or reduced', () => {
    const bright = (width: number, height: number, scale: number): Picture =>
      new Picture({
        width,
        height,
        channels: 1,
        data: Uint8Array.from({ length: width * height }, (_, i) => {
          const [x, y] = [((i % width) + 0.5) * scale - 50, (Math.floor(i / width) + 0.5) * scale - 26];
          return 250 * Math.exp(-(x * x + y * y) / 128);
        }),
      });
    const stage = { width: 48, height: 32, scale: 4 } as Parameters<typeof unlabeledFeed>[0];
    const [full, reduced] = [bright(192, 128, 1), bright(96, 64, 2)].map((picture, i) => {
      const runs = [{ pictures: [picture, picture], scale: i + 1 }];
      return unlabeledFeed(stage, { runs }, 0, new Random(1)).data as Float32Array;
    });
    // 250/255 of full brightness; a shift by half a cell changes some by 0.15.
    full.forEach((v, i) => expect(Math.abs(v - reduced[i])).toBeLessThan(0.03));
    expect(Math.max(...full)).toBeGreaterThan(0.8);
  });
});

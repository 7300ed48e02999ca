import { beforeAll, describe, expect, test } from 'vitest';
import { float32, Scope, toModel } from '../../../src/learn/index.ts';
import type { Engine, Tensor } from '../../../src/learn/index.ts';
import { nodeEngine } from '../../../src/learn/engine/node.ts';
import { writeTarget } from '../../../src/measure/pose/heatmap.ts';
import type { Grid } from '../../../src/measure/pose/heatmap.ts';
import { expectedPlaces, heatmapLoss, skeletonLoss, temporalLoss } from '../../../src/measure/pose/losses.ts';
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
    const runs = [examples.map(({ picture }) => picture)];
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
    await expect(train({ runs: [[picture]] })).rejects.toThrow(UsageError);
    await expect(
      train({
        runs: [
          [picture, picture],
          [picture, picture, picture],
        ],
      }),
    ).rejects.toThrow(UsageError);
    await expect(train({ runs: [[picture, picture]], skeleton: { weight: 1 } }, [])).rejects.toThrow(/bones/);
  });
});

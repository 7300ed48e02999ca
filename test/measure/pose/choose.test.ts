import { expect, test } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import { similarity, transformed } from '../../../src/measure/pose/affine.ts';
import { choosePlan, twins } from '../../../src/measure/pose/choose.ts';
import type { Example } from '../../../src/measure/pose/examples.ts';
import { networkNamed } from '../../../src/measure/pose/networks/index.ts';
import { Picture } from '../../../src/measure/pose/sample.ts';
import { skeleton } from '../../../src/signal/skeleton.ts';

const animal = Float64Array.of(50, 0, 40, -10, 40, 10, -50, 0);
const mouse = skeleton(['snout', 'leftear', 'rightear', 'tailbase'], []);

function examples(pose: (random: Random) => Float64Array): Example[] {
  const random = new Random('examples');
  const picture = new Picture({ width: 640, height: 480, channels: 1, data: new Uint8Array(640 * 480) });
  return Array.from({ length: 20 }, (_, frame) => ({ frame, picture, points: pose(random) }));
}

const turning = (random: Random, turn: number): Float64Array =>
  transformed(
    similarity(random.uniform(-turn, turn), 1, [0, 0], [random.uniform(80, 560), random.uniform(80, 400)]),
    animal,
  );

test('a rigid animal that heads every way: find it, then refine in a crop that turns with it', () => {
  const { stages, body, reasons } = choosePlan(
    examples((r) => turning(r, Math.PI)),
    mouse,
  );
  expect(stages.map(({ kind }) => kind)).toEqual(['frame', 'body']);
  expect(stages.map(({ rotation }) => rotation)[0]).toBe('any');
  expect(stages.every(({ mirror }) => mirror)).toBe(true);
  expect(body?.rigid).toBe(true);
  expect(reasons.length).toBeGreaterThan(2);
  // The crop holds the animal with a margin.
  expect(stages[1].width * stages[1].scale).toBeGreaterThan(110);
});

test('a rigid animal that always heads the same way is not turned around', () => {
  const { stages } = choosePlan(
    examples((r) => turning(r, 0.1)),
    mouse,
  );
  expect(stages[0].rotation).not.toBe('any');
});

test('points that move by themselves: the whole picture, then a closer look at each point', () => {
  const { stages, reasons } = choosePlan(
    examples((r) => Float64Array.from({ length: 8 }, () => r.uniform(0, 480))),
    mouse,
  );
  expect(stages.map(({ kind }) => kind)).toEqual(['frame', 'point']);
  expect(stages[1].scale).toBeLessThan(stages[0].scale / 2);
  expect(stages[0].mirror).toBe(false);
  expect(reasons[0]).toMatch(/move against each other/);
});

test('a picture that is hardly reduced needs no closer look', () => {
  const picture = new Picture({ width: 240, height: 200, channels: 1, data: new Uint8Array(240 * 200) });
  const scattered = examples((r) => Float64Array.from({ length: 8 }, () => r.uniform(0, 200)));
  const { stages } = choosePlan(
    scattered.map((example) => ({ ...example, picture })),
    mouse,
  );
  expect(stages.map(({ kind }) => kind)).toEqual(['frame']);
});

test('a single keypoint has no heading', () => {
  const { stages } = choosePlan(
    examples(() => Float64Array.of(10, 20)),
    skeleton(['tip']),
  );
  expect(stages.map(({ kind }) => kind)).toEqual(['frame', 'point']);
});

test('sizes fit the network and hold the picture', () => {
  for (const network of ['fast', 'accurate'] as const) {
    for (const stage of choosePlan(
      examples((r) => turning(r, Math.PI)),
      mouse,
      { network },
    ).stages) {
      expect(stage.width % networkNamed(network).multiple).toBe(0);
      expect(stage.height % networkNamed(network).multiple).toBe(0);
      if (stage.kind === 'frame') expect(stage.width * stage.scale).toBeGreaterThanOrEqual(640);
    }
  }
});

test('twins come from the names where the skeleton states none', () => {
  expect(twins(mouse)).toEqual([0, 2, 1, 3]);
});

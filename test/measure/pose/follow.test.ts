import { expect, test } from 'vitest';
import { Follower } from '../../../src/measure/pose/follow.ts';
import type { PosePredictor } from '../../../src/measure/pose/predict.ts';
import type { Estimate } from '../../../src/measure/pose/predict.ts';
import { Picture } from '../../../src/measure/pose/sample.ts';

const picture = new Picture({ width: 2, height: 2, channels: 1, data: new Uint8Array(4) });

const pose = (x: number, score: number): Estimate => ({
  points: Float64Array.of(x, 0, x + 10, Number.NaN),
  scores: Float64Array.of(score, score),
  covariance: new Float64Array(6),
});

/** A predictor that answers from two scripts: what the crop shows, and what a search of the whole picture finds. */
function scripted(near: (start: Estimate) => Estimate, found: () => Estimate) {
  const calls = { crops: 0, searches: 0 };
  const predictor = {
    model: { plan: { body: { size: 40, shape: [0, 0, 10, 0] } } } as unknown as PosePredictor['model'],
    refine: async (_: readonly Picture[], [start]: readonly Estimate[], _options?: object) => {
      calls.crops++;
      return [near(start)];
    },
    estimate: async () => {
      calls.searches++;
      return [found()];
    },
  };
  return { calls, predictor };
}

test('a sure pose is followed without a search; the first frame is searched', async () => {
  const { calls, predictor } = scripted(
    ({ points }) => pose(points[0] + 1, 0.97),
    () => pose(50, 0.99),
  );
  const follower = new Follower(predictor);
  for (let frame = 0; frame < 10; frame++) await follower.estimate(picture);
  expect(calls).toEqual({ crops: 9, searches: 1 });
  expect((await follower.estimate(picture)).points[0]).toBe(60);
});

test('a doubtful pose is searched for, and the better of both is taken', async () => {
  let score = 0.99;
  const { calls, predictor } = scripted(
    () => pose(50, score),
    () => pose(300, 0.9),
  );
  const follower = new Follower(predictor);
  await follower.estimate(picture);
  score = 0.6;
  expect((await follower.estimate(picture)).points[0]).toBe(300);
  expect(calls.searches).toBe(2);
});

test('where a search finds nothing better, it is not repeated for each frame, but it is in the end', async () => {
  const { calls, predictor } = scripted(
    () => pose(50, 0.6),
    () => pose(300, 0.5),
  );
  const follower = new Follower(predictor);
  for (let frame = 0; frame < 100; frame++) await follower.estimate(picture);
  expect(calls.searches).toBeGreaterThan(2);
  expect(calls.searches).toBeLessThan(8);
});

test('after a far move the crop is taken again where the animal is', async () => {
  let x = 50;
  const { calls, predictor } = scripted(
    () => pose(x, 0.97),
    () => pose(x, 0.99),
  );
  const follower = new Follower(predictor);
  await follower.estimate(picture);
  x = 80;
  await follower.estimate(picture);
  expect(calls.crops).toBe(2);
});

test('now and then a sure pose is tried the other way round', async () => {
  const asked: boolean[] = [];
  const { predictor } = scripted(
    () => pose(50, 0.97),
    () => pose(50, 0.99),
  );
  const refine: typeof predictor.refine = async (pictures, starts, options?: { turnBelow?: number }) => {
    asked.push(options?.turnBelow === 1);
    return predictor.refine(pictures, starts);
  };
  const follower = new Follower({ ...predictor, refine });
  for (let frame = 0; frame < 100; frame++) await follower.estimate(picture);
  expect(asked.filter(Boolean)).toHaveLength(3);
});

test('what is lost is not followed', async () => {
  const { calls, predictor } = scripted(
    () => pose(0, 0.9),
    () => pose(0, 0.1),
  );
  const follower = new Follower(predictor);
  for (let frame = 0; frame < 5; frame++) await follower.estimate(picture);
  expect(calls).toEqual({ crops: 0, searches: 5 });
});

test('resumed, it goes on as if it had never stopped, points that are not there included', async () => {
  const script = (): ReturnType<typeof scripted> =>
    scripted(
      ({ points }) => pose(points[0] + 0.1, 0.6),
      () => pose(50, 0.61),
    );
  const run = async (stopAt: number): Promise<number[]> => {
    let follower = new Follower(script().predictor);
    const seen: number[] = [];
    for (let frame = 0; frame < 60; frame++) {
      if (frame === stopAt) {
        const record = JSON.parse(JSON.stringify(follower.record()));
        follower = new Follower(script().predictor);
        follower.resume(record);
      }
      seen.push((await follower.estimate(picture)).points[0], follower.searched);
    }
    return seen;
  };
  const whole = await run(-1);
  for (const stopAt of [1, 7, 31, 32]) expect(await run(stopAt)).toEqual(whole);
});

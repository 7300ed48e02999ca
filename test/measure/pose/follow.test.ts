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
    refine: async (_: readonly Picture[], starts: readonly Estimate[], _options?: object) => {
      calls.crops += starts.length;
      return starts.map(near);
    },
    estimate: async () => {
      calls.searches++;
      return [found()];
    },
  };
  return { calls, predictor };
}

/** The pose in the next frame alone. */
async function next(follower: Follower): Promise<Estimate> {
  const [estimate] = await follower.estimate([picture]);
  return estimate;
}

test('a sure pose is followed without a search; the first frame is searched', async () => {
  let x = 50;
  const { calls, predictor } = scripted(
    () => pose(++x, 0.97),
    () => pose(50, 0.99),
  );
  const follower = new Follower(predictor);
  for (let frame = 0; frame < 10; frame++) await next(follower);
  expect(calls).toEqual({ crops: 9, searches: 1 });
  expect((await next(follower)).points[0]).toBe(60);
});

test('a doubtful pose is searched for, and the better of both is taken', async () => {
  let score = 0.99;
  const { calls, predictor } = scripted(
    () => pose(50, score),
    () => pose(300, 0.9),
  );
  const follower = new Follower(predictor);
  await next(follower);
  score = 0.6;
  expect((await next(follower)).points[0]).toBe(300);
  expect(calls.searches).toBe(2);
});

test('where a search finds nothing better, it is not repeated for each frame, but it is in the end', async () => {
  const { calls, predictor } = scripted(
    () => pose(50, 0.6),
    () => pose(300, 0.5),
  );
  const follower = new Follower(predictor);
  for (let frame = 0; frame < 100; frame++) await next(follower);
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
  await next(follower);
  x = 80;
  await next(follower);
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
  for (let frame = 0; frame < 100; frame++) await next(follower);
  expect(asked.filter(Boolean)).toHaveLength(3);
});

test('what is lost is not followed', async () => {
  const { calls, predictor } = scripted(
    () => pose(0, 0.9),
    () => pose(0, 0.1),
  );
  const follower = new Follower(predictor);
  for (let frame = 0; frame < 5; frame++) await next(follower);
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
      seen.push((await next(follower)).points[0], follower.searched);
    }
    return seen;
  };
  const whole = await run(-1);
  for (const stopAt of [1, 7, 31, 32]) expect(await run(stopAt)).toEqual(whole);
});

test('frames are looked at together, as long as the animal is where the crops were taken', async () => {
  // The picture's number is where the animal is: a predictor that reads it.
  const at = (x: number): Picture => Object.assign(new Picture({ ...frame, data: new Uint8Array(4) }), { x });
  const frame = { width: 2, height: 2, channels: 1 as const };
  const read = (picture: Picture): Estimate => pose((picture as Picture & { x: number }).x, 0.97);
  const batches: number[] = [];
  const follower = new Follower({
    model: scripted(
      () => pose(0, 1),
      () => pose(0, 1),
    ).predictor.model,
    refine: async (pictures) => {
      batches.push(pictures.length);
      return pictures.map(read);
    },
    estimate: async ([picture]) => [read(picture)],
  });
  const places = [...Array.from({ length: 20 }, (_, i) => 50 + i), 75, 110, 111, 112, 113];
  const seen: number[] = [];
  while (seen.length < places.length) {
    const coming = places.slice(seen.length, seen.length + follower.together).map(at);
    seen.push(...(await follower.estimate(coming)).map(({ points }) => points[0]));
  }
  expect(seen).toEqual(places);
  expect(Math.max(...batches)).toBe(4);
  expect(follower.searched).toBe(1);
});

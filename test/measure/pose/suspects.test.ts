import { describe, expect, it } from 'vitest';
import { correctValues, type TrackValues } from '../../../src/measure/pose/correct.ts';
import { suspects } from '../../../src/measure/pose/suspects.ts';
import { Random } from '../../../src/math/random.ts';

const keypoints = ['nose', 'left ear', 'right ear', 'tail'];
const body = [
  [40, 0],
  [25, -12],
  [25, 12],
  [-40, 0],
];
const frames = 400;
const edges = [
  [0, 1],
  [0, 2],
  [0, 3],
] as const;
const symmetries = [[1, 2]] as const;

/** Animals that run in circles with noise of half a pixel and now and then sprint: nothing is wrong. */
function running(individuals: readonly string[] = ['one']): TrackValues {
  const random = new Random('suspects');
  const n = individuals.length;
  const positions = new Float32Array(frames * n * 8);
  individuals.forEach((_, i) => {
    let angle = i;
    for (let f = 0; f < frames; f++) {
      angle += f > 200 && f < 230 ? 0.12 : 0.02;
      const [x, y] = [300 + 200 * i + 90 * Math.cos(angle), 200 + 90 * Math.sin(angle)];
      body.forEach(([u, v], k) => {
        const at = 2 * ((f * n + i) * 4 + k);
        positions[at] = x - Math.sin(angle) * u - Math.cos(angle) * v + random.normal(0, 0.5);
        positions[at + 1] = y + Math.cos(angle) * u - Math.sin(angle) * v + random.normal(0, 0.5);
      });
    }
  });
  const confidence = new Float32Array(frames * n * 4).fill(0.95);
  return { individuals, keypoints, frames, positions, confidence };
}

const found = (values: TrackValues, more = {}) => suspects(values, { edges, symmetries, ...more });

describe('the suspicious moments of a track', () => {
  it('are none where nothing is wrong, sprint included', () => {
    expect(found(running())).toEqual([]);
  });

  it('name twins that change places with the frames in which they do, and swapping those back leaves none', () => {
    const swap = {
      id: 'a',
      on: 'k',
      change: {
        kind: 'swap keypoints',
        first: 120,
        last: 139,
        individual: 'one',
        pairs: [['left ear', 'right ear']],
      },
    } as const;
    const wrong = correctValues(running(), [swap], 'k');
    const [worst] = found(wrong);
    expect(worst).toMatchObject({
      kind: 'twins',
      first: 120,
      last: 139,
      keypoints: ['left ear', 'right ear'],
    });
    expect(worst.reasons[0]).toBe('left ear and right ear change places, for 20 frames');
    expect(found(correctValues(wrong, [swap], 'k'))).toEqual([]);
  });

  it('name two animals that change places', () => {
    const pair = ['one', 'two'] as const;
    const swap = { kind: 'swap individuals', first: 300, last: 349, pair } as const;
    const wrong = correctValues(running(pair), [{ id: 'a', on: 'k', change: swap }], 'k');
    for (const [individual, other] of [pair, pair.toReversed()]) {
      const [worst] = found(wrong, { individual });
      expect(worst).toMatchObject({ kind: 'identity', first: 300, last: 349, other });
    }
  });

  it('name a point that jumps away and back, uncertain points, and do not ask again what a person settled', () => {
    const values = running();
    for (const f of [50, 51]) (values.positions as Float32Array)[2 * (4 * f)] += 80;
    for (let f = 70; f < 80; f++) values.confidence![4 * f + 3] = 0.1;
    const [jump, uncertain, ...others] = found(values);
    expect(others).toEqual([]);
    const moments = [jump, uncertain].sort((a, b) => a.first - b.first);
    expect(moments[0]).toMatchObject({
      first: 50,
      last: 51,
      keypoints: expect.arrayContaining(['nose']) as string[],
    });
    expect(moments[0].reasons.join('\n')).toMatch(/nose jumps \d+ px in one frame/);
    expect(moments[0].reasons.join('\n')).toMatch(/nose–tail is \d+ px long \(usually 80 px\)/);
    expect(moments[1]).toMatchObject({ first: 70, last: 79, kind: 'uncertain', keypoints: ['tail'] });
    expect(moments[1].reasons).toEqual(['tail is uncertain (confidence 0.10), for 10 frames']);
    expect(found(values, { isSettled: () => true })).toEqual([]);
    expect(found(values, { count: 1 })).toHaveLength(1);
  });

  it('can be asked of a track without frames, points or confidences', () => {
    const empty = { individuals: ['one'], keypoints, frames: 0, positions: new Float32Array(0) };
    expect(found(empty)).toEqual([]);
    expect(found({ ...empty, frames: 5, positions: new Float32Array(40).fill(NaN) })).toEqual([]);
  });
});

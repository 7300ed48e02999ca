import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import {
  bodyLength,
  evaluate,
  meanPositions,
  type EvaluatedFrame,
} from '../../../src/measure/pose/evaluate.ts';
import { skeleton } from '../../../src/signal/skeleton.ts';

const body = skeleton(['nose', 'tail'], [['nose', 'tail']]);

function frame(name: string, errors: readonly (number | null)[], confidence = 0.9): EvaluatedFrame {
  const at = [
    [10, 20],
    [110, 20],
  ];
  return {
    name,
    truth: {
      individual: 'individual',
      points: errors.map((e, k) => (e === null ? null : { x: at[k][0], y: at[k][1], visibility: 'visible' })),
    },
    prediction: {
      positions: Float32Array.from(
        errors.flatMap((e, k) => [at[k][0] + 0.6 * (e ?? 0), at[k][1] + 0.8 * (e ?? 0)]),
      ),
      confidence: Float32Array.from(errors, (e) => (e === null ? 0.1 : confidence)),
      covariance: new Float32Array(errors.length * 3),
    },
  };
}

const options = { skeleton: body, bodyLengthPx: 100, radiusPx: 5, random: new Random(0) };

describe('evaluate', () => {
  const frames = [frame('a', [1, 3]), frame('b', [2, null]), frame('c', [50, 4], 0.2)];
  const result = evaluate(frames, { ...options, nullPositions: [10, 20, 110, 50] });

  it('gives errors in px and body lengths, over labeled points only', () => {
    expect(result.count).toBe(5);
    expect(result.meanPx).toBeCloseTo(12, 4);
    expect(result.medianPx).toBeCloseTo(3, 4);
    expect(result.maxPx).toBeCloseTo(50, 4);
    expect(result.meanBodyLengths).toBeCloseTo(0.12, 5);
    expect(result.keypoints[1]).toMatchObject({ keypoint: 'tail', count: 2 });
    expect(result.keypoints[1].meanPx).toBeCloseTo(3.5, 4);
    expect(result.meanInterval.low).toBeLessThanOrEqual(result.meanPx);
    expect(result.meanInterval.high).toBeGreaterThanOrEqual(result.meanPx);
  });

  it('has a null beside it', () => {
    expect(result.nullMeanPx).toBeCloseTo((0 + 30 + 0 + 0 + 30) / 5, 5);
  });

  it('separates confident points and rejects what is not there', () => {
    expect(result.confident.fractionKept).toBeCloseTo(3 / 5, 6);
    expect(result.confident.meanPx).toBeCloseTo(2, 4);
    expect(result.absentRejected).toBe(1);
  });

  it('lists the worst frames first', () => {
    expect(result.worst.map((w) => w.name)).toEqual(['c', 'a', 'b']);
  });

  it('has a PCK that never falls and ends at 1, and an OKS of 1 for perfect points', () => {
    const fractions = result.pck.map((p) => p.fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    expect(evaluate([frame('p', [0, 0])], options).oks).toBeCloseTo(1, 10);
    expect(result.oks).toBeLessThan(1);
  });

  it('refuses frames without labels', () => {
    expect(() => evaluate([frame('x', [null, null])], options)).toThrow(/no labeled point/);
  });
});

describe('bodyLength and meanPositions', () => {
  it('take the longest distance and the mean place of labeled points', () => {
    const instances = [frame('a', [0, 0]).truth, frame('b', [0, null]).truth];
    expect(bodyLength(instances)).toBe(100);
    expect([...meanPositions(instances, 2)]).toEqual([10, 20, 110, 20]);
    expect(bodyLength([frame('b', [0, null]).truth])).toBeNaN();
  });
});

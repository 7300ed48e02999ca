import { describe, expect, test } from 'vitest';
import { neuralResponses, principal, sharedSpace, spaceOf } from '../../src/inquire/index.ts';
import { Random } from '../../src/math/index.ts';
import { Events } from '../../src/signal/events.ts';
import { Spikes } from '../../src/signal/spikes.ts';
import { mixed, population, randomRotation } from './population.ts';

describe('a shared space', () => {
  const some = population('some');

  test('of a population and the same one turned holds both alike', () => {
    const turned = mixed(some, randomRotation(some.units, new Random(2)), 3, 1);
    const { scores, explained, comparison } = sharedSpace(some, turned, { axes: 3, seed: 1 });
    expect(comparison.value).toBeCloseTo(1, 9);
    expect(comparison.value).toBeGreaterThan(comparison.null.percentile95);
    const size = Math.max(...scores[0].values.map(Math.abs));
    scores[0].values.forEach((v, i) => expect(Math.abs(scores[1].values[i] - v)).toBeLessThan(1e-9 * size));
    explained[0].forEach((v, i) => expect(explained[1][i]).toBeCloseTo(v, 9));
  });

  test('of unrelated populations is no more alike than chance, though both were turned', () => {
    const above = Array.from({ length: 20 }, (_, seed) => {
      const { comparison } = sharedSpace(some, population(`other ${seed}`), { axes: 3, seed });
      return comparison.value > comparison.null.percentile95;
    });
    // 5 % are expected: more than 4 of 20 come in 0.3 % of such tests.
    expect(above.filter(Boolean).length).toBeLessThanOrEqual(4);
  });

  test('has no more axes than the smaller population', () => {
    const few = population('few', { conditions: 8, times: 12, units: 2 });
    const { scores } = sharedSpace(some, few, { seed: 1 });
    expect(scores.map(({ units }) => units)).toEqual([2, 2]);
  });

  test('shows others along the axes of the one that it is of', () => {
    const space = spaceOf(some, 2);
    space.along(some).values.forEach((v, i) => expect(v).toBeCloseTo(principal(some, 2).scores.values[i], 9));
    const shifted = { ...some, values: some.values.map((v) => v + 1) };
    const moved = space.along(shifted).values;
    const step = space.along(some).values.map((v, i) => moved[i] - v);
    step.forEach((v, i) => expect(v).toBeCloseTo(step[i % 2], 9));
  });
});

describe('responses of neurons', () => {
  const provenance = { step: 'test' };
  // Unit "a" fires at 10 Hz in 0.5 s after "go", unit "b" never then; "stop" has none of either.
  const times = Float64Array.from([1.05, 1.15, 1.25, 1.35, 1.45, 3.05, 3.15, 3.25, 3.35, 3.45, 0.5]);
  const spikes = new Spikes({
    name: 'units',
    units: ['a', 'b'],
    times,
    starts: Int32Array.of(0, 10),
    ends: Int32Array.of(10, 11),
    provenance,
  });
  const event = (startSeconds: number, label: string) => ({
    startSeconds,
    endSeconds: startSeconds,
    label,
    source: 'test',
  });
  const events = new Events([event(1, 'go'), event(2, 'stop'), event(3, 'go')], {
    name: 'cues',
    provenance,
  });
  const window = { beforeSeconds: 0, afterSeconds: 0.5, widthSeconds: 0.25 };

  test('are mean rates around each condition, in Hz', () => {
    const found = neuralResponses(spikes, events, ['stop', 'go'], window);
    expect(found).toMatchObject({ conditions: 2, times: 2, units: 2, stepSeconds: 0.25 });
    expect([...found.values.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
    expect(found.values[4] + found.values[6]).toBeCloseTo(20, 9);
    expect([found.values[5], found.values[7]]).toEqual([0, 0]);
  });

  test('of a label that no event has are refused', () => {
    expect(() => neuralResponses(spikes, events, ['go', 'left'], window)).toThrow(/condition has no event/);
  });
});

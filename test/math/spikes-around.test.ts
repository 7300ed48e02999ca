import { expect, test } from 'vitest';
import { around } from '../../src/math/around.ts';
import { spikesAround } from '../../src/math/spikes-around.ts';
import { regularTime } from '../../src/signal/time.ts';

test('rows hold the spikes of their events, and rates are spikes a second and unit', () => {
  const units = [Float64Array.of(0.5, 1, 1.05, 2, 5), Float64Array.of(1.15, 4.9)];
  const { lags, repetitions, spikes, events, bin } = spikesAround(units, [1, 2], {
    before: 0.2,
    after: 0.3,
    recorded: [0, 6],
    bin: 0.1,
  });
  expect(bin).toBe(0.1);
  expect([...lags].map((lag) => Number(lag.toFixed(6)))).toEqual([-0.15, -0.05, 0.05, 0.15, 0.25]);
  expect(events).toEqual([0, 1]);
  expect([...spikes[0]].map((lag) => Number(lag.toFixed(6)))).toEqual([0, 0.05, 0.15]);
  // Two spikes of two units in 0.1 s are 10 spikes a second and unit.
  expect([...repetitions[0]].map((rate) => Number(rate.toFixed(6)))).toEqual([0, 0, 10, 5, 0]);
  expect([...repetitions[1]].map((rate) => Number(rate.toFixed(6)))).toEqual([0, 0, 5, 0, 0]);
});

test('an event whose window leaves what was recorded has no row: no spike there says nothing', () => {
  const window = { before: 1, after: 1, recorded: [0, 10] as const };
  const { events, repetitions } = spikesAround([Float64Array.of(5)], [0.5, 5, 9.5, 20], window);
  expect(events).toEqual([1]);
  expect(repetitions).toHaveLength(1);
});

test('rows of a signal say which event they are of', () => {
  const series = { values: Float64Array.from({ length: 100 }, (_, i) => i), time: regularTime(100, 10) };
  const { events, repetitions } = around(series, [50, 2, -8, 4], { before: 0.1, after: 0.1 });
  expect(events).toEqual([1, 3]);
  expect(repetitions.map((row) => [...row].map(Math.round))).toEqual([
    [19, 20, 21],
    [39, 40, 41],
  ]);
});

import { describe, expect, test } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { binSignal, binSpikes } from '../../src/relate/binning.ts';
import { periEvent } from '../../src/relate/peri-event.ts';
import { directionTuning, tuningCurve } from '../../src/relate/tuning.ts';
import { Clock } from '../../src/signal/clock.ts';
import { Events } from '../../src/signal/events.ts';
import { Signal } from '../../src/signal/signal.ts';
import { Spikes } from '../../src/signal/spikes.ts';
import { regularTime } from '../../src/signal/time.ts';

const provenance = { step: 'test' };
const spikesAt = (times: readonly number[], clock?: string): Spikes =>
  Spikes.from([['a', times]], { name: 'spikes', clock, provenance });
const intervals = (...all: readonly [number, number][]): Events =>
  new Events(
    all.map(([startSeconds, endSeconds]) => ({ startSeconds, endSeconds, label: 'on', source: 'test' })),
    { name: 'observed', provenance },
  );

describe('binning', () => {
  const bins = { startSeconds: 1, widthSeconds: 0.1, count: 5 };

  test('a bin holds its start, not its end; edges are in master time', () => {
    const counts = binSpikes(spikesAt([0.9, 1, 1.05, 1.1, 1.49, 1.5]), bins);
    expect([...counts.contiguous()]).toEqual([2, 1, 0, 0, 1]);
    expect(counts.time).toMatchObject({ clock: 'master', startSeconds: 1.05 });
  });

  test('what was not wholly observed is missing, not silent', () => {
    const counts = binSpikes(spikesAt([1.05, 1.35]), bins, { observed: intervals([1, 1.15], [1.3, 1.6]) });
    expect([...counts.contiguous()]).toEqual([1, NaN, NaN, 1, 0]);
  });

  test('another clock is mapped, and its break is a gap', () => {
    // The device is half a second early; it kept no time from 1.12 to 1.28 s of master time.
    const clock = new Clock({
      name: 'probe',
      device: Float64Array.of(0, 0.62, 0.78, 2),
      master: Float64Array.of(0.5, 1.12, 1.28, 2.5),
      breaks: [2],
      provenance,
    });
    const counts = binSpikes(spikesAt([0.55, 0.95], 'probe'), bins, { clock });
    expect([...counts.contiguous()]).toEqual([1, NaN, NaN, 0, 1]);
    expect(() => binSpikes(spikesAt([0.55], 'probe'), bins)).toThrow(/another clock/);
  });

  test('a signal is averaged over the samples that are there', () => {
    const signal = new Signal({
      name: 'x',
      dimensions: [
        { name: 'time', size: 6 },
        { name: 'space', size: 1 },
      ],
      values: Float64Array.of(1, 3, NaN, 5, NaN, NaN),
      unit: 'm',
      time: regularTime(6, 20, 1),
      provenance,
    });
    expect([...binSignal(signal, bins).contiguous()]).toEqual([2, 5, NaN, NaN, NaN]);
  });

  test('no bins are refused', () => {
    expect(() => binSpikes(spikesAt([1]), { ...bins, widthSeconds: 0 })).toThrow(/no bins/);
  });
});

describe('averages around events', () => {
  const events = intervals([1, 1], [2, 2], [9.95, 9.95]);
  const options = { beforeSeconds: 0.1, afterSeconds: 0.2, widthSeconds: 0.1 };

  test('rates are means over events, edges exact around each', () => {
    const around = periEvent(spikesAt([0.95, 1, 1.05, 1.999, 2.1]), events, {
      ...options,
      observed: intervals([0, 10]),
    });
    expect([...around.used]).toEqual([0, 1]);
    expect([...around.counts.contiguous()]).toEqual([1, 2, 0, 1, 0, 1]);
    expect([...around.rate.contiguous()]).toEqual([10, 10, 5]);
    // The mean of 2 and 0 is 1 +- t(0.975, 1) = 12.706 spikes.
    expect(around.high.at(1, 0)).toBeCloseTo(10 + 127.06, 1);
    expect(around.low.at(0, 0)).toBe(10);
  });

  test('no event left, or no whole number of bins, is refused', () => {
    expect(() => periEvent(spikesAt([1]), events, { ...options, observed: intervals([4, 5]) })).toThrow(
      /no event/,
    );
    expect(() => periEvent(spikesAt([1]), events, { ...options, widthSeconds: 0.07 })).toThrow(
      /whole number/,
    );
  });

  test('the interval of a Poisson train holds its rate in about 95 of 100 bins', () => {
    const random = new Random(8);
    const times: number[] = [];
    for (let t = 0; t < 700; t -= Math.log(1 - random.uniform()) / 20) times.push(t);
    const many = intervals(
      ...Array.from({ length: 220 }, (_, i): [number, number] => [3 * i + 2, 3 * i + 2]),
    );
    const { low, high } = periEvent(spikesAt(times), many, {
      beforeSeconds: 1,
      afterSeconds: 1,
      widthSeconds: 0.02,
    });
    const [from, to] = [low, high].map((s) => [...s.contiguous()]);
    const inside = from.filter((v, i) => v <= 20 && to[i] >= 20).length;
    expect(inside).toBeGreaterThan(88);
  });
});

describe('tuning', () => {
  test('rates by bin of one variable and of two', () => {
    const x = [0, 1, 1.5, 2, NaN, 5];
    const counts = [1, 2, 4, 3, 9, 9];
    const one = tuningCurve([x], [[0, 1, 2]], counts, { widthSeconds: 0.5 });
    expect([...one.rate]).toEqual([2, 6]);
    expect([...one.occupancy]).toEqual([1, 3]);
    const y = [0, 0, 1, 1, 1, 1];
    const two = tuningCurve(
      [x, y],
      [
        [0, 1, 2],
        [0, 0.5, 1],
      ],
      counts,
      { widthSeconds: 0.5 },
    );
    expect([...two.rate]).toEqual([2, NaN, 4, 7]);
    expect(() => tuningCurve([x], [[7, 8]], counts, { widthSeconds: 1 })).toThrow(/no sample/);
    expect(() => tuningCurve([x], [[1, 1]], counts, { widthSeconds: 1 })).toThrow(/must increase/);
  });

  test('a planted preferred direction and depth come back; an untuned unit does not stand out', () => {
    const random = new Random(5);
    // Turning at random, so that circular shifts are a fair null.
    let angle = 0;
    const direction = Float64Array.from({ length: 4000 }, () => (angle += 0.3 * random.normal()));
    const tuned = directionTuning(
      direction,
      direction.map((d) => 4 + 2 * Math.cos(d - 2) + random.normal()),
      { widthSeconds: 0.1, random: new Random(1) },
    );
    expect(tuned.preferredDirection).toBeCloseTo(2, 1);
    expect(tuned.modulation).toBeCloseTo(20, -0.5);
    expect(tuned.meanRate).toBeCloseTo(40, -0.5);
    // A cosine's mean vector has half its relative depth.
    expect(tuned.resultantLength).toBeCloseTo(0.25, 1);
    expect(tuned.p).toBeLessThan(0.01);
    const flat = directionTuning(
      direction,
      direction.map(() => random.normal(4)),
      { widthSeconds: 0.1, random: new Random(1) },
    );
    expect(flat.p).toBeGreaterThan(0.05);
  });
});

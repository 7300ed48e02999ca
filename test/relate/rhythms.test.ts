import { describe, expect, it } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { bursts, coupling, cyclesOf, phaseOf } from '../../src/relate/index.ts';
import { withoutPauses } from '../../src/relate/rhythms/cycles.ts';
import { Events } from '../../src/signal/events.ts';
import { Signal } from '../../src/signal/signal.ts';
import { Spikes } from '../../src/signal/spikes.ts';
import { regularTime } from '../../src/signal/time.ts';

const provenance = { step: 'test' };
const pointsAt = (times: ArrayLike<number>, label = 'breath', name = 'breaths'): Events =>
  new Events(
    Array.from(times, (startSeconds) => ({ startSeconds, label, source: 'test' })),
    { name, provenance },
  );

/** Breaths at about 4 Hz for a minute, with a pause of three seconds. */
function breaths(random: Random): Events {
  const times = [0];
  while (times[times.length - 1] < 60) {
    const t = times[times.length - 1];
    times.push(t + (t > 30 && t < 30.3 ? 3 : random.normal(0.25, 0.025)));
  }
  return pointsAt(times);
}

describe('cycles', () => {
  const cycles = cyclesOf(pointsAt([0, 1, 2, 3, 7, 8, 9]));

  it('have phases from start to start, and none in a pause', () => {
    const angles = phaseOf([-1, 0, 0.25, 2.5, 5, 7.75, 9], cycles);
    const turn = 2 * Math.PI;
    expect(Array.from(angles)).toEqual([NaN, 0, turn / 4, turn / 2, NaN, (3 * turn) / 4, NaN]);
  });

  it('lie end to end without their pauses, and events with them', () => {
    expect(withoutPauses([0.25, 2.5, 5, 7.75, 9.5], cycles)).toEqual({
      times: Float64Array.of(0.25, 2.5, 3.75),
      starts: Float64Array.of(0, 1, 2, 3, 4, 5),
    });
  });

  it('need events', () => {
    expect(() => cyclesOf(pointsAt([1, 2, 3]))).toThrow(/too few events for a rhythm/);
    expect(() => cyclesOf(pointsAt([1, 2, 3, 4, 5, 6, 7]), { label: 'sniff' })).toThrow(/Got 0 of "sniff"/);
  });
});

describe('bursts', () => {
  const envelope = (values: Float64Array): Signal =>
    new Signal({
      name: 'diaphragm',
      dimensions: [{ name: 'time', size: values.length }],
      values,
      unit: 'mV',
      time: regularTime(values.length, 100),
      provenance,
    });

  it('are where an envelope is active, joined over short gaps, short ones left out', () => {
    const values = new Float64Array(300).fill(0.1);
    const active = [
      [20, 60],
      [61, 80],
      [120, 121],
      [150, 200],
    ] as const;
    for (const [from, to] of active) values.fill(1, from, to);
    values[170] = 0.45;
    const found = [...bursts(envelope(values), { shortestGapSeconds: 0.03 })].map((e) => [
      e.startSeconds,
      e.endSeconds,
    ]);
    expect(found).toEqual([
      [0.2, 0.79],
      [1.5, 1.99],
    ]);
  });

  it('are not found in rest', () => {
    expect(() => bursts(envelope(new Float64Array(50)))).toThrow(/no bursts/);
  });
});

describe('coupling', () => {
  const random = new Random('coupling');
  const events = breaths(random);
  const cycles = cyclesOf(events);
  /** Spikes at a phase of most breaths, and spikes anywhere. */
  const atPhase = (share: number): number[] =>
    Array.from(events.starts.subarray(0, -1)).flatMap((start, k) => {
      const length = events.starts[k + 1] - start;
      return random.uniform() < 0.7
        ? [start + length * Math.min(0.99, Math.max(0, random.normal(share, 0.12)))]
        : [];
    });
  const anywhere = Float64Array.from({ length: 200 }, () => random.uniform(0, 60)).sort();
  const spikes = Spikes.from(
    [
      ['locked', atPhase(0.25)],
      ['free', anywhere],
      ['silent', []],
    ],
    { name: 'probe', provenance },
  );

  it('finds the unit that keeps a phase, its phase, and no other', () => {
    const found = coupling(spikes, cycles, { random: new Random(1), surrogates: 199, bins: 4 });
    const [locked, free, silent] = found;
    expect(locked.p).toBeLessThanOrEqual(0.01);
    expect(Math.abs(locked.meanPhase - Math.PI / 2)).toBeLessThan(2 * locked.halfWidth);
    expect(locked.rose.indexOf(Math.max(...locked.rose))).toBeLessThan(2);
    expect(free.p).toBeGreaterThan(0.05);
    expect(free.dropped).toBeGreaterThan(0);
    expect([silent.n, silent.p, silent.adjustedP]).toEqual([0, NaN, NaN]);
    expect(silent.caveats.join()).toMatch(/not tested/);
    expect(locked.adjustedP).toBeGreaterThanOrEqual(locked.p);
    expect(coupling(spikes, cycles, { random: new Random(1), surrogates: 199, bins: 4 })).toEqual(found);
  });

  it('takes intervals alone: cycles that reach out of them do not count', () => {
    const within = new Events([{ startSeconds: 10, endSeconds: 20, label: 'fast', source: 'test' }], {
      name: 'speed',
      provenance,
    });
    const [locked] = coupling(spikes, cycles, { random: new Random(1), surrogates: 199, within });
    const inside = spikes.unit('locked').filter((t) => t >= 10 && t < 20).length;
    expect(locked.n).toBeLessThanOrEqual(inside);
    expect(locked.n).toBeGreaterThanOrEqual(inside - 2);
  });

  it('takes each label of events for itself, and refuses other clocks', () => {
    const steps = pointsAt(atPhase(0.6), 'left', 'steps').merge(pointsAt(anywhere, 'right', 'steps'));
    const found = coupling(steps, cycles, { random: new Random(2), surrogates: 199 });
    expect(found.map((c) => c.name).sort()).toEqual(['left', 'right']);
    const away = new Events([...steps], { name: 'steps', clock: 'camera', provenance });
    expect(() => coupling(away, cycles, { random: new Random(2) })).toThrow(/different clocks/);
    const late = pointsAt([100, 101], 'left', 'late');
    expect(() => coupling(late, cycles, { random: new Random(2) })).toThrow(/no event lies in a cycle/);
  });
});

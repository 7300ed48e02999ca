import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/math/index.ts';
import {
  numbers,
  tapping,
  type Tapping,
  type TappingOptions,
} from '../../../../src/measure/kinematics/index.ts';
import { trackOf } from '../made.ts';

interface Plan {
  readonly seed: number;
  /** Change of amplitude over the recording as a share of the first. */
  readonly change?: number;
  /** Pauses in usual intervals before these taps. */
  readonly pauses?: Readonly<Record<number, number>>;
  readonly jitter?: number;
  readonly hidden?: readonly [number, number];
}

/** 40 taps at 3 Hz, first amplitude 90 px, filmed at 60 Hz with 1 px noise; a palm of 120 px. */
function tapped(plan: Plan, options: Partial<TappingOptions> = {}): Tapping {
  const random = new Random(plan.seed);
  const taps: { start: number; length: number; amplitude: number }[] = [];
  let now = 0.4;
  for (let i = 0; i < 40; i++) {
    now += (plan.pauses?.[i] ?? 0) / 3;
    const length = (1 / 3) * (1 + (plan.jitter ?? 0.03) * random.normal());
    taps.push({ start: now, length, amplitude: 0 });
    now += length;
  }
  const [first, last] = [taps[0].start, taps[39].start];
  const planned = taps.map((t) => ({
    ...t,
    amplitude: 90 * (1 + ((plan.change ?? 0) * (t.start - first)) / (last - first)),
  }));
  const opening = (s: number): number => {
    const tap = planned.find((t) => s >= t.start && s < t.start + t.length);
    return 8 + (tap ? (tap.amplitude * (1 - Math.cos((2 * Math.PI * (s - tap.start)) / tap.length))) / 2 : 0);
  };
  const gone = (s: number): boolean => plan.hidden !== undefined && s > plan.hidden[0] && s < plan.hidden[1];
  const track = trackOf(
    {
      thumb: () => [0, 0],
      index: (s) => (gone(s) ? [NaN, NaN] : [0.6 * opening(s), 0.8 * opening(s)]),
      wrist: () => [-50, -100],
      knuckle: () => [-50, 20],
    },
    { count: Math.round((now + 0.5) * 60), rate: 60, variance: 1, noise: () => random.normal() },
  );
  return tapping(track, { thumb: 'thumb', index: 'index', ...options });
}

describe('tapping', () => {
  it.each([1, 2, 3, 4, 5])('recovers planted decrements within 5 %% of the amplitude, seed %i', (seed) => {
    for (const change of [0, -0.2, -0.5]) {
      const found = tapped({ seed, change });
      expect(found.taps.rows).toBe(40);
      expect(Math.abs(found.amplitudeChange.value - change)).toBeLessThan(0.05);
      expect(found.amplitudeChange.low).toBeLessThan(found.amplitudeChange.value);
      const sequence = found.deficits.find((d) => d.name === 'sequence effect')!;
      expect(sequence.present).toBe(change < -0.1);
    }
  });

  it.each([1, 2, 3])('recovers a planted fall by half to within 5 %% of the fall, seed %i', (seed) => {
    expect(Math.abs(tapped({ seed, change: -0.5 }).amplitudeChange.value / -0.5 - 1)).toBeLessThan(0.05);
  });

  it('measures amplitude, speed, rate and rhythm', () => {
    const found = tapped({ seed: 7, jitter: 0.05 });
    const mean = (name: string): number => found.summary.find((s) => s.name === name)!.mean;
    expect(Math.abs(mean('amplitude') / 90 - 1)).toBeLessThan(0.05);
    // Half a cosine over 1/6 s: peak speed pi / 2 times amplitude over duration.
    expect(Math.abs(mean('speed') / (Math.PI * 90 * 3) - 1)).toBeLessThan(0.07);
    expect(found.rate).toBeCloseTo(3, 1);
    // Peaks lie in the middle of jittered taps: intervals average two lengths, variation 0.05 / sqrt 2, and peak timing adds to it.
    expect(found.rhythm).toBeGreaterThan(0.025);
    expect(found.rhythm).toBeLessThan(0.06);
    expect([found.hesitations, found.halts]).toEqual([0, 0]);
    const scaled = tapped({ seed: 7, jitter: 0.05 }, { scale: ['wrist', 'knuckle'] });
    expect(scaled.summary[0].unit).toBe('1');
    expect(Math.abs(scaled.summary[0].mean / (90 / 120) - 1)).toBeLessThan(0.05);
  });

  it('counts hesitations and halts, and leaves them out of the rhythm', () => {
    const found = tapped({ seed: 9, pauses: { 10: 1, 20: 1, 30: 4 } });
    expect([found.hesitations, found.halts]).toEqual([2, 1]);
    expect(found.rhythmOverall).toBeGreaterThan(3 * found.rhythm);
    expect(found.events.select({ label: 'halt' }).count).toBe(1);
    expect(found.deficits.find((d) => d.name === 'hesitation-halts')).toMatchObject({
      value: 3,
      present: true,
    });
  });

  it('judges size and speed only by limits it was given', () => {
    const without = tapped({ seed: 1 }).deficits;
    expect(without.map((d) => d.name)).toEqual([
      'hypokinesia',
      'bradykinesia',
      'sequence effect',
      'hesitation-halts',
    ]);
    expect(without.map((d) => d.present)).toEqual([undefined, undefined, false, false]);
    const judged = tapped({ seed: 1 }, { limits: { amplitude: 100, speed: 500 } }).deficits;
    expect(judged.slice(0, 2).map((d) => d.present)).toEqual([true, false]);
  });

  it('leaves out what was not seen', () => {
    const found = tapped({ seed: 3, hidden: [5, 6] });
    expect(found.taps.rows).toBeGreaterThan(34);
    expect(found.taps.rows).toBeLessThan(38);
    expect([found.hesitations, found.halts]).toEqual([0, 0]);
    expect(Array.from(numbers(found.taps, 'amplitude')).every(Number.isFinite)).toBe(true);
  });
});

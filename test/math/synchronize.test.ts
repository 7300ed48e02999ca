import { describe, expect, it } from 'vitest';
import { clockFromContent, Random } from '../../src/math/index.ts';
import {
  InputError,
  irregularTime,
  regularTime,
  Signal,
  timesOf,
  type TimeAxis,
} from '../../src/signal/index.ts';

const provenance = { step: 'test' };
const over = (time: TimeAxis, f: (t: number) => number): Signal => {
  const values = timesOf(time).map(f);
  return new Signal({
    name: 's',
    dimensions: [{ name: 'time', size: values.length }],
    values,
    unit: 'au',
    time,
    provenance,
  });
};

/** Smooth movement without a rhythm: bumps at random moments, the same for both observers. */
function movement(seed: number, seconds: number): (t: number) => number {
  const r = new Random(seed);
  const bumps = Array.from({ length: Math.round(seconds) }, () => ({
    t: r.uniform(-20, seconds + 20),
    h: r.normal(),
    w: r.uniform(0.1, 0.6),
  }));
  bumps.sort((a, b) => a.t - b.t);
  return (t) =>
    bumps.reduce((s, b) => (Math.abs(t - b.t) < 3 ? s + b.h * Math.exp(-(((t - b.t) / b.w) ** 2)) : s), 0);
}

describe('clockFromContent', () => {
  it('finds offset and drift within half a frame, with noise, another rate, jittered times and a gap', () => {
    for (const seed of [1, 2, 3]) {
      const seen = movement(seed, 300);
      const r = new Random(seed);
      const toMaster = (d: number): number => 12.345 + d * (1 + 120e-6);
      const frames = Float64Array.from({ length: 7500 }, (_, i) => i / 30 + r.uniform(0, 0.004)).filter(
        (t) => t < 100 || t > 104,
      );
      const device = over(irregularTime(frames, 'camera'), (t) => 3 * seen(toMaster(t)) + 0.1 * r.normal());
      const master = over(regularTime(29_000, 100), (t) => seen(t) + 0.05 * r.normal());
      const { clock, confidence, correlation, windows, matchedWindows } = clockFromContent(device, master, {
        name: 'camera',
        provenance,
      });
      for (const t of [0, 60, 150, 249])
        expect(Math.abs(clock.toMaster(t) - toMaster(t))).toBeLessThan(0.5 / 30);
      expect(Math.abs(clock.driftPpm - 120)).toBeLessThan(30);
      expect(confidence).toBeGreaterThan(0.3);
      expect(correlation).toBeGreaterThan(0.8);
      expect(matchedWindows).toBeGreaterThan(windows / 2);
      expect(clock.residuals.length).toBe(matchedWindows);
    }
  });
  it('refuses unrelated signals', () => {
    const device = over(regularTime(6000, 30, 0, 'camera'), movement(1, 200));
    const master = over(regularTime(20_000, 100), movement(99, 200));
    expect(() => clockFromContent(device, master, { name: 'camera', provenance })).toThrow(InputError);
  });
  it('refuses a rhythm, which fits at every period', () => {
    const rhythm = (t: number): number => Math.sin(2 * Math.PI * t);
    const device = over(regularTime(3000, 30, 0, 'camera'), rhythm);
    const master = over(regularTime(6000, 30), rhythm);
    expect(() => clockFromContent(device, master, { name: 'camera', provenance })).toThrow(
      /no clear common moment/,
    );
  });
  it('refuses what has more dimensions than time, or is too short', () => {
    const short = over(regularTime(3, 30), (t) => t);
    expect(() => clockFromContent(short, short, { name: 'c', provenance })).toThrow(/too short/);
  });
});

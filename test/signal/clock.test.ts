import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/math/index.ts';
import {
  Clock,
  clockFromEvents,
  clockFromPairs,
  clockFromPulses,
  Events,
  identityClock,
  InputError,
  regularTime,
  timesOf,
  UsageError,
} from '../../src/signal/index.ts';

const provenance = { step: 'test' };
const options = { name: 'camera', provenance };

describe('Clock', () => {
  const knots = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1000 })), {
      minLength: 1,
      maxLength: 12,
    })
    .map((steps) => {
      let [d, m] = [0, 50];
      const device: number[] = [];
      const master: number[] = [];
      for (const [a, b] of steps) {
        device.push((d += a / 8));
        master.push((m += b / 8));
      }
      return new Clock({ ...options, device: Float64Array.from(device), master: Float64Array.from(master) });
    });

  it('maps its knots exactly, increases, and its inverse undoes it', () => {
    fc.assert(
      fc.property(
        knots,
        fc.double({ min: -50, max: 2000, noNaN: true }),
        fc.double({ min: 1e-3, max: 10, noNaN: true }),
        (clock, t, step) => {
          clock.device.forEach((d, i) => expect(clock.toMaster(d)).toBe(clock.master[i]));
          clock.master.forEach((m, i) => expect(clock.toDevice(m)).toBe(clock.device[i]));
          expect(clock.toMaster(t + step)).toBeGreaterThan(clock.toMaster(t));
          expect(Math.abs(clock.toDevice(clock.toMaster(t)) - t)).toBeLessThan(1e-6 * (1 + Math.abs(t)));
        },
      ),
    );
  });
  it('keeps no time within a break, and extends its ends', () => {
    const clock = new Clock({
      ...options,
      device: Float64Array.of(0, 10, 10, 20),
      master: Float64Array.of(0, 10, 40, 50),
      breaks: [2],
    });
    expect([
      clock.toMaster(5),
      clock.toMaster(10),
      clock.toMaster(15),
      clock.toMaster(25),
      clock.toMaster(-1),
    ]).toEqual([5, 40, 45, 55, -1]);
    expect(clock.toDevice(25)).toBeNaN();
    expect([clock.toDevice(10), clock.toDevice(40)]).toEqual([10, 10]);
    const lone = new Clock({
      ...options,
      device: Float64Array.of(0, 10, 20),
      master: Float64Array.of(0, 10, 40),
      breaks: [2],
    });
    expect([lone.toMaster(25), lone.toMaster(15)]).toEqual([45, NaN]);
    expect(() => lone.mapAxis(regularTime(4, 0.2, 0, 'camera'))).toThrow(/sample 3/);
    expect([...timesOf(clock.mapAxis(regularTime(3, 1, 4, 'camera')))]).toEqual([4, 5, 6]);
    expect(() => clock.mapAxis(regularTime(3, 1, 4))).toThrow(UsageError);
  });
  it('refuses knots that do not increase', () => {
    const make =
      (device: number[], master: number[], breaks: number[] = []) =>
      () =>
        new Clock({
          ...options,
          device: Float64Array.from(device),
          master: Float64Array.from(master),
          breaks,
        });
    expect(make([], [])).toThrow(UsageError);
    expect(make([0, 1], [0])).toThrow(UsageError);
    expect(make([0, 0], [0, 1])).toThrow(/knot 1/);
    expect(make([0, 1], [1, 1])).toThrow(/knot 1/);
    expect(make([0, NaN], [0, 1])).toThrow(UsageError);
    expect(make([0, 1], [0, 1], [2])).toThrow(/breaks/);
  });
  it('of the master itself changes nothing', () => {
    const clock = identityClock('master probe', provenance);
    expect([clock.toMaster(3.7), clock.toDevice(-2), clock.driftPpm]).toEqual([3.7, -2, 0]);
    expect(clock.residualSeconds).toBeNaN();
  });
});

/** A device whose drift wanders: offset, mean drift, and a slow swing of it (temperature). */
const wandering =
  (offset: number, ppm: number) =>
  (d: number): number =>
    offset + d * (1 + ppm * 1e-6) + 2e-3 * Math.sin(d / 400);

interface Trains {
  readonly device: Float64Array;
  readonly master: Float64Array;
  readonly truth: (deviceSeconds: number) => number;
}

/** Pulses at random intervals seen by both, each side missing some and inventing some, with jitter. */
function trains(
  seed: number,
  { count = 600, missing = 0.05, extra = 0.03, jitter = 1e-4, ppm = 80, offset = 321.5 } = {},
): Trains {
  const r = new Random(seed);
  const truth = wandering(offset, ppm);
  const pulses: number[] = [];
  for (let t = 5, i = 0; i < count; i++) pulses.push((t += r.uniform(0.5, 1.5)));
  const end = pulses[count - 1];
  const side = (map: (t: number) => number): Float64Array => {
    const kept = pulses.filter(() => r.uniform() >= missing).map((t) => map(t) + r.normal(0, jitter));
    const invented = Array.from({ length: Math.round(extra * count) }, () => map(r.uniform(0, end)));
    return Float64Array.from([...kept, ...invented]).sort();
  };
  return { device: side((t) => t), master: side(truth), truth };
}

describe('clockFromPulses', () => {
  it('aligns within 0.5 ms over ten seeds of drift, jitter, missing and extra pulses', () => {
    for (let seed = 0; seed < 10; seed++) {
      const { device, master, truth } = trains(seed);
      const { clock, devicePulses, onlyDevice, onlyMaster } = clockFromPulses(device, master, options);
      for (let t = device[0]; t < device[device.length - 1]; t += 7) {
        expect(Math.abs(clock.toMaster(t) - truth(t))).toBeLessThan(5e-4);
      }
      expect(devicePulses.length).toBeGreaterThan(500);
      expect(devicePulses.length + onlyDevice.length).toBe(device.length);
      expect(devicePulses.length + onlyMaster.length).toBe(master.length);
      expect(clock.residualSeconds).toBeLessThan(1e-3);
    }
  });
  it('pairs only pulses that are the same', () => {
    const { device, master, truth } = trains(3);
    const { devicePulses, masterPulses } = clockFromPulses(device, master, options);
    const wrong = devicePulses.filter((i, k) => Math.abs(master[masterPulses[k]] - truth(device[i])) > 2e-3);
    expect(wrong.length / devicePulses.length).toBeLessThan(0.01);
  });
  it('works where one side recorded only a part', () => {
    const { device, master, truth } = trains(5);
    const part = device.slice(200, 330);
    const { clock } = clockFromPulses(part, master, options);
    expect(Math.abs(clock.toMaster(part[60]) - truth(part[60]))).toBeLessThan(5e-4);
  });
  it('finds a pause of the device and keeps no time in it', () => {
    const { device, master, truth } = trains(8, { missing: 0.01, extra: 0 });
    // The device stops its clock at pulse 250 and goes on 60 s of master time later.
    const stop = device[250];
    const paused = device.filter((t) => t <= stop || t > stop + 60).map((t) => (t <= stop ? t : t - 60));
    const { clock } = clockFromPulses(paused, master, options);
    expect(clock.breaks.length).toBe(1);
    expect(Math.abs(clock.toMaster(stop - 30) - truth(stop - 30))).toBeLessThan(5e-4);
    expect(Math.abs(clock.toMaster(stop + 30) - truth(stop + 90))).toBeLessThan(5e-4);
    expect(clock.toDevice(truth(stop + 30))).toBeNaN();
  });
  it('refuses a wrong pairing: trains of two different recordings', () => {
    for (let seed = 0; seed < 5; seed++) {
      const one = trains(seed, { count: 200 });
      const other = trains(seed + 100, { count: 200 });
      expect(() => clockFromPulses(one.device, other.master, options)).toThrow(InputError);
    }
  });
  it('refuses evenly spaced pulses of different counts, unless told where to look', () => {
    const device = Float64Array.from({ length: 100 }, (_, i) => i);
    const master = Float64Array.from({ length: 104 }, (_, i) => 20 + i);
    expect(() => clockFromPulses(device, master, options)).toThrow(/more than one offset/);
    const { clock } = clockFromPulses(device, master, {
      ...options,
      offset: { nearSeconds: 22.1, withinSeconds: 0.4 },
    });
    expect(clock.toMaster(10)).toBeCloseTo(32, 9);
  });
  it('finds the dropped frames of a drifting camera from a hint at its start', () => {
    const r = new Random(2);
    const exposures = Float64Array.from({ length: 20_000 }, (_, i) => 5 + i / 100);
    const kept = exposures.filter((_, i) => i < 3 || r.uniform() > 0.01);
    const frames = kept.map((t) => (t - 5) * (1 - 3e-5) + r.normal(0, 2e-4));
    const offset = { nearSeconds: 5.002, withinSeconds: 0.004 };
    const { clock, onlyMaster, masterPulses } = clockFromPulses(frames, exposures, { ...options, offset });
    expect(onlyMaster.length).toBe(exposures.length - frames.length);
    masterPulses.forEach((j, k) => expect(exposures[j]).toBe(kept[k]));
    expect(Math.abs(clock.driftPpm - 30)).toBeLessThan(2);
  });
  it('pairs evenly spaced pulses of the same count in order, and warns', () => {
    const device = Float64Array.from({ length: 1000 }, (_, i) => i / 100);
    const { clock } = clockFromPulses(
      device,
      device.map((t) => 7 + t * (1 + 50e-6)),
      options,
    );
    expect(clock.warnings.join()).toMatch(/evenly spaced/);
    expect(clock.driftPpm).toBeCloseTo(50, 3);
  });
  it('refuses too few, unsorted and missing times, naming the side and the pulse', () => {
    const good = Float64Array.of(1, 2, 4);
    expect(() => clockFromPulses(Float64Array.of(1), good, options)).toThrow(/device pulses/);
    expect(() => clockFromPulses(good, Float64Array.of(1, 3, 2), options)).toThrow(/master pulses, pulse 2/);
    expect(() => clockFromPulses(good, Float64Array.of(1, NaN, 2), options)).toThrow(/pulse 1/);
  });
  it('takes ten thousand pulses a side', () => {
    const { device, master, truth } = trains(2, { count: 10_000 });
    const { clock } = clockFromPulses(device, master, options);
    expect(Math.abs(clock.toMaster(5000) - truth(5000))).toBeLessThan(5e-4);
  });
});

describe('clockFromPairs', () => {
  it('averages jitter: knots lie nearer to the truth than the pulses', () => {
    const r = new Random(1);
    const device = Float64Array.from({ length: 2000 }, (_, i) => i);
    const truth = (t: number): number => 3 + t * (1 - 40e-6);
    const clock = clockFromPairs(
      device,
      device.map((t) => truth(t) + r.normal(0, 1e-3)),
      options,
    );
    const errors = device.map((t) => clock.toMaster(t) - truth(t));
    expect(Math.sqrt(errors.reduce((s, e) => s + e * e, 0) / errors.length)).toBeLessThan(3e-4);
    expect(clock.residualSeconds).toBeGreaterThan(8e-4);
  });
  it('is not moved by outliers', () => {
    const device = Float64Array.from({ length: 100 }, (_, i) => i);
    const master = device.map((t, i) => t + (i % 20 === 7 ? 0.4 : 0));
    expect(Math.abs(clockFromPairs(device, master, options).toMaster(50) - 50)).toBeLessThan(1e-9);
  });
  it('takes one pair as an offset, two as a line', () => {
    expect(clockFromPairs([1], [5], options).toMaster(3)).toBe(7);
    expect(clockFromPairs([0, 1000], [5, 1005.1], options).toMaster(500)).toBeCloseTo(505.05, 9);
    expect(() => clockFromPairs([], [], options)).toThrow(InputError);
  });
  it('refuses drift and residuals beyond belief', () => {
    expect(() => clockFromPairs([0, 100], [0, 101], options)).toThrow(/10000/);
    const r = new Random(2);
    const device = Float64Array.from({ length: 200 }, (_, i) => i);
    expect(() =>
      clockFromPairs(
        device,
        device.map((t) => t + r.normal(0, 0.05)),
        options,
      ),
    ).toThrow(/do not belong together/);
  });
});

describe('clockFromEvents', () => {
  const events = (clock: string, list: [number, string][]): Events =>
    new Events(
      list.map(([startSeconds, label]) => ({ startSeconds, label, source: clock })),
      { name: clock, clock, provenance },
    );
  it('pairs labels that both sides count alike, and names the others', () => {
    const device = events('camera', [
      [0, 'flash'],
      [10, 'tone'],
      [500, 'flash'],
      [600, 'lick'],
    ]);
    const master = events('master', [
      [100, 'flash'],
      [110, 'tone'],
      [600, 'flash'],
    ]);
    const clock = clockFromEvents(device, master, options);
    expect(clock.toMaster(250)).toBeCloseTo(350, 9);
    expect(clock.warnings).toEqual(['"lick" was left out: 1 on the device, 0 on the master clock']);
  });
  it('refuses sides that share nothing', () => {
    expect(() =>
      clockFromEvents(events('camera', [[0, 'a']]), events('master', [[0, 'b']]), options),
    ).toThrow(InputError);
  });
});

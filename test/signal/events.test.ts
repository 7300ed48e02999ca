import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Clock,
  Events,
  InputError,
  irregularTime,
  Recording,
  regularTime,
  Signal,
  Spikes,
  UsageError,
  type Event,
} from '../../src/signal/index.ts';

const parts = { name: 'behavior', provenance: { step: 'test' } };
const event = fc
  .record({
    start: fc.integer({ min: 0, max: 50 }),
    length: fc.integer({ min: 0, max: 10 }),
    label: fc.constantFrom('rear', 'groom'),
    source: fc.constantFrom('a', 'b'),
  })
  .map(({ start, length, label, source }): Event => ({
    startSeconds: start,
    ...(length ? { endSeconds: start + length } : {}),
    label,
    source,
  }));
const many = fc.array(event, { maxLength: 15 }).map((list) => new Events(list, parts));

describe('Events', () => {
  it('are in order, and give back what was put in', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 15 }), (list) => {
        const e = new Events(list, parts);
        e.starts.forEach((s, i) => i > 0 && expect(s).toBeGreaterThanOrEqual(e.starts[i - 1]));
        const key = (v: Event): string => JSON.stringify([v.startSeconds, v.endSeconds, v.label, v.source]);
        expect(Array.from(e, key).sort()).toEqual(list.map(key).sort());
      }),
    );
  });
  it('select, and merge back to the whole', () => {
    fc.assert(
      fc.property(many, (e) => {
        const both = e.select({ label: 'rear' }).merge(e.select({ label: 'groom' }));
        expect([...both.starts]).toEqual([...e.starts]);
        expect([...both.ends]).toEqual([...e.ends]);
        expect(e.select({ label: 'rear', source: 'a' }).count).toBe(
          [...e].filter((x) => x.label === 'rear' && x.source === 'a').length,
        );
      }),
    );
  });
  it('windows: whole within touching, clipped to the window', () => {
    fc.assert(
      fc.property(
        many,
        fc.integer({ min: 0, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        (e, from, length) => {
          const to = from + length;
          const [touching, whole, clipped] = (['touching', 'whole', 'clipped'] as const).map((k) =>
            e.within(from, to, k),
          );
          expect(whole.count).toBeLessThanOrEqual(touching.count);
          expect(clipped.count).toBe(touching.count);
          for (const c of clipped) {
            expect(c.startSeconds).toBeGreaterThanOrEqual(from);
            expect(c.endSeconds ?? c.startSeconds).toBeLessThanOrEqual(to);
          }
        },
      ),
    );
    const e = new Events(
      [
        { startSeconds: 1, label: 'p', source: 's' },
        { startSeconds: 0, endSeconds: 3, label: 'i', source: 's' },
      ],
      parts,
    );
    expect(e.within(1, 2, 'whole').count).toBe(1);
    expect(e.within(0, 1).count).toBe(1);
  });
  it('toSignal is on exactly where an event is', () => {
    fc.assert(
      fc.property(many, (e) => {
        const s = e.toSignal(regularTime(70, 1), ['rear', 'groom']);
        for (let t = 0; t < 70; t++) {
          ['rear', 'groom'].forEach((label, column) => {
            const on = [...e].some(
              (x) =>
                x.label === label &&
                (x.endSeconds === undefined ? x.startSeconds === t : x.startSeconds <= t && t < x.endSeconds),
            );
            expect(s.at(t, column)).toBe(on ? 1 : 0);
          });
        }
      }),
    );
  });
  it('toSignal puts points on an irregular axis at the sample before, and not beyond its end', () => {
    const at = (startSeconds: number) =>
      new Events([{ startSeconds, label: 'x', source: 's' }], parts).toSignal(
        irregularTime(Float64Array.of(0, 1, 5)),
      );
    expect([...at(4.9).values]).toEqual([0, 1, 0]);
    expect([...at(5).values]).toEqual([0, 0, 1]);
    expect([...at(30).values]).toEqual([0, 0, 0]);
    expect([...at(-1).values]).toEqual([0, 0, 0]);
  });
  it('join bouts over short gaps, of one label and source', () => {
    const bout = (startSeconds: number, endSeconds: number, label = 'x'): Event => ({
      startSeconds,
      endSeconds,
      label,
      source: 's',
    });
    const e = new Events([bout(0, 1), bout(1.2, 2), bout(5, 6), bout(1.1, 1.15, 'y')], parts).joined(0.5);
    expect([...e].map((b) => [b.startSeconds, b.endSeconds, b.label])).toEqual([
      [0, 2, 'x'],
      [1.1, 1.15, 'y'],
      [5, 6, 'x'],
    ]);
  });
  it('refuse times that are no times, and mixing clocks', () => {
    expect(() => new Events([{ startSeconds: NaN, label: 'x', source: 's' }], parts)).toThrow(/event 0/);
    expect(() => new Events([{ startSeconds: 2, endSeconds: 1, label: 'x', source: 's' }], parts)).toThrow(
      InputError,
    );
    expect(() => new Events([], parts).merge(new Events([], { ...parts, clock: 'camera' }))).toThrow(
      UsageError,
    );
    expect(() => new Events([], parts).at(0)).toThrow(UsageError);
  });
});

describe('Spikes', () => {
  const spikes = Spikes.from(
    [
      ['u1', [0, 0.5, 0.5, 2]],
      ['u2', []],
      ['u3', [1, 3]],
    ],
    { name: 'probe', provenance: { step: 'test' } },
  );
  it('show each unit without a copy', () => {
    expect([...spikes.unit('u1')]).toEqual([0, 0.5, 0.5, 2]);
    expect(spikes.unit(1).length).toBe(0);
    expect(spikes.unit('u3').buffer).toBe(spikes.times.buffer);
    const part = spikes.select(['u3', 'u1']).within(0.5, 2);
    expect(part.times).toBe(spikes.times);
    expect([...part.unit('u1')]).toEqual([0.5, 0.5]);
    expect([...part.unit('u3')]).toEqual([1]);
    expect([spikes.count, part.count]).toEqual([6, 3]);
  });
  it('bins count every spike once, against a plain count', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 60 }),
        fc.constantFrom(0.1, 0.3, 1 / 3),
        fc.constantFrom(0, 0.7),
        (ms, width, start) => {
          const times = ms.sort((a, b) => a - b).map((v) => v / 100);
          const s = Spikes.from([['u', times]], { name: 'p', provenance: { step: 'test' } });
          const binned = s.binned(start, width, 5);
          for (let k = 0; k < 5; k++) {
            expect(binned.at(k, 0)).toBe(
              times.filter((t) => t >= start + k * width && t < start + (k + 1) * width).length,
            );
          }
        },
      ),
    );
    expect(spikes.binned(0, 1, 4).shape).toEqual([4, 3]);
  });
  it('refuse disorder, unknown units and parts outside', () => {
    const make = (times: number[]) => () =>
      Spikes.from([['u', times]], { name: 'p', provenance: { step: 'test' } });
    expect(make([1, 0])).toThrow(/unit "u", spike 1/);
    expect(make([NaN])).toThrow(InputError);
    expect(() => spikes.unit('zz')).toThrow(/one of u1/);
    expect(() => spikes.select(['zz'])).toThrow(UsageError);
    expect(() => new Spikes({ ...spikes, ends: Int32Array.of(99, 4, 6) })).toThrow(/outside/);
    expect(() =>
      Spikes.from(
        [
          ['u', []],
          ['u', []],
        ],
        { name: 'p', provenance: { step: 'test' } },
      ),
    ).toThrow(/twice/);
  });
});

describe('Recording', () => {
  const provenance = { step: 'test' };
  const clock = new Clock({
    name: 'camera',
    device: Float64Array.of(0, 100),
    master: Float64Array.of(10, 110.01),
    provenance,
  });
  const speed = new Signal({
    name: 'speed',
    dimensions: [{ name: 'time', size: 3 }],
    values: Float64Array.of(1, NaN, 3),
    unit: 'px/s',
    time: regularTime(3, 1, 0, 'camera'),
    provenance,
  });
  const recording = new Recording({
    name: 'm1-day1',
    subject: { id: 'm1', species: 'Mus musculus' },
    startedAt: '2024-05-01T10:00:00Z',
    sources: [{ name: 'top', kind: 'video', path: 'videos/top.mp4', clock: 'camera' }],
    clocks: [clock],
    signals: [speed],
    events: [
      new Events([{ startSeconds: 50, label: 'x', source: 's' }], {
        name: 'bouts',
        clock: 'camera',
        provenance,
      }),
    ],
    spikes: [Spikes.from([['u', [1, 2]]], { name: 'probe', provenance })],
    provenance,
  });
  it('finds its parts by name and brings them to the master clock', () => {
    const m = recording.onMasterClock();
    expect(m.signal('speed').time!.clock).toBe('master');
    expect(m.signal('speed').values).toBe(speed.values);
    expect(m.eventsOf('bouts').starts[0]).toBeCloseTo(60.005, 9);
    expect(m.spikesOf('probe')).toBe(recording.spikesOf('probe'));
    expect(() => recording.signal('sped')).toThrow(/one of speed/);
    expect(recording.clock('camera')).toBe(clock);
  });
  it('refuses names used twice, clocks it does not have, and a start that is no date', () => {
    expect(() => recording.with({ signals: [speed, speed] })).toThrow(/"speed" is used twice/);
    expect(() => recording.with({ clocks: [] })).toThrow(/clock that the recording does not have/);
    expect(() => recording.with({ startedAt: 'yesterday' })).toThrow(InputError);
  });
});

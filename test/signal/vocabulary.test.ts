import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  commensurable,
  conversionFactor,
  derived,
  indexAt,
  irregularTime,
  medianInterval,
  perUnit,
  regularTime,
  skeleton,
  sliceTime,
  sources,
  squaredUnit,
  timeCount,
  timeOf,
  timesOf,
  twinsByName,
  UsageError,
  type Json,
  type Provenance,
} from '../../src/signal/index.ts';

describe('units', () => {
  it('convert', () => {
    expect(conversionFactor('mm', 'm')).toBeCloseTo(1e-3, 15);
    expect(conversionFactor('m/s', 'mm/ms')).toBeCloseTo(1, 12);
    expect(conversionFactor('deg', 'rad')).toBeCloseTo(Math.PI / 180, 15);
    expect(conversionFactor('V*A', 'W')).toBeCloseTo(1, 12);
    expect(conversionFactor('1/s', 'Hz')).toBe(1);
    expect(conversionFactor('%', '1')).toBe(0.01);
    expect(commensurable('px', 'm')).toBe(false);
  });
  const unit = fc
    .array(
      fc.tuple(
        fc.constantFrom('m', 'mm', 's', 'kg', 'px', 'deg', 'mV'),
        fc.constantFrom('*', '/'),
        fc.integer({ min: 1, max: 3 }),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((terms) => terms.map(([u, sign, p], i) => `${i === 0 ? '' : sign}${u}^${p}`).join(''));
  it('agree with their derivatives and squares', () => {
    fc.assert(
      fc.property(unit, (u) => {
        expect(commensurable(`${perUnit(u, 's')}*s`, u)).toBe(true);
        expect(commensurable(`${perUnit(u, 'm/s')}*m/s`, u)).toBe(true);
        expect(
          commensurable(`${squaredUnit(u)}/${u.replace(/[*/]/g, (c) => (c === '*' ? '/' : '*'))}`, u),
        ).toBe(true);
        expect(conversionFactor(u, u)).toBe(1);
      }),
    );
    expect([perUnit('px', 's'), perUnit('px/s', 's'), perUnit('px/s^2', 's'), perUnit('px', '1')]).toEqual([
      'px/s',
      'px/s^2',
      'px/s^3',
      'px',
    ]);
    expect([squaredUnit('px'), squaredUnit('m/s'), squaredUnit('1')]).toEqual(['px^2', 'm^2/s^2', '1']);
  });
  it('refuse what is no unit, names of object members too', () => {
    for (const wrong of ['furlong', '', 'm//s', '*m', 'm^', 'constructor', 'toString', '__proto__', 'm s']) {
      expect(() => conversionFactor(wrong, 'm'), wrong).toThrow(UsageError);
    }
    expect(() => conversionFactor('px', 'm')).toThrow(/scale/);
  });
});

describe('time axes', () => {
  const axis = fc.oneof(
    fc
      .tuple(
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(30, 29.97, 1000 / 3, 0.1, 30_000),
        fc.constantFrom(0, -5, 1e6 + 0.1),
      )
      .map(([n, rate, start]) => regularTime(n, rate, start)),
    fc
      .uniqueArray(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 40 })
      .map((t) =>
        irregularTime(
          Float64Array.from(t.map((v) => v + 0))
            .sort()
            .filter((v, i, all) => i === 0 || v > all[i - 1]),
        ),
      ),
  );
  it('indexAt finds the sample of each time, and the last one before any other', () => {
    fc.assert(
      fc.property(axis, fc.double({ min: -200, max: 200, noNaN: true }), (a, dt) => {
        const n = timeCount(a);
        for (let i = 0; i < n; i++) expect(indexAt(a, timeOf(a, i))).toBe(i);
        const t = timeOf(a, 0) + dt;
        const i = indexAt(a, t);
        if (i >= 0) expect(timeOf(a, i)).toBeLessThanOrEqual(t);
        if (i + 1 < n) expect(timeOf(a, i + 1)).toBeGreaterThan(t);
        expect([indexAt(a, NaN), indexAt(a, -Infinity), indexAt(a, Infinity)]).toEqual([-1, -1, n - 1]);
      }),
    );
  });
  it('indexAt holds one bit before a sample, where the product rounds up to it', () => {
    const justBefore = 0.7666666666666666;
    expect(timeOf(regularTime(60, 30), 23)).toBeGreaterThan(justBefore);
    expect(indexAt(regularTime(60, 30), justBefore)).toBe(22);
  });
  it('slices keep their times to the last bits', () => {
    fc.assert(
      fc.property(axis, fc.nat(), fc.nat(), (a, from, length) => {
        const start = from % timeCount(a);
        const end = start + (length % (timeCount(a) - start + 1));
        const part = timesOf(sliceTime(a, start, end));
        const whole = timesOf(a);
        expect(part.length).toBe(end - start);
        part.forEach((t, i) => expect(Math.abs(t - whole[start + i])).toBeLessThanOrEqual(1e-9));
      }),
    );
  });
  it('know their interval', () => {
    expect(medianInterval(irregularTime(Float64Array.of(0, 1, 2, 10)))).toBe(1);
    expect(medianInterval(regularTime(2, 4))).toBe(0.25);
    expect(medianInterval(regularTime(1, 4))).toBeNaN();
  });
  it('refuse what is no time', () => {
    expect(() => regularTime(3, 0)).toThrow(UsageError);
    expect(() => regularTime(3, Infinity)).toThrow(UsageError);
    expect(() => regularTime(2.5, 1)).toThrow(UsageError);
    expect(() => regularTime(2, 1, NaN)).toThrow(UsageError);
    expect(() => irregularTime(Float64Array.of(0, 0))).toThrow(/time 1/);
    expect(() => irregularTime(Float64Array.of(0, Infinity))).toThrow(UsageError);
    expect(() => irregularTime(Float64Array.of(NaN))).toThrow(UsageError);
  });
});

describe('skeletons', () => {
  it('find left/right twins by name', () => {
    const pairs = (names: string[]) => twinsByName(names).map(([a, b]) => `${a}-${b}`);
    expect(pairs(['snout', 'leftear', 'rightear', 'tailbase'])).toEqual(['leftear-rightear']);
    expect(pairs(['Left_Paw', 'Right_Paw', 'LEFTEYE', 'RIGHTEYE'])).toEqual([
      'Left_Paw-Right_Paw',
      'LEFTEYE-RIGHTEYE',
    ]);
    expect(
      pairs(['L_hip', 'R_hip', 'knee_l', 'knee_r', 'pawL', 'pawR', 'LFpaw', 'RFpaw', 'Lhand', 'Rhand']),
    ).toHaveLength(5);
    expect(pairs(['leg', 'tail', 'L', 'lip', 'Pl'])).toEqual([]);
  });
  it('keep edges and twins as positions, and refuse what they do not know', () => {
    const s = skeleton(['a', 'b', 'c'], [['a', 'c']], [['b', 'c']]);
    expect([s.edges, s.symmetries]).toEqual([[[0, 2]], [[1, 2]]]);
    expect(() => skeleton(['a', 'a'])).toThrow(/named twice/);
    expect(() => skeleton(['a'], [['a', 'z']])).toThrow(/one of a/);
    expect(() =>
      skeleton(
        ['a', 'b', 'c'],
        [],
        [
          ['a', 'b'],
          ['b', 'c'],
        ],
      ),
    ).toThrow(/two twins/);
    expect(() => skeleton(['a'], [], [['a', 'a']])).toThrow(/two twins/);
  });
});

describe('provenance', () => {
  it('canonical JSON does not depend on the order of keys, and parses back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const shuffle = (v: unknown): Json =>
          Array.isArray(v)
            ? v.map(shuffle)
            : typeof v === 'object' && v !== null
              ? Object.fromEntries(
                  Object.entries(v)
                    .toReversed()
                    .map(([k, w]) => [k, shuffle(w)]),
                )
              : (v as Json);
        const text = canonicalJson(value as Json);
        expect(canonicalJson(shuffle(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
      }),
    );
    expect(() => canonicalJson({ a: [NaN] })).toThrow(UsageError);
  });
  it('lists files once, however often a value was used', () => {
    let p: Provenance = { step: 'import', source: 'a.mp4' };
    for (let i = 0; i < 60; i++) p = derived('mix', [p, p, { step: 'import', source: 'b.csv' }]);
    expect(sources(p)).toEqual(['a.mp4', 'b.csv']);
  });
});

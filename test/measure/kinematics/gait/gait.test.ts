import { describe, expect, it } from 'vitest';
import { median, Random } from '../../../../src/math/index.ts';
import { asTracked } from '../../../../validation/motions.ts';
import { cycleCurves } from '../../../../src/measure/kinematics/gait/curves.ts';
import { gait, type GaitOptions } from '../../../../src/measure/kinematics/gait/gait.ts';
import { numbers, words } from '../../../../src/measure/kinematics/table.ts';
import { matched, walker, type WalkerOptions } from './walker.ts';

const feet = ['leftHind', 'rightHind', 'leftFront', 'rightFront'];

function score(
  options: Omit<WalkerOptions, 'random'>,
  seed: string,
  contact?: GaitOptions['contact'],
): { hit: number; of: number; spurious: number } {
  const w = walker({ ...options, random: new Random(seed) });
  const surface = options.belt === undefined ? 'overground' : 'treadmill';
  const { events } = gait(w.track, { feet, surface, contact });
  let [hit, of, spurious] = [0, 0, 0];
  for (const foot of feet) {
    const swings = [...events.select({ label: 'swing', source: foot })];
    for (const [truth, found] of [
      [w.lifts[foot], swings.map((s) => s.startSeconds)],
      [w.contacts[foot], swings.map((s) => s.endSeconds!)],
    ]) {
      const m = matched(truth, found, options.rate, options.seconds);
      hit += m.hit;
      of += m.of;
      spurious += m.spurious;
    }
  }
  return { hit, of, spurious };
}

describe('simulated walkers', () => {
  const base = { rate: 120, seconds: 8, noise: 1, speed: 400 };
  const cases: [string, Omit<WalkerOptions, 'random'>][] = [
    ['slow', { ...base, speed: 200 }],
    ['walk', base],
    ['fast', { ...base, speed: 700 }],
    ['minimum-jerk swings', { ...base, profile: 'minimumJerk' }],
    ['abrupt swings (trapezoid of speed)', { ...base, profile: 'trapezoid' }],
    ['skewed swings', { ...base, profile: 'skewed' }],
    ['missing 5 %', { ...base, missing: 0.05 }],
    ['slips in 15 % of stances', { ...base, speed: 200, slips: 0.15 }],
    ['treadmill', { ...base, belt: -400 }],
    ['high-speed camera', { ...base, rate: 250, seconds: 4 }],
  ];
  it.each(cases)('lifts and contacts within one frame, at least 98 %%: %s', (name, options) => {
    const total = { hit: 0, of: 0, spurious: 0 };
    for (const seed of [1, 2]) {
      const s = score(options, `${name}/${seed}`);
      total.hit += s.hit;
      total.of += s.of;
      total.spurious += s.spurious;
    }
    expect(total.of).toBeGreaterThan(200);
    expect(total.hit / total.of).toBeGreaterThanOrEqual(0.98);
    expect(total.spurious / total.of).toBeLessThanOrEqual(0.01);
  });

  it.each(['walk', 'bound'] as const)("with a tracker's errors, jumps and gaps as well: %s", (name) => {
    const options = { gait: name, speed: 200, rate: 120, seconds: 8, noise: 0 };
    const { track, lifts } = walker({ ...options, random: new Random(`tracked/${name}`) });
    const { events } = gait(asTracked(track, new Random(`tracked/${name}/errors`)), { feet });
    const found = feet.map((foot) => {
      const swings = [...events.select({ label: 'swing', source: foot })];
      return matched(
        lifts[foot],
        swings.map((s) => s.startSeconds),
        120,
        8,
      );
    });
    const sum = (of: (m: (typeof found)[number]) => number): number => found.reduce((n, m) => n + of(m), 0);
    expect(sum((m) => m.of)).toBeGreaterThan(80);
    expect(sum((m) => m.hit) / sum((m) => m.of)).toBeGreaterThanOrEqual(0.98);
    expect(sum((m) => m.spurious)).toBeLessThanOrEqual(1);
  });

  const side = { ...base, view: 'side', speed: 400 } as const;
  const seen: [string, 'height' | 'both', Omit<WalkerOptions, 'random'>][] = [
    ['from the side', 'height', side],
    ['from the side, slow', 'height', { ...side, speed: 200 }],
    ['from the side, fast', 'height', { ...side, speed: 700 }],
    ['in space', 'height', { ...side, view: 'space' }],
    ['smooth rise', 'height', { ...side, rise: 'sineSquared', height: 20 }],
    ['early peak', 'height', { ...side, rise: 'skewed' }],
    ['missing 5 %', 'height', { ...side, missing: 0.05 }],
    ['slips, which stay low', 'height', { ...side, speed: 200, slips: 0.15 }],
    ['treadmill', 'height', { ...side, belt: -400 }],
    ['from the side', 'both', side],
    ['in space', 'both', { ...side, view: 'space' }],
    ['early peak, soft landing, skewed swings', 'both', { ...side, rise: 'soft', profile: 'skewed' }],
    ['low swings', 'both', { ...side, height: 5 }],
    ['treadmill', 'both', { ...side, belt: -400 }],
  ];
  it.each(seen)(
    '%s, by %s: lifts and contacts within one frame, at least 98 %%',
    (name, contact, options) => {
      const { hit, of, spurious } = score({ ...options, seconds: 12 }, `${name}/${contact}`, contact);
      expect(of).toBeGreaterThan(150);
      expect(hit / of).toBeGreaterThanOrEqual(0.98);
      expect(spurious / of).toBeLessThanOrEqual(0.01);
    },
  );

  it('by both is no less exact than by either', () => {
    const spread = (contact: GaitOptions['contact']): number => {
      const w = walker({ ...side, seconds: 12, noise: 2, random: new Random('precision') });
      const swings = gait(w.track, { feet, contact }).events;
      const errors = feet.flatMap((foot) => {
        const found = [...swings.select({ label: 'swing', source: foot })];
        return matched(
          w.contacts[foot],
          found.map((s) => s.endSeconds!),
          120,
          12,
        ).errors.filter((e) => Math.abs(e) < 0.05);
      });
      return Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
    };
    const [speed, height, both] = [spread('speed'), spread('height'), spread('both')];
    expect(both).toBeLessThan(1.05 * Math.min(speed, height));
  });

  it('by height, needs no speed over the ground: steps in place', () => {
    const w = walker({ ...side, speed: 300, seconds: 6, random: new Random('in place') });
    const marching = w.track.positions.derive(
      Float64Array.from(w.track.positions.values, (v, i) => (i % 2 === 0 ? 100 : v)),
      { step: 'test' },
    );
    const { events } = gait({ ...w.track, positions: marching }, { feet, contact: 'height' });
    for (const foot of feet) {
      const found = [...events.select({ label: 'swing', source: foot })].map((s) => s.endSeconds!);
      const { hit, of } = matched(w.contacts[foot], found, 120, 6);
      expect(hit / of).toBeGreaterThanOrEqual(0.95);
    }
  });

  it('by height, does not depend on where zero lies, on the unit, nor on which axis is up (laws)', () => {
    const w = walker({ ...side, seconds: 3, random: new Random('laws') });
    const times = (change: (x: number, y: number) => readonly number[], up?: readonly number[]): number[] => {
      const values = w.track.positions.contiguous();
      const moved = Float64Array.from(values);
      for (let i = 0; i < values.length; i += 2) moved.set(change(values[i], values[i + 1]), i);
      const positions = w.track.positions.derive(moved, { step: 'test' });
      const { events } = gait({ ...w.track, positions }, { feet, contact: 'height', up });
      return [...events.select({ label: 'swing' })].flatMap((s) => [s.startSeconds, s.endSeconds!]);
    };
    const plain = times((x, y) => [x, y]);
    expect(plain.length).toBeGreaterThan(40);
    const same = (other: number[]): void => {
      expect(other).toHaveLength(plain.length);
      // Not to the bit: of two shapes that fit equally well, rounding decides which is taken.
      other.forEach((t, i) => expect(Math.abs(t - plain[i])).toBeLessThan(1 / 120));
    };
    same(times((x, y) => [x + 500, y - 700]));
    same(times((x, y) => [0.01 * x, 0.01 * y]));
    same(times((x, y) => [y, x], [-3, 0]));
    same(times((x, y) => [x, -y], [0, 1]));
    // The wrong way up, stance and swing change places or nothing is found: never the same.
    expect(times((x, y) => [x, -y])).not.toEqual(plain);
    expect(() => gait(w.track, { feet, contact: 'height', up: [0, 0] })).toThrow(/which way is up/);
    expect(() => gait(w.track, { feet, contact: 'both', up: [0, 0, 1] })).toThrow(/2 numbers/);
  });

  describe.each(['speed', 'height', 'both'] as const)('contacts by %s', (contact) => {
    const w = walker({ ...side, seconds: 3, random: new Random('conformance') });
    const derived = (values: Float64Array): typeof w.track => ({
      ...w.track,
      positions: w.track.positions.derive(values, { step: 'test' }),
    });
    const values = Float64Array.from(w.track.positions.contiguous());

    it('are the same twice, change nothing and have known errors', () => {
      const [first, second] = [gait(w.track, { feet, contact }), gait(w.track, { feet, contact })];
      expect(numbers(second.strides, 'start')).toEqual(numbers(first.strides, 'start'));
      expect(Float64Array.from(w.track.positions.contiguous())).toEqual(values);
      expect(first.strides.rows).toBeGreaterThan(30);
      const sd = median(numbers(first.strides, 'eventSd'));
      expect(sd).toBeGreaterThan(0);
      expect(sd).toBeLessThan(1 / 120);
    });

    it('flag a gap at an event, and find nothing where all is missing or at rest', () => {
      const hidden = values.slice();
      hidden.fill(NaN, 150 * 8, 190 * 8);
      expect(words(gait(derived(hidden), { feet, contact }).strides, 'flag')).toContain('gap');
      const random = new Random(`rest ${contact}`);
      for (const nothing of [values.map(() => NaN), values.map(() => 100 + random.normal())]) {
        expect(gait(derived(nothing), { feet, contact }).strides.rows).toBe(0);
      }
    });

    it.each([0, 1, 2])('take a recording of %i frames', (frames) => {
      const short = walker({ ...side, seconds: frames / 120, random: new Random('short') }).track;
      expect(gait(short, { feet, contact }).strides.rows).toBe(0);
    });
  });

  const walk = walker({ ...base, random: new Random('strides') });
  const measured = gait(walk.track, { feet });
  const found = (name: string, foot: string): number =>
    measured.summary.find((s) => s.foot === foot)!.measures.find((m) => m.name === name)!.mean;

  it('measures strides: length, time, duty factor', () => {
    const contacts = walk.contacts.leftHind.filter((t) => t < base.seconds);
    const period = (contacts.at(-1)! - contacts[0]) / (contacts.length - 1);
    expect(Math.abs(found('time', 'leftHind') / period - 1)).toBeLessThan(0.02);
    expect(Math.abs(found('length', 'all') / (400 / (2 + 400 / 150)) - 1)).toBeLessThan(0.02);
    const swing = 0.1 + 0.02 * (4 - (2 + 400 / 150) / 2);
    expect(Math.abs(found('swing', 'all') / swing - 1)).toBeLessThan(0.03);
    expect(Math.abs(found('duty', 'all') - (1 - swing * (2 + 400 / 150)))).toBeLessThan(0.03);
    const { low, mean, high } = measured.summary[0].measures[0];
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
  });

  it('gives limb phases relative to the first foot', () => {
    const early = walker({ ...base, variation: 0.005, random: new Random('phase') });
    const byFoot = Object.fromEntries(gait(early.track, { feet }).phases.map((p) => [p.foot, p.mean]));
    expect(Math.cos(byFoot.rightHind)).toBeLessThan(-0.7);
    expect(Math.cos(byFoot.leftFront)).toBeLessThan(-0.7);
    expect(Math.cos(byFoot.rightFront)).toBeGreaterThan(0.7);
  });

  it('flags strides with slips and gaps, and finds most slips', () => {
    const slippery = walker({ ...base, speed: 200, slips: 0.2, random: new Random('slips') });
    const { strides, events } = gait(slippery.track, { feet });
    const slips = events.select({ label: 'slip' }).count;
    expect(Math.abs(slips / slippery.slips - 1)).toBeLessThan(0.2);
    expect(words(strides, 'flag').filter((f) => f === 'slip').length).toBeGreaterThan(0.75 * slippery.slips);
    const hidden = Float64Array.from(walk.track.positions.values);
    hidden.fill(NaN, 500 * 8, 540 * 8);
    const gapped = { ...walk.track, positions: walk.track.positions.derive(hidden, { step: 'test' }) };
    expect(words(gait(gapped, { feet }).strides, 'flag')).toContain('gap');
  });

  it('finds the belt of a treadmill', () => {
    const track = walker({ ...base, belt: -400, random: new Random('belt') }).track;
    const { belt } = gait(track, { feet, surface: 'treadmill' });
    expect(Math.abs(belt[0] / -400 - 1)).toBeLessThan(0.01);
    expect(Math.abs(belt[1])).toBeLessThan(4);
  });

  it('finds no stride where nothing moves, and refuses feet it cannot know', () => {
    const random = new Random('still');
    const still = walk.track.positions.derive(
      walk.track.positions.values.map(() => random.normal()),
      { step: 'test' },
    );
    expect(gait({ ...walk.track, positions: still }, { feet }).strides.rows).toBe(0);
    expect(() => gait(walk.track, { feet: [] })).toThrow(/keypoints of the feet/);
    expect(() => gait(walk.track, { feet: ['nose'] })).toThrow(/no "nose"/);
    expect(() => gait(walk.track, { feet, surface: [1] })).toThrow(/2 numbers/);
  });

  it('normalizes strides to 0-100 %', () => {
    const times = Float64Array.from({ length: 101 }, (_, i) => i / 100);
    const values = times.map((t) => Math.sin(2 * Math.PI * t * 5));
    values.fill(NaN, 45, 48);
    const { curves, n, mean, percent } = cycleCurves(times, values, [
      [0, 0.2],
      [0.2, 0.4],
      [0.4, 0.6],
      [1, 1.2],
    ]);
    expect(percent[100]).toBe(100);
    expect(curves[0][25]).toBeCloseTo(1, 1);
    expect(curves[3][75]).toBeNaN();
    expect(Array.from([n[10], n[30], n[75]])).toEqual([3, 2, 3]);
    expect(mean[25]).toBeCloseTo(1, 1);
  });
});

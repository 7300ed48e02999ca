import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/math/index.ts';
import { cycleCurves } from '../../../../src/measure/kinematics/gait/curves.ts';
import { gait } from '../../../../src/measure/kinematics/gait/gait.ts';
import { words } from '../../../../src/measure/kinematics/table.ts';
import { matched, walker, type WalkerOptions } from './walker.ts';

const feet = ['leftHind', 'rightHind', 'leftFront', 'rightFront'];

function score(
  options: Omit<WalkerOptions, 'random'>,
  seed: string,
): { hit: number; of: number; spurious: number } {
  const w = walker({ ...options, random: new Random(seed) });
  const surface = options.belt === undefined ? 'overground' : 'treadmill';
  const { events } = gait(w.track, { feet, surface });
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

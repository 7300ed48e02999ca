import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/math/index.ts';
import { gait } from '../../../../src/measure/kinematics/gait/gait.ts';
import { numbers, words } from '../../../../src/measure/kinematics/table.ts';
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
  const base = { rate: 120, seconds: 12, noise: 1, speed: 400 };
  const cases: [string, Omit<WalkerOptions, 'random'>][] = [
    ['slow', { ...base, speed: 200 }],
    ['walk', base],
    ['fast', { ...base, speed: 700 }],
    ['minimum-jerk swings', { ...base, profile: 'minimumJerk' }],
    ['missing 5 %', { ...base, missing: 0.05 }],
    ['slips in 15 % of stances', { ...base, slips: 0.15 }],
    ['treadmill', { ...base, belt: -400 }],
    ['high-speed camera', { ...base, rate: 250, seconds: 8 }],
  ];
  const totals = { hit: 0, of: 0 };
  it.each(cases)('at least 98 %% of lifts and contacts within one frame: %s', (name, options) => {
    const total = { hit: 0, of: 0, spurious: 0 };
    for (const seed of [1, 2, 3]) {
      const s = score(options, `${name}/${seed}`);
      total.hit += s.hit;
      total.of += s.of;
      total.spurious += s.spurious;
    }
    totals.hit += total.hit;
    totals.of += total.of;
    console.log(`${name}: ${total.hit}/${total.of}, ${total.spurious} spurious`);
    expect(total.hit / total.of).toBeGreaterThanOrEqual(0.98);
    expect(total.spurious / total.of).toBeLessThanOrEqual(0.01);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { simulateLaboratory, type Laboratory } from '../../src/lab/laboratory.ts';
import { loadPhysics } from '../../src/model/body/index.ts';

let lab: Laboratory;
beforeAll(async () => {
  lab = simulateLaboratory(await loadPhysics(), { experiment: 'treadmill', seconds: 2.5, seed: 2 });
});
afterAll(() => lab[Symbol.dispose]());

const feet = [
  ['hind left', 'toe_tip_left'],
  ['hind right', 'toe_tip_right'],
  ['fore left', 'finger_tip_left'],
  ['fore right', 'finger_tip_right'],
] as const;

describe('the quadruped walks', () => {
  test.each(feet)('%s stands on the belt, goes with it and swings over it', (limb, tip) => {
    const { events, markers } = lab.truth;
    const { rate } = lab.experiment;
    const k = markers.skeleton.keypoints.indexOf(tip);
    const at = (t: number, c: number): number => markers.positions.at(t, 0, k, c);
    const stances = events.select({ label: 'stance', source: limb });
    expect(stances.count).toBeGreaterThanOrEqual(7);
    for (let i = 0; i < stances.count; i++) {
      const [from, to] = [Math.ceil(stances.starts[i] * rate), Math.floor(stances.ends[i] * rate)];
      for (let t = from; t <= to; t++) {
        // The belt's speed is 0.16 m/s; half a millimeter is a third of a toe.
        expect(Math.abs(at(t, 0) - at(from, 0) + (0.16 * (t - from)) / rate)).toBeLessThan(5e-4);
        expect(Math.abs(at(t, 2) - at(from, 2))).toBeLessThan(2e-4);
      }
    }
    const swings = events.select({ label: 'swing', source: limb });
    for (let i = 0; i < swings.count; i++) {
      const middle = Math.round(((swings.starts[i] + swings.ends[i]) / 2) * rate);
      expect(at(middle, 2)).toBeGreaterThan(at(Math.ceil(stances.starts[0] * rate), 2) + 0.004);
    }
  });

  test('diagonal feet go together, feet of one girdle by turns', () => {
    const first = (limb: string): number =>
      lab.truth.events.select({ label: 'stance', source: limb }).starts[2];
    const apart = (a: string, b: string): number => {
      const phase = (first(a) - first(b)) / 0.25;
      return Math.abs(phase - Math.round(phase));
    };
    expect(apart('hind left', 'hind right')).toBeCloseTo(0.5, 6);
    expect(apart('fore left', 'fore right')).toBeCloseTo(0.5, 6);
    expect(apart('hind left', 'fore right')).toBeLessThan(0.1);
  });

  test('its joints stay within their limits, and muscles and spindles are known', () => {
    const { jointAngles, activations, primaries, muscleLengths } = lab.truth;
    const joints = lab.model.joints.filter(({ type }) => type === 'hinge');
    joints.forEach(({ name, range }, j) => {
      const angles = jointAngles.contiguous().filter((_, i) => i % joints.length === j);
      // The harmonics may overshoot a limit a little.
      expect(Math.min(...angles), name).toBeGreaterThan(range![0] - 0.03);
      expect(Math.max(...angles), name).toBeLessThan(range![1] + 0.03);
    });
    expect(activations.shape[1]).toBe(40);
    for (const { values } of [activations, primaries, muscleLengths]) {
      expect(values.every(Number.isFinite)).toBe(true);
    }
    expect(Math.max(...primaries.values)).toBeGreaterThan(50);
  });
});

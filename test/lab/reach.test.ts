import { beforeAll, describe, expect, test } from 'vitest';
import { simulateLaboratory, type Laboratory } from '../../src/lab/laboratory.ts';
import { loadPhysics, type Physics } from '../../src/model/body/index.ts';
import { UsageError } from '../../src/signal/error.ts';

let physics: Physics;
let lab: Laboratory;
beforeAll(async () => {
  physics = await loadPhysics();
  lab = simulateLaboratory(physics, { seconds: 6, seed: 3 });
});

describe('the arm reaches', () => {
  test('the hand is at its target at the end of each reach', () => {
    const { events, markers } = lab.truth;
    const reaches = events.select({ label: 'reach' });
    const shown = events.select({ source: 'task' });
    expect(reaches.count).toBeGreaterThanOrEqual(2);
    const place = (seconds: number): number[] =>
      [0, 1, 2].map((c) =>
        markers.positions.at(
          Math.round(seconds * lab.experiment.rate),
          0,
          markers.skeleton.keypoints.indexOf('knuckle_index'),
          c,
        ),
      );
    const home = place(0.3);
    for (let i = 0; i < reaches.count; i++) {
      const k = Number(shown.labels[i].replace('target ', '')) - 1;
      const wanted = [
        home[0],
        home[1] + 0.1 * Math.cos((Math.PI * k) / 4),
        home[2] + 0.1 * Math.sin((Math.PI * k) / 4),
      ];
      const reached = place(reaches.ends[i] + 0.15);
      expect(Math.hypot(...reached.map((v, c) => v - wanted[c]))).toBeLessThan(0.02);
    }
  });

  test('it starts at rest, is back at home after each return, and no joint leans on its limits', () => {
    const { events, markers, activations, jointAngles } = lab.truth;
    const { rate } = lab.experiment;
    const k = markers.skeleton.keypoints.indexOf('knuckle_index');
    const place = (seconds: number): number[] =>
      [0, 1, 2].map((c) => markers.positions.at(Math.round(seconds * rate), 0, k, c));
    const home = place(0);
    const away = (seconds: number): number => Math.hypot(...place(seconds).map((v, c) => v - home[c]));
    // Before the first target is shown.
    for (let t = 0; t < 0.5; t += 0.02) expect(away(t)).toBeLessThan(0.001);
    for (let m = 0; m < activations.shape[1]; m++)
      expect(Math.abs(activations.at(0, m) - activations.at(rate / 4, m))).toBeLessThan(0.02);
    // A return ends 4 mm around home, times three, and where the joints turn a little further: 15 mm in all.
    for (const end of events.select({ label: 'return' }).ends) expect(away(end + 0.2)).toBeLessThan(0.015);
    const names = jointAngles.dimensions[1].labels!;
    for (const { name, range, type } of lab.model.joints) {
      if (type !== 'hinge') continue;
      const angles = Array.from({ length: jointAngles.shape[0] }, (_, t) =>
        jointAngles.at(t, names.indexOf(name)),
      );
      expect(Math.min(...angles), name).toBeGreaterThan(range![0] + 0.05);
      expect(Math.max(...angles), name).toBeLessThan(range![1] - 0.02);
    }
  });

  test('speed over a reach is a bell with its peak in the middle', () => {
    const { events, markers } = lab.truth;
    const { rate } = lab.experiment;
    const k = markers.skeleton.keypoints.indexOf('knuckle_index');
    const { starts, ends } = events.select({ label: 'reach' });
    const at = (i: number): number[] => [0, 1, 2].map((c) => markers.positions.at(i, 0, k, c));
    const speeds: number[] = [];
    for (let i = Math.round(starts[0] * rate); i < ends[0] * rate; i++) {
      const [a, b] = [at(i), at(i + 1)];
      speeds.push(Math.hypot(...a.map((v, c) => b[c] - v)) * rate);
    }
    const peak = speeds.indexOf(Math.max(...speeds)) / speeds.length;
    expect(peak).toBeGreaterThan(0.35);
    expect(peak).toBeLessThan(0.65);
    // A minimum-jerk movement's peak speed is 1.875 times its mean.
    expect(Math.max(...speeds) / (0.1 / (ends[0] - starts[0]))).toBeCloseTo(1.875, 0);
  });

  test('muscles hold the arm against gravity, and spindles fire', () => {
    const { activations, forces, muscleLengths, muscleVelocities, primaries } = lab.truth;
    expect(Math.max(...activations.values)).toBeLessThan(1);
    expect(activations.select('channel', 'deltoid_anterior').contiguous()[100]).toBeGreaterThan(0.02);
    expect(Math.min(...forces.values)).toBeGreaterThanOrEqual(-1e-9);
    for (const s of [muscleLengths, primaries]) expect(s.values.every(Number.isFinite)).toBe(true);
    expect(Math.min(...muscleLengths.values)).toBeGreaterThan(0.5);
    expect(Math.max(...muscleLengths.values)).toBeLessThan(1.3);
    // Velocity is the derivative of length.
    const length = muscleLengths.select('channel', 'biceps').contiguous();
    const velocity = muscleVelocities.select('channel', 'biceps').contiguous();
    for (let i = 400; i < 900; i += 50) {
      expect(velocity[i]).toBeCloseTo((length[i + 1] - length[i - 1]) * 250, 1);
    }
  });

  test('the same seed gives the same truth, another one another', () => {
    const again = (seed: number): Float64Array => {
      using other = simulateLaboratory(physics, { seconds: 2.5, seed });
      return other.truth.markers.positions.values as Float64Array;
    };
    expect(again(3)).toEqual(again(3));
    expect(again(4)).not.toEqual(again(3));
  });

  test('settings that do not fit are named', () => {
    expect(() => simulateLaboratory(physics, { seconds: 0.1, neurons: -1 })).toThrow(/seconds.*neurons/);
    expect(() => simulateLaboratory(physics, { driver: 'magic' })).toThrow(UsageError);
    expect(() => simulateLaboratory(physics, { driver: 'magic' })).toThrow(/muscle-control, tracked-joints/);
  });
});

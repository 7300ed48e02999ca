/** Values from elsewhere: trajectories of an independent simulator (32-bit floats), MuJoCo's own muscle, published curves. */
import loadMujoco from '@mujoco/mujoco';
import { describe, expect, test } from 'vitest';
import {
  deGrooteMuscle,
  eulerSteps,
  exactActivation,
  eulerActivation,
  fourMusclePointMass,
  hillMuscle,
  mujocoMuscle,
  reluMuscle,
  Rollout,
  sixMuscleArm,
  thelenMuscle,
  type Muscle,
} from '../../../src/model/plant/index.ts';

const armExcitation = [0.1, 0.05, 0.2, 0.1, 0.15, 0.05];

function arm(muscle: Muscle): Rollout {
  const rollout = new Rollout(sixMuscleArm({ ...eulerSteps, muscle }), { steps: 30 });
  rollout.start([0.8, 1.2]);
  rollout.simulate(Array.from({ length: 30 }, () => armExcitation).flat());
  return rollout;
}

const close = (got: Float64Array, want: readonly number[], digits: number): void =>
  want.forEach((w, i) => expect(got[i]).toBeCloseTo(w, digits));

/** The trajectories are rounded to six digits and were computed in 32 bits: they agree to a few 1e-6. */
describe('the arm under constant excitation, Euler steps of 10 ms', () => {
  test('Hill muscle, velocity divided by ten', () => {
    const rollout = arm(hillMuscle({ velocityUnit: 10 }));
    expect(rollout.activationAt(1)[0]).toBeCloseTo(0.132605, 6);
    close(rollout.forceAt(1), [111.105, 79.74, 377.553, 188.386, 80.87, 32.181], 2);
    close(rollout.motionAt(1), [0.8, 1.2, -0.001032, 0.002019], 6);
    close(rollout.motionAt(10), [0.71702, 1.526909, -1.613893, 7.089692], 5);
    // The elbow has reached its limit and stopped there.
    close(rollout.motionAt(30), [0.55883, 2.70526, -0.103602, 0], 5);
  });

  test('Thelen muscle', () => {
    const rollout = arm(thelenMuscle);
    close(rollout.motionAt(10), [0.764177, 1.374475, -0.215956, 2.230135], 5);
    close(rollout.motionAt(30), [0.776169, 1.849607, 0.254705, 2.563795], 5);
  });

  test('ReLU muscle', () => {
    close(arm(reluMuscle).motionAt(10), [0.712996, 1.533393, -1.898706, 7.847837], 5);
  });
});

test('the point mass under constant excitation, Euler steps of 10 ms', () => {
  const rollout = new Rollout(fourMusclePointMass(eulerSteps), { steps: 10 });
  rollout.start([0.1, -0.2]);
  rollout.simulate(Array.from({ length: 10 }, () => [0.1, 0.05, 0.02, 0.2]).flat());
  close(rollout.motionAt(10), [-0.131338, -0.268296, -5.425354, -1.645763], 5);
});

test("MuJoCo's muscle is that of MuJoCo", async () => {
  const mujoco = await loadMujoco();
  const muscle = mujocoMuscle();
  // Range, force, scale, lmin, lmax, vmax, fpmax, fvmax; a length range in which lengths are fiber lengths.
  const parameters = [0.75, 1.05, 1, 200, 0.5, 1.6, 1.5, 1.3, 1.2];
  const force = new Float64Array(1);
  for (let l = 0.4; l < 1.8; l += 0.0613) {
    const passive = mujoco.mju_muscleBias(l, [0.75, 1.05], 1, parameters);
    for (let v = -2; v < 1.2; v += 0.1537) {
      const gain = mujoco.mju_muscleGain(l, v, [0.75, 1.05], 1, parameters);
      for (const a of [0, 0.4, 1]) {
        muscle.force(Float64Array.of(a), Float64Array.of(l), Float64Array.of(v), force);
        expect(force[0]).toBeCloseTo(-(a * gain + passive), 12);
      }
    }
  }
});

test("MuJoCo's activation has the slope of the exact and of the Euler step", async () => {
  const mujoco = await loadMujoco();
  const seconds = 1e-7;
  const constants = { activationSeconds: 0.01, deactivationSeconds: 0.04 };
  const next = new Float64Array(1);
  for (const u of [0, 0.2, 0.7, 1]) {
    for (const a of [0.05, 0.4, 0.95]) {
      const slope = mujoco.mju_muscleDynamics(u, a, [0.01, 0.04, 0]);
      for (const activation of [exactActivation(constants), eulerActivation(constants)]) {
        activation.update(Float64Array.of(u), Float64Array.of(a), next, seconds);
        expect((next[0] - a) / seconds / slope).toBeCloseTo(1, 3);
      }
    }
  }
});

test('curves of De Groote and others', () => {
  const at = (a: number, l: number, v: number): number => {
    const force = new Float64Array(1);
    deGrooteMuscle.force(Float64Array.of(a), Float64Array.of(l), Float64Array.of(v), force);
    return force[0];
  };
  const passive = (l: number): number => at(0, l, 0);
  const active = (l: number, v: number): number => at(1, l, v) - passive(l);
  for (const [l, fl] of [
    [0.7, 0.684233],
    [1, 1],
    [1.3, 0.581189],
  ]) {
    // fv(0) is 1 to 5 digits.
    expect(active(l, 0)).toBeCloseTo(fl, 4);
  }
  // Velocities in maximal velocities of 10 optimal lengths per second.
  for (const [v, fv] of [
    [-1, 0],
    [-0.5, 0.234036],
    [0.5, 1.588423],
    [1, 1.794343],
  ]) {
    expect(active(1, 10 * v) / active(1, 0)).toBeCloseTo(fv, 4);
  }
  expect(passive(1)).toBeCloseTo(0.018229, 6);
  expect(passive(1.3)).toBeCloseTo(0.135259, 6);
  expect(passive(1.6)).toBeCloseTo(1, 6);
});

test('an explicit Euler step of 10 ms overshoots, the exact step does not', () => {
  const next = new Float64Array(1);
  const step = (activation: ReturnType<typeof exactActivation>): number => {
    activation.update(Float64Array.of(0.1), Float64Array.of(0.001), next, 0.01);
    return next[0];
  };
  expect(step(eulerActivation({ minimum: 0.001 }))).toBeCloseTo(0.132605, 6);
  expect(step(eulerActivation({ activationSeconds: 0.01, minimum: 0 }))).toBeGreaterThan(0.19);
  expect(step(exactActivation({ minimum: 0.001 }))).toBeLessThan(0.1);
});

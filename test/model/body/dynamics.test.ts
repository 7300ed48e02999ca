import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { matrix, multiply, transpose } from '../../../src/math/matrix.ts';
import {
  arm,
  boxQp,
  computedMuscleControl,
  inverseDynamics,
  loadPhysics,
  motionOf,
  muscleGeometry,
  planarArm,
  quadruped,
  staticOptimization,
  type BodyModel,
  type Motion,
  type Physics,
} from '../../../src/model/body/index.ts';

let physics: Physics;
beforeAll(async () => {
  physics = await loadPhysics();
});

/** A smooth movement of every hinge within its limits, with derivatives by formula. */
function swing(model: BodyModel, frames: number, rate: number, amplitude = 0.15): Motion {
  const { nq, nv } = model.sizes;
  const times = Float64Array.from({ length: frames }, (_, t) => t / rate);
  const positions = new Float64Array(frames * nq);
  const velocities = new Float64Array(frames * nv);
  const accelerations = new Float64Array(frames * nv);
  times.forEach((time, t) => {
    positions.set(model.get('qpos0'), t * nq);
    model.joints.forEach((j, i) => {
      if (!j.range) return;
      const [low, high] = j.range;
      const w = 2 * Math.PI * (0.5 + 0.1 * (i % 4));
      const a = amplitude * (high - low);
      positions[t * nq + j.position] = (low + high) / 2 + a * Math.sin(w * time + i);
      velocities[t * nv + j.velocity] = a * w * Math.cos(w * time + i);
      accelerations[t * nv + j.velocity] = -a * w * w * Math.sin(w * time + i);
    });
  });
  return { times, positions, velocities, accelerations };
}

describe('derivatives of a movement', () => {
  test('are those of the formula', () => {
    using model = physics.compile(arm());
    const truth = swing(model, 60, 200);
    const found = motionOf(model, truth.positions, truth.times);
    const { nv } = model.sizes;
    for (let k = nv; k < 59 * nv; k++) {
      expect(found.velocities[k]).toBeCloseTo(truth.velocities[k], 2);
      expect(found.accelerations[k]).toBeCloseTo(truth.accelerations[k], 1);
    }
  });

  test('of a body that spins about its own axis: the angular velocity in its own frame', () => {
    using model = physics.compile(
      '<mujoco><worldbody><body><freejoint/><geom size="0.1"/></body></worldbody></mujoco>',
    );
    const spin = 7;
    const times = Float64Array.from({ length: 50 }, (_, t) => t / 100);
    const positions = Float64Array.from(
      [...times].flatMap((t) => [t, 0, 0, Math.cos((spin * t) / 2), 0, Math.sin((spin * t) / 2), 0]),
    );
    const { velocities, accelerations } = motionOf(model, positions, times);
    for (let t = 0; t < 50; t++) {
      [1, 0, 0, 0, spin, 0].forEach((v, d) => expect(velocities[6 * t + d]).toBeCloseTo(v, 8));
      for (let d = 0; d < 6; d++) expect(accelerations[6 * t + d]).toBeCloseTo(0, 6);
    }
    expect(() => motionOf(model, positions.subarray(0, 14), times.subarray(0, 2))).toThrow(/three frames/);
  });
});

describe('inverse dynamics', () => {
  test('torques of the planar arm are those of the two-link equations', () => {
    using model = physics.compile(planarArm().replaceAll('damping="0.05"', 'damping="0"'));
    const motion = swing(model, 20, 50);
    const tau = inverseDynamics(model, motion);
    const [m1, m2, g1, g2, i1, i2, l1] = [1.82, 1.43, 0.135, 0.165, 0.051, 0.057, 0.309];
    const h = m2 * l1 * g2;
    const m22 = m2 * g2 ** 2 + i2;
    for (let t = 0; t < 20; t++) {
      const q2 = motion.positions[2 * t + 1];
      const [v1, v2] = motion.velocities.subarray(2 * t);
      const [a1, a2] = motion.accelerations.subarray(2 * t);
      const m12 = m22 + h * Math.cos(q2);
      const m11 = m1 * g1 ** 2 + i1 + m2 * (g2 ** 2 + l1 ** 2) + i2 + 2 * h * Math.cos(q2);
      expect(tau[2 * t]).toBeCloseTo(m11 * a1 + m12 * a2 - h * Math.sin(q2) * (2 * v1 + v2) * v2, 10);
      expect(tau[2 * t + 1]).toBeCloseTo(m12 * a1 + m22 * a2 + h * Math.sin(q2) * v1 ** 2, 10);
    }
  });

  test('a body that stands still on measured forces leaves no residual at its trunk', () => {
    using model = physics.compile(quadruped());
    using simulation = model.simulate();
    simulation.forward();
    const com = simulation.get('subtree_com').slice(3, 6);
    const weight = model.get('body_mass').reduce((a, b) => a + b) * 9.81;
    const still: Motion = {
      times: Float64Array.of(0),
      positions: model.get('qpos0'),
      velocities: new Float64Array(model.sizes.nv),
      accelerations: new Float64Array(model.sizes.nv),
    };
    const alone = inverseDynamics(model, still);
    expect(alone[2]).toBeCloseTo(weight, 9);
    // Half the weight at each of two feet on either side of the center of mass; the torque about it is given as a moment.
    const forces = ['foot_left', 'foot_right'].map((body) => ({
      body,
      force: Float64Array.of(0, 0, weight / 2),
      point: Float64Array.of(com[0] - 0.01, com[1], 0),
      moment: Float64Array.of(0, (-0.01 * weight) / 2, 0),
    }));
    const supported = inverseDynamics(model, still, { forces });
    for (let d = 0; d < 6; d++) expect(supported[d]).toBeCloseTo(0, 9);
    expect(() => inverseDynamics(model, still, { forces: [{ ...forces[0], body: 'paw' }] })).toThrow(
      /no body called "paw"/,
    );
    expect(() =>
      inverseDynamics(model, still, { forces: [{ ...forces[0], force: new Float64Array(6) }] }),
    ).toThrow(/frames of the movement/);
  });
});

describe('muscles over a movement', () => {
  test.each([planarArm, arm])(
    '%o: velocities are moment arms times joint velocities, and lengths change by them',
    (mjcf) => {
      using model = physics.compile(mjcf());
      const motion = swing(model, 200, 400);
      const { lengths, velocities, momentArms, names } = muscleGeometry(model, motion);
      const { nv } = model.sizes;
      const n = names.length;
      for (let t = 1; t < 199; t++) {
        for (let m = 0; m < n; m++) {
          let sum = 0;
          for (let d = 0; d < nv; d++)
            sum -= momentArms[(t * n + m) * nv + d] * motion.velocities[t * nv + d];
          expect(velocities[t * n + m]).toBeCloseTo(sum, 10);
          const slope = (lengths[(t + 1) * n + m] - lengths[(t - 1) * n + m]) * 200;
          expect(Math.abs(slope - velocities[t * n + m])).toBeLessThan(0.02);
        }
      }
    },
  );
});

describe('problems in a box', () => {
  test('the answer meets the conditions of optimality', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 80, maxLength: 80 }),
        (n, values) => {
          const b = matrix(n, n, values.slice(0, n * n));
          const h = multiply(b, transpose(b));
          for (let i = 0; i < n; i++) h.data[i * n + i] += 0.1;
          const g = values.slice(64, 64 + n);
          const x = boxQp(h, g, new Float64Array(n), new Float64Array(n).fill(1));
          for (let i = 0; i < n; i++) {
            let gradient = g[i];
            for (let j = 0; j < n; j++) gradient += h.data[i * n + j] * x[j];
            if (x[i] > 0) expect(gradient).toBeLessThan(1e-5);
            if (x[i] < 1) expect(gradient).toBeGreaterThan(-1e-5);
            expect(x[i]).toBeGreaterThanOrEqual(0);
            expect(x[i]).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 200, seed: 1 },
    );
  });
});

describe('static optimization', () => {
  test('torques that muscles made are explained, with no more effort than they took', () => {
    using model = physics.compile(planarArm());
    const motion = swing(model, 10, 50, 0.1);
    using simulation = model.simulate();
    const torques = new Float64Array(20);
    let effort = 0;
    const random = [0.3, 0.1, 0.2, 0.05, 0.4, 0.2];
    for (let t = 0; t < 10; t++) {
      simulation.set('qpos', motion.positions.slice(2 * t, 2 * t + 2));
      simulation.set('qvel', motion.velocities.slice(2 * t, 2 * t + 2));
      const act = random.map((a, m) => a * (1 + 0.5 * Math.sin(t + m)));
      simulation.set('act', act);
      effort += act.reduce((sum, a) => sum + a * a, 0);
      simulation.forward();
      torques.set(simulation.get('qfrc_actuator'), 2 * t);
    }
    const { activations, forces, residuals } = staticOptimization(model, motion, torques);
    const size = Math.max(...torques.map(Math.abs));
    for (const r of residuals) expect(Math.abs(r) / size).toBeLessThan(1e-3);
    expect(activations.reduce((sum, a) => sum + a * a, 0)).toBeLessThan(effort);
    for (const a of activations) expect(a).toBeGreaterThanOrEqual(0);
    for (const f of forces) expect(f).toBeGreaterThanOrEqual(0);
  });

  test('what muscles cannot make is left as residual', () => {
    using model = physics.compile(planarArm());
    const motion = swing(model, 3, 50);
    const { activations, residuals } = staticOptimization(model, motion, new Float64Array(6).fill(500));
    expect(Math.max(...activations)).toBe(1);
    expect(Math.min(...residuals)).toBeGreaterThan(300);
    using bare = physics.compile(
      '<mujoco><worldbody><body><joint/><geom size="0.1"/></body></worldbody></mujoco>',
    );
    expect(() => staticOptimization(bare, motion, new Float64Array(6))).toThrow(/no muscles/);
  });
});

describe('computed muscle control', () => {
  test('the arm follows a movement by its muscles', () => {
    using model = physics.compile(planarArm());
    const motion = swing(model, 100, 100, 0.1);
    const { trackingError, excitations, activations } = computedMuscleControl(model, motion);
    expect(trackingError).toBeLessThan((1 * Math.PI) / 180);
    expect(Math.max(...excitations)).toBeLessThanOrEqual(1);
    expect(Math.min(...excitations)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...activations)).toBeGreaterThan(0.001);
    using animal = physics.compile(quadruped());
    expect(() => computedMuscleControl(animal, motion)).toThrow(/free joint "trunk"/);
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import {
  explainMovement,
  loadPhysics,
  lowpassMovement,
  planarArm,
  quadruped,
  type ExplainedMovement,
  type ExplainOptions,
  type BodyModel,
  type Physics,
} from '../../../src/model/body/index.ts';

let physics: Physics;
beforeAll(async () => {
  physics = await loadPhysics();
});

function explain(
  model: BodyModel,
  positions: Float64Array,
  times: Float64Array,
  options?: ExplainOptions,
): ExplainedMovement {
  const shares: number[] = [];
  const steps = explainMovement(model, positions, times, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done) {
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
      return value;
    }
    shares.push(value);
  }
}

/** Springs keep it off its limits, whose torques inverse dynamics would find too. */
const sprung = planarArm().replaceAll('damping="0.05"', 'damping="0.5" stiffness="20" springref="1.2"');

/** The planar arm swung by slowly changing excitations, every step, with the torques of its muscles. */
function driven(model: BodyModel, steps: number) {
  using simulation = model.simulate();
  simulation.set('qpos', [0.9, 1.3]);
  const positions = new Float64Array(2 * steps);
  const torques = new Float64Array(2 * steps);
  for (let i = 0; i < steps; i++) {
    const t = i * model.timestep;
    simulation.set(
      'ctrl',
      Array.from({ length: 6 }, (_, m) => 0.03 + 0.02 * Math.sin(2 * Math.PI * 0.8 * t + m)),
    );
    simulation.forward();
    positions.set(simulation.get('qpos'), 2 * i);
    torques.set(simulation.get('qfrc_actuator'), 2 * i);
    simulation.step();
  }
  return { positions, torques, times: Float64Array.from({ length: steps }, (_, i) => i * model.timestep) };
}

describe('from postures to muscles', () => {
  test.each(['static', 'control'] as const)(
    'what muscles did is found again from what the arm did: %s',
    (activations) => {
      using model = physics.compile(sprung);
      const truth = driven(model, 600);
      const found = explain(model, truth.positions, truth.times, { activations, cutoffHz: 20 });
      // The ends of a filtered movement are the worst.
      let [error, size] = [0, 0];
      for (let k = 100; k < 1100; k++) {
        error += (found.torques[k] - truth.torques[k]) ** 2;
        size += truth.torques[k] ** 2;
      }
      expect(Math.sqrt(error / size)).toBeLessThan(0.03);
      expect(found.muscles!.names).toEqual(model.names.actuators);
      expect(found.muscles!.lengths).toHaveLength(600 * 6);
      const { activations: a, times, residuals, trackingError } = found.activations!;
      expect(a).toHaveLength(times.length * 6);
      expect(Math.min(...a)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...a)).toBeLessThan(0.3);
      if (residuals) expect(Math.max(...residuals.map(Math.abs))).toBeLessThan(0.05);
      else expect(trackingError).toBeLessThan(Math.PI / 180);
    },
  );

  test('a body without muscles has lengths of none, and no activations', () => {
    using model = physics.compile(
      '<mujoco model="door"><worldbody><body><joint name="hinge"/><geom size="0.1"/></body></worldbody></mujoco>',
    );
    const times = Float64Array.from({ length: 100 }, (_, t) => t / 100);
    expect(explain(model, times, times, { activations: 'none' }).muscles).toBeUndefined();
    expect(() => explain(model, times, times)).toThrow(/no muscles to be activated/);
  });
});

describe('a filtered movement', () => {
  const times = Float64Array.from({ length: 400 }, (_, t) => t / 100);

  test('keeps what is slow and loses half the power at the cutoff', () => {
    using model = physics.compile(planarArm());
    const at = (hz: number): Float64Array =>
      Float64Array.from({ length: 800 }, (_, i) => 1 + Math.sin((2 * Math.PI * hz * (i >> 1)) / 100));
    const amplitude = (values: Float64Array): number =>
      Math.max(...values.subarray(200, 600)) - Math.min(...values.subarray(200, 600));
    expect(amplitude(lowpassMovement(model, at(0.5), times, 6))).toBeCloseTo(2, 2);
    expect(amplitude(lowpassMovement(model, at(6), times, 6)) / 2).toBeCloseTo(Math.SQRT1_2, 1);
    expect(amplitude(lowpassMovement(model, at(25), times, 6))).toBeLessThan(0.02);
  });

  test('of a turning trunk stays a turn, whatever the signs of its quaternions', () => {
    using model = physics.compile(quadruped());
    const { nq } = model.sizes;
    const turn = new Float64Array(400 * nq);
    times.forEach((t, i) => {
      turn.set(model.get('qpos0'), i * nq);
      const sign = i % 7 < 3 ? 1 : -1;
      turn.set([sign * Math.cos(t / 2), 0, 0, sign * Math.sin(t / 2)], i * nq + 3);
    });
    const filtered = lowpassMovement(model, turn, times, 6);
    times.forEach((t, i) => {
      const [w, , , z] = filtered.subarray(i * nq + 3);
      expect(Math.abs(w * Math.cos(t / 2) + z * Math.sin(t / 2))).toBeCloseTo(1, 4);
    });
  });

  test.each([
    [times, 60, /cutoff.*below 45.0 Hz.*Got 60 Hz/],
    [times.subarray(0, 8), 6, /too short.*Got 8/],
    [times.map((t, i) => (i > 200 ? t + 0.03 : t)), 6, /irregular times.*before frame 201/],
  ])('is refused with its reason', (at, cutoff, message) => {
    using model = physics.compile(planarArm());
    expect(() => lowpassMovement(model, new Float64Array(2 * at.length), at, cutoff)).toThrow(message);
  });
});

import { linearInterpolator } from '../../../math/interpolate.ts';
import { UsageError } from '../../../signal/error.ts';
import type { BodyModel } from '../engine/model.ts';
import type { Motion } from './derivatives.ts';
import { Muscles } from './muscles.ts';
import { activationsFor } from './static-optimization.ts';

export interface ControlOptions {
  /** Feedback of position error, 1/s^2. Default 400. */
  readonly positionGain?: number;
  /** Feedback of velocity error, 1/s. Default twice the root of the position gain: critically damped. */
  readonly velocityGain?: number;
  /** How far excitation runs ahead of the wanted change of activation. Default 1. */
  readonly lead?: number;
}

export interface ControlledMovement {
  readonly names: readonly string[];
  /** Seconds, one for each step of the simulation. */
  readonly times: Float64Array;
  /** Steps x muscles, 0 to 1. */
  readonly excitations: Float64Array;
  readonly activations: Float64Array;
  /** Steps x nq: what the simulated body did. */
  readonly positions: Float64Array;
  /** Root mean square of the difference from the wanted movement, rad or m, over all joints and steps. */
  readonly trackingError: number;
}

/**
 * Computed muscle control (Thelen, Anderson & Delp 2003): a simulated body follows a movement by its muscles. At each step the wanted acceleration
 *
 *   q''* = q''_ref + kv (q'_ref - q') + kp (q_ref - q)
 *
 * is made into torques (inverse dynamics at the simulated state), these into activations a* (static optimization), and the muscles are excited with
 * u = a* + lead (a* - a), within 0 to 1. Throws `UsageError` for bodies with free or ball joints, and `MachineError` where the simulation becomes unstable.
 */
export function computedMuscleControl(
  model: BodyModel,
  motion: Motion,
  options: ControlOptions = {},
): ControlledMovement {
  const steps = computedMuscleControlSteps(model, motion, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** `computedMuscleControl` in steps, for who shows progress or may stop: yields after every hundredth step which share is done. */
export function* computedMuscleControlSteps(
  model: BodyModel,
  motion: Motion,
  options: ControlOptions = {},
): Generator<number, ControlledMovement, void> {
  const { positionGain: kp = 400, velocityGain: kv = 2 * Math.sqrt(kp), lead = 1 } = options;
  const turning = model.joints.find((j) => j.type === 'free' || j.type === 'ball');
  if (turning) {
    throw new UsageError('computed muscle control follows hinges and slides', {
      where: model.name,
      got: `the ${turning.type} joint "${turning.name}"`,
    });
  }
  const muscles = new Muscles(model);
  const { nv, nu } = model.sizes;
  const { times } = motion;
  const dt = model.timestep;
  const steps = Math.floor((times[times.length - 1] - times[0]) / dt);
  const course = (values: Float64Array): ((t: number) => Float64Array) => {
    const each = Array.from({ length: nv }, (_, d) =>
      linearInterpolator(
        times,
        Float64Array.from(times, (_, t) => values[t * nv + d]),
      ),
    );
    return (t) => Float64Array.from(each, (f) => f(t));
  };
  const [position, velocity, acceleration] = [motion.positions, motion.velocities, motion.accelerations].map(
    course,
  );
  const n = muscles.indices.length;
  const out = {
    names: muscles.names,
    times: Float64Array.from({ length: steps }, (_, i) => times[0] + i * dt),
    excitations: new Float64Array(steps * n),
    activations: new Float64Array(steps * n),
    positions: new Float64Array(steps * nv),
  };
  // Torques are asked of a state of its own, so that the walk of the simulated one is not disturbed.
  const simulation = model.simulate();
  const inverse = model.simulate();
  let squares = 0;
  try {
    simulation.set('qpos', position(times[0]));
    simulation.set('qvel', velocity(times[0]));
    let before: Float64Array | undefined;
    for (let i = 0; i < steps; i++) {
      const t = out.times[i];
      const [q, v, act] = (['qpos', 'qvel', 'act'] as const).map((f) => simulation.get(f));
      const [wanted, wantedVelocity, wantedAcceleration] = [position(t), velocity(t), acceleration(t)];
      const target = wantedAcceleration.map(
        (a, d) => a + kv * (wantedVelocity[d] - v[d]) + kp * (wanted[d] - q[d]),
      );
      inverse.set('qpos', q);
      inverse.set('qvel', v);
      inverse.set('qacc', target);
      inverse.inverse();
      const torque = inverse.get('qfrc_inverse');
      // The muscle's state does not depend on activation: lengths and velocities are those of the joints.
      inverse.forward();
      const { active, passive } = muscles.strengths(inverse);
      const a = activationsFor(torque, muscles.leverage(inverse), active, passive, undefined, before);
      before = a;
      // Muscles are at rest in the model; here they start as if the posture had been held before.
      if (i === 0) {
        muscles.indices.forEach((_, m) => (act[m] = a[m]));
        simulation.set('act', act);
      }
      const excitation = new Float64Array(nu);
      muscles.indices.forEach((index, m) => {
        const now = act[m];
        excitation[index] = Math.min(Math.max(a[m] + lead * (a[m] - now), 0), 1);
        out.excitations[i * n + m] = excitation[index];
        out.activations[i * n + m] = now;
      });
      out.positions.set(q, i * nv);
      wanted.forEach((w, d) => (squares += (w - q[d]) ** 2));
      simulation.set('ctrl', excitation);
      simulation.step();
      if (i % 100 === 99) yield (i + 1) / steps;
    }
  } finally {
    simulation[Symbol.dispose]();
    inverse[Symbol.dispose]();
  }
  return { ...out, trackingError: Math.sqrt(squares / Math.max(steps * nv, 1)) };
}

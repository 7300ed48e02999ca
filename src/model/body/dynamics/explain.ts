import { UsageError } from '../../../signal/error.ts';
import type { BodyModel } from '../engine/model.ts';
import { computedMuscleControlSteps } from './computed-muscle-control.ts';
import { motionOf, type Motion } from './derivatives.ts';
import { inverseDynamics, type ExternalForce } from './inverse.ts';
import { lowpassMovement } from './lowpass.ts';
import { muscleGeometry, type MuscleGeometry } from './muscles.ts';
import { staticOptimization, type Activations } from './static-optimization.ts';

/** How activations are found: frame by frame, by simulation, or not at all. */
export type ActivationMethod = 'static' | 'control' | 'none';

export interface ExplainOptions {
  /** Movement faster than this is taken for noise, Hz. Default 6, as is usual for human gait. */
  readonly cutoffHz?: number;
  readonly activations?: ActivationMethod;
  readonly forces?: readonly ExternalForce[];
}

/** What a movement asks of a body. */
export interface ExplainedMovement {
  /** The filtered movement that all else follows from. */
  readonly motion: Motion;
  /** Frames x nv, N or N m, of `inverseDynamics`. */
  readonly torques: Float64Array;
  /** Undefined where the body has no muscles. */
  readonly muscles: MuscleGeometry | undefined;
  readonly activations:
    | (Pick<Activations, 'names' | 'activations'> & {
        readonly method: 'static' | 'control';
        /** Seconds. */
        readonly times: Float64Array;
        /** Static optimization: what the muscles cannot make, frames x nv; and their pulls, N. */
        readonly residuals?: Float64Array;
        readonly forces?: Float64Array;
        /** Computed muscle control: how far the simulated body is off, rad or m, and the excitations. */
        readonly trackingError?: number;
        readonly excitations?: Float64Array;
      })
    | undefined;
}

/** How many frames are worked on between two words on progress. */
const piece = 100;

/**
 * From postures to muscles: the filtered movement and its derivatives, torques by inverse dynamics, lengths, velocities and moment arms of the
 * muscles, and the activations that make the torques. A generator that yields which share is done.
 *
 * Note: torques are right only where all forces from outside are given. A body with a free trunk stands on something: without `forces` the
 * torques of its legs, and so its activations, mean nothing.
 *
 * @param positions frames x nq, of `fitBody`. @param times seconds, regular. Throws `UsageError` where activations are asked of a body without muscles.
 */
export function* explainMovement(
  model: BodyModel,
  positions: Float64Array,
  times: Float64Array,
  { cutoffHz = 6, activations = 'static', forces }: ExplainOptions = {},
): Generator<number, ExplainedMovement, void> {
  const motion = motionOf(model, lowpassMovement(model, positions, times, cutoffHz), times);
  const frames = times.length;
  const { nq, nv } = model.sizes;
  const muscular = model.names.actuators.length > 0 && hasMuscles(model);
  if (activations !== 'none' && !muscular)
    throw new UsageError('the body has no muscles to be activated', {
      where: model.name,
      fix: 'Ask for no activations, or take a body with muscles.',
    });
  const part = (from: number, to: number): Motion => ({
    times: times.subarray(from, to),
    positions: motion.positions.subarray(from * nq, to * nq),
    velocities: motion.velocities.subarray(from * nv, to * nv),
    accelerations: motion.accelerations.subarray(from * nv, to * nv),
  });
  const torques = inverseDynamics(model, motion, { forces });
  const byControl = activations === 'control';
  const share = byControl ? 0.2 : 1;
  const geometry: MuscleGeometry[] = [];
  const found: Activations[] = [];
  if (muscular) {
    for (let from = 0; from < frames; from += piece) {
      const to = Math.min(from + piece, frames);
      geometry.push(muscleGeometry(model, part(from, to)));
      if (activations === 'static')
        found.push(staticOptimization(model, part(from, to), torques.subarray(from * nv, to * nv)));
      yield (share * to) / frames;
    }
  }
  const muscles: MuscleGeometry | undefined = muscular
    ? {
        names: geometry[0].names,
        lengths: joined(geometry.map((g) => g.lengths)),
        velocities: joined(geometry.map((g) => g.velocities)),
        momentArms: joined(geometry.map((g) => g.momentArms)),
      }
    : undefined;
  if (activations === 'none') return { motion, torques, muscles, activations: undefined };
  if (!byControl) {
    const { names } = found[0];
    return {
      motion,
      torques,
      muscles,
      activations: {
        method: 'static',
        names,
        times,
        activations: joined(found.map((f) => f.activations)),
        forces: joined(found.map((f) => f.forces)),
        residuals: joined(found.map((f) => f.residuals)),
      },
    };
  }
  const steps = computedMuscleControlSteps(model, motion);
  for (;;) {
    const { done, value } = steps.next();
    if (!done) yield share + (1 - share) * value;
    else return { motion, torques, muscles, activations: { method: 'control', ...value } };
  }
}

/** MuJoCo's number for a muscle's gain. */
const hasMuscles = (model: BodyModel): boolean => model.get('actuator_gaintype').includes(2);

function joined(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

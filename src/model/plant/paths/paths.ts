/**
 * Where muscles run: their lengths and moment arms (the length's derivative with respect to each joint) as functions of the joints.
 * Motion is `trial x [position 1, position 2, velocity 1, velocity 2]` (rad and rad/s, or m and m/s for a point mass); length, velocity and
 * force are `trial x muscle` (m, m/s, N); torque is `trial x 2` (N m, or N). Lengthening is positive, force pulls, and a muscle turns
 * the joints by torque = -force dL/dq.
 */
export interface Paths {
  readonly name: string;
  /** Their number. */
  readonly count: number;
  /** Writes lengths and velocities; velocity is dL/dq times the joints' velocity. */
  geometry(motion: Float64Array, length: Float64Array, velocity: Float64Array): void;
  /** Writes dL/dq, `trial x muscle x 2`. */
  momentArms(motion: Float64Array, arms: Float64Array): void;
  /** Writes torque = -sum of force dL/dq. */
  torque(motion: Float64Array, force: Float64Array, torque: Float64Array): void;
  /** The adjoint of `geometry`: adds to the cotangent of motion. */
  geometryAdjoint(
    motion: Float64Array,
    gLength: Float64Array,
    gVelocity: Float64Array,
    gMotion: Float64Array,
  ): void;
  /** The adjoint of `torque`: adds to the cotangents of force and of motion. */
  torqueAdjoint(
    motion: Float64Array,
    force: Float64Array,
    gTorque: Float64Array,
    gForce: Float64Array,
    gMotion: Float64Array,
  ): void;
}

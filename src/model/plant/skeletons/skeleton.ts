/**
 * A rigid body in the plane with two coordinates. Motion is `trial x [position 1, position 2, velocity 1, velocity 2]`, torque and
 * acceleration `trial x 2` (generalized: rad and N m for joints, m and N for a point mass), the endpoint `trial x [x, y, dx/dt, dy/dt]` in m
 * and m/s, x to the right and y up (or away), an endpoint's force `trial x 2`, N. `...Adjoint` functions add to the cotangents of motion.
 */
export interface Skeleton {
  readonly name: string;
  /** Names of the coordinates, for reports of errors. */
  readonly coordinates: readonly [string, string];
  readonly positionUnit: 'm' | 'rad';
  /** Writes accelerations under `torque`. */
  accelerate(motion: Float64Array, torque: Float64Array, acceleration: Float64Array): void;
  /** Writes the cotangent of torque from that of the acceleration (which `accelerate` wrote). */
  accelerateAdjoint(
    motion: Float64Array,
    acceleration: Float64Array,
    gAcceleration: Float64Array,
    gTorque: Float64Array,
    gMotion: Float64Array,
  ): void;
  endpoint(motion: Float64Array, endpoint: Float64Array): void;
  endpointAdjoint(motion: Float64Array, gEndpoint: Float64Array, gMotion: Float64Array): void;
  /** Adds to `torque` what a force at the endpoint does to the joints: the Jacobian's transpose times the force. */
  addEndpointForce(motion: Float64Array, force: Float64Array, torque: Float64Array): void;
  /** The adjoint of `addEndpointForce`: writes the cotangent of force. */
  endpointForceAdjoint(
    motion: Float64Array,
    force: Float64Array,
    gTorque: Float64Array,
    gForce: Float64Array,
    gMotion: Float64Array,
  ): void;
  /** Kinetic energy and that of gravity, J, one a trial. */
  energy(motion: Float64Array): Float64Array;
  /** Generalized momentum, `trial x 2`: N m s about the joints, or kg m/s. */
  momentum(motion: Float64Array): Float64Array;
  /** Positions (one a coordinate) that put the endpoint at (x, y), m. Throws `InputError` where it cannot be reached. */
  positionsAt(x: number, y: number): [number, number];
}

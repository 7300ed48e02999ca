/**
 * How a muscle's force depends on its state, without dimensions: force in maximal isometric forces, fiber length l in optimal fiber
 * lengths, fiber velocity v in optimal fiber lengths per second (lengthening is positive), activation a in [0, 1]. The tendon is rigid, so
 * that length and velocity come from the joints alone. Kernels work on flat arrays of any length, element by element. NaN goes through.
 */
export interface Muscle {
  readonly name: string;
  /** The least activation of the model. */
  readonly minimumActivation: number;
  /** Time constants the model's source gives, s. */
  readonly activationSeconds: number;
  readonly deactivationSeconds: number;
  /** Shortening and lengthening velocities are told to a controller in this unit, optimal fiber lengths per second. */
  readonly maximalVelocity: number;
  force(a: Float64Array, l: Float64Array, v: Float64Array, force: Float64Array): void;
  /** Partial derivatives of `force` with respect to a, l and v; one side's where there is a kink. */
  partials(
    a: Float64Array,
    l: Float64Array,
    v: Float64Array,
    byActivation: Float64Array,
    byLength: Float64Array,
    byVelocity: Float64Array,
  ): void;
}

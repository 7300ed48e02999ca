/** Directions of a writing plane in the arm's frame, unit vectors at right angles. */
export interface WritingPlane {
  readonly name: string;
  readonly right: readonly number[];
  readonly up: readonly number[];
}

/** The postures that lead an end point along a path, or where on it the arm gives up. */
export type Reach =
  | { readonly kind: 'reached'; /** time x joint, rad. */ readonly postures: Float64Array }
  | { readonly kind: 'missed'; readonly step: number; readonly why: string };

/** An arm as the senses meet it: postures from paths of its end point, and fibers from postures. One record. */
export interface Arm {
  readonly name: string;
  readonly joints: readonly string[];
  /** In the order of neighbors as far as there is one: the networks' convolutions run over it. */
  readonly muscles: readonly string[];
  /** Optimal fiber lengths, mm, one a muscle. */
  readonly optimalLength: readonly number[];
  /** Ranges of the joints, rad. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
  /** Coordinates of the end point: 2 or 3. */
  readonly dimensions: number;
  readonly planes: readonly WritingPlane[];
  /**
   * Inverse kinematics of a path, time x dimension, m. @param near a posture; where several reach a point, the path begins with one close to this (the middle of the
   * ranges by default) and goes on with the one closest to the last.
   */
  reach(path: Float64Array, near?: ArrayLike<number>): Reach;
  /** End points of postures, time x dimension, m. */
  endPoints(postures: Float64Array): Float64Array;
  /** Fiber lengths in postures, time x muscle, optimal lengths. */
  fiberLengths(postures: Float64Array): Float64Array;
}

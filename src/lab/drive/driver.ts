import type { BodyModel } from '../../model/body/engine/model.ts';
import type { Motion } from '../../model/body/dynamics/derivatives.ts';
import type { Event } from '../../signal/events.ts';

/** What a body is asked to do: a wanted movement for those who follow one, goals for those who find their own. */
export interface Assignment {
  readonly model: BodyModel;
  /** Steps a second of the truth; the wanted movement has a frame a step, from 0 s on. */
  readonly rate: number;
  readonly wanted: Motion;
  readonly goals: readonly Goal[];
  /** Forces from outside that the wanted movement needs, by body: those of the floor under feet. */
  readonly support: readonly Support[];
  /** What the experiment itself does and knows: trials, targets, footfalls. Master time. */
  readonly events: readonly Event[];
}

/** A place that a marker shall be at, m, in the world, from one time to another, s. */
export interface Goal {
  readonly marker: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly place: readonly [number, number, number];
}

/** A force on a body, steps x 3, N, and where it acts, steps x 3, m; world frame. */
export interface Support {
  readonly body: string;
  readonly force: Float64Array;
  readonly point: Float64Array;
}

/** What a body really did, at equal steps from 0 s on the master clock. */
export interface Movement {
  readonly rate: number;
  readonly steps: number;
  /** Steps x nq, steps x nv. */
  readonly positions: Float64Array;
  readonly velocities: Float64Array;
  /** Names of the muscles; steps x muscles, 0 to 1. */
  readonly muscles: readonly string[];
  readonly activations: Float64Array;
}

/**
 * What moves a body: one record. Joint trajectories tracked by muscles, an optimal controller and a trained network all answer an assignment with a
 * movement.
 */
export interface Driver {
  readonly name: string;
  readonly title: string;
  drive(assignment: Assignment): Movement;
}

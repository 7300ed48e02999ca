import type { Loop } from '../loop.ts';
import type { Trials } from '../task.ts';

/**
 * One named part of what training makes small. `evaluate` returns its value for the loop's last run and, where the loop keeps gradients, adds
 * `weight` times its derivatives: to the body's `adjoint`, to `gRate`, `gState`, `gOut` or `gradient`. All are means over trials, times and units, so that weights mean the
 * same in any size. `needs` says what a task must have.
 */
export interface Term {
  readonly name: string;
  readonly unit: string;
  readonly needs?: 'body' | 'outputs';
  evaluate(loop: Loop, trials: Trials, weight: number): number;
}

import { Random } from '../../../math/random.ts';
import { Rollout } from '../../plant/rollout.ts';
import { reachCost, type ReachControl, type ReachPlan } from './ilqg.ts';

/**
 * Cost of each trial of the body under a plan and its feedback, with noise in proportion to the commands (`signalNoise` of `control`). Throws `InputError` where the
 * body's state is no longer finite.
 */
export function follow(
  control: ReachControl,
  plan: ReachPlan,
  options: { readonly trials: number; readonly seed?: number | string },
): Float64Array {
  const { plant, loads, steps, start, signalNoise = 0 } = control;
  const { trials, seed = 0 } = options;
  const n = start.length;
  const m = n - 4;
  const random = new Random(seed);
  const rollout = new Rollout(plant, { steps, loads });
  const states = new Float64Array((steps + 1) * n);
  return Float64Array.from({ length: trials }, () => {
    const commands = new Float64Array(steps * m);
    rollout.start(start.slice(0, 2), start.slice(2, 4), start.slice(4));
    for (let t = 0; ; t++) {
      states.set(rollout.motionAt(t), t * n);
      states.set(rollout.activationAt(t), t * n + 4);
      if (t === steps) break;
      for (let j = 0; j < m; j++) {
        let u = plan.inputs[t * m + j];
        for (let s = 0; s < n; s++)
          u += plan.gains[t].data[j * n + s] * (states[t * n + s] - plan.states[t * n + s]);
        commands[t * m + j] = u;
        rollout.inputAt(t)[j] = u * (1 + signalNoise * random.normal());
      }
      rollout.step(t);
    }
    return reachCost(control, states, commands);
  });
}

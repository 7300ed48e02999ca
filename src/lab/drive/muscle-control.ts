import { computedMuscleControl } from '../../model/body/dynamics/computed-muscle-control.ts';
import { motionOf } from '../../model/body/dynamics/derivatives.ts';
import { UsageError } from '../../signal/error.ts';
import type { Driver } from './driver.ts';

/** The body is simulated and its muscles follow the wanted joint angles (Thelen, Anderson & Delp 2003): what it does differs a little from what was wanted. */
export const muscleControl: Driver = {
  name: 'muscle-control',
  title: 'joint trajectories tracked by computed muscle control',
  drive({ model, wanted, rate }) {
    if (Math.abs(model.timestep * rate - 1) > 1e-9) {
      throw new UsageError('the truth must have one step for each of the simulation', {
        where: model.name,
        expected: `${1 / model.timestep} steps a second`,
        got: `${rate}`,
      });
    }
    const { names, positions, activations, times } = computedMuscleControl(model, wanted);
    // Steps and joints of hinges: what the simulation did between two steps is its velocity.
    const { velocities } = motionOf(model, positions, times);
    return { rate, steps: times.length, positions, velocities, muscles: names, activations };
  },
};

import { inverseDynamics } from '../../model/body/dynamics/inverse.ts';
import { staticOptimization } from '../../model/body/dynamics/static-optimization.ts';
import type { Driver } from './driver.ts';

/**
 * The body does exactly what is wanted; the muscles' activations are those that explain it (inverse dynamics with the floor's forces, static
 * optimization). For bodies with a free trunk, which no muscle holds.
 */
export const trackedJoints: Driver = {
  name: 'tracked-joints',
  title: 'joint trajectories as they are, activations by static optimization',
  drive({ model, wanted, rate, support }) {
    const torques = inverseDynamics(model, wanted, { forces: support });
    const { names, activations } = staticOptimization(model, wanted, torques);
    const { times, positions, velocities } = wanted;
    return { rate, steps: times.length, positions, velocities, muscles: names, activations };
  },
};

import type { Muscle } from './muscle.ts';

/** Force is activation, never negative: f = max(a, 0). A muscle for questions that are not about muscles. */
export const reluMuscle: Muscle = {
  name: 'relu',
  minimumActivation: 0,
  activationSeconds: 0.015,
  deactivationSeconds: 0.05,
  maximalVelocity: 1,
  force(a, _l, _v, force) {
    for (let i = 0; i < a.length; i++) force[i] = a[i] < 0 ? 0 : a[i];
  },
  partials(a, _l, _v, byActivation, byLength, byVelocity) {
    byLength.fill(0);
    byVelocity.fill(0);
    for (let i = 0; i < a.length; i++) byActivation[i] = a[i] < 0 ? 0 : 1;
  },
};

/** A motor: f = a, pushing as well as pulling. */
export const motor: Muscle = {
  name: 'motor',
  minimumActivation: 0,
  activationSeconds: 0.015,
  deactivationSeconds: 0.05,
  maximalVelocity: 1,
  force(a, _l, _v, force) {
    force.set(a);
  },
  partials(_a, _l, _v, byActivation, byLength, byVelocity) {
    byActivation.fill(1);
    byLength.fill(0);
    byVelocity.fill(0);
  },
};

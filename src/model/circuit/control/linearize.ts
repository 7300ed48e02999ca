import { matrix, type Matrix } from '../../../math/index.ts';
import { UsageError } from '../../../signal/error.ts';
import type { Load } from '../../plant/loads.ts';
import type { Plant } from '../../plant/plant.ts';
import { Rollout } from '../../plant/rollout.ts';

/** Values of a plant's state: two positions, two velocities, one activation a muscle. */
export const stateSize = (plant: Plant): number => 4 + plant.actuators.names.length;

/** Throws `UsageError` for a plant whose force lags by a step (its state is larger) or a load that does not act always, on all. */
export function checkState(plant: Plant, loads: readonly Load[]): void {
  const timed = loads.find(
    (l) => l.fromSeconds !== undefined || l.toSeconds !== undefined || l.trials !== undefined,
  );
  if (plant.forceDelaySteps !== 0 || timed) {
    throw new UsageError('the state of this body is not its motion and activation alone', {
      where: `optimal control of ${plant.name}`,
      expected: 'forceDelaySteps 0 and loads that always act',
      got: timed ? `load "${timed.name}" with a window` : 'forceDelaySteps 1',
    });
  }
}

/** One step of a plant for many states and inputs side by side: `count x state` and `count x input` to `count x state`. */
export function stepMany(
  plant: Plant,
  loads: readonly Load[],
  states: Float64Array,
  inputs: Float64Array,
): Float64Array {
  const n = stateSize(plant);
  const count = states.length / n;
  const rollout = new Rollout(plant, { batch: count, steps: 1, loads });
  const column = (from: number, width: number): Float64Array =>
    Float64Array.from(
      { length: count * width },
      (_, i) => states[Math.floor(i / width) * n + from + (i % width)],
    );
  rollout.start(column(0, 2), column(2, 2), column(4, n - 4));
  rollout.simulate(inputs);
  const next = new Float64Array(states.length);
  const motion = rollout.motionAt(1);
  const activation = rollout.activationAt(1);
  for (let b = 0; b < count; b++) {
    next.set(motion.subarray(4 * b, 4 * b + 4), n * b);
    next.set(activation.subarray((n - 4) * b, (n - 4) * (b + 1)), n * b + 4);
  }
  return next;
}

/** x' = a (x - state) + b (u - input) + next. */
export interface Linearized {
  readonly a: Matrix;
  readonly b: Matrix;
}

/**
 * The plant's step linearized at `count` states and inputs, by central differences, all in one batch. Hard limits of joints are left out: at a bound they have no
 * derivative.
 */
export function linearize(
  plant: Plant,
  loads: readonly Load[],
  states: Float64Array,
  inputs: Float64Array,
): readonly Linearized[] {
  const n = stateSize(plant);
  const m = n - 4;
  const count = states.length / n;
  const h = 1e-5;
  const each = n + m;
  const x = new Float64Array(2 * each * count * n);
  const u = new Float64Array(2 * each * count * m);
  for (let t = 0; t < count; t++) {
    for (let i = 0; i < 2 * each; i++) {
      const row = t * 2 * each + i;
      x.set(states.subarray(t * n, (t + 1) * n), row * n);
      u.set(inputs.subarray(t * m, (t + 1) * m), row * m);
      const which = i >> 1;
      const by = i & 1 ? -h : h;
      if (which < n) x[row * n + which] += by;
      else u[row * m + which - n] += by;
    }
  }
  const free = plant.limits?.kind === 'hard' ? { ...plant, limits: undefined } : plant;
  const next = stepMany(free, loads, x, u);
  return Array.from({ length: count }, (_, t) => {
    const a = matrix(n, n);
    const b = matrix(n, m);
    for (let which = 0; which < each; which++) {
      const up = (t * 2 * each + 2 * which) * n;
      for (let i = 0; i < n; i++) {
        const slope = (next[up + i] - next[up + n + i]) / (2 * h);
        if (which < n) a.data[i * n + which] = slope;
        else b.data[i * m + which - n] = slope;
      }
    }
    return { a, b };
  });
}

import { outAndBack, record, type TrainedNetwork, type Trials } from '../../model/circuit/index.ts';
import { motionOf } from '../../model/body/dynamics/derivatives.ts';
import { MachineError, UsageError } from '../../signal/error.ts';
import { tabletopCenter, tabletopDistance } from '../experiments/tabletop.ts';
import type { Assignment, Driver, Goal } from './driver.ts';

/** A hand that is on the whole farther than this from where it should be in the end does not do the task, m. */
const lostDistance = 0.03;

/**
 * A network that was trained to reach out and back moves the arm on the table: it is told of targets as they appear and disappear, feels its muscles and sees its hand
 * late, and commands six muscles, step after step, in the physics in which it learned (`model/plant`). The laboratory's arm has the same segments and
 * muscles and goes where that one goes. Throws `UsageError` for a network of another task, or an experiment with another body.
 */
export function networkDriver(trained: TrainedNetwork): Driver {
  const { network, taskName } = trained;
  if (taskName !== 'out-and-back') {
    throw new UsageError('the network does not know what to do in the laboratory', {
      where: 'the laboratory',
      expected: 'a network that was trained to out-and-back',
      got: taskName,
      fix: 'Train one: marey control out-and-back.',
    });
  }
  return {
    name: 'network',
    title: `a network of ${network.units} units that was trained to reach out and back`,
    drive({ model, rate, wanted, goals }) {
      const seconds = wanted.times.length / rate;
      const task = outAndBack({ seconds: Math.ceil(seconds) + 1, outings: 1 });
      const { plant } = task.body!;
      const muscles = plant.actuators.names.map((name) => name.replaceAll(' ', '_'));
      if (muscles.join() !== model.names.actuators.join()) {
        throw new UsageError('the network moves another body', {
          where: model.name,
          expected: muscles.join(', '),
          got: model.names.actuators.join(', '),
        });
      }
      const trials = courseOf(task.steps, task.stepSeconds, goals, task.conditions().start!.slice(0, 2));
      const { behavior, activation } = record(network, task, { trials });
      checkGoals(goals, behavior.values, task.stepSeconds);
      const steps = wanted.times.length;
      const positions = new Float64Array(2 * steps);
      const activations = new Float64Array(steps * muscles.length);
      for (let t = 0; t < steps; t++) {
        // Step k of the network ends at (k + 1) h.
        const at = Math.max(0, wanted.times[t] / task.stepSeconds - 1);
        const [k, share] = [Math.floor(at), at - Math.floor(at)];
        const [x, y] = [0, 1].map((c) => hermite(behavior.values, k, c, share, task.stepSeconds));
        positions.set(plant.skeleton.positionsAt(x, y), 2 * t);
        for (let m = 0; m < muscles.length; m++) {
          const [a, b] = [activation[k * muscles.length + m], activation[(k + 1) * muscles.length + m]];
          activations[t * muscles.length + m] = a + share * (b - a);
        }
      }
      const { velocities } = motionOf(model, positions, wanted.times);
      return { rate, steps, positions, velocities, muscles, activations };
    },
  };
}

/** What the network is told over the whole course: where the target is while it is there. */
function courseOf(
  steps: number,
  stepSeconds: number,
  goals: Assignment['goals'],
  start: Float64Array,
): Trials {
  const inputs = new Float64Array(3 * steps);
  for (const { startSeconds, endSeconds, place } of goals) {
    const [from, to] = [startSeconds, endSeconds].map((t) => Math.round(t / stepSeconds));
    for (let k = from; k < Math.min(to, steps); k++)
      inputs.set(
        [
          (place[0] - tabletopCenter[0]) / tabletopDistance,
          (place[1] - tabletopCenter[1]) / tabletopDistance,
          1,
        ],
        3 * k,
      );
  }
  return {
    batch: 1,
    steps,
    inputs,
    desired: new Float64Array(2 * steps),
    importance: new Float64Array(steps),
    start,
    condition: new Int32Array(1),
    conditionNames: ['course'],
    events: {},
  };
}

/** Coordinate `c` of the endpoint between steps k and k + 1, by places and velocities at both. */
function hermite(values: Float64Array, k: number, c: number, s: number, h: number): number {
  const [p0, v0, p1, v1] = [
    values[4 * k + c],
    values[4 * k + 2 + c],
    values[4 * k + 4 + c],
    values[4 * k + 6 + c],
  ];
  const [s2, s3] = [s * s, s * s * s];
  return (
    (2 * s3 - 3 * s2 + 1) * p0 + (s3 - 2 * s2 + s) * h * v0 + (3 * s2 - 2 * s3) * p1 + (s3 - s2) * h * v1
  );
}

/** Throws `MachineError` where the network loses its hand in the course of time. */
function checkGoals(goals: readonly Goal[], values: Float64Array, stepSeconds: number): void {
  for (const [i, { endSeconds, place }] of goals.entries()) {
    const k = Math.round(endSeconds / stepSeconds) - 1;
    const off = Math.hypot(values[4 * k] - place[0], values[4 * k + 1] - place[1]);
    if (off <= lostDistance) continue;
    throw new MachineError('the network does not reach its targets in a longer course', {
      where: `target ${i + 1} of ${goals.length}, at ${endSeconds.toFixed(1)} s`,
      expected: `${1000 * lostDistance} mm or less from it`,
      got: `${(1000 * off).toFixed(0)} mm`,
      fix: 'Train it longer, or with another seed.',
    });
  }
}

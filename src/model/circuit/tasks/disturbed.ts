import { curlField, jointTorque } from '../../plant/loads.ts';
import type { Task, Trials } from '../task.ts';
import {
  centerOut,
  drawSteps,
  endpointScore,
  reachInputs,
  reachObjective,
  reachTrials,
  ring,
  workspace,
  type ReachOptions,
} from './reach.ts';

export interface PostureOptions extends Pick<ReachOptions, 'plant' | 'senses' | 'center' | 'seconds'> {
  /** Directions in the plane of the two joints' torques. Default 8. */
  readonly directions?: number;
  /** N m at joints, N on a point mass. Default 1. */
  readonly torque?: number;
  /** When the load comes, s: the least and the greatest. Default 0.2 and 0.4. */
  readonly onsetSeconds?: readonly [least: number, greatest: number];
  /** How long it stays, s. Default: to the end. */
  readonly loadSeconds?: number;
  /** Until the hand should be back, s. Default 0.5. */
  readonly returnSeconds?: number;
}

/**
 * Posture perturbation (Kalidindi, Cross, Lillicrap, Omrani, Falotico, Sabes and Scott 2021; Omrani, Murnaghan, Pruszynski and Scott 2016): hold the hand; a load
 * comes unforeseen and stays; bring the hand back and hold against it. Scored by the mean distance in the last 100 ms; good is below 5 mm.
 */
export function posturePerturbation(options: PostureOptions = {}): Task {
  const {
    directions = 8,
    torque = 1,
    onsetSeconds = [0.2, 0.4],
    loadSeconds = Infinity,
    returnSeconds = 0.5,
  } = options;
  const name = 'posture perturbation';
  const space = workspace(name, { seconds: 1.2, ...options }, []);
  const { plant, senses, steps } = space;
  const h = plant.stepSeconds;
  const loads = ring(directions, torque);
  const conditionNames = loads.map((_, i) => `load ${i + 1}`);
  const trialsOf = (drawn: readonly { readonly onset: number; readonly condition: number }[]): Trials => {
    const reaches = drawn.map(({ onset, condition }) => ({ to: [0, 0] as const, goStep: onset, condition }));
    const trials = reachTrials(
      space,
      reaches,
      {
        scale: 1,
        moveSteps: Math.round(returnSeconds / h),
        shownBefore: false,
        loads: drawn.map(({ onset, condition }, b) =>
          jointTorque(loads[condition], {
            fromSeconds: onset * h,
            toSeconds: onset * h + loadSeconds,
            trials: [b],
          }),
        ),
      },
      conditionNames,
    );
    // Nobody tells when the load comes.
    return { ...trials, inputs: new Float64Array(trials.inputs.length) };
  };
  return {
    name,
    source: 'Kalidindi et al. 2021',
    stepSeconds: h,
    steps,
    inputNames: reachInputs,
    body: { plant, senses },
    objective: reachObjective,
    draw: (random, batch) =>
      trialsOf(
        Array.from({ length: batch }, () => ({
          condition: random.integer(directions),
          onset: drawSteps(random, onsetSeconds, h),
        })),
      ),
    conditions: () =>
      trialsOf(
        loads.map((_, condition) => ({
          condition,
          onset: Math.round((onsetSeconds[0] + onsetSeconds[1]) / 2 / h),
        })),
      ),
    score: (trials, behavior) => endpointScore(trials, behavior, 5, Math.max(1, Math.round(0.1 / h))),
  };
}

export interface ForceFieldOptions extends ReachOptions {
  /** N s/m; positive pushes clockwise. Default 10. */
  readonly curl?: number;
  /** The fraction of trials without the field, unforeseen. Default 0.1. */
  readonly catchFraction?: number;
}

/**
 * Reaching in a force field that pushes sideways in proportion to velocity, with catch trials (Shadmehr and Mussa-Ivaldi 1994). Conditions are the targets in the
 * field, then the targets without it; the score is that of the field's, good is below 5 mm.
 */
export function forceField(options: ForceFieldOptions = {}): Task {
  const { curl = 10, catchFraction = 0.1, targets = 8 } = options;
  const plain = centerOut(options);
  const field = (trials: Trials, fielded: readonly number[]): Trials => ({
    ...trials,
    loads: [curlField(curl, { trials: fielded })],
    condition: trials.condition.map((c, b) => (fielded.includes(b) ? c : targets + c)),
    conditionNames: [...trials.conditionNames, ...trials.conditionNames.map((n) => `${n}, catch`)],
  });
  return {
    ...plain,
    name: 'force field',
    source: 'Shadmehr and Mussa-Ivaldi 1994',
    draw(random, batch) {
      const trials = plain.draw(random, batch);
      return field(
        trials,
        Array.from({ length: batch }, (_, b) => b).filter(() => random.uniform() >= catchFraction),
      );
    },
    conditions() {
      const once = plain.conditions();
      const { steps, batch } = once;
      const twice = <T extends Float64Array | Int32Array>(a: T, rows: number): T => {
        const wide = a.length / rows;
        const both = new (a.constructor as new (n: number) => T)(2 * a.length);
        for (let k = 0; k < rows; k++) {
          const row = a.subarray(k * wide, (k + 1) * wide);
          both.set(row, 2 * k * wide);
          both.set(row, (2 * k + 1) * wide);
        }
        return both;
      };
      const trials: Trials = {
        ...once,
        batch: 2 * batch,
        inputs: twice(once.inputs, steps),
        desired: twice(once.desired, steps),
        importance: twice(once.importance, steps),
        rest: once.rest && twice(once.rest, steps),
        start: once.start && twice(once.start, 1),
        condition: twice(once.condition, 1),
        events: Object.fromEntries(Object.entries(once.events).map(([name, at]) => [name, twice(at, 1)])),
      };
      return field(
        trials,
        Array.from({ length: batch }, (_, b) => b),
      );
    },
    score(trials, behavior) {
      const fielded = Array.from(trials.condition.keys()).filter((b) => trials.condition[b] < targets);
      return endpointScore(trials, behavior, 5, Math.max(1, Math.round(0.1 / plain.stepSeconds)), fielded);
    },
  };
}

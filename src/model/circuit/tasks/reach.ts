import type { Random } from '../../../math/random.ts';
import { UsageError } from '../../../signal/error.ts';
import { sixMuscleArm } from '../../plant/bodies.ts';
import { proprioception, vision, type FeedbackChannel } from '../../plant/feedback.ts';
import type { Load } from '../../plant/loads.ts';
import type { Plant } from '../../plant/plant.ts';
import { postureAt, type Behavior, type Score, type Task, type Trials } from '../task.ts';

export interface ReachOptions {
  /** Default: the six-muscle arm with Hill's muscles. */
  readonly plant?: Plant;
  /** Default: muscle lengths and velocities and sight of the hand, each 50 ms late. */
  readonly senses?: readonly FeedbackChannel[];
  /** Place the movements start from, m. Default (0, 0.4) for the arm (in front of the shoulder), (0, 0) for a point mass. */
  readonly center?: readonly [x: number, y: number];
  /** Default 8. */
  readonly targets?: number;
  /** m. Default 0.1. */
  readonly distance?: number;
  /** s. Default 1. */
  readonly seconds?: number;
  /** Before the target's change of color says go, s: the least and the greatest. Default 0.1 and 0.2 (at once: 0 and 0). */
  readonly delaySeconds?: readonly [least: number, greatest: number];
  /** From go until the hand should be there, s. Default 0.5. */
  readonly moveSeconds?: number;
  /** The target is shown from the start, so that the movement can be prepared; else it appears with go. Default false. */
  readonly shownBefore?: boolean;
}

/** What the reaching tasks share: a body, targets around a center, and how they are told. */
export interface Workspace {
  readonly plant: Plant;
  readonly senses: readonly FeedbackChannel[];
  readonly center: readonly [number, number];
  readonly posture: readonly [number, number];
  readonly steps: number;
}

/** Delayed proprioception and sight. A motor-driven body has no muscles to feel: its joints are felt. */
export function defaultSenses(plant: Plant): readonly FeedbackChannel[] {
  const late = { delaySeconds: 5 * plant.stepSeconds };
  const muscles = plant.actuators.muscle.name !== 'motor';
  const body: readonly FeedbackChannel[] = muscles
    ? proprioception(late)
    : [
        { of: 'joint position', ...late },
        { of: 'joint velocity', ...late },
      ];
  return [...body, ...vision(late)];
}

/** Throws `InputError` where the center or a target is out of the body's reach, `UsageError` for times that are none. */
export function workspace(
  name: string,
  options: Pick<ReachOptions, 'plant' | 'senses' | 'center' | 'seconds'>,
  points: readonly (readonly [number, number])[],
): Workspace {
  const { plant = sixMuscleArm(), seconds = 1 } = options;
  const { senses = defaultSenses(plant) } = options;
  const { center = plant.skeleton.positionUnit === 'rad' ? [0, 0.4] : [0, 0] } = options;
  const steps = Math.round(seconds / plant.stepSeconds);
  if (!(steps >= 3)) {
    throw new UsageError('the trial is too short', {
      where: `task "${name}"`,
      expected: `3 steps of ${plant.stepSeconds} s or more`,
      got: `${seconds} s`,
    });
  }
  const posture = postureAt(plant, center[0], center[1], 'the start');
  points.forEach(([x, y], i) => postureAt(plant, center[0] + x, center[1] + y, `target ${i + 1}`));
  return { plant, senses, center, posture, steps };
}

/** Points on a circle around the origin, counterclockwise from the right. */
export const ring = (count: number, distance: number): readonly (readonly [number, number])[] =>
  Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count;
    return [distance * Math.cos(angle), distance * Math.sin(angle)] as const;
  });

/** Inputs of a reach: where the target is from the center, in `distance`s, and go. */
export const reachInputs = ['target x', 'target y', 'go'] as const;

/** Mean distance of the endpoint from where it should be in the last steps that count, mm; over all trials, or `counted`. */
export function endpointScore(
  trials: Trials,
  behavior: Behavior,
  goal: number,
  lastSteps: number,
  counted: readonly number[] = Array.from(trials.condition.keys()),
): Score {
  const { steps, batch, desired, importance } = trials;
  let sum = 0;
  for (const b of counted) {
    let last = steps - 1;
    while (last > 0 && importance[last * batch + b] === 0) last--;
    for (let k = last - lastSteps + 1; k <= last; k++) {
      const at = k * batch + b;
      sum += Math.hypot(
        behavior.values[4 * at] - desired[2 * at],
        behavior.values[4 * at + 1] - desired[2 * at + 1],
      );
    }
  }
  return { name: 'endpoint error', value: (1000 * sum) / (counted.length * lastSteps), unit: 'mm', goal };
}

/** One trial of a reach: where to, and when. */
export interface Reach {
  readonly to: readonly [number, number];
  readonly goStep: number;
  readonly condition: number;
}

/** Writes trials of reaches from the center: hold there until go, then be at the target after `moveSteps` and rest there. */
export function reachTrials(
  space: Workspace,
  reaches: readonly Reach[],
  timing: {
    readonly scale: number;
    readonly moveSteps: number;
    readonly shownBefore: boolean;
    readonly loads?: readonly Load[];
  },
  conditionNames: readonly string[],
): Trials {
  const { steps, center, posture } = space;
  const batch = reaches.length;
  const inputs = new Float64Array(steps * batch * 3);
  const desired = new Float64Array(steps * batch * 2);
  const importance = new Float64Array(steps * batch);
  const rest = new Float64Array(steps * batch);
  reaches.forEach(({ to, goStep }, b) => {
    for (let k = 0; k < steps; k++) {
      const at = k * batch + b;
      const gone = k >= goStep;
      const arrived = k >= goStep + timing.moveSteps;
      if (gone || timing.shownBefore) {
        inputs[3 * at] = to[0] / timing.scale;
        inputs[3 * at + 1] = to[1] / timing.scale;
      }
      inputs[3 * at + 2] = gone ? 1 : 0;
      desired[2 * at] = center[0] + (gone ? to[0] : 0);
      desired[2 * at + 1] = center[1] + (gone ? to[1] : 0);
      // On the way the distance counts a little, so that there is something to follow from the first step on.
      importance[at] = gone && !arrived ? 0.1 : 1;
      rest[at] = gone && !arrived ? 0 : 1;
    }
  });
  return {
    batch,
    steps,
    inputs,
    desired,
    importance,
    rest,
    start: Float64Array.from({ length: 2 * batch }, (_, i) => posture[i & 1]),
    loads: timing.loads,
    condition: Int32Array.from(reaches, (r) => r.condition),
    conditionNames,
    events: {
      go: Int32Array.from(reaches, (r) => r.goStep),
      arrive: Int32Array.from(reaches, (r) => r.goStep + timing.moveSteps),
    },
  };
}

/** Whole steps between two times, drawn. */
export const drawSteps = (random: Random, range: readonly [number, number], stepSeconds: number): number =>
  Math.round(random.uniform(...range) / stepSeconds);

/** Weights that train a reaching network well. */
export const reachObjective = {
  endpoint: 10,
  rest: 0.1,
  effort: 0.1,
  'hidden rate': 1e-3,
  'hidden smoothness': 1e-6,
} as const;

/**
 * Center-out reaching (Georgopoulos, Kalaska, Caminiti and Massey 1982): from one place to one of several targets around it, rest there. The hand is
 * held until go. Scored by the mean distance from the target in the last 100 ms; good is below 5 mm.
 */
export function centerOut(options: ReachOptions = {}): Task {
  const {
    targets = 8,
    distance = 0.1,
    delaySeconds = [0.1, 0.2],
    moveSeconds = 0.5,
    shownBefore = false,
  } = options;
  const name = shownBefore ? 'delayed reach' : 'center-out';
  const points = ring(targets, distance);
  const space = workspace(name, options, points);
  const { plant, steps, senses } = space;
  const h = plant.stepSeconds;
  const moveSteps = Math.round(moveSeconds / h);
  const hold = Math.max(1, Math.round(0.1 / h));
  if (Math.round(delaySeconds[1] / h) + moveSteps + hold > steps) {
    throw new UsageError('the trial is too short for its delay and movement', {
      where: `task "${name}"`,
      expected: `${(delaySeconds[1] + moveSeconds + 0.1).toFixed(2)} s or more`,
      got: `${(steps * h).toFixed(2)} s`,
    });
  }
  const timing = { scale: distance, moveSteps, shownBefore };
  const conditionNames = points.map((_, i) => `target ${i + 1}`);
  return {
    name,
    source: 'Georgopoulos et al. 1982',
    stepSeconds: h,
    steps,
    inputNames: reachInputs,
    body: { plant, senses },
    objective: reachObjective,
    draw: (random, batch) =>
      reachTrials(
        space,
        Array.from({ length: batch }, () => {
          const condition = random.integer(targets);
          return { to: points[condition], goStep: drawSteps(random, delaySeconds, h), condition };
        }),
        timing,
        conditionNames,
      ),
    conditions: () =>
      reachTrials(
        space,
        points.map((to, condition) => ({
          to,
          goStep: Math.round((delaySeconds[0] + delaySeconds[1]) / 2 / h),
          condition,
        })),
        timing,
        conditionNames,
      ),
    score: (trials, behavior) => endpointScore(trials, behavior, 5, hold),
  };
}

/**
 * Delayed reaching with a hold (Churchland, Cunningham, Kaufman, Foster, Nuyujukian, Ryu and Shenoy 2012): the target is shown, the hand stays until go, then reaches
 * and rests. Default delay 0.2 to 0.6 s in a trial of 1.4 s.
 */
export function delayedReach(options: ReachOptions = {}): Task {
  return {
    ...centerOut({ seconds: 1.4, delaySeconds: [0.2, 0.6], ...options, shownBefore: true }),
    source: 'Churchland et al. 2012',
  };
}

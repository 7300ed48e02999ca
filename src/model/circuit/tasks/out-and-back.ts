import { UsageError } from '../../../signal/error.ts';
import type { Task, Trials } from '../task.ts';
import { drawSteps, reachInputs, reachObjective, ring, workspace, type ReachOptions } from './reach.ts';

export interface OutAndBackOptions extends Omit<ReachOptions, 'shownBefore'> {
  /** How long the target is there after the hand should be, s: the least and the greatest. Default 0.3 and 0.5. */
  readonly holdSeconds?: readonly [least: number, greatest: number];
  /** Movements out and back in a trial, one after the other, so that the network learns to begin where it ended. Default 2. */
  readonly outings?: number;
}

/** The target is there from `goStep` on, and gone from `backStep` on. */
interface Outing {
  readonly to: readonly [number, number];
  readonly goStep: number;
  readonly backStep: number;
}

/**
 * Center-out-and-back reaching: when a target appears the hand goes there and stays; when it disappears the hand returns to the center. What the network is told between two
 * movements is what it is told at the start, so that trials can follow one another without end. Scored by the mean distance from where
 * the hand should be in the last 100 ms of each stay; good is below 5 mm.
 */
export function outAndBack(options: OutAndBackOptions = {}): Task {
  const { targets = 8, distance = 0.1, delaySeconds = [0.1, 0.3], moveSeconds = 0.5, outings = 2 } = options;
  const { holdSeconds = [0.3, 0.5] } = options;
  const longest = delaySeconds[1] + 2 * moveSeconds + holdSeconds[1] + 0.1;
  const { seconds = outings * longest + 0.1 } = options;
  const name = 'out-and-back';
  const points = ring(targets, distance);
  const space = workspace(name, { ...options, seconds }, points);
  const { plant, steps, senses, center, posture } = space;
  const h = plant.stepSeconds;
  const moveSteps = Math.round(moveSeconds / h);
  const last = Math.max(1, Math.round(0.1 / h));
  if (!(Number.isInteger(outings) && outings >= 1) || Math.round((outings * longest) / h) > steps) {
    throw new UsageError('the trial is too short for its delays, movements and stays', {
      where: `task "${name}"`,
      expected: `${(outings * longest).toFixed(2)} s or more for ${outings} outings`,
      got: `${(steps * h).toFixed(2)} s`,
    });
  }
  const conditionNames = points.map((_, i) => `target ${i + 1}`);
  /** Outings one after the other, to one target each; `draw` gives the steps of a delay and of a stay. */
  const course = (to: readonly number[], draw: (range: readonly [number, number]) => number): Outing[] => {
    let at = 0;
    return to.map((target) => {
      const goStep = at + draw(delaySeconds);
      const backStep = goStep + moveSteps + draw(holdSeconds);
      at = backStep + moveSteps + last;
      return { to: points[target], goStep, backStep };
    });
  };
  const trialsOf = (courses: readonly (readonly Outing[])[], condition: readonly number[]): Trials => {
    const batch = courses.length;
    const inputs = new Float64Array(steps * batch * 3);
    const desired = new Float64Array(steps * batch * 2);
    const importance = new Float64Array(steps * batch);
    const rest = new Float64Array(steps * batch);
    courses.forEach((own, b) => {
      for (let k = 0; k < steps; k++) {
        const at = k * batch + b;
        const outing = own.findLast(({ goStep }) => k >= goStep);
        const out = outing !== undefined && k < outing.backStep;
        const since = outing ? k - (out ? outing.goStep : outing.backStep) : Infinity;
        const [x, y] = out ? outing.to : [0, 0];
        inputs.set([x / distance, y / distance, out ? 1 : 0], 3 * at);
        desired.set([center[0] + x, center[1] + y], 2 * at);
        importance[at] = since < moveSteps ? 0.1 : 1;
        rest[at] = since < moveSteps ? 0 : 1;
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
      condition: Int32Array.from(condition),
      conditionNames,
      events: {
        go: Int32Array.from(courses, ([first]) => first.goStep),
        back: Int32Array.from(courses, ([first]) => first.backStep),
        'last go': Int32Array.from(courses, (own) => own.at(-1)!.goStep),
        'last back': Int32Array.from(courses, (own) => own.at(-1)!.backStep),
      },
    };
  };
  return {
    name,
    source: 'Georgopoulos et al. 1982, with the way back',
    stepSeconds: h,
    steps,
    inputNames: reachInputs,
    body: { plant, senses },
    objective: reachObjective,
    draw: (random, batch) => {
      const to = Array.from({ length: batch }, () =>
        Array.from({ length: outings }, () => random.integer(targets)),
      );
      return trialsOf(
        to.map((own) => course(own, (range) => drawSteps(random, range, h))),
        to.map(([first]) => first),
      );
    },
    // Each target first once, then others of the ring.
    conditions: () =>
      trialsOf(
        points.map((_, target) =>
          course(
            Array.from({ length: outings }, (__, i) => (target + 3 * i) % targets),
            ([least, most]) => Math.round((least + most) / 2 / h),
          ),
        ),
        points.map((_, target) => target),
      ),
    score: ({ batch, desired, events }, { values }) => {
      let sum = 0;
      for (let b = 0; b < batch; b++) {
        for (const end of [events.back[b], events['last back'][b], steps]) {
          for (let k = end - last; k < end; k++) {
            const at = k * batch + b;
            sum += Math.hypot(values[4 * at] - desired[2 * at], values[4 * at + 1] - desired[2 * at + 1]);
          }
        }
      }
      return { name: 'endpoint error', value: (1000 * sum) / (3 * batch * last), unit: 'mm', goal: 5 };
    },
  };
}

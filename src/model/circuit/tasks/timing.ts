import { UsageError } from '../../../signal/error.ts';
import type { Task, Trials } from '../task.ts';

export interface TimingOptions {
  /** Intervals to be reproduced, s. Default 0.5 to 1 s in seven. */
  readonly intervals?: readonly number[];
  /** Weber fraction of the measured interval, in drawn trials. Default 0.1. */
  readonly weber?: number;
  /** Default 0.02. */
  readonly stepSeconds?: number;
}

/** The output that counts as the response. */
const threshold = 0.9;

/**
 * Ready-set-go (Jazayeri and Shadlen 2010; Sohn, Narain, Meirhaeghe and Jazayeri 2019): two pulses mark an interval; the output is to rise from 0 to 1 over the
 * same interval after the second. In drawn trials the interval between the pulses is a noisy measurement of the one that is to be produced (Weber's law), so that the best
 * answer is biased towards the mean of all. Scored by the mean relative error of the produced interval (from where the output passes 0.9, a trial that never
 * does counts as one that ends there); good is 0.1 or less.
 */
export function readySetGo(options: TimingOptions = {}): Task {
  const {
    intervals = Array.from({ length: 7 }, (_, i) => 0.5 + i / 12),
    weber = 0.1,
    stepSeconds = 0.02,
  } = options;
  const name = 'ready-set-go';
  const h = stepSeconds;
  if (!(
    intervals.length > 0 &&
    intervals.every((s) => s >= 5 * h && Number.isFinite(s)) &&
    weber >= 0 &&
    weber < 0.3
  )) {
    throw new UsageError('an interval or the Weber fraction is out of range', {
      where: `task "${name}"`,
      expected: `intervals of 5 steps (${5 * h} s) or more, a Weber fraction from 0 to 0.3`,
      got: `${intervals.join(', ')} s, ${weber}`,
    });
  }
  const longest = Math.max(...intervals);
  const readyAt = 10;
  const steps = readyAt + Math.ceil((longest * (2 + 3 * weber) + 0.2) / h);
  const conditionNames = intervals.map((s) => `${s.toFixed(2)} s`);
  const trialsOf = (
    drawn: readonly { readonly condition: number; readonly measured: number; readonly ready: number }[],
  ): Trials => {
    const batch = drawn.length;
    const inputs = new Float64Array(steps * batch * 2);
    const desired = new Float64Array(steps * batch);
    const importance = new Float64Array(steps * batch);
    const set = Int32Array.from(drawn, (d) => d.ready + Math.max(1, Math.round(d.measured / h)));
    drawn.forEach(({ condition, ready }, b) => {
      for (let k = 0; k < steps; k++) {
        const at = k * batch + b;
        if (k === ready || k === ready + 1) inputs[2 * at] = 1;
        if (k === set[b] || k === set[b] + 1) inputs[2 * at + 1] = 1;
        const s = ((k - set[b]) * h) / intervals[condition];
        desired[at] = Math.min(1, Math.max(0, s));
        importance[at] = s < 0 ? 0.2 : s <= 1.2 ? 1 : 0;
      }
    });
    return {
      batch,
      steps,
      inputs,
      desired,
      importance,
      condition: Int32Array.from(drawn, (d) => d.condition),
      conditionNames,
      events: { ready: Int32Array.from(drawn, (d) => d.ready), set },
    };
  };
  return {
    name,
    source: 'Jazayeri and Shadlen 2010; Sohn et al. 2019',
    stepSeconds,
    steps,
    inputNames: ['ready', 'set'],
    outputNames: ['ramp'],
    objective: { output: 10, 'hidden rate': 1e-4 },
    draw: (random, batch) =>
      trialsOf(
        Array.from({ length: batch }, () => {
          const condition = random.integer(intervals.length);
          const noise = Math.min(3, Math.max(-3, random.normal()));
          return {
            condition,
            measured: intervals[condition] * (1 + weber * noise),
            ready: random.integer(readyAt + 1),
          };
        }),
      ),
    conditions: () =>
      trialsOf(
        intervals.map((measured, condition) => ({ condition, measured, ready: Math.round(readyAt / 2) })),
      ),
    score(trials, behavior) {
      const made = producedIntervals(trials, behavior.values, h);
      const errors = made.map((t, b) => Math.abs(t / intervals[trials.condition[b]] - 1));
      return {
        name: 'relative error of the interval',
        value: errors.reduce((sum, e) => sum + e, 0) / errors.length,
        unit: '1',
        goal: 0.1,
      };
    },
  };
}

/** The interval that each trial's ramp (`steps x trial`) produced, s: the time of its passing 0.9, between steps, over 0.9. */
export function producedIntervals(trials: Trials, values: Float64Array, stepSeconds: number): Float64Array {
  const { batch, steps, events } = trials;
  return Float64Array.from({ length: batch }, (_, b) => {
    for (let k = events.set[b] + 1; k < steps; k++) {
      const now = values[k * batch + b];
      const before = values[(k - 1) * batch + b];
      if (now < threshold) continue;
      const part = before >= threshold ? 0 : (threshold - before) / (now - before);
      return ((k - 1 + part - events.set[b]) * stepSeconds) / threshold;
    }
    return ((steps - 1 - events.set[b]) * stepSeconds) / threshold;
  });
}

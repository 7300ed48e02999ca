import { InputError } from '../../../signal/error.ts';
import type { Task, Trials } from '../task.ts';

export interface MuscleActivityOptions {
  /** What to reproduce, `condition x time x muscle`, from go on, about 1 at its greatest. Default: simulated reaches, `conditions` of them. */
  readonly activity?: readonly (readonly (readonly number[])[])[];
  readonly muscleNames?: readonly string[];
  /** Of the default activity. Default 8. */
  readonly conditions?: number;
  /** Default 0.01. */
  readonly stepSeconds?: number;
  /** Preparation, s: the least and the greatest. Default 0.3 and 0.5. */
  readonly holdSeconds?: readonly [least: number, greatest: number];
}

/**
 * Activity of eight muscles in reaches of 0.5 s in several directions: each has a direction in which it pulls, and follows the hand's acceleration and
 * velocity (minimum jerk; Flash and Hogan 1985) along it, never below zero.
 */
function reaching(conditions: number, stepSeconds: number): number[][][] {
  const muscles = 8;
  const times = Math.round(0.6 / stepSeconds);
  return Array.from({ length: conditions }, (_c, c) =>
    Array.from({ length: times }, (_t, t) => {
      const s = Math.min(1, (t * stepSeconds) / 0.5);
      const velocity = (30 * s ** 2 - 60 * s ** 3 + 30 * s ** 4) / 1.875;
      const acceleration = (60 * s - 180 * s ** 2 + 120 * s ** 3) / 5.77;
      return Array.from({ length: muscles }, (_m, m) => {
        const along = Math.cos((2 * Math.PI * c) / conditions - (2 * Math.PI * (m + 0.3)) / muscles);
        const drive = along * (acceleration + (m % 2 === 0 ? 0.5 : 0.2) * velocity) + 0.3 * velocity;
        return Math.max(0, drive);
      });
    }),
  );
}

/**
 * Reproduction of muscles' activity from a static input that names the condition (Sussillo, Churchland, Kaufman and Shenoy 2015): each condition has its own
 * input, given from the start together with a hold signal; when that drops, the outputs are to be the muscles' activity. Scored by the unexplained
 * fraction of the variance after go; good is 0.05 or less. Throws `InputError` for activity that is no full table of finite numbers.
 */
export function muscleActivity(options: MuscleActivityOptions = {}): Task {
  const { stepSeconds = 0.01, holdSeconds = [0.3, 0.5], conditions = 8 } = options;
  const { activity = reaching(conditions, stepSeconds) } = options;
  const many = activity.length;
  const times = activity[0]?.length ?? 0;
  const muscles = activity[0]?.[0]?.length ?? 0;
  const full = activity.every(
    (c) => c.length === times && c.every((row) => row.length === muscles && row.every(Number.isFinite)),
  );
  if (!(many > 0 && times > 1 && muscles > 0 && full)) {
    throw new InputError('the activity is no full table', {
      where: 'task "muscle activity"',
      expected: 'condition x time x muscle, finite, every condition of the same length',
      got: `${many} x ${times} x ${muscles}${full ? '' : ', ragged or with missing values'}`,
      fix: 'Cut conditions to one length and fill or leave out what is missing.',
    });
  }
  const latest = Math.round(holdSeconds[1] / stepSeconds);
  const steps = latest + times;
  const trialsOf = (drawn: readonly { readonly go: number; readonly condition: number }[]): Trials => {
    const batch = drawn.length;
    const width = many + 1;
    const inputs = new Float64Array(steps * batch * width);
    const desired = new Float64Array(steps * batch * muscles);
    const importance = new Float64Array(steps * batch);
    drawn.forEach(({ go, condition }, b) => {
      for (let k = 0; k < steps; k++) {
        const at = k * batch + b;
        inputs[width * at + condition] = 1;
        inputs[width * at + many] = k < go ? 1 : 0;
        const row = k < go ? activity[condition][0] : activity[condition][k - go];
        if (!row) continue;
        importance[at] = 1;
        desired.set(row, muscles * at);
      }
    });
    return {
      batch,
      steps,
      inputs,
      desired,
      importance,
      condition: Int32Array.from(drawn, (d) => d.condition),
      conditionNames: activity.map((_, c) => `condition ${c + 1}`),
      events: { go: Int32Array.from(drawn, (d) => d.go) },
    };
  };
  const middle = Math.round((holdSeconds[0] + holdSeconds[1]) / 2 / stepSeconds);
  return {
    name: 'muscle activity',
    source: 'Sussillo et al. 2015',
    stepSeconds,
    steps,
    inputNames: [...activity.map((_, c) => `condition ${c + 1}`), 'hold'],
    outputNames: options.muscleNames ?? Array.from({ length: muscles }, (_, m) => `muscle ${m + 1}`),
    objective: { output: 10, 'hidden rate': 1e-3, 'weight decay': 1e-4 },
    draw: (random, batch) =>
      trialsOf(
        Array.from({ length: batch }, () => ({
          condition: random.integer(many),
          go: Math.round(random.uniform(...holdSeconds) / stepSeconds),
        })),
      ),
    conditions: () => trialsOf(activity.map((_, condition) => ({ condition, go: middle }))),
    score({ batch, desired, events }, { values }) {
      const means = new Float64Array(muscles);
      let n = 0;
      const each = (f: (at: number) => void): void => {
        for (let b = 0; b < batch; b++) {
          for (let k = events.go[b]; k < Math.min(steps, events.go[b] + times); k++)
            f((k * batch + b) * muscles);
        }
      };
      each((at) => {
        n++;
        for (let m = 0; m < muscles; m++) means[m] += desired[at + m];
      });
      let error = 0;
      let whole = 0;
      each((at) => {
        for (let m = 0; m < muscles; m++) {
          error += (values[at + m] - desired[at + m]) ** 2;
          whole += (desired[at + m] - means[m] / n) ** 2;
        }
      });
      return { name: 'unexplained variance', value: error / whole, unit: '1', goal: 0.05 };
    },
  };
}

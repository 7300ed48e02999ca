import { UsageError } from '../../../signal/error.ts';
import type { Task, Trials } from '../task.ts';

/** The six tasks, in the order of their rule inputs. */
export const sixRules = ['go', 'reaction go', 'delayed go', 'anti', 'delayed anti', 'decision'] as const;

export type Rule = (typeof sixRules)[number];

export interface MultiTaskOptions {
  /** Default: all six. */
  readonly rules?: readonly Rule[];
  /** Default 8. */
  readonly directions?: number;
  /** Default 0.02. */
  readonly stepSeconds?: number;
}

const ringUnits = 8;

/** A bump of activity on a ring of units around an angle. */
const bump = (angle: number, unit: number): number =>
  Math.exp(2 * (Math.cos(angle - (2 * Math.PI * unit) / ringUnits) - 1));

interface Planned {
  readonly rule: Rule;
  readonly direction: number;
  /** Of the second stimulus of a decision, and how much weaker it is. */
  readonly other: number;
  readonly weaker: number;
  readonly on: number;
  readonly go: number;
}

/**
 * Six tasks of Yang, Joglekar, Song, Newsome and Wang (2019) for one network: it is told the rule, sees a fixation light and stimuli on a ring, and answers by a fixation
 * output and a direction (cosine and sine). Go: when the light goes off, in the stimulus' direction; reaction go: as soon as the stimulus comes; delayed go: it is
 * remembered; anti and delayed anti: in the opposite direction; decision: in that of the stronger of two. Scored by the
 * fraction of wrong trials (direction off by more than 36 degrees at the end, or not fixating before the answer); good is 0.1 or less.
 */
export function multiTask(options: MultiTaskOptions = {}): Task {
  const { rules = sixRules, directions = 8, stepSeconds = 0.02 } = options;
  const name = 'multi-task';
  const unknown = rules.find((r) => !sixRules.includes(r));
  if (unknown !== undefined || rules.length === 0 || !(directions >= 2)) {
    throw new UsageError(`"${unknown}" is no rule`, {
      where: `task "${name}"`,
      expected: `some of ${sixRules.join(', ')}, and two directions or more`,
    });
  }
  const h = stepSeconds;
  const at = (seconds: number): number => Math.round(seconds / h);
  const steps = at(1.4);
  const width = 1 + ringUnits + sixRules.length;
  const angleOf = (direction: number): number => (2 * Math.PI * direction) / directions;
  const conditionNames = rules.flatMap((r) => Array.from({ length: directions }, (_, d) => `${r} ${d + 1}`));
  const trialsOf = (planned: readonly Planned[]): Trials => {
    const batch = planned.length;
    const inputs = new Float64Array(steps * batch * width);
    const desired = new Float64Array(steps * batch * 3);
    const importance = new Float64Array(steps * batch);
    const answers = planned.map((p) => (p.rule === 'reaction go' ? p.on : p.go));
    planned.forEach((p, b) => {
      const { rule, direction, other, weaker, on, go } = p;
      const brief = rule === 'delayed go' || rule === 'delayed anti';
      const opposite = rule === 'anti' || rule === 'delayed anti';
      const target = angleOf(direction) + (opposite ? Math.PI : 0);
      for (let k = 0; k < steps; k++) {
        const t = k * batch + b;
        const light = rule === 'reaction go' || k < go;
        inputs[width * t] = light ? 1 : 0;
        const shown = k >= on && (!brief || k < on + at(0.3));
        if (shown) {
          for (let u = 0; u < ringUnits; u++) {
            inputs[width * t + 1 + u] = bump(angleOf(direction), u);
            if (rule === 'decision') inputs[width * t + 1 + u] += (1 - weaker) * bump(angleOf(other), u);
          }
        }
        inputs[width * t + 1 + ringUnits + sixRules.indexOf(rule)] = 1;
        const answering = k >= answers[b];
        desired[3 * t] = answering ? 0 : 1;
        desired[3 * t + 1] = answering ? Math.cos(target) : 0;
        desired[3 * t + 2] = answering ? Math.sin(target) : 0;
        // 100 ms of grace after the answer may begin.
        importance[t] = !answering ? 1 : k < answers[b] + at(0.1) ? 0 : 2;
      }
    });
    return {
      batch,
      steps,
      inputs,
      desired,
      importance,
      condition: Int32Array.from(planned, (p) => rules.indexOf(p.rule) * directions + p.direction),
      conditionNames,
      events: { stimulus: Int32Array.from(planned, (p) => p.on), answer: Int32Array.from(answers) },
    };
  };
  return {
    name,
    source: 'Yang et al. 2019',
    stepSeconds,
    steps,
    inputNames: [
      'fixation',
      ...Array.from({ length: ringUnits }, (_, u) => `ring ${u + 1}`),
      ...sixRules.map((r) => `rule: ${r}`),
    ],
    outputNames: ['fixation', 'cosine', 'sine'],
    objective: { output: 10, 'hidden rate': 1e-4 },
    draw: (random, batch) =>
      trialsOf(
        Array.from({ length: batch }, (): Planned => {
          const direction = random.integer(directions);
          const on = at(random.uniform(0.1, 0.3));
          return {
            rule: rules[random.integer(rules.length)],
            direction,
            other: (direction + 1 + random.integer(directions - 1)) % directions,
            weaker: random.uniform(0.2, 0.8),
            on,
            go: on + at(random.uniform(0.4, 0.6)),
          };
        }),
      ),
    conditions: () =>
      trialsOf(
        rules.flatMap((rule) =>
          Array.from({ length: directions }, (_, direction) => ({
            rule,
            direction,
            other: (direction + Math.ceil(directions / 2)) % directions,
            weaker: 0.5,
            on: at(0.2),
            go: at(0.7),
          })),
        ),
      ),
    score(trials, { values }) {
      const wrong = wrongTrials(trials, values);
      return {
        name: 'wrong trials',
        value: wrong.reduce((sum, w) => sum + w, 0) / wrong.length,
        unit: '1',
        goal: 0.1,
      };
    },
  };
}

/** 1 for each trial that was answered wrongly or too early; `values` is `steps x trial x (fixation, cosine, sine)`. */
export function wrongTrials({ batch, steps, desired, events }: Trials, values: Float64Array): Uint8Array {
  return Uint8Array.from({ length: batch }, (_, b) => {
    const before = 3 * ((events.answer[b] - 1) * batch + b);
    const end = 3 * ((steps - 1) * batch + b);
    const angle =
      Math.atan2(values[end + 2], values[end + 1]) - Math.atan2(desired[end + 2], desired[end + 1]);
    const off = Math.abs(Math.atan2(Math.sin(angle), Math.cos(angle)));
    return values[before] < 0.5 || off > Math.PI / 5 || Math.hypot(values[end + 1], values[end + 2]) < 0.5
      ? 1
      : 0;
  });
}

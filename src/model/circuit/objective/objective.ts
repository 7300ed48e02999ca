import { UsageError } from '../../../signal/error.ts';
import type { Loop } from '../loop.ts';
import type { Task, Trials } from '../task.ts';
import { effort, endpoint, jerk, output, rest } from './movement.ts';
import type { Term } from './term.ts';
import { hiddenRate, hiddenSmoothness, jacobian, weightDecay } from './units.ts';

/** Everything an objective can be made of. A new term is a record in this list. */
export const terms = [
  endpoint,
  rest,
  effort,
  jerk,
  output,
  hiddenRate,
  hiddenSmoothness,
  jacobian,
  weightDecay,
] as const satisfies readonly Term[];

export type TermName =
  | 'endpoint'
  | 'rest'
  | 'effort'
  | 'jerk'
  | 'output'
  | 'hidden rate'
  | 'hidden smoothness'
  | 'jacobian'
  | 'weight decay';

/** A weight for each term that counts. */
export type Weights = Readonly<Partial<Record<TermName, number>>>;

/** What came out: the weighted sum, and each term's own value before its weight. */
export interface Evaluation {
  readonly loss: number;
  readonly terms: Readonly<Partial<Record<TermName, number>>>;
}

/** Throws `UsageError` for a term that is none, that the task has nothing for, or a weight that is no number of 0 or more. */
export function checkObjective(weights: Weights, task: Task): void {
  for (const [name, weight] of Object.entries(weights)) {
    const term: Term | undefined = terms.find((t) => t.name === name);
    const has = task.body ? 'body' : 'outputs';
    if (!term || !(weight >= 0 && Number.isFinite(weight)) || (term.needs && term.needs !== has)) {
      throw new UsageError(`"${name}" with weight ${weight} is no term for this task`, {
        where: `objective of "${task.name}"`,
        expected: `weights of 0 or more for ${terms
          .filter((t: Term) => !t.needs || t.needs === has)
          .map((t) => t.name)
          .join(', ')}`,
      });
    }
  }
}

/** Evaluates the terms for the loop's last run and adds their derivatives where it keeps gradients. */
export function evaluate(loop: Loop, trials: Trials, weights: Weights): Evaluation {
  let loss = 0;
  const values: Partial<Record<TermName, number>> = {};
  for (const term of terms) {
    const weight = weights[term.name as TermName] ?? 0;
    if (weight === 0) continue;
    const value = term.evaluate(loop, trials, weight);
    values[term.name as TermName] = value;
    loss += weight * value;
  }
  return { loss, terms: values };
}

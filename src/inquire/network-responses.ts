import type { Recording } from '../model/circuit/index.ts';
import { UsageError } from '../signal/error.ts';
import { responses, type Responses } from './responses.ts';

/**
 * What the units of a network did in each trial of a recording, a condition a trial. Rates are averaged over `stepsTogether` steps; steps that fill no
 * whole bin at the end are left out. Throws `UsageError` where no bin is left.
 */
export function networkResponses(
  { rates, trials }: Recording,
  stepSeconds: number,
  stepsTogether = 1,
): Responses {
  const { batch, steps } = trials;
  const times = Math.floor(steps / stepsTogether);
  if (times < 1)
    throw new UsageError('the bins are longer than the trial', {
      expected: `${steps} steps together at most`,
      got: `${stepsTogether}`,
    });
  const units = rates.length / (steps * batch);
  const values = new Float64Array(batch * times * units);
  for (let c = 0; c < batch; c++) {
    for (let t = 0; t < times; t++) {
      const to = (c * times + t) * units;
      for (let s = 0; s < stepsTogether; s++) {
        const from = ((t * stepsTogether + s) * batch + c) * units;
        for (let u = 0; u < units; u++) values[to + u] += rates[from + u] / stepsTogether;
      }
    }
  }
  return responses(values, { conditions: batch, times, units, stepSeconds: stepSeconds * stepsTogether });
}

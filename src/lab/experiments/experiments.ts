import { UsageError } from '../../signal/error.ts';
import type { Experiment } from './experiment.ts';
import { reach } from './reach.ts';
import { tabletop } from './tabletop.ts';
import { treadmill } from './treadmill.ts';

/** Everything that can happen in the laboratory. A new experiment is one more record. */
export const experiments: readonly Experiment[] = [reach, tabletop, treadmill];

/** Throws `UsageError` naming those that there are. */
export function experimentCalled(name: string): Experiment {
  const found = experiments.find((e) => e.name === name);
  if (found) return found;
  throw new UsageError(`there is no experiment "${name}"`, {
    where: 'the laboratory',
    expected: `one of ${experiments.map((e) => e.name).join(', ')}`,
  });
}

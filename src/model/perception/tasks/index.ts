import { UsageError } from '../../../signal/error.ts';
import { decoding } from './decoding.ts';
import { recognition } from './recognition.ts';
import type { PerceptionTask } from './task.ts';

/** Every task. A new one is one more record. */
export const perceptionTasks: readonly PerceptionTask[] = [recognition, decoding];

/** Throws `UsageError` naming those that there are. */
export function perceptionTaskCalled(name: string): PerceptionTask {
  const found = perceptionTasks.find((task) => task.name === name);
  if (found) return found;
  throw new UsageError(`there is no task "${name}"`, {
    where: 'perception',
    expected: `one of ${perceptionTasks.map((task) => task.name).join(', ')}`,
  });
}

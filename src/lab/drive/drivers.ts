import { UsageError } from '../../signal/error.ts';
import type { Driver } from './driver.ts';
import { muscleControl } from './muscle-control.ts';
import { trackedJoints } from './tracked-joints.ts';

/** Everything that can move a body. A new one is one more record. */
export const drivers: readonly Driver[] = [muscleControl, trackedJoints];

/** Throws `UsageError` naming those that there are. */
export function driverCalled(name: string): Driver {
  const found = drivers.find((driver) => driver.name === name);
  if (found) return found;
  throw new UsageError(`there is no driver "${name}"`, {
    where: 'the laboratory',
    expected: `one of ${drivers.map((driver) => driver.name).join(', ')}`,
  });
}

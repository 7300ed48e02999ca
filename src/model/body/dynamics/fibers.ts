import type { BodyModel } from '../engine/model.ts';
import type { Muscles } from './muscles.ts';

/** A fiber's length in optimal lengths: `first + (path - shortest) / optimal`, path, shortest and optimal in m. */
export interface FiberScale {
  readonly shortest: number;
  readonly first: number;
  readonly optimal: number;
}

/** How a path's length becomes that of the fibers: MuJoCo's muscles have a rigid tendon, and their path's range is a range of fiber lengths. */
export function fiberScales(model: BodyModel, { indices }: Muscles): FiberScale[] {
  const gains = model.get('actuator_gainprm');
  const ranges = model.get('actuator_lengthrange');
  const per = gains.length / model.sizes.nu;
  return indices.map((i) => {
    const [first, last] = gains.subarray(i * per, i * per + 2);
    const [shortest, longest] = ranges.subarray(2 * i, 2 * i + 2);
    return { shortest, first, optimal: (longest - shortest) / (last - first) };
  });
}

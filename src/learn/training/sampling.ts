import { UsageError } from '../../signal/error.ts';
import { Random } from '../../math/random.ts';

/**
 * Which samples step `step` (from 0) trains on, where each epoch goes through all samples once in a new random order and a
 * batch may reach into the next epoch. A pure function of the step, so that a resumed run draws the same.
 */
export function epochBatches(
  count: number,
  batchSize: number,
  seed: number | string,
): (step: number) => number[] {
  if (count < 1 || batchSize < 1) {
    throw new UsageError('There is nothing to draw from', {
      where: 'epochBatches',
      got: `${count} samples, batches of ${batchSize}`,
    });
  }
  const orders = new Map<number, Int32Array>();
  const orderOf = (epoch: number): Int32Array => {
    const known = orders.get(epoch);
    if (known) return known;
    const order = new Random(`${seed}/epoch/${epoch}`).permutation(count);
    for (const old of orders.keys()) if (old < epoch - 1) orders.delete(old);
    orders.set(epoch, order);
    return order;
  };
  return (step) =>
    Array.from({ length: batchSize }, (_, i) => {
      const position = step * batchSize + i;
      return orderOf(Math.floor(position / count))[position % count];
    });
}

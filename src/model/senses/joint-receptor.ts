import { UsageError } from '../../signal/error.ts';
import type { Receptor } from './sense.ts';

export interface JointReceptorOptions {
  /** Limits of the joint's range, rad. */
  readonly low: number;
  readonly high: number;
  /** Width of the zone before each limit in which the receptors fire, rad. Default: a fifth of the range. */
  readonly zone?: number;
  /** Rate at the limit, pulses/s. Default 100. */
  readonly peakRate?: number;
}

/**
 * Slowly adapting joint receptors, which fire towards the ends of the joint's range (Burgess and Clark 1969): a rate that grows evenly from 0 at
 * `zone` before a limit to `peakRate` at the limit and beyond it. One afferent a limit. Descriptive. Throws `UsageError` for a range that is none.
 */
export function jointReceptor(options: JointReceptorOptions): Receptor {
  const { low, high, zone = (high - low) / 5, peakRate = 100 } = options;
  if (!(low < high && zone > 0 && peakRate > 0 && Number.isFinite(peakRate))) {
    throw new UsageError('not the range of a joint', {
      where: 'jointReceptor',
      expected: 'low below high, zone and peakRate above 0',
      got: `${low} to ${high} rad, zone ${zone}, peakRate ${peakRate}`,
    });
  }
  const rates = (angle: Float64Array, into: (q: number) => number): Float64Array =>
    angle.map((q) => {
      const depth = into(q) / zone;
      return peakRate * (depth < 0 ? 0 : depth > 1 ? 1 : depth);
    });
  return {
    name: 'joint receptor',
    needs: ['angle'],
    afferents: [
      { name: 'low limit', unit: 'pulses/s', rate: true },
      { name: 'high limit', unit: 'pulses/s', rate: true },
    ],
    gamma: false,
    respond: ({ values }) => [
      rates(values.angle!, (q) => low + zone - q),
      rates(values.angle!, (q) => q - high + zone),
    ],
  };
}

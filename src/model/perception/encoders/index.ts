import { UsageError } from '../../../signal/error.ts';
import { spatialTemporal, spatiotemporal, temporalSpatial } from './convolutional.ts';
import type { Encoder } from './encoder.ts';
import { recurrent } from './recurrent.ts';

/** Every encoder, held to one conformance suite. A new one is one more record. */
export const encoders: readonly Encoder[] = [spatialTemporal, temporalSpatial, spatiotemporal, recurrent];

/** Throws `UsageError` naming those that there are. */
export function encoderCalled(name: string): Encoder {
  const found = encoders.find((encoder) => encoder.name === name);
  if (found) return found;
  throw new UsageError(`there is no encoder "${name}"`, {
    where: 'perception',
    expected: `one of ${encoders.map((encoder) => encoder.name).join(', ')}`,
  });
}

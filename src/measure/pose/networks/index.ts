/** The networks one can choose, by name. */
import { UsageError } from '../../../signal/error.ts';
import type { PoseNetwork } from './network.ts';
import { unet } from './unet.ts';

export const networks = {
  /** For pictures of few pixels or slow machines: about a third of the work of `accurate`. */
  fast: unet({ name: 'fast', widths: [8, 16, 32, 64], outputLevel: 1 }),
  /** The default. */
  accurate: unet({ name: 'accurate', widths: [16, 32, 64, 96], outputLevel: 1 }),
} as const satisfies Record<string, PoseNetwork>;

export type NetworkName = keyof typeof networks;

/** @throws UsageError for an unknown name. */
export function networkNamed(name: string): PoseNetwork {
  const found = Object.entries(networks).find(([key]) => key === name);
  if (!found) {
    throw new UsageError(`there is no network "${name}"`, { expected: Object.keys(networks).join(' or ') });
  }
  return found[1];
}

export type { NetworkOutput, PoseNetwork } from './network.ts';
export { foldStandardization } from './standardized.ts';

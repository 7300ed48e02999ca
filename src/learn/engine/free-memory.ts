import { freemem } from 'node:os';

/** Memory that this process can still have; a limit of its container counts. */
export function freeMemoryBytes(): number {
  // Newer than the types of the oldest Node there is to run on.
  const { availableMemory } = process as { readonly availableMemory?: () => number };
  return availableMemory?.() ?? freemem();
}

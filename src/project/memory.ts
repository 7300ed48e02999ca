import { freeMemoryBytes } from '../learn/engine/free-memory.ts';
import { memoryError } from '../signal/memory.ts';

/**
 * Does some work; where memory was refused to it, throws a `MachineError` that says in what and what to do. Other errors pass.
 * @param facts what was being done, what to do about it and, where the work can tell, what it needs; in words.
 */
export async function sayingMemory<T>(
  facts: { readonly where: string; readonly fix: string; readonly expected?: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw memoryError(error, facts, freeMemoryBytes()) ?? error;
  }
}

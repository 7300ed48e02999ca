import { MachineError, MareyError } from '../signal/error.ts';
import { diskError, errorCode } from '../project/disk.ts';
import { freeMemoryBytes } from '../learn/engine/free-memory.ts';
import { memoryError } from '../signal/memory.ts';

const memoryFix =
  'Close other programs, work on a shorter video or smaller pictures, or use a machine with more memory.';

/**
 * The error that a person is to read: one of Marey's as it is, what the operating system refused or had no memory for as a
 * `MachineError`. Undefined for a fault in Marey.
 */
export function failureOf(thrown: unknown, verb: string): MareyError | undefined {
  const error = firstOf(thrown);
  if (error instanceof MareyError) return error;
  if (!(error instanceof Error)) return undefined;
  const memory = memoryError(error, { where: `marey ${verb}`, fix: memoryFix }, freeMemoryBytes());
  if (memory) return memory;
  // Codes of the operating system; Node's own begin with ERR_.
  const code = errorCode(error);
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return undefined;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : 'the system';
  const known = diskError(error, path);
  if (known instanceof MareyError) return known;
  return new MachineError('the operating system refused', {
    where: path,
    got: error.message,
    fix: 'Check the path and its folder.',
    cause: error,
  });
}

/** Where closing failed too, what failed before it is what the person must hear. */
function firstOf(error: unknown): unknown {
  return error instanceof Error && error.name === 'SuppressedError' && 'suppressed' in error
    ? firstOf(error.suppressed)
    : error;
}

import { MachineError, type ErrorFacts } from './error.ts';

/**
 * Whether an error means that memory was refused: by JavaScript (typed arrays, buffers, strings), by Node (its workers and system
 * calls), by WebAssembly or by ONNX Runtime, none of which has an error class for it. ONNX Runtime's WebAssembly build tells of sizes beyond its
 * 32 bits of addresses as of an overflow.
 */
export function isOutOfMemory(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return (
    code === 'ENOMEM' ||
    code === 'ERR_WORKER_OUT_OF_MEMORY' ||
    code === 'ERR_MEMORY_ALLOCATION_FAILED' ||
    (error instanceof RangeError &&
      /allocation failed|Invalid (typed )?array( buffer)? length|Invalid string length|could not allocate memory|Maximum memory size exceeded/i.test(
        error.message,
      )) ||
    /bad_alloc|failed to allocate memory|out of memory|not enough memory|Tensor shape is too large|SafeIntOnOverflow/i.test(
      error.message,
    )
  );
}

/**
 * The `MachineError` that tells of refused memory: what was asked for, where the message says it, and what there is.
 * Undefined where the error is about something else.
 * @param facts where it happened and what to do about it; what was needed, for messages that do not say.
 * @param freeBytes what programs can still have on this machine, where that is known.
 */
export function memoryError(
  error: unknown,
  facts: Pick<ErrorFacts, 'expected'> & Required<Pick<ErrorFacts, 'where' | 'fix'>>,
  freeBytes?: number,
): MachineError | undefined {
  if (!isOutOfMemory(error)) return undefined;
  // Told of before, nearer to where it happened.
  const known = error instanceof MachineError ? error.facts : undefined;
  const asked = /requested buffer of size (\d+)/.exec(error.message);
  const piece = asked ? `${gigabytes(Number(asked[1]))} in one piece` : undefined;
  const expected = known?.expected ?? piece ?? facts.expected;
  const free =
    freeBytes === undefined
      ? undefined
      : `${gigabytes(freeBytes)} free on this machine, of which a limit on the process may allow less`;
  const [reason] = error.message.split('\n', 1);
  return new MachineError('there is not enough memory', {
    ...facts,
    expected,
    got: known?.got ?? free ?? reason,
    cause: error,
  });
}

const gigabytes = (bytes: number): string =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

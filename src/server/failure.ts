import { CancelledError, InputError, MachineError, MareyError, UsageError } from '../signal/error.ts';
import { diskError } from '../project/disk.ts';
import type { ApiFailure } from './api.ts';

/** What is asked for is not there. */
export class MissingError extends UsageError {}

/** It cannot be done now: somebody else writes, or other work is under way. */
export class ConflictError extends UsageError {}

export interface FailureAnswer extends ApiFailure {
  readonly status: 400 | 404 | 409 | 422 | 500;
}

/** How a failure is told to the page. What is no error of Marey's is a fault: the page hears no more than that. */
export function failureAnswer(thrown: unknown): FailureAnswer {
  const known = diskError(thrown, pathOf(thrown));
  if (!(known instanceof MareyError)) {
    return {
      status: 500,
      error: {
        message: 'This is a fault in Marey',
        got: thrown instanceof Error ? thrown.message : String(thrown),
        fix: 'Please report it with what you did. Nothing that was saved is lost.',
      },
    };
  }
  const { where, expected, got, fix } = known.facts;
  return { status: statusOf(known), error: { message: known.what, where, expected, got, fix } };
}

function statusOf(error: MareyError): FailureAnswer['status'] {
  if (error instanceof MissingError) return 404;
  if (error instanceof ConflictError) return 409;
  if (error instanceof UsageError) return 400;
  if (error instanceof InputError) return 422;
  if (error instanceof MachineError && /being written by|took over/.test(error.message)) return 409;
  return error instanceof CancelledError ? 409 : 500;
}

function pathOf(error: unknown): string {
  return error instanceof Error && 'path' in error && typeof error.path === 'string'
    ? error.path
    : 'the system';
}

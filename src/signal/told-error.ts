import {
  CancelledError,
  InputError,
  MachineError,
  MareyError,
  UsageError,
  type ErrorFacts,
} from './error.ts';

/** An error as plain data, for another thread; the cause stays behind. */
export interface ToldError {
  readonly name: string;
  readonly what: string;
  readonly facts: ErrorFacts;
}

const classes = { InputError, UsageError, MachineError, CancelledError };

/** Errors of ours keep their class and their facts; anything else is told as a `MachineError`. */
export function toldError(error: unknown): ToldError {
  if (!(error instanceof MareyError))
    return { name: 'MachineError', what: error instanceof Error ? error.message : String(error), facts: {} };
  const { cause: _, ...facts } = error.facts;
  return { name: error.name, what: error.what, facts };
}

/** The error that was told. */
export function heardError({ name, what, facts }: ToldError): MareyError {
  const Class = name in classes ? classes[name as keyof typeof classes] : MachineError;
  return new Class(what, facts);
}

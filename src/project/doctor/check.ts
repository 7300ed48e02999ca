import type { Project } from '../project.ts';

/** What a check found. `warn`: works, but worse than it could. `fail`: something will not work or is lost. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly what: string;
  /** What to do; there for `warn` and `fail`. */
  readonly fix?: string;
  /** One line for each thing that is wrong, where there are several. */
  readonly details?: readonly string[];
}

type Outcome = Omit<Finding, 'check'>;

/** One thing that `marey doctor` looks at. Adding a check is one such record in `machineChecks` or `projectChecks`. */
export interface Check<Subject> {
  readonly name: string;
  run(subject: Subject): Promise<Outcome>;
}

/** A folder on this machine, which the outputs would be written to. */
export interface MachineSubject {
  readonly folder: string;
}

export interface ProjectSubject {
  /** Open for reading. */
  readonly project: Project;
  /** Read every output and compare its SHA-256, not only its size. */
  readonly thorough: boolean;
}

export function ok(what: string): Outcome {
  return { status: 'ok', what };
}

export function warn(what: string, fix: string, details?: readonly string[]): Outcome {
  return { status: 'warn', what, fix, ...(details === undefined ? {} : { details }) };
}

export function fail(what: string, fix: string, details?: readonly string[]): Outcome {
  return { status: 'fail', what, fix, ...(details === undefined ? {} : { details }) };
}

/** `1 picture`, `2 pictures`. */
export function count(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? '' : 's'}`;
}

/** What a person needs to act on a failure: where it happened, what was expected, what was got, what to do. */
export interface ErrorFacts {
  /** File, row, key, frame or function where it went wrong. */
  readonly where?: string;
  readonly expected?: string;
  readonly got?: string;
  /** The next thing to try. */
  readonly fix?: string;
  readonly cause?: unknown;
}

/** The root of Marey's errors. `message` joins the facts into sentences a person can read; the facts stay as fields. */
export class MareyError extends Error {
  /** What went wrong, without the facts. */
  readonly what: string;
  readonly facts: ErrorFacts;

  constructor(what: string, facts: ErrorFacts = {}) {
    const parts = [facts.where ? `${facts.where}: ${what}` : what];
    if (facts.expected !== undefined) parts.push(`Expected ${facts.expected}.`);
    if (facts.got !== undefined) parts.push(`Got ${facts.got}.`);
    if (facts.fix !== undefined) parts.push(facts.fix);
    super(parts.map((p) => (/[.!?]$/.test(p) ? p : `${p}.`)).join(' '), { cause: facts.cause });
    this.name = new.target.name;
    this.what = what;
    this.facts = facts;
  }
}

/** A file or value from outside that does not say what its format promises. */
export class InputError extends MareyError {}

/** A call that its documentation forbids (shapes, ranges, names). */
export class UsageError extends MareyError {}

/** The machine cannot do it: no memory, no disk, no engine, no decoder. */
export class MachineError extends MareyError {}

/** The work was stopped on request. */
export class CancelledError extends MareyError {}

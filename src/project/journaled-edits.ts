import { dirname } from 'node:path';
import { z } from 'zod';
import { MachineError, MareyError } from '../signal/error.ts';
import type { Json } from '../signal/provenance.ts';
import type { AllDone } from './all-or-none.ts';
import { exists, makeFolder } from './folder.ts';
import { Journal, type JournalOptions } from './journal.ts';
import type { JournalProblem, ReadRecord } from './records.ts';

/** What people edit and a journal keeps: its state, and how edits change it. */
export interface EditKind<S, E> {
  /** For who reads the journal, for instance `marey corrections`. */
  readonly name: string;
  readonly schema: z.ZodType<E>;
  empty(): S;
  /** All or none; throws `UsageError` where one does not fit. */
  apply(state: S, edits: readonly E[]): AllDone<E>;
}

/** What an edit became: where it stands in the journal, and the edits that undo it. */
export interface EditsReceipt<E> {
  readonly sequence: number;
  readonly undo: readonly E[];
}

/**
 * A state that changes by edits, each of which is a record in a journal: a promise that resolved is on the disk and survives a crash.
 * Changes show at once in `state`, and vanish again where writing them fails. The journal is made with the first edit.
 */
export class JournaledEdits<S, E> implements AsyncDisposable {
  readonly state: S;
  /** What could not be read of the journal, with line numbers; the rest was read. */
  readonly problems: readonly JournalProblem[];
  readonly #kind: EditKind<S, E>;
  readonly #path: string;
  readonly #options: JournalOptions;
  /** What is on its way to the disk, the oldest first. */
  readonly #pending: AllDone<E>[];
  #journal: Promise<Journal> | undefined;
  #count: number;

  private constructor(
    path: string,
    kind: EditKind<S, E>,
    options: JournalOptions,
    read: {
      readonly state: S;
      readonly problems: readonly JournalProblem[];
      readonly pending: AllDone<E>[];
      readonly journal?: Journal;
    },
  ) {
    this.#path = path;
    this.#kind = kind;
    this.#options = options;
    this.state = read.state;
    this.problems = read.problems;
    this.#pending = read.pending;
    this.#journal = read.journal && Promise.resolve(read.journal);
    this.#count = read.journal === undefined ? 0 : read.journal.position.sequence - 1;
  }

  /** Replays the journal at `path`; without one there is nothing yet. Throws what `Journal.open` throws. */
  static async open<S, E>(
    path: string,
    kind: EditKind<S, E>,
    given: JournalOptions = {},
  ): Promise<JournaledEdits<S, E>> {
    const pending: AllDone<E>[] = [];
    // A failed write takes back everything that is not on the disk (see `Journal.append`).
    const onFailure = (): void => {
      for (const done of pending.splice(0).toReversed()) done.revert();
    };
    const options = { ...given, onFailure };
    const state = kind.empty();
    if (!(await exists(path)))
      return new JournaledEdits(path, kind, options, { state, problems: [], pending });
    const journal = await Journal.open(path, options);
    const problems = [...journal.problems, ...replayEdits(kind, state, journal.takeRecords())];
    return new JournaledEdits(path, kind, options, { state, problems, pending, journal });
  }

  /** How many records the journal has confirmed. */
  get recordCount(): number {
    return this.#count;
  }

  /**
   * Does the edits, all or none, as one record. Resolves when they are on the disk.
   * Throws `UsageError` where one does not fit, `MachineError` where it cannot be written.
   */
  async edit(edits: readonly E[], { by }: { readonly by?: string } = {}): Promise<EditsReceipt<E>> {
    if (this.#options.readOnly) {
      throw new MachineError('the project is open for reading only', { where: this.#path });
    }
    const done = this.#kind.apply(this.state, edits);
    this.#pending.push(done);
    const at = new Date().toISOString();
    const content = { at, ...(by === undefined ? {} : { by }), edits } as unknown as Json;
    const journal = await this.#opened();
    const sequence = await journal.append(content);
    this.#pending.shift();
    this.#count = sequence;
    return { sequence, undo: done.undo };
  }

  /** Waits for what is on its way, then closes the journal. */
  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#journal)?.[Symbol.asyncDispose]();
  }

  #opened(): Promise<Journal> {
    this.#journal ??= this.#make();
    return this.#journal;
  }

  async #make(): Promise<Journal> {
    try {
      await this.#options.guard?.();
      await makeFolder(dirname(this.#path));
      await Journal.create(this.#path, this.#kind.name);
      return await Journal.open(this.#path, this.#options);
    } catch (error) {
      this.#journal = undefined;
      this.#options.onFailure?.();
      throw error;
    }
  }
}

/** Does the edits of `records` to `state`. Returns the records that could not be done, which are passed over. */
export function replayEdits<S, E>(
  kind: EditKind<S, E>,
  state: S,
  records: readonly ReadRecord[],
): JournalProblem[] {
  const transaction = z.object({ edits: z.array(kind.schema) });
  const problems: JournalProblem[] = [];
  for (const { sequence, line, content } of records) {
    // Record 0 says what the journal is.
    if (sequence === 0) continue;
    const read = transaction.safeParse(content);
    if (!read.success) {
      problems.push({ kind: 'damaged', line, what: `record ${sequence} is no edit that this Marey knows` });
      continue;
    }
    try {
      kind.apply(state, read.data.edits);
    } catch (error) {
      if (!(error instanceof MareyError)) throw error;
      problems.push({ kind: 'damaged', line, what: `record ${sequence} cannot be done: ${error.message}` });
    }
  }
  return problems;
}

import { open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InputError, MachineError } from '../signal/error.ts';
import type { Json } from '../signal/provenance.ts';
import { flushFolder, writeAtomic } from './atomic.ts';
import { diskError, isMissing } from './disk.ts';
import { exists } from './folder.ts';
import { decodeRecord, encodeRecord, parseJournal, type JournalProblem, type ReadRecord } from './records.ts';

/** The version of the journal that this Marey writes; it reads this one and older ones. */
export const journalVersion = 1;

/** A place between two records, with the record before it to recognize the place by. */
export interface JournalPosition {
  readonly bytes: number;
  readonly lines: number;
  /** The sequence number of the next record. */
  readonly sequence: number;
}

export interface JournalOptions {
  /** Nothing is written or repaired; an unfinished last record is passed over. */
  readonly readOnly?: boolean;
  /** Read from here on, where the journal still is the one that this place was noted in. */
  readonly from?: JournalPosition;
  /** Called before each write; where it throws, nothing is written. */
  readonly guard?: () => Promise<void>;
  /** Called when writing failed, before the promises of the records that are lost are rejected. */
  readonly onFailure?: () => void;
}

interface Waiting {
  readonly content: Json;
  readonly resolve: (sequence: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * An append-only file of checksummed records (see `records.ts`). `append` resolves when its record is on the disk; records
 * that are handed in while another is being written go to the disk together.
 *
 * A crash can leave an unfinished last record, which nobody was told of as written: opening for writing moves it to
 * `torn-N.bin` beside the journal and says so in `problems`. A damaged line elsewhere stays where it is and is reported.
 */
export class Journal implements AsyncDisposable {
  readonly path: string;
  /** What could not be read, or was repaired, on opening. */
  readonly problems: readonly JournalProblem[];
  /** Whether reading began at `from` and not at the first record. */
  readonly resumed: boolean;
  readonly #file: FileHandle | undefined;
  readonly #guard: (() => Promise<void>) | undefined;
  readonly #onFailure: (() => void) | undefined;
  #records: readonly ReadRecord[];
  #position: JournalPosition;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  #broken: unknown;

  private constructor(
    path: string,
    file: FileHandle | undefined,
    read: { records: readonly ReadRecord[]; problems: readonly JournalProblem[]; resumed: boolean },
    position: JournalPosition,
    { guard, onFailure }: JournalOptions,
  ) {
    this.path = path;
    this.problems = read.problems;
    this.resumed = read.resumed;
    this.#records = read.records;
    this.#file = file;
    this.#position = position;
    this.#guard = guard;
    this.#onFailure = onFailure;
  }

  /** Makes an empty journal, where there is none. @param kind what it is a journal of, for who reads it. */
  static async create(path: string, kind = 'marey labels'): Promise<void> {
    if (await exists(path)) return;
    const header = { journal: kind, version: journalVersion };
    await writeAtomic(path, encodeRecord({ sequence: 0, content: header }));
  }

  /** Throws `InputError` where the journal was written by a newer Marey (and touches nothing), or is missing. */
  static async open(path: string, options: JournalOptions = {}): Promise<Journal> {
    const bytes = await readJournal(path);
    const from = options.from !== undefined && standsAt(bytes, options.from) ? options.from : undefined;
    const base = from ?? { bytes: 0, lines: 0, sequence: 0 };
    const parsed = parseJournal(bytes.subarray(base.bytes), base.lines + 1, base.sequence);
    if (from === undefined) checkVersion(path, parsed.records[0]);
    const problems = [...parsed.problems];
    const position = {
      bytes: base.bytes + parsed.wholeBytes,
      lines: parsed.lines,
      sequence: parsed.nextSequence,
    };
    if (parsed.torn !== undefined) {
      const line = parsed.lines + 1;
      const size = `${parsed.torn.length} byte${parsed.torn.length === 1 ? '' : 's'}`;
      if (options.readOnly) {
        problems.push({
          kind: 'unfinished',
          line,
          what: `unfinished (${size}): it was never confirmed, or is being written now`,
        });
      } else {
        const aside = await setTornAside(path, position.sequence, parsed.torn);
        problems.push({
          kind: 'unfinished',
          line,
          what: `unfinished (${size}), never confirmed: moved to ${aside}`,
        });
      }
    }
    const file = options.readOnly ? undefined : await openForWriting(path, position.bytes);
    const read = { records: parsed.records, problems, resumed: from !== undefined };
    return new Journal(path, file, read, position, options);
  }

  /** The end of what is on the disk. */
  get position(): JournalPosition {
    return this.#position;
  }

  /** The records read on opening, handed out once so that they need not stay in memory. */
  takeRecords(): readonly ReadRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }

  /**
   * Adds a record; resolves with its sequence number when it is on the disk. Where writing fails, this and every record
   * waiting behind it are rejected with a `MachineError` and the file is as before.
   */
  append(content: Json): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ content, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#draining;
    await this.#file?.close();
    this.#broken ??= new MachineError('the journal is closed', { where: this.path });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const sequences = await this.#write(batch.map((w) => w.content));
        batch.forEach((w, i) => w.resolve(sequences[i]));
      } catch (error) {
        // Those who came meanwhile built on what failed.
        const lost = [...batch, ...this.#waiting.splice(0)];
        this.#onFailure?.();
        for (const w of lost) w.reject(error);
      }
    }
    this.#draining = undefined;
  }

  async #write(contents: readonly Json[]): Promise<number[]> {
    if (this.#broken !== undefined) throw this.#broken;
    if (this.#file === undefined) {
      throw new MachineError('the project is open for reading only', { where: this.path });
    }
    await this.#guard?.();
    const { bytes, lines, sequence } = this.#position;
    const sequences = contents.map((_, i) => sequence + i);
    const text = contents.map((content, i) => encodeRecord({ sequence: sequences[i], content })).join('');
    const buffer = Buffer.from(text);
    try {
      await writeAt(this.#file, buffer, bytes);
      await this.#file.datasync();
    } catch (error) {
      await this.#undo(bytes);
      throw diskError(error, this.path, 'What was confirmed before is on the disk; this edit is not.');
    }
    this.#position = {
      bytes: bytes + buffer.length,
      lines: lines + contents.length,
      sequence: sequence + contents.length,
    };
    return sequences;
  }

  /** Cuts off what a failed write left. Where that fails too, only opening again can tell what is on the disk. */
  async #undo(bytes: number): Promise<void> {
    try {
      await this.#file?.truncate(bytes);
      await this.#file?.datasync();
    } catch (cause) {
      this.#broken = new MachineError('a write failed and could not be undone', {
        where: this.path,
        fix: 'Open the project again: what was confirmed is on the disk.',
        cause,
      });
    }
  }
}

async function readJournal(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    if (!isMissing(error)) throw diskError(error, path);
    throw new InputError('the journal of the labels is missing', {
      where: path,
      fix: 'Copy it back from a backup: it holds every label. (An empty one is made by "marey new".)',
    });
  }
}

/** Whether the journal holds a whole record that ends at `position` and has the sequence number before it. */
function standsAt(bytes: Uint8Array, position: JournalPosition): boolean {
  if (position.bytes > bytes.length || position.bytes < 1 || bytes[position.bytes - 1] !== 0x0a) return false;
  const start = bytes.lastIndexOf(0x0a, position.bytes - 2) + 1;
  const line = new TextDecoder().decode(bytes.subarray(start, position.bytes - 1));
  return decodeRecord(line)?.sequence === position.sequence - 1;
}

function checkVersion(path: string, first: ReadRecord | undefined): void {
  const header = first?.sequence === 0 ? first.content : undefined;
  if (header === null || typeof header !== 'object' || !('version' in header)) return;
  if (typeof header.version === 'number' && header.version > journalVersion) {
    throw new InputError('this journal was written by a newer Marey', {
      where: path,
      expected: `journal version ${journalVersion} or older`,
      got: `version ${header.version}`,
      fix: 'Install the newest Marey. Nothing was changed.',
    });
  }
}

async function setTornAside(path: string, sequence: number, torn: Uint8Array): Promise<string> {
  for (let n = 0; ; n++) {
    const name = n === 0 ? `torn-${sequence}.bin` : `torn-${sequence}-${n}.bin`;
    const aside = join(dirname(path), name);
    if (await exists(aside)) continue;
    await writeAtomic(aside, torn);
    return name;
  }
}

async function openForWriting(path: string, wholeBytes: number): Promise<FileHandle> {
  try {
    const file = await open(path, 'r+');
    if ((await file.stat()).size > wholeBytes) {
      await file.truncate(wholeBytes);
      await file.sync();
    }
    await flushFolder(dirname(path));
    return file;
  } catch (error) {
    throw diskError(error, path, 'The project can still be opened for reading.');
  }
}

async function writeAt(file: FileHandle, buffer: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < buffer.length) {
    const { bytesWritten } = await file.write(buffer, done, buffer.length - done, position + done);
    done += bytesWritten;
  }
}

import { crc32 } from 'node:zlib';
import type { Json } from '../signal/provenance.ts';

/**
 * One line of the journal: `<crc32> <sequence> <json>`, the checksum (8 hexadecimal digits, IEEE 802.3) over all after it.
 * A line ends with a line feed; JSON never holds one.
 */
export interface JournalRecord {
  /** 0 for the first, then one more each. */
  readonly sequence: number;
  readonly content: Json;
}

/**
 * A place in the journal that could not be read, and what became of it. `damaged`: a confirmed edit may be lost.
 * `unfinished`: the end of the journal, which nobody was told of as written.
 */
export interface JournalProblem {
  readonly kind: 'damaged' | 'unfinished';
  /** From 1, as editors count. */
  readonly line: number;
  readonly what: string;
}

export interface ReadRecord extends JournalRecord {
  /** From 1, as editors count. */
  readonly line: number;
}

export interface ParsedJournal {
  readonly records: readonly ReadRecord[];
  readonly problems: readonly JournalProblem[];
  /** The sequence number of the next record to write; damaged lines have used up theirs. */
  readonly nextSequence: number;
  /** Lines up to `wholeBytes`, counted from the start of the file. */
  readonly lines: number;
  /** Bytes up to the end of the last whole line. What follows is an unfinished record. */
  readonly wholeBytes: number;
  /** The unfinished last record, or undefined where the journal ends with a whole line. */
  readonly torn: Uint8Array | undefined;
}

export function encodeRecord({ sequence, content }: JournalRecord): string {
  const text = `${sequence} ${JSON.stringify(content)}`;
  return `${checksum(text)} ${text}\n`;
}

/** The record on a line (without its line feed), or undefined where the checksum or the form is wrong. */
export function decodeRecord(line: string): JournalRecord | undefined {
  const match = /^([0-9a-f]{8}) (\d{1,15}) /.exec(line);
  if (match === null || checksum(line.slice(9)) !== match[1]) return undefined;
  try {
    return { sequence: Number(match[2]), content: JSON.parse(line.slice(match[0].length)) as Json };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Reads the lines of a journal. A damaged line is reported and skipped, the lines after it are read. Records that are
 * missing from the sequence are reported; a record seen twice is kept once.
 * @param startLine what the first line of `bytes` is called, from 1.
 * @param startSequence the sequence number it should have.
 */
export function parseJournal(bytes: Uint8Array, startLine = 1, startSequence = 0): ParsedJournal {
  const records: ReadRecord[] = [];
  const problems: JournalProblem[] = [];
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let next = startSequence;
  let damaged = 0;
  let line = startLine;
  let start = 0;
  for (; ; line++) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0) break;
    const record = decodeRecord(decoder.decode(bytes.subarray(start, end)));
    start = end + 1;
    if (record === undefined) {
      problems.push({ kind: 'damaged', line, what: 'damaged: its checksum does not match' });
      damaged++;
      continue;
    }
    if (record.sequence < next) {
      problems.push({ kind: 'damaged', line, what: `record ${record.sequence} comes again: left out` });
      continue;
    }
    const missing = record.sequence - next;
    if (missing > damaged) {
      problems.push({
        kind: 'damaged',
        line,
        what: `records ${next} to ${record.sequence - 1} are not all there before it`,
      });
    }
    records.push({ ...record, line });
    next = record.sequence + 1;
    damaged = 0;
  }
  const torn = start < bytes.length ? bytes.slice(start) : undefined;
  return { records, problems, nextSequence: next + damaged, lines: line - 1, wholeBytes: start, torn };
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

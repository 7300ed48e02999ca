/** Tables of behavior: events as BORIS exports them (Friard & Gamba 2016, "tabular events" and "aggregated events"), and one row a bout. */
import { InputError } from '../../signal/error.ts';
import { Events, type Event } from '../../signal/events.ts';
import type { Source } from '../format.ts';
import { decodeText, formatCells, formatNumber, parseCells } from '../csv/cells.ts';

/** What a table of behavior is of. */
export interface BorisHead {
  readonly observation?: string;
  readonly video?: string;
  readonly durationSeconds?: number;
  readonly framesPerSecond?: number;
  readonly subject?: string;
}

const columns = [
  'Time',
  'Media file path',
  'Total length',
  'FPS',
  'Subject',
  'Behavior',
  'Behavioral category',
  'Comment',
  'Status',
];

/** Rows of BORIS's table of events: a state is a row START and a row STOP, a point one row POINT. Times in seconds. */
export function writeBoris(events: Events, head: BorisHead = {}): string {
  const { observation = events.name, video = '', durationSeconds, framesPerSecond, subject = '' } = head;
  const told = (value: number | undefined): string => (value === undefined ? 'NA' : formatNumber(value));
  const rows = [...events].flatMap(({ startSeconds, endSeconds, label }) =>
    endSeconds === undefined
      ? [{ at: startSeconds, label, status: 'POINT' }]
      : [
          { at: startSeconds, label, status: 'START' },
          { at: endSeconds, label, status: 'STOP' },
        ],
  );
  // A bout that ends when the next one begins ends first, or the two could not be told from one.
  const order = ['STOP', 'POINT', 'START'];
  rows.sort((a, b) => a.at - b.at || order.indexOf(a.status) - order.indexOf(b.status));
  const of = [video, told(durationSeconds), told(framesPerSecond), subject];
  return formatCells([
    ['Observation id', observation],
    ['Media file(s)', video],
    columns,
    ...rows.map(({ at, label, status }) => [formatNumber(at), ...of, label, '', '', status]),
  ]);
}

/** One row a bout: behavior, kind, start and end in seconds, and its first and last frame. */
export function writeBoutTable(
  bouts: readonly {
    readonly behavior: string;
    readonly kind: 'state' | 'point';
    readonly startSeconds: number;
    readonly endSeconds: number;
    readonly first: number;
    readonly last: number;
  }[],
): string {
  return formatCells([
    ['behavior', 'kind', 'start (s)', 'end (s)', 'first frame', 'last frame'],
    ...bouts.map(({ behavior, kind, startSeconds, endSeconds, first, last }) => [
      behavior,
      kind,
      formatNumber(startSeconds),
      formatNumber(endSeconds),
      `${first}`,
      `${last}`,
    ]),
  ]);
}

/** Where the head of a table of behavior is among rows of cells; -1 where there is none. */
export function headRow(rows: readonly (readonly string[])[]): number {
  return rows.findIndex((cells) => {
    const has = (name: string): boolean => cells.some((c) => same(c, name));
    return (
      has('behavior') &&
      ((has('time') && (has('status') || has('behavior type'))) ||
        (has('start (s)') && (has('stop (s)') || has('end (s)'))))
    );
  });
}

/** Comma or tab: what the first line with several cells is separated by. */
export const separatorIn = (text: string): string =>
  /^[^\n]*\bbehavior\b[^\n]*$/im.exec(text)?.[0].includes('\t') ? '\t' : ',';

/**
 * Events of a table as BORIS exports it (comma or tab; rows START, STOP and POINT under a head with Time, Behavior and Status, or its
 * aggregated form with "Start (s)" and "Stop (s)"), or of `writeBoutTable`. Columns go by name, since they differ between versions. Times
 * in seconds of the video. Throws `InputError` where a time is no number, or a state that began does not end.
 */
export function readBoris(bytes: Uint8Array, { name: where, provenance }: Source): Events {
  const text = decodeText(bytes, where).replace(/^\uFEFF/, '');
  const { rows, lines } = parseCells(text, where, separatorIn(text));
  const at = headRow(rows);
  if (at < 0) {
    throw new InputError('this is no table of behavior', {
      where,
      expected: 'a row with Behavior, Time and Status, or with Behavior, Start (s) and Stop (s)',
    });
  }
  const place = (...names: string[]): number => rows[at].findIndex((c) => names.some((n) => same(c, n)));
  const body = rows
    .map((cells, i): Row => ({ cells, line: lines[i] }))
    .slice(at + 1)
    .filter(({ cells }) => cells.some((c) => c !== ''));
  const [behavior, kind] = [place('behavior'), place('kind', 'behavior type')];
  const [start, stop] = [place('start (s)'), place('stop (s)', 'end (s)')];
  const seconds = ({ cells, line }: Row, column: number): number => {
    const value = Number(cells[column]);
    if (cells[column] !== undefined && cells[column] !== '' && Number.isFinite(value)) return value;
    throw new InputError('a time is no number', {
      where: `${where}, line ${line}`,
      got: `"${cells[column]}"`,
    });
  };
  const label = ({ cells, line }: Row): string => {
    const name = cells[behavior]?.trim();
    if (name) return name;
    throw new InputError('a row names no behavior', { where: `${where}, line ${line}` });
  };
  if (start >= 0 && stop >= 0) {
    const events = body.map((row): Event => {
      const [from, to] = [seconds(row, start), seconds(row, stop)];
      const isPoint = to === from || row.cells[kind]?.toLowerCase() === 'point';
      const head = { startSeconds: from, label: label(row), source: 'BORIS' };
      return isPoint ? head : { ...head, endSeconds: to };
    });
    return new Events(events, { name: 'behavior', provenance });
  }
  const [time, status, subject] = [place('time'), place('status', 'behavior type'), place('subject')];
  const marks = body.map((row): Mark => ({
    at: seconds(row, time),
    label: label(row),
    status: row.cells[status]?.toUpperCase() ?? '',
    subject: row.cells[subject] ?? '',
    where: `${where}, line ${row.line}`,
  }));
  return new Events(paired(marks), { name: 'behavior', provenance });
}

interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

/** One row of a table of events. */
export interface Mark {
  readonly at: number;
  readonly label: string;
  readonly status: string;
  readonly subject: string;
  readonly where: string;
}

/** Bouts from their starts and stops, those of each subject for themselves. Throws `InputError` where one has no other end. */
export function paired(marks: readonly Mark[]): Event[] {
  const open = new Map<string, Mark>();
  const events: Event[] = [];
  for (const mark of marks) {
    const { at, label, status, subject, where } = mark;
    const key = JSON.stringify([subject, label]);
    const began = open.get(key);
    switch (status) {
      case 'POINT':
        events.push({ startSeconds: at, label, source: 'BORIS' });
        break;
      case 'START':
        if (began) throw new InputError(`"${label}" starts twice`, { where, got: `as at ${began.where}` });
        open.set(key, mark);
        break;
      case 'STOP':
        if (!began) throw new InputError(`"${label}" stops without a start`, { where });
        open.delete(key);
        events.push({ startSeconds: began.at, endSeconds: at, label, source: 'BORIS' });
        break;
      default:
        throw new InputError('a row is neither START, STOP nor POINT', { where, got: `"${status}"` });
    }
  }
  for (const { label, where } of open.values()) {
    throw new InputError(`"${label}" starts and does not stop`, { where });
  }
  return events;
}

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b;

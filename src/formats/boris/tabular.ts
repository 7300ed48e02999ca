import { InputError } from '../../signal/error.ts';
import { Events, type Event } from '../../signal/events.ts';

/** What a table of behavior is of. */
export interface BorisHead {
  readonly observation: string;
  readonly video: string;
  readonly durationSeconds: number;
  readonly framesPerSecond: number;
  readonly subject: string;
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
export function writeBoris(events: Events, head: BorisHead): string {
  const { observation, video, durationSeconds, framesPerSecond, subject } = head;
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
  const lines = [
    ['Observation id', observation],
    [],
    ['Media file(s)'],
    ['Player #1', video],
    [],
    columns,
    ...rows.map(({ at, label, status }) => [
      number(at),
      video,
      number(durationSeconds),
      number(framesPerSecond),
      subject,
      label,
      '',
      '',
      status,
    ]),
  ];
  return `${lines.map((cells) => cells.map(cell).join(',')).join('\n')}\n`;
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
  const head = ['behavior', 'kind', 'start (s)', 'end (s)', 'first frame', 'last frame'];
  const rows = bouts.map(({ behavior, kind, startSeconds, endSeconds, first, last }) =>
    [behavior, kind, number(startSeconds), number(endSeconds), `${first}`, `${last}`].map(cell).join(','),
  );
  return `${[head.join(','), ...rows].join('\n')}\n`;
}

/**
 * Events of a table as BORIS exports it (comma or tab; rows START, STOP and POINT under a head with Time, Behavior and Status, or its aggregated form
 * with "Start (s)" and "Stop (s)"), or of `writeBoutTable`. Columns go by name, since they differ between versions. Times in seconds of the
 * video. Throws `InputError` where a time is no number, or a state that began does not end.
 */
export function readBoris(text: string, where: string): Events {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const separator = lines.some((line) => line.includes('\t')) ? '\t' : ',';
  const rows = lines.map((line) => cellsOf(line, separator));
  const has = (cells: readonly string[], name: string): boolean => cells.some((c) => same(c, name));
  const at = rows.findIndex(
    (cells) => has(cells, 'behavior') && (has(cells, 'time') || has(cells, 'start (s)')),
  );
  if (at < 0) {
    throw new InputError('this is no table of behavior', {
      where,
      expected: 'a row with Behavior, Time and Status, or with Behavior, Start (s) and Stop (s)',
    });
  }
  const place = (...names: string[]): number => rows[at].findIndex((c) => names.some((n) => same(c, n)));
  const body = rows
    .map((cells, i) => ({ cells, line: i + 1 }))
    .slice(at + 1)
    .filter(({ cells }) => cells.some((c) => c !== ''));
  const behavior = place('behavior');
  const seconds = (cells: readonly string[], column: number, line: number): number => {
    const value = Number(cells[column]);
    if (cells[column] !== undefined && cells[column] !== '' && Number.isFinite(value)) return value;
    throw new InputError('a time is no number', {
      where: `${where}, line ${line}`,
      got: `"${cells[column]}"`,
    });
  };
  const [start, stop] = [place('start (s)'), place('stop (s)', 'end (s)')];
  const events =
    start >= 0 && stop >= 0
      ? body.map(({ cells, line }): Event => {
          const [from, to] = [seconds(cells, start, line), seconds(cells, stop, line)];
          const whole = to > from ? { endSeconds: to } : {};
          return { startSeconds: from, ...whole, label: cells[behavior], source: 'BORIS' };
        })
      : paired(
          body,
          {
            time: place('time'),
            behavior,
            status: place('status', 'behavior type'),
            subject: place('subject'),
          },
          seconds,
          where,
        );
  return new Events(events, { name: 'behavior', provenance: { step: 'import', source: where } });
}

function paired(
  body: readonly { readonly cells: readonly string[]; readonly line: number }[],
  { time, behavior, status, subject }: Readonly<Record<'time' | 'behavior' | 'status' | 'subject', number>>,
  seconds: (cells: readonly string[], column: number, line: number) => number,
  where: string,
): Event[] {
  const open = new Map<string, { readonly from: number; readonly line: number }>();
  const events: Event[] = [];
  for (const { cells, line } of body) {
    const at = seconds(cells, time, line);
    const label = cells[behavior];
    const key = JSON.stringify([cells[subject], label]);
    switch (cells[status]?.toUpperCase()) {
      case 'POINT':
        events.push({ startSeconds: at, label, source: 'BORIS' });
        break;
      case 'START':
        open.set(key, { from: at, line });
        break;
      case 'STOP': {
        const began = open.get(key);
        if (!began)
          throw new InputError(`"${label}" stops without a start`, { where: `${where}, line ${line}` });
        open.delete(key);
        events.push({ startSeconds: began.from, endSeconds: at, label, source: 'BORIS' });
        break;
      }
      default:
        throw new InputError('a row is neither START, STOP nor POINT', {
          where: `${where}, line ${line}`,
          got: `"${cells[status]}"`,
        });
    }
  }
  for (const [key, { line }] of open) {
    throw new InputError(`"${(JSON.parse(key) as string[])[1]}" starts and does not stop`, {
      where: `${where}, line ${line}`,
    });
  }
  return events;
}

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b;

/** The shortest text that reads back as the same number. */
const number = (value: number): string => `${value}`;

function cell(text: string): string {
  return /[",\n\r\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  let rest = line;
  for (;;) {
    const quoted = /^"((?:[^"]|"")*)"/.exec(rest);
    const end = quoted ? quoted[0].length : rest.indexOf(separator);
    cells.push(quoted ? quoted[1].replaceAll('""', '"') : end < 0 ? rest : rest.slice(0, end));
    const next = quoted ? rest.indexOf(separator, end) : end;
    if (next < 0) return cells;
    rest = rest.slice(next + 1);
  }
}

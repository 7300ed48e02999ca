import { InputError } from '../../signal/error.ts';
import { Events, type Event } from '../../signal/events.ts';
import { decodeText } from '../csv/cells.ts';
import type { Source } from '../format.ts';

/** The first line of every .annot file. */
export const annotTitle = 'Bento annotation file';

/**
 * Bouts of a BENTO .annot file (Segalin et al. 2021, eLife 10:e63720): blocks of channels, in them blocks `>behavior` with rows of start, stop,
 * duration. The stop is the last frame of the bout, so that it ends one frame later. Newer files hold seconds, older ones frame
 * numbers counted from 1: told apart by the durations, which are stop - start + one frame. Sources are the channels. Throws
 * `InputError` naming the line.
 */
export function readAnnot(bytes: Uint8Array, { name: where, provenance }: Source): Events {
  const lines = decodeText(bytes, where)
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/);
  if (lines[0]?.trim() !== annotTitle) {
    throw new InputError('this is no BENTO annotation file', {
      where,
      expected: `"${annotTitle}" as its first line`,
    });
  }
  const said = lines.find((line) => /^Annotation framerate:/i.test(line));
  const rate = Number(said?.slice(said.indexOf(':') + 1));
  if (!(rate > 0 && Number.isFinite(rate))) {
    throw new InputError('the file does not say its frame rate', {
      where,
      expected: '"Annotation framerate:" and a positive number',
      got: said ?? 'nothing',
    });
  }
  const rows = rowsOf(lines, where);
  const inFrames =
    rows.length > 0 && rows.every((row) => Math.abs(row.duration - (row.stop - row.start + 1)) < 1e-6);
  const frame = 1 / rate;
  const seconds = (value: number): number => (inFrames ? (value - 1) * frame : value);
  const events = rows.map(({ start, stop, label, channel, line }): Event => {
    if (stop < start) {
      throw new InputError('a bout stops before it starts', {
        where: `${where}, line ${line}`,
        got: `${start} to ${stop}`,
      });
    }
    return { startSeconds: seconds(start), endSeconds: seconds(stop) + frame, label, source: channel };
  });
  return new Events(events, { name: 'behavior', provenance });
}

interface Row {
  readonly start: number;
  readonly stop: number;
  readonly duration: number;
  readonly label: string;
  readonly channel: string;
  readonly line: number;
}

function rowsOf(lines: readonly string[], where: string): Row[] {
  const rows: Row[] = [];
  let channel: string | undefined;
  let label: string | undefined;
  for (const [i, raw] of lines.entries()) {
    const text = raw.trim();
    const head = /^(\S.*?)-{5,}$/.exec(text);
    if (head) [channel, label] = [head[1], undefined];
    else if (text.startsWith('>') && channel !== undefined) label = text.slice(1).trim();
    else if (label !== undefined && channel !== undefined && text !== '' && !/^start\s+stop/i.test(text)) {
      const cells = text.split(/\s+/);
      const [start, stop] = cells.map(Number);
      if (cells.length < 2 || cells.length > 3 || ![start, stop].every(Number.isFinite)) {
        throw new InputError('a bout is not a start, a stop and a duration', {
          where: `${where}, line ${i + 1}`,
          got: `"${text}"`,
        });
      }
      rows.push({
        start,
        stop,
        duration: cells.length > 2 ? Number(cells[2]) : NaN,
        label,
        channel,
        line: i + 1,
      });
    }
  }
  if (channel !== undefined) return rows;
  throw new InputError('the file holds no channel of annotations', {
    where,
    expected: 'a line such as "Ch1----------"',
    fix: 'The file may have lost its end: copy it again from its source.',
  });
}

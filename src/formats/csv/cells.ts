import { InputError } from '../../signal/error.ts';

/** Rows of cells; `lines[i]` is the line of the file on which row i begins, counted from 1. */
export interface Cells {
  readonly rows: readonly (readonly string[])[];
  readonly lines: readonly number[];
}

/** Text from a file's bytes. Throws `InputError` where they are not UTF-8 (UTF-16 with a byte order mark is accepted). */
export function decodeText(bytes: Uint8Array, where: string): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InputError('the file is not text', {
      where,
      expected: `text in ${encoding.toUpperCase()}`,
      fix: 'Save it again as CSV in UTF-8.',
      cause,
    });
  }
}

/**
 * Cells of a text of separated values (RFC 4180: quotes around cells, doubled quotes inside them, line breaks inside quotes).
 * Empty lines are left out. Throws `InputError` at a quote that never closes.
 */
export function parseCells(text: string, where: string, separator = ','): Cells {
  const rows: string[][] = [];
  const lines: number[] = [];
  let row: string[] = [];
  let line = 1;
  let rowLine = 1;
  let i = 0;
  let quoted = false;
  const endRow = (): void => {
    if (row.length > 1 || row[0] !== '' || quoted) {
      rows.push(row);
      lines.push(rowLine);
    }
    row = [];
    quoted = false;
  };
  for (;;) {
    let cell: string;
    if (text[i] === '"') {
      quoted = true;
      let end = i + 1;
      for (;;) {
        end = text.indexOf('"', end);
        if (end < 0) {
          throw new InputError('a quoted cell never ends', {
            where: `${where}, line ${line}`,
            expected: 'a closing "',
          });
        }
        if (text[end + 1] !== '"') break;
        end += 2;
      }
      cell = text.slice(i + 1, end).replaceAll('""', '"');
      for (let k = text.indexOf('\n', i); k >= 0 && k < end; k = text.indexOf('\n', k + 1)) line++;
      i = end + 1;
      if (i < text.length && text[i] !== separator && text[i] !== '\n' && text[i] !== '\r') {
        throw new InputError('a quoted cell goes on after its closing quote', {
          where: `${where}, line ${line}`,
        });
      }
    } else {
      const start = i;
      while (i < text.length && text[i] !== separator && text[i] !== '\n' && text[i] !== '\r') i++;
      cell = text.slice(start, i);
    }
    row.push(cell);
    if (i >= text.length) {
      endRow();
      return { rows, lines };
    }
    if (text[i] === separator) {
      i++;
      continue;
    }
    endRow();
    i += text[i] === '\r' && text[i + 1] === '\n' ? 2 : 1;
    rowLine = ++line;
  }
}

/** Text of separated values: cells quoted where they must be, every line ended by a line feed. */
export function formatCells(rows: Iterable<readonly string[]>, separator = ','): string {
  const special = new RegExp(`["\\r\\n${separator === '\t' ? '\\t' : separator}]`);
  const lines: string[] = [];
  for (const row of rows) {
    const cells = row.map((cell) => (special.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
    // A row of one empty cell would read as an empty line.
    lines.push(cells.length === 1 && cells[0] === '' ? '""' : cells.join(separator), '\n');
  }
  return lines.join('');
}

/** The shortest text that reads back as the same number; nothing for NaN. */
export function formatNumber(value: number): string {
  return Number.isNaN(value) ? '' : Object.is(value, -0) ? '-0' : String(value);
}

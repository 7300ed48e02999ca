import { InputError } from '../../signal/error.ts';
import { isMissing, isNumber, table, type Column, type Table } from '../table.ts';
import { decodeText, formatCells, formatNumber, parseCells } from './cells.ts';

/** The character between cells: that of comma, tab and semicolon which the first line has most of. */
export function separatorOf(text: string): string {
  const first = text.slice(0, text.search(/[\r\n]|$/));
  const count = (c: string): number => first.split(c).length;
  return [',', '\t', ';'].reduce((best, c) => (count(c) > count(best) ? c : best));
}

/**
 * Reads a table of separated values whose first row names the columns. A column is numeric where every cell that holds something
 * holds a number; `true` and `false` are texts. Throws `InputError` at rows of another length and at names that come twice.
 */
export function parseCsvTable(bytes: Uint8Array, where: string): Table {
  const text = decodeText(bytes, where);
  const { rows, lines } = parseCells(text, where, separatorOf(text));
  const [header, ...body] = rows;
  if (!header)
    throw new InputError('the table is empty', {
      where,
      expected: 'a first row with the names of the columns',
    });
  const twice = header.find((name, i) => header.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new InputError(`two columns are called "${twice}"`, {
      where: `${where}, line ${lines[0]}`,
      fix: 'Rename one of them.',
    });
  }
  const short = body.findIndex((cells) => cells.length !== header.length);
  if (short >= 0) {
    throw new InputError('the row has another number of cells than the header', {
      where: `${where}, line ${lines[short + 1]}`,
      expected: `${header.length} cells`,
      got: `${body[short].length}`,
    });
  }
  return table(
    header.map((name, c): Column => {
      const cells = body.map((row) => row[c]);
      const numeric = cells.every((cell) => isMissing(cell.trim()) || isNumber(cell.trim()));
      const empty = cells.every((cell) => cell === '');
      if (!numeric || (empty && cells.length > 0 && name === '')) return { name, values: cells };
      return {
        name,
        values: Float64Array.from(cells, (cell) => (isMissing(cell.trim()) ? NaN : Number(cell))),
      };
    }),
  );
}

/** Writes a table as separated values, numbers so that they read back to the same bits. Metadata have no place here. */
export function formatCsvTable({ columns, rows }: Table, separator = ','): Uint8Array {
  function* lines(): Generator<string[]> {
    yield columns.map((c) => c.name);
    for (let r = 0; r < rows; r++) {
      yield columns.map(({ values }) =>
        typeof values[r] === 'number' ? formatNumber(values[r] as number) : String(values[r]),
      );
    }
  }
  return new TextEncoder().encode(formatCells(lines(), separator));
}

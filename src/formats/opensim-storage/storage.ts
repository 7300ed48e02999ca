import { InputError, UsageError } from '../../signal/error.ts';
import { decodeText } from '../csv/cells.ts';
import { isMissing, isNumber, table, type Table } from '../table.ts';

/**
 * A .mot or .sto file of OpenSim: columns of numbers, the first of them `time` in seconds. `metadata` keeps the header's `name`, `version`,
 * `inDegrees` (`yes` or `no`) and what else it says as `key=value`. Throws `InputError` naming the line of a ragged row or of a cell that holds no number.
 */
export function parseStorage(bytes: Uint8Array, where: string): Table {
  const lines = decodeText(bytes, where).split(/\r\n|\n|\r/);
  const fail = (what: string, line: number, expected?: string, got?: string): never => {
    throw new InputError(what, { where: `${where}, line ${line}`, expected, got });
  };
  const end = lines.findIndex((line) => line.trim().toLowerCase() === 'endheader');
  if (end < 0) fail('the header never ends', 1, 'a line "endheader"');
  const metadata: Record<string, string> = { name: lines[0].trim() };
  for (const line of lines.slice(0, end)) {
    const [, key, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key) metadata[key] = value;
  }
  let at = end + 1;
  while (at < lines.length && lines[at].trim() === '') at++;
  const cellsOf = (line: string): string[] =>
    (line.includes('\t') ? line.trim().split('\t') : line.trim().split(/\s+/)).map((c) => c.trim());
  const names = cellsOf(lines[at] ?? '');
  if (names[0] === '') fail('the columns have no names', at + 1);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) fail(`two columns are called "${twice}"`, at + 1);
  const stated = (key: string): number | undefined => {
    const text = metadata[Object.keys(metadata).find((k) => k.toLowerCase() === key) ?? ''];
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const columns = stated('ncolumns');
  if (columns !== undefined && columns !== names.length)
    fail('the columns are not as many as the header says', at + 1, `${columns}`, `${names.length}`);
  const values: number[][] = names.map(() => []);
  for (let i = at + 1; i < lines.length; i++) {
    if (lines[i].trim() === '') continue;
    const cells = cellsOf(lines[i]);
    if (cells.length !== names.length)
      fail(
        'the row has another number of cells than there are columns',
        i + 1,
        `${names.length}`,
        `${cells.length}`,
      );
    cells.forEach((cell, c) => {
      if (!isNumber(cell) && !isMissing(cell))
        fail('a cell is not a number', i + 1, `a number in the column "${names[c]}"`, `"${cell}"`);
      values[c].push(isMissing(cell) ? NaN : Number(cell));
    });
  }
  const rows = stated('nrows');
  if (rows !== undefined && rows !== values[0].length)
    fail(
      'the rows are not as many as the header says: the file may be cut off',
      end + 1,
      `${rows}`,
      `${values[0].length}`,
    );
  return table(
    names.map((name, c) => ({ name, values: Float64Array.from(values[c]) })),
    metadata,
  );
}

/** Writes columns of numbers; the first must be `time`. Throws `UsageError` at texts. */
export function formatStorage({ columns, rows, metadata = {} }: Table): Uint8Array {
  if (columns[0]?.name !== 'time') {
    throw new UsageError('a .mot or .sto file starts with time', {
      expected: 'a first column "time"',
      got: columns[0]?.name ?? 'no column',
    });
  }
  const text = columns.find(({ values }) => !(values instanceof Float64Array));
  if (text)
    throw new UsageError('a .mot or .sto file holds numbers alone', { got: `the column "${text.name}"` });
  const bad = columns.find(({ name }) => name.trim() !== name || name === '' || /[\t\r\n]/.test(name));
  if (bad)
    throw new UsageError('a column has a name that the file cannot hold', { got: JSON.stringify(bad.name) });
  const { name = 'motion', inDegrees = 'no' } = metadata;
  const lines = [
    name.replaceAll(/[\r\n=]/g, ' '),
    'version=1',
    `nRows=${rows}`,
    `nColumns=${columns.length}`,
    `inDegrees=${inDegrees === 'yes' ? 'yes' : 'no'}`,
    'endheader',
  ];
  lines.push(columns.map((c) => c.name).join('\t'));
  for (let r = 0; r < rows; r++) {
    lines.push(columns.map(({ values }) => (Object.is(values[r], -0) ? '-0' : String(values[r]))).join('\t'));
  }
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}

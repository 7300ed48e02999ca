import { InputError } from '../../signal/error.ts';
import { decodeText, formatCells, formatNumber, parseCells } from '../csv/cells.ts';
import { isMissing, isNumber } from '../table.ts';
import { isMultiAnimal, rowCount, type DataFrame, type PointColumn, type RowIndex } from './frame.ts';

const headerNames = { scorer: 0, individuals: 1, bodyparts: 2, coords: 3 } as const;

/** Whether a text begins as DeepLabCut's tables do. */
export function isDeepLabCutCsv(text: string): boolean {
  const [first, second = '', third = ''] = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/, 3);
  if (/^"?scorer"?,/.test(first)) return true;
  return /^"?bodyparts"?,/.test(first) && /^"?coords"?,/.test(second + third);
}

/**
 * Reads a table of DeepLabCut: header rows `scorer`, (`individuals`,) `bodyparts`, `coords`, then one row a picture or frame.
 * Rows are named by one column (a picture's path or a frame's number) or by three (folder, video, picture).
 * Throws `InputError` with line and column at a cell that is no number, a row of another length, a missing header row.
 */
export function parseDeepLabCutCsv(bytes: Uint8Array, where: string): DataFrame {
  const { rows, lines } = parseCells(decodeText(bytes, where), where);
  const header = new Map<string, readonly string[]>();
  let first = 0;
  while (first < rows.length && rows[first][0] in headerNames) header.set(rows[first][0], rows[first++]);
  for (const name of ['bodyparts', 'coords']) {
    if (!header.has(name)) {
      throw new InputError(`the header row "${name}" is missing`, {
        where,
        expected: 'the first rows to begin with scorer, bodyparts, coords (and individuals after scorer)',
        got: rows[0] ? `a first row that begins with "${rows[0][0].slice(0, 40)}"` : 'an empty file',
        fix: 'Give a table that DeepLabCut or Lightning Pose has written, or name its format (--format csv).',
      });
    }
  }
  const coords = header.get('coords')!;
  const bodyparts = header.get('bodyparts')!;
  // New projects spread the picture's path over three columns and leave the header above them empty.
  const indexColumns = coords[1] === '' && coords[2] === '' ? 3 : 1;
  for (const [name, cells] of header) {
    if (cells.length !== coords.length) {
      throw new InputError('the header rows differ in length', {
        where: `${where}, header row "${name}"`,
        expected: `${coords.length} cells`,
        got: `${cells.length}`,
      });
    }
  }
  const columns: PointColumn[] = [];
  for (let c = indexColumns; c < coords.length; c++) {
    columns.push({
      individual: header.get('individuals')?.[c] ?? '',
      bodypart: bodyparts[c],
      coordinate: coords[c],
    });
  }
  const describe = (c: number): string =>
    [columns[c]?.individual, columns[c]?.bodypart, columns[c]?.coordinate].filter(Boolean).join(' ');
  const place = (row: number, c: number): string =>
    `${where}, ${row < 0 ? 'header' : `line ${lines[first + row]}`}, column ${c + indexColumns + 1} (${describe(c)})`;

  const body = rows.slice(first);
  const values = new Float64Array(body.length * columns.length);
  body.forEach((cells, r) => {
    if (cells.length !== coords.length) {
      throw new InputError('the row has another number of cells than the header', {
        where: `${where}, line ${lines[first + r]}`,
        expected: `${coords.length} cells`,
        got: `${cells.length}`,
      });
    }
    for (let c = 0; c < columns.length; c++) {
      const cell = cells[c + indexColumns].trim();
      if (isNumber(cell)) values[r * columns.length + c] = Number(cell);
      else if (isMissing(cell)) values[r * columns.length + c] = NaN;
      else {
        throw new InputError('a coordinate is not a number', {
          where: place(r, c),
          expected: 'a number, or an empty cell for a point without a label',
          got: `"${cell.slice(0, 40)}"`,
        });
      }
    }
  });
  const index = rowIndex(body, indexColumns, (r) => `${where}, line ${lines[first + r]}`);
  const scorer = header.get('scorer')?.[indexColumns] ?? '';
  return { scorer, columns, index, values, place };
}

function rowIndex(
  body: readonly (readonly string[])[],
  indexColumns: number,
  place: (row: number) => string,
): RowIndex {
  if (indexColumns === 1 && body.every((cells) => /^\d+(\.0)?$/.test(cells[0]))) {
    return { kind: 'frames', numbers: Float64Array.from(body, (cells) => Number(cells[0])) };
  }
  const paths = body.map((cells, r) => {
    const path = cells.slice(0, indexColumns).join('/');
    if (path.replaceAll('/', '').trim() === '') {
      throw new InputError('the row names no picture', {
        where: place(r),
        expected: 'a path in the first column',
      });
    }
    return path;
  });
  return { kind: 'pictures', paths };
}

/** Writes DeepLabCut's table: numbers so that they read back to the same bits, pictures' paths in three columns where they fit. */
export function formatDeepLabCutCsv(frame: DataFrame): Uint8Array {
  const { columns, index, values, scorer } = frame;
  const paths = index.kind === 'pictures' ? index.paths.map((p) => p.split('/')) : undefined;
  const indexColumns = paths?.length && paths.every((parts) => parts.length === 3) ? 3 : 1;
  const header = (name: string, cells: string[]): string[] => [
    name,
    ...Array.from({ length: indexColumns - 1 }, () => ''),
    ...cells,
  ];
  function* rows(): Generator<string[]> {
    yield header(
      'scorer',
      columns.map(() => scorer),
    );
    if (isMultiAnimal(frame)) {
      yield header(
        'individuals',
        columns.map((c) => c.individual),
      );
    }
    yield header(
      'bodyparts',
      columns.map((c) => c.bodypart),
    );
    yield header(
      'coords',
      columns.map((c) => c.coordinate),
    );
    for (let r = 0; r < rowCount(frame); r++) {
      const name =
        index.kind === 'frames'
          ? [String(index.numbers[r])]
          : indexColumns === 3
            ? paths![r]
            : [index.paths[r]];
      const cells = values.subarray(r * columns.length, (r + 1) * columns.length);
      yield [...name, ...Array.from(cells, formatNumber)];
    }
  }
  return new TextEncoder().encode(formatCells(rows()));
}

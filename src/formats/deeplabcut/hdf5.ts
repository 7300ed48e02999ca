import { InputError } from '../../signal/error.ts';
import {
  dataset,
  datasetAt,
  doublesIn,
  fixedText,
  fixedTexts,
  group,
  nodeAt,
  numberAttribute,
  numbers,
  numbersIn,
  pickledText,
  scalar,
  textAttribute,
  textsIn,
  type Hdf5Array,
  type Hdf5Group,
  type Hdf5Node,
} from '../hdf5/tree.ts';
import type { DataFrame, PointColumn, RowIndex } from './frame.ts';
import { isMultiAnimal, rowCount } from './frame.ts';
import { parsePickle } from './pickle.ts';

/** The groups that PyTables adds for its own indexing: large and of no use here. */
export const pytablesIndexGroups = ['_i_table'];

/**
 * Reads DeepLabCut's data frame from the tree of an HDF5 file that pandas wrote, in either of its layouts: `table` (DeepLabCut's
 * own) or `fixed`. Throws `InputError` where the file holds no data frame or not DeepLabCut's.
 */
export function frameFromTree(tree: Hdf5Group, where: string): DataFrame {
  const keys = Object.keys(tree.children);
  const key = ['df_with_missing', ...keys].find((k) => pandasType(nodeAt(tree, k)) !== undefined);
  const frame = key === undefined ? undefined : nodeAt(tree, key);
  if (key === undefined || frame?.kind !== 'group') {
    throw new InputError('the file holds no data frame of pandas', {
      where,
      expected: 'a group "df_with_missing"',
      got: keys.length > 0 ? `the groups ${keys.slice(0, 5).join(', ')}` : 'an empty file',
      fix: 'Give a file that DeepLabCut has written.',
    });
  }
  const at = `${where}, ${key}`;
  const { levels, columns, index, values } =
    pandasType(frame) === 'frame_table' ? tableLayout(frame, at) : fixedLayout(frame, at);
  const level = (name: string): number => levels.indexOf(name);
  const [scorer, individual, bodypart, coordinate] = ['scorer', 'individuals', 'bodyparts', 'coords'].map(
    level,
  );
  if (bodypart < 0 || coordinate < 0) {
    throw new InputError("the data frame's columns are not DeepLabCut's", {
      where: at,
      expected: 'levels scorer, bodyparts, coords',
      got: levels.join(', ') || 'columns without levels',
    });
  }
  const points: PointColumn[] = columns.map((names) => ({
    individual: individual < 0 ? '' : names[individual],
    bodypart: names[bodypart],
    coordinate: names[coordinate],
  }));
  return {
    scorer: columns[0]?.[scorer] ?? '',
    columns: points,
    index,
    values,
    place: (row, c) =>
      `${at}, ${row < 0 ? 'columns' : `row ${row}`}, column ${c} (${[points[c]?.individual, points[c]?.bodypart, points[c]?.coordinate].filter(Boolean).join(' ')})`,
  };
}

function pandasType(node: Hdf5Node | undefined): string | undefined {
  return node?.kind === 'group' ? textAttribute(node, 'pandas_type') : undefined;
}

interface PandasFrame {
  /** Names of the columns' levels. */
  readonly levels: readonly string[];
  /** Each column's name in each level. */
  readonly columns: readonly (readonly string[])[];
  readonly index: RowIndex;
  /** rows x columns, row-major. */
  readonly values: Float64Array;
}

/** One compound dataset `table`: the row's name in `index`, its values in blocks. Column names are pickled in attributes. */
function tableLayout(frame: Hdf5Group, where: string): PandasFrame {
  const table = datasetAt(frame, 'table', where);
  if (table.data.kind !== 'compound') throw new InputError('"table" is no structured dataset', { where });
  const { members } = table.data;
  const rows = table.shape[0];
  const columns = columnTuples(pickledAttribute(frame, 'non_index_axes', where), where);
  const blocks = Object.entries(members).filter(([name]) => /^values_block_\d+$/.test(name));
  const values = emptyValues(
    rows,
    columns,
    blocks.map(([, block]) => block),
    where,
  );
  const position = new Map(columns.map((names, i) => [names.join('\u0000'), i]));
  for (const [name, block] of blocks) {
    const width = block.shape.slice(1).reduce((n, size) => n * size, 1);
    const items = columnTuples(pickledAttribute(table, `${name}_kind`, where), where);
    const from = doublesIn(block, name, where);
    if (items.length !== width || from.length !== rows * width) {
      throw new InputError(`the block "${name}" does not fit its column names`, {
        where,
        expected: `${items.length} columns`,
        got: `${width}`,
      });
    }
    items.forEach((names, c) => {
      const target = position.get(names.join('\u0000'));
      if (target === undefined)
        throw new InputError(`the column "${names.join(' ')}" belongs to no axis`, { where });
      for (let r = 0; r < rows; r++) values[r * columns.length + target] = from[r * width + c];
    });
  }
  const names = Object.hasOwn(members, 'index') ? members.index : undefined;
  if (!names) throw new InputError('the table has no row index', { where, expected: 'a member "index"' });
  const index = rowIndexFrom(names, where);
  return { levels: levelNames(frame, columns, where), columns, index, values };
}

/** Room for the values; throws `InputError` where the blocks do not hold as many. */
function emptyValues(
  rows: number,
  columns: readonly unknown[],
  blocks: readonly Hdf5Array[],
  where: string,
): Float64Array {
  const held = blocks.reduce((n, { data }) => n + (data.kind === 'number' ? data.values.length : 0), 0);
  if (held !== rows * columns.length) {
    throw new InputError('the blocks do not hold what the axes promise', {
      where,
      expected: `${rows} rows x ${columns.length} columns`,
      got: `${held} values`,
    });
  }
  return new Float64Array(held).fill(NaN);
}

function pickledAttribute(node: Hdf5Node, name: string, where: string): ReturnType<typeof parsePickle> {
  const text = textAttribute(node, name);
  if (text === undefined) throw new InputError(`the attribute "${name}" is missing`, { where });
  return parsePickle(text, `${where}, attribute "${name}"`);
}

/** Column names from `[(name, ...), ...]`, or from `[[1, [(name, ...), ...]]]` as `non_index_axes` has it. */
function columnTuples(pickled: ReturnType<typeof parsePickle>, where: string): string[][] {
  const list =
    Array.isArray(pickled) && Array.isArray(pickled[0]) && Array.isArray(pickled[0][1])
      ? pickled[0][1]
      : pickled;
  if (Array.isArray(list) && list.every(Array.isArray)) {
    return (list as readonly (readonly unknown[])[]).map((names) => names.map(String));
  }
  throw new InputError('the column names are not a list of levels', { where });
}

/** Level names are in the pickled attribute `info`; without it DeepLabCut's usual order is taken. */
function levelNames(
  frame: Hdf5Group,
  columns: readonly (readonly string[])[],
  where: string,
): readonly string[] {
  const usual =
    columns[0]?.length === 4
      ? ['scorer', 'individuals', 'bodyparts', 'coords']
      : columns[0]?.length === 3
        ? ['scorer', 'bodyparts', 'coords']
        : [];
  const text = textAttribute(frame, 'info');
  if (text === undefined) return usual;
  const info = parsePickle(text, `${where}, attribute "info"`);
  const axis = isRecord(info) && Object.hasOwn(info, '1') ? info['1'] : undefined;
  const names = isRecord(axis) && Object.hasOwn(axis, 'names') ? axis.names : undefined;
  return Array.isArray(names) ? names.map(String) : usual;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Axes as sorted levels with labels that index into them; the values in one block or several. */
function fixedLayout(frame: Hdf5Group, where: string): PandasFrame {
  const { tuples: columns, names: levels } = axis(frame, 'axis0', where);
  const rows = rowAxis(frame, where);
  const count = rows.kind === 'pictures' ? rows.paths.length : rows.numbers.length;
  const blockCount = Math.min(numberAttribute(frame, 'nblocks') ?? 0, columns.length);
  const blocks = Array.from({ length: blockCount }, (_, b) => datasetAt(frame, `block${b}_values`, where));
  const values = emptyValues(count, columns, blocks, where);
  const position = new Map(columns.map((names, i) => [names.join('\u0000'), i]));
  for (const [b, block] of blocks.entries()) {
    const items = axis(frame, `block${b}_items`, where).tuples;
    const from = doublesIn(block, `block${b}_values`, where);
    if (from.length !== count * items.length) {
      throw new InputError(`the block ${b} does not fit its axes`, {
        where,
        expected: `${count} x ${items.length} values`,
        got: `${from.length}`,
      });
    }
    items.forEach((names, c) => {
      const target = position.get(names.join('\u0000'));
      if (target === undefined)
        throw new InputError(`the column "${names.join(' ')}" belongs to no axis`, { where });
      for (let r = 0; r < count; r++) values[r * columns.length + target] = from[r * items.length + c];
    });
  }
  return { levels, columns, index: rows, values };
}

interface Axis {
  readonly names: readonly string[];
  readonly tuples: readonly (readonly string[])[];
}

function axis(frame: Hdf5Group, name: string, where: string): Axis {
  const count = numberAttribute(frame, `${name}_nlevels`);
  if (
    textAttribute(frame, `${name}_variety`) !== 'multi' ||
    count === undefined ||
    !(count >= 1 && count <= 8)
  ) {
    throw new InputError(`the axis "${name}" has no levels`, {
      where,
      expected: 'columns of several levels',
    });
  }
  const names: string[] = [];
  const levels: string[][] = [];
  for (let k = 0; k < count; k++) {
    const level = datasetAt(frame, `${name}_level${k}`, where);
    const label = `${name}_label${k}`;
    // Newer versions of pandas call the labels codes in memory, but still write "label".
    const codes = doublesIn(datasetAt(frame, label, where), label, where);
    const values =
      level.data.kind === 'text'
        ? level.data.values
        : Array.from(numbersIn(level, `${name}_level${k}`, where), String);
    names.push(textAttribute(frame, `${name}_name${k}`) ?? textAttribute(level, 'name') ?? '');
    levels.push(
      Array.from(codes, (code) => {
        if (values[code] === undefined)
          throw new InputError(`"${label}" points outside its level`, { where, got: `${code}` });
        return values[code];
      }),
    );
  }
  if (levels.some((level) => level.length !== levels[0].length)) {
    throw new InputError(`the levels of "${name}" differ in length`, { where });
  }
  return { names, tuples: levels[0].map((_, i) => levels.map((level) => level[i])) };
}

function rowAxis(frame: Hdf5Group, where: string): RowIndex {
  if (textAttribute(frame, 'axis1_variety') === 'multi') {
    return { kind: 'pictures', paths: axis(frame, 'axis1', where).tuples.map((parts) => parts.join('/')) };
  }
  return rowIndexFrom(datasetAt(frame, 'axis1', where), where);
}

function rowIndexFrom(names: Hdf5Array, where: string): RowIndex {
  if (names.data.kind === 'number') return { kind: 'frames', numbers: doublesIn(names, 'row index', where) };
  return { kind: 'pictures', paths: textsIn(names, 'row index', where) };
}

/**
 * The tree of an HDF5 file that pandas reads as DeepLabCut's data frame (`pandas.read_hdf`), in the fixed layout: h5wasm cannot
 * write the structured datasets of the other one.
 */
export function treeFromFrame(frame: DataFrame): Hdf5Group {
  const { columns, index, values, scorer } = frame;
  const multi = isMultiAnimal(frame);
  const levels = [
    { name: 'scorer', of: columns.map(() => scorer) },
    ...(multi ? [{ name: 'individuals', of: columns.map((c) => c.individual) }] : []),
    { name: 'bodyparts', of: columns.map((c) => c.bodypart) },
    { name: 'coords', of: columns.map((c) => c.coordinate) },
  ];
  const children: Record<string, Hdf5Node> = {};
  const attributes: Record<string, Hdf5Array> = {
    ...groupAttributes,
    axis0_variety: fixedText('multi'),
    axis1_variety: fixedText('regular'),
    block0_items_variety: fixedText('multi'),
    encoding: fixedText('UTF-8'),
    errors: fixedText('strict'),
    pandas_type: fixedText('frame'),
    pandas_version: fixedText('0.15.2'),
    axis0_nlevels: scalar(BigInt(levels.length)),
    block0_items_nlevels: scalar(BigInt(levels.length)),
    nblocks: scalar(1n),
    ndim: scalar(2n),
  };
  for (const axisName of ['axis0', 'block0_items']) {
    levels.forEach((level, k) => {
      const sorted = [...new Set(level.of)].sort();
      children[`${axisName}_level${k}`] = array(fixedTexts(sorted), {
        kind: fixedText('string'),
        name: fixedText(level.name),
      });
      children[`${axisName}_label${k}`] = array(numbers(Int16Array.from(level.of, (v) => sorted.indexOf(v))));
      attributes[`${axisName}_name${k}`] = fixedText(level.name);
    });
  }
  children.axis1 =
    index.kind === 'frames'
      ? array(numbers(BigInt64Array.from(index.numbers, BigInt)), {
          kind: fixedText('integer'),
          name: pickledText('N.'),
        })
      : array(fixedTexts(index.paths), { kind: fixedText('string'), name: pickledText('N.') });
  children.block0_values = array(numbers(values, [rowCount(frame), columns.length]));
  return group(
    { df_with_missing: group(children, attributes) },
    { ...groupAttributes, PYTABLES_FORMAT_VERSION: fixedText('2.1') },
  );
}

const groupAttributes = { CLASS: fixedText('GROUP'), VERSION: fixedText('1.0'), TITLE: fixedText(' ') };

function array(content: Hdf5Array, attributes: Readonly<Record<string, Hdf5Array>> = {}): Hdf5Node {
  return dataset(content, {
    CLASS: fixedText('ARRAY'),
    FLAVOR: fixedText('numpy'),
    VERSION: fixedText('2.4'),
    TITLE: fixedText(' '),
    // pandas transposes what is not marked as transposed already.
    transposed: numbers(Uint8Array.of(1), []),
    ...attributes,
  });
}

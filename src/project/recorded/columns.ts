import { identify, readArrays, readTable, type NamedArray, type NumberArray } from '../../formats/index.ts';
import { InputError } from '../../signal/error.ts';
import { nearest } from '../nearest.ts';

/** Numbers or texts under a name: a column of a table or an array of any shape, row-major. */
export interface NamedValues {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: NumberArray | readonly string[];
}

/** What a file of named columns or arrays holds. */
export class Columns {
  readonly path: string;
  readonly all: readonly NamedValues[];

  constructor(path: string, all: readonly NamedValues[]) {
    this.path = path;
    this.all = all;
  }

  /** Throws `InputError` where the file holds neither a table nor arrays. */
  static async read(path: string): Promise<Columns> {
    // A table of one column has no sign by which it could be recognized.
    const format = /\.(csv|tsv|txt)$/i.test(path) ? 'csv' : undefined;
    if (format !== undefined || (await identify(path)).contents.includes('table')) {
      const { columns } = await readTable(path, { format });
      return new Columns(
        path,
        columns.map(({ name, values }) => ({
          name,
          shape: [values.length],
          values: typeof values[0] === 'boolean' ? Array.from<unknown, string>(values, String) : values,
        })) as NamedValues[],
      );
    }
    const arrays = await readArrays(path);
    return new Columns(path, Object.entries(arrays).map(flattened));
  }

  find(name: string): NamedValues | undefined {
    return this.all.find((column) => column.name === name);
  }

  /** The one of this name. Throws `InputError` where there is none. */
  named(name: string, key: string): NamedValues {
    const found = this.find(name);
    if (found) return found;
    throw this.#missing(name, key);
  }

  /** The first whose name, without case, signs and a unit in brackets, is one of these. */
  called(names: readonly string[]): NamedValues | undefined {
    for (const wanted of names) {
      const found = this.all.find(({ name }) => bare(name) === wanted);
      if (found) return found;
    }
    return undefined;
  }

  /** Those of these names; a name also stands for the cells and fields of it (`spikes{1}`, `spikes.a`). Throws `InputError`. */
  chosen(names: readonly string[], key: string): NamedValues[] {
    return names.flatMap((wanted) => {
      const found = this.all.filter(
        ({ name }) => name === wanted || name.startsWith(`${wanted}{`) || name.startsWith(`${wanted}.`),
      );
      if (found.length === 0) throw this.#missing(wanted, key);
      return found;
    });
  }

  #missing(name: string, key: string): InputError {
    const known = this.all.map((column) => column.name);
    return new InputError(`there is no column or array "${name}"`, {
      where: this.path,
      expected: `one of ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', ...' : ''}`,
      fix: nearest(name, known, (near) => `Did you mean "${near}"?`) ?? `Correct "${key}" in marey.yaml.`,
    });
  }
}

/** Sizes of 1 say nothing: MATLAB's vectors are n x 1. */
function flattened([name, { shape, values }]: [string, NamedArray]): NamedValues {
  const long = shape.filter((size) => size !== 1);
  return { name, shape: long.length === 0 ? [values.length] : long, values };
}

function bare(name: string): string {
  return name
    .toLowerCase()
    .replace(/\s*[([].*$/, '')
    .replaceAll(/[\s_.-]/g, '');
}

export function isText(values: NamedValues['values']): values is readonly string[] {
  return Array.isArray(values);
}

/** Its numbers as float64. Throws `InputError` where it holds texts. */
export function numbersOf({ name, values }: NamedValues, where: string): Float64Array {
  if (values instanceof Float64Array) return values;
  if (!isText(values)) return Float64Array.from(values as ArrayLike<number | bigint>, Number);
  const row = values.findIndex((text) => text !== '');
  throw new InputError(`"${name}" holds no numbers`, {
    where: row < 0 ? where : `${where}, row ${row + 1}`,
    expected: 'numbers',
    got: row < 0 ? 'nothing' : `"${values[row]}"`,
  });
}

/** Its values as texts, numbers written out. */
export function textsOf({ values }: NamedValues): readonly string[] {
  return Array.from(values as ArrayLike<string | number | bigint>, String);
}

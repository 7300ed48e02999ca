import { InputError } from '../../signal/error.ts';

/** A column of DeepLabCut's tables: whose point, which point, which coordinate of it. */
export interface PointColumn {
  /** Empty in tables of a single animal. */
  readonly individual: string;
  readonly bodypart: string;
  readonly coordinate: string;
}

/** What the rows are: pictures with labels, or the numbered frames of a video. */
export type RowIndex =
  | { readonly kind: 'pictures'; readonly paths: readonly string[] }
  | { readonly kind: 'frames'; readonly numbers: Float64Array };

/** DeepLabCut's data frame, as its CSV and HDF5 files both hold it. */
export interface DataFrame {
  readonly scorer: string;
  readonly columns: readonly PointColumn[];
  readonly index: RowIndex;
  /** rows x columns, row-major; NaN where a cell is empty. */
  readonly values: Float64Array;
  /** Where a cell stands in the file, for errors. */
  readonly place: (row: number, column: number) => string;
}

/** DeepLabCut's name in the `individuals` row for points that belong to no animal. */
export const uniqueIndividual = 'single';

export function rowCount(frame: DataFrame): number {
  return frame.index.kind === 'pictures' ? frame.index.paths.length : frame.index.numbers.length;
}

/** Whether the table has a row of individuals. */
export function isMultiAnimal(frame: DataFrame): boolean {
  return frame.columns.some((c) => c.individual !== '');
}

/** Individuals, bodyparts and where the coordinates of each pair stand. */
export interface PointLayout {
  readonly individuals: readonly string[];
  readonly bodyparts: readonly string[];
  /** Column of a coordinate, or -1. */
  readonly column: (individual: string, bodypart: string, coordinate: string) => number;
  readonly coordinates: ReadonlySet<string>;
}

const separator = '\u0000';

/** Finds the layout of a table's columns. Throws `InputError` where a column comes twice or a point lacks `x` or `y`. */
export function pointLayout(frame: DataFrame): PointLayout {
  const at = new Map<string, number>();
  const individuals = new Set<string>();
  const bodyparts = new Set<string>();
  const coordinates = new Set<string>();
  const key = (...names: string[]): string => names.join(separator);
  frame.columns.forEach(({ individual, bodypart, coordinate }, i) => {
    const name = key(individual, bodypart, coordinate);
    if (at.has(name)) {
      throw new InputError(
        `the column "${[individual, bodypart, coordinate].filter(Boolean).join(' ')}" comes twice`,
        {
          where: frame.place(-1, i),
          expected: 'each coordinate of each bodypart once',
          fix: 'Remove one of the two columns.',
        },
      );
    }
    at.set(name, i);
    individuals.add(individual);
    bodyparts.add(bodypart);
    coordinates.add(coordinate);
  });
  if (at.size === 0) {
    throw new InputError('the table has no columns', {
      where: frame.place(-1, 0),
      expected: 'bodyparts with x and y',
    });
  }
  const column = (individual: string, bodypart: string, coordinate: string): number =>
    at.get(key(individual, bodypart, coordinate)) ?? -1;
  frame.columns.forEach(({ individual, bodypart }, i) => {
    for (const needed of ['x', 'y']) {
      if (column(individual, bodypart, needed) < 0) {
        throw new InputError(`the bodypart "${bodypart}" has no column "${needed}"`, {
          where: frame.place(-1, i),
          expected: 'a column x and a column y for each bodypart',
          fix: 'Check the third header row (coords).',
        });
      }
    }
  });
  return { individuals: [...individuals], bodyparts: [...bodyparts], column, coordinates };
}

/**
 * The pairs of individual and bodypart that a table has columns for: all of them, but where there is an individual `single` the
 * bodyparts found only there stand under it alone, as DeepLabCut writes its unique bodyparts.
 */
export function pointPairs(
  individuals: readonly string[],
  bodyparts: readonly string[],
  isPlaced: (individual: number, bodypart: number) => boolean,
): readonly (readonly [individual: number, bodypart: number])[] {
  const single = individuals.indexOf(uniqueIndividual);
  const animals = individuals.map((_, i) => i).filter((i) => i !== single);
  const unique = bodyparts.map(
    (_, k) => single >= 0 && isPlaced(single, k) && !animals.some((i) => isPlaced(i, k)),
  );
  return individuals.flatMap((_, i) =>
    bodyparts
      .map((_name, k) => [i, k] as const)
      .filter(([, k]) => single < 0 || (i === single) === unique[k] || isPlaced(i, k)),
  );
}

import { matrix } from '../../math/index.ts';
import { variableOf, type BreaksPlan, type Variables } from '../../inquire/index.ts';
import { series, type Series } from '../../relate/index.ts';
import { InputError } from '../../signal/error.ts';
import { isText, numbersOf, type Columns, type NamedValues } from '../recorded/columns.ts';

/**
 * Arrays and columns of files as variables over the same samples. Arrays may lie either way: the samples are along the one length that all that is
 * named have. Throws `InputError` where there is none or more than one, and for a name that two files have.
 *
 * @param wanted the names that count; what else the files hold may have any shape.
 */
export function variablesOf(files: readonly Columns[], wanted: readonly string[]): Variables {
  const found = new Map<string, { values: NamedValues; path: string }>();
  for (const { path, all } of files) {
    for (const values of all) {
      if (isText(values.values)) continue;
      const before = found.get(values.name);
      if (before && wanted.includes(values.name)) {
        throw new InputError(`two files have a variable "${values.name}"`, {
          where: path,
          got: `another in ${before.path}`,
          fix: 'Rename one of them.',
        });
      }
      found.set(values.name, { values, path });
    }
  }
  const named = wanted.flatMap((name) => found.get(name) ?? []);
  const samples = named.length > 0 ? samplesOf(named) : undefined;
  const all = new Map<string, Series>();
  for (const [name, { values, path }] of found) {
    const at = values.shape.indexOf(samples ?? values.shape[0]);
    if (at < 0 || values.shape.length > 2) {
      // Known by its name, so that whoever asks for it hears what it is.
      if (wanted.includes(name)) throw notOverTime(name, values.shape, path);
      continue;
    }
    all.set(name, seriesOf(name, values, at, path));
  }
  return all;
}

function samplesOf(named: readonly { values: NamedValues; path: string }[]): number {
  const [first, ...others] = named;
  const shared = [...new Set(first.values.shape)].filter((n) =>
    others.every(({ values }) => values.shape.includes(n)),
  );
  // One sample a bin of two lengths that all have: the longer one, for there are more samples than channels.
  if (shared.length > 0) return Math.max(...shared);
  const other = others.find(({ values }) => !values.shape.some((n) => first.values.shape.includes(n)))!;
  const shape = ({ values }: typeof first): string => `"${values.name}" ${values.shape.join(' x ')}`;
  throw new InputError('the variables have no samples in common', {
    where: first.path,
    expected: 'one length that all of them have',
    got: other ? `${shape(first)}, ${shape(other)}` : named.map(shape).join(', '),
    fix: 'Bring them into the same bins.',
  });
}

function notOverTime(name: string, shape: readonly number[], where: string): InputError {
  return new InputError(`"${name}" is no variable over time`, {
    where,
    expected: 'samples x channels, or channels x samples',
    got: shape.join(' x '),
  });
}

function seriesOf(name: string, values: NamedValues, at: number, path: string): Series {
  const numbers = numbersOf(values, path);
  const rows = values.shape[at];
  const columns = numbers.length / Math.max(1, rows);
  const out = matrix(rows, columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++)
      out.data[r * columns + c] = numbers[at === 0 ? r * columns + c : c * rows + r];
  }
  return series(out, columns === 1 ? [name] : Array.from({ length: columns }, (_, c) => `${name} ${c + 1}`));
}

/** The variables in stretches, as a plan's `breaks` say. Throws `InputError` for a variable that is not there. */
export function broken(variables: Variables, breaks: BreaksPlan | undefined, bin: number): Variables {
  if (!breaks) return variables;
  const where = 'data, breaks';
  const of = variableOf(breaks.of, variables, where).values;
  const given = breaks.given === undefined ? undefined : variableOf(breaks.given, variables, where).values;
  if (given && given.columns !== of.columns) {
    throw new InputError('steps and what accounts for them differ in channels', {
      where,
      expected: `${of.columns}`,
      got: `${given.columns}`,
    });
  }
  const { beyond = 0 } = breaks;
  const stretches = new Int32Array(of.rows);
  for (let r = 1; r < of.rows; r++) {
    let furthest = 0;
    for (let c = 0; c < of.columns; c++) {
      const [a, b] = [(r - 1) * of.columns + c, r * of.columns + c];
      const accounted = given ? ((given.data[a] + given.data[b]) / 2) * bin : 0;
      furthest = Math.max(furthest, Math.abs(of.data[b] - of.data[a] - accounted));
    }
    stretches[r] = stretches[r - 1] + (furthest > beyond ? 1 : 0);
  }
  return new Map([...variables].map(([name, v]) => [name, series(v.values, v.names, stretches)]));
}

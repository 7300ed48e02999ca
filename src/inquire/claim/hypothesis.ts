import { InputError, UsageError } from '../../signal/error.ts';
import { matrix, type Matrix } from '../../math/index.ts';
import { isWhole, type Series } from '../../relate/series.ts';

/** What an account of the nervous system says that a population has to do with: values at every sample of the recording. */
export interface Hypothesis {
  readonly name: string;
  /** Samples x features: movement, muscles, a sense, the units of a network. NaN where it says nothing. */
  readonly features: Series;
}

export interface Shared {
  readonly activity: Matrix;
  readonly features: readonly Matrix[];
  readonly stretches: Int32Array;
  /** Samples of the recording that are used. */
  readonly used: number;
  readonly notes: readonly string[];
}

/** Beyond this share of samples without a prediction a hypothesis cannot be judged. */
const mostMissing = 0.5;

/**
 * The samples at which every hypothesis says something and every unit was recorded, so that all are judged on the same. Throws `UsageError` for
 * fewer than two hypotheses, a name used twice or series of different lengths; `InputError` where a hypothesis says nothing for half of the
 * data or more, or a feature or a unit never changes.
 */
export function sharedSamples(activity: Series, hypotheses: readonly Hypothesis[]): Shared {
  checkNames(hypotheses);
  const { rows } = activity.values;
  const notes: string[] = [];
  const recorded = wholeOf(activity.values);
  const count = recorded.filter(Boolean).length;
  const said = hypotheses.map(({ name, features }) => {
    if (features.values.rows !== rows) {
      throw new UsageError('a hypothesis and the activity differ in length', {
        where: name,
        expected: `${rows} samples`,
        got: `${features.values.rows}`,
      });
    }
    const whole = wholeOf(features.values);
    const missing = 1 - whole.filter((w, r) => w && recorded[r]).length / count;
    if (!(missing < mostMissing)) {
      throw new InputError('a hypothesis says nothing for half of the data or more', {
        where: name,
        expected: `values for more than ${100 * (1 - mostMissing)} % of the samples`,
        got: `${(100 * (1 - missing)).toFixed(0)} %`,
        fix: 'Leave the hypothesis out, or restrict the claim to the samples that it speaks of.',
      });
    }
    if (missing > 0.05) {
      notes.push(
        `"${name}" says nothing for ${(100 * missing).toFixed(0)} % of the samples: no hypothesis is judged on these.`,
      );
    }
    return whole;
  });
  const kept = Int32Array.from({ length: rows }, (_, r) => r).filter(
    (r) => recorded[r] && said.every((w) => w[r]),
  );
  const taken = takenRows(activity.values, kept);
  checkChange(taken, activity.names, 'activity');
  const features = hypotheses.map(({ name, features: f }) => {
    const of = takenRows(f.values, kept);
    checkChange(of, f.names, name);
    return of;
  });
  return { activity: taken, features, stretches: stretchesOf(activity, kept), used: kept.length, notes };
}

function checkNames(hypotheses: readonly Hypothesis[]): void {
  const names = hypotheses.map((h) => h.name);
  const twice = names.find((n, i) => names.indexOf(n) !== i);
  if (hypotheses.length >= 2 && twice === undefined) return;
  throw new UsageError('these hypotheses cannot be compared', {
    expected: 'two or more, each with a name of its own',
    got: twice === undefined ? `${hypotheses.length}` : `"${twice}" twice`,
  });
}

function wholeOf(values: Matrix): boolean[] {
  return Array.from({ length: values.rows }, (_, r) => isWhole(values, r));
}

function takenRows({ columns, data }: Matrix, rows: Int32Array): Matrix {
  const out = matrix(rows.length, columns);
  rows.forEach((r, i) => out.data.set(data.subarray(r * columns, (r + 1) * columns), i * columns));
  return out;
}

function stretchesOf({ stretches }: Series, kept: Int32Array): Int32Array {
  const out = new Int32Array(kept.length);
  for (let i = 1; i < kept.length; i++) {
    const broken = kept[i] !== kept[i - 1] + 1 || stretches[kept[i]] !== stretches[kept[i - 1]];
    out[i] = out[i - 1] + (broken ? 1 : 0);
  }
  return out;
}

function checkChange({ columns, data }: Matrix, names: readonly string[], where: string): void {
  for (let c = 0; c < columns; c++) {
    let changes = false;
    for (let i = c; i < data.length && !changes; i += columns) changes = data[i] !== data[c];
    if (changes) continue;
    throw new InputError('a column never changes', {
      where: `${where}, "${names[c]}"`,
      expected: 'two different values or more among the samples that all hypotheses speak of',
      got: `${data[c]} throughout`,
      fix: 'Leave it out.',
    });
  }
}

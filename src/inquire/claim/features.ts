import { matrix } from '../../math/index.ts';
import { mostActive } from '../../relate/most-active.ts';
import { beside, lagged, takeColumns, type Series } from '../../relate/series.ts';
import { InputError } from '../../signal/error.ts';
import type { Hypothesis } from './hypothesis.ts';
import type { ClaimPlan, Derivation, FeaturePlan } from './plan.ts';

/** Variables by name, all of the same samples and stretches. */
export type Variables = ReadonlyMap<string, Series>;

/**
 * The features of every hypothesis of a plan, samples x features, missing (NaN) where a lag or a difference would reach beyond its stretch.
 * Throws `InputError` for a variable or channel that the data lack, and for a lag that is no whole number of bins.
 */
export function hypothesesOf({ data, hypotheses }: ClaimPlan, variables: Variables): Hypothesis[] {
  return Object.entries(hypotheses).map(([name, features]) => ({
    name,
    features: features
      .map((f) => featureOf(f, variables, data.bin, `hypothesis "${name}"`))
      .reduce((a, b) => beside(a, b)),
  }));
}

/** The channels of a plan's activity. Throws `InputError` as `hypothesesOf` does. */
export function activityOf({ activity }: ClaimPlan, variables: Variables): Series {
  const all = channelsOf(activity, variables, 'activity');
  return mostActive(all, activity.most ?? Infinity);
}

function featureOf(plan: FeaturePlan, variables: Variables, bin: number, where: string): Series {
  const chosen = channelsOf(plan, variables, where);
  const derived = [plan.as ?? []].flat().reduce((x, as) => derive(x, as, bin), chosen);
  const lags = plan.lags.map((seconds) => {
    const bins = Math.round(seconds / bin);
    if (Math.abs(bins * bin - seconds) <= 1e-6 * bin) return bins;
    throw new InputError('a lag is no whole number of bins', {
      where: `${where}, of "${[plan.of].flat().join(', ')}"`,
      expected: `a multiple of ${bin} s`,
      got: `${seconds} s`,
    });
  });
  return lags.length === 1 && lags[0] === 0 ? derived : lagged(derived, lags);
}

/** Chosen channels of one variable, or of several side by side. Throws `InputError` for a variable or channel that is not there. */
export function channelsOf(
  { of, channels }: Pick<FeaturePlan, 'of' | 'channels'>,
  variables: Variables,
  where: string,
): Series {
  const all = [of]
    .flat()
    .map((name) => variableOf(name, variables, where))
    .reduce((a, b) => beside(a, b));
  if (!channels) return all;
  const taken = channels.map((c) => {
    const at = typeof c === 'number' ? c - 1 : all.names.indexOf(c);
    if (at >= 0 && at < all.names.length) return at;
    throw new InputError(
      `"${[of].flat().join(', ')}" has no channel ${typeof c === 'number' ? c : `"${c}"`}`,
      {
        where,
        expected: `a number from 1 to ${all.names.length}, or one of ${listed(all.names)}`,
      },
    );
  });
  return takeColumns(all, taken);
}

/** Throws `InputError` where the data lack it. */
export function variableOf(name: string, variables: Variables, where: string): Series {
  const found = variables.get(name);
  if (found) return found;
  throw new InputError(`the data have no variable "${name}"`, {
    where,
    expected: `one of ${listed([...variables.keys()])}`,
  });
}

const listed = (names: readonly string[]): string =>
  names.length > 20 ? `${names.slice(0, 20).join(', ')}, ...` : names.join(', ');

function derive(x: Series, as: Derivation, bin: number): Series {
  const { rows, columns, data } = x.values;
  const renamed = (write: (name: string) => string): string[] => x.names.map(write);
  switch (as) {
    case 'change': {
      const out = matrix(rows, columns, new Float64Array(data.length).fill(NaN));
      for (let r = 1; r < rows - 1; r++) {
        if (x.stretches[r - 1] !== x.stretches[r + 1]) continue;
        for (let c = 0; c < columns; c++) {
          out.data[r * columns + c] = (data[(r + 1) * columns + c] - data[(r - 1) * columns + c]) / (2 * bin);
        }
      }
      return { ...x, values: out, names: renamed((n) => `change of ${n}`) };
    }
    case 'size': {
      const values = matrix(rows, 1, sizes(x));
      return { ...x, values, names: [`size of ${x.names.join(', ')}`] };
    }
    case 'direction': {
      const size = sizes(x);
      const out = matrix(rows, columns);
      data.forEach((v, i) => {
        const s = size[Math.floor(i / columns)];
        out.data[i] = s === 0 ? 0 : v / s;
      });
      return { ...x, values: out, names: renamed((n) => `direction of ${n}`) };
    }
    case 'square':
      return {
        ...x,
        values: matrix(
          rows,
          columns,
          data.map((v) => v * v),
        ),
        names: renamed((n) => `square of ${n}`),
      };
    default:
      return as satisfies never;
  }
}

function sizes({ values: { rows, columns, data } }: Series): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) =>
    Math.hypot(...data.subarray(r * columns, (r + 1) * columns)),
  );
}

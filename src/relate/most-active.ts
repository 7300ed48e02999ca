import { column, takeColumns, type Series } from './series.ts';

/** The columns with the highest means over the samples that are there, in the order in which they stand. */
export function mostActive(all: Series, most: number): Series {
  if (most >= all.names.length) return all;
  const means = all.names.map((_, c) => {
    const values = column(all.values, c).filter((v) => !Number.isNaN(v));
    return values.reduce((a, b) => a + b, 0) / values.length;
  });
  const ordered = means.map((_, c) => c).toSorted((a, b) => means[b] - means[a] || a - b);
  return takeColumns(
    all,
    ordered.slice(0, most).toSorted((a, b) => a - b),
  );
}

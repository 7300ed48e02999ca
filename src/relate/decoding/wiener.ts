import { InputError } from '../../signal/error.ts';
import type { Matrix } from '../../math/matrix.ts';
import type { Fitted, Method } from '../method.ts';
import { columnMoments, inspect, notesOn, sameColumns } from '../regressors.ts';
import { applyRidge, ridge, type RidgeOptions } from '../ridge.ts';
import { lagged, takeRows, wholeRows, withMissing, type Series } from '../series.ts';

export interface WienerOptions extends RidgeOptions {
  /** Lags of the spike counts in samples, positive ones before the moment that is decoded. Default 0 to 6. */
  readonly lags?: readonly number[];
}

export const sevenBins: readonly number[] = [0, 1, 2, 3, 4, 5, 6];

/**
 * The Wiener filter: movement as a linear function of the spike counts of several bins (Carmena et al. 2003; as a finite impulse
 * response with a ridge penalty that is chosen by cross-validation). Causal unless lags are negative.
 */
export function wienerFilter(options: WienerOptions = {}): Method {
  return {
    name: 'wiener',
    async fit(x, y): Promise<Fitted> {
      const fitted = fitWiener(x, y, options);
      return {
        notes: fitted.notes,
        predict: async (x) => fitted.predict(x),
      };
    },
  };
}

/** A fitted filter, and what it says of the samples it was fitted on. */
export interface WienerFit {
  readonly notes: readonly string[];
  readonly predict: (x: Series) => Matrix;
}

export function fitWiener(x: Series, y: Series, { lags = sevenBins, ...options }: WienerOptions): WienerFit {
  const windows = lagged(x, lags);
  const rows = wholeRows([windows, y], 'wiener filter', 10);
  demandVaried(takeRows(y, rows), 'wiener filter');
  const notes = notesOn(inspect(takeRows(x, rows).values, x.names), rows.length, windows.names.length);
  const design = takeRows(windows, rows);
  const fit = ridge(design.values, takeRows(y, rows).values, design.stretches, options);
  return {
    notes,
    predict(x) {
      sameColumns(design.names, lagged(x, lags), 'wiener filter');
      return withMissing(lagged(x, lags).values, (values) => applyRidge(fit, values));
    },
  };
}

/** Throws `InputError` naming an output that never varies. */
export function demandVaried(y: Series, where: string): void {
  const still = columnMoments(y.values).deviation.findIndex((d) => !(d > 0));
  if (still < 0) return;
  throw new InputError('an output never varies', {
    where: `${where}, "${y.names[still]}"`,
    expected: 'outputs that vary over the samples of the fit',
    fix: 'Leave it out.',
  });
}

import { dense, dropout, gru, lstm, meanSquaredError } from '../../learn/index.ts';
import type { Engine } from '../../learn/index.ts';
import type { Fitted, Method } from '../method.ts';
import { trainNetwork } from '../network.ts';
import { columnMoments, inspect, notesOn, sameColumns, standardized } from '../regressors.ts';
import { isWhole, lagged, takeRows, wholeRows } from '../series.ts';
import { demandVaried, sevenBins } from './wiener.ts';

export interface RecurrentOptions {
  readonly engine: Engine;
  readonly seed?: number;
  /** Networks whose predictions are averaged. Default 2. */
  readonly members?: number;
  /** Size of the state. Default 80. */
  readonly units?: number;
  /** Share of inputs and of state outputs that are set to 0 in a step of training. Default 0.25. */
  readonly dropout?: number;
  /** Default 500. */
  readonly steps?: number;
  /** Default 5e-3. */
  readonly learningRate?: number;
}

/** Samples of a piece of time, and those of them that only set the state. */
const [length, lead] = [24, 12];

/**
 * A recurrent decoder, gated (GRU) or with long short-term memory (LSTM; Glaser et al. 2020): the state runs over the spike counts
 * up to the moment that is decoded, 12 to 24 samples of them where the stretch has as many, at least 7. Causal. Trained on pieces of time;
 * training stops where the last 15 % of the samples of the fit are decoded best, which are then not trained on.
 */
export function recurrentDecoder(cell: 'gru' | 'lstm', options: RecurrentOptions): Method {
  const {
    engine,
    seed = 0,
    members = 2,
    units = 80,
    steps = 500,
    learningRate = 5e-3,
    dropout: rate = 0.25,
  } = options;
  const layer = cell === 'gru' ? gru : lstm;
  return {
    name: cell,
    async fit(x, y): Promise<Fitted> {
      const rows = wholeRows([lagged(x, sevenBins), y], cell, 40);
      demandVaried(takeRows(y, rows), cell);
      const { mean, deviation } = columnMoments(takeRows(y, rows).values);
      const targets = standardized(y.values, mean, deviation);
      // A sample is a target where the seven bins before it are there.
      const use = new Uint8Array(y.values.rows);
      for (const r of rows) use[r] = 1;
      targets.data.forEach((_, i) => {
        if (!use[Math.floor(i / targets.columns)]) targets.data[i] = NaN;
      });
      const predictor = await trainNetwork(
        x.values,
        targets,
        x.stretches,
        {
          network: (scope, input) => {
            const h = layer(scope.at(cell), dropout(scope.at('in'), input, rate), { units }).outputs;
            return dense(scope.at('out'), dropout(scope.at('drop'), h, rate), { units: targets.columns });
          },
          loss: (prediction, target, weights) => meanSquaredError(prediction, target, { weights }),
          length,
          lead,
          start: sevenBins.length - 1,
        },
        {
          engine,
          seeds: Array.from({ length: members }, (_, k) => seed + k),
          steps,
          batch: 32,
          learningRate,
          decay: 1e-3,
          validation: 0.15,
        },
      );
      const names = x.names;
      return {
        notes: notesOn(inspect(takeRows(x, rows).values, names), rows.length, names.length),
        predict: async (x) => {
          sameColumns(names, x, cell);
          const out = await predictor(x.values, x.stretches);
          const windows = lagged(x, sevenBins).values;
          const q = out.columns;
          const data = out.data.map((v, i) =>
            isWhole(windows, Math.floor(i / q)) ? v * deviation[i % q] + mean[i % q] : NaN,
          );
          return { ...out, data };
        },
      };
    },
  };
}

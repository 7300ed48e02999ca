import { add, clip, dense, dropout, exp, multiply, silu, subtract, weightedMean } from '../../learn/index.ts';
import type { Engine, Scope, Tensor } from '../../learn/index.ts';
import type { Fitted, Method } from '../method.ts';
import { trainNetwork } from '../network.ts';
import { inspect, notesOn, sameColumns } from '../regressors.ts';
import { isWhole, takeColumns, takeRows, wholeRows } from '../series.ts';
import { checkCounts, unitSamples } from './units.ts';

export interface RateNetworkOptions {
  readonly engine: Engine;
  readonly seed?: number;
  /** Networks whose predictions are averaged. Default 2. */
  readonly members?: number;
  /** Units of each of the two hidden layers, which all neurons share. Default 64. */
  readonly hidden?: number;
  /** Share of hidden units that are set to 0 in a step of training. Default 0.2. */
  readonly dropout?: number;
  /** Default 1500. */
  readonly steps?: number;
  /** Default 2e-3. */
  readonly learningRate?: number;
  /** Weight decay. Default 0.02. */
  readonly decay?: number;
}

const batch = 128;
/** Log rates beyond this are cut off: expected counts up to 1e4. */
const mostLogRate = Math.log(1e4);

/**
 * A network with two hidden layers from regressors to the log rates of all units together, with the Poisson loss f - y ln f
 * (as in Benjamin et al. 2018, with one network for all neurons so that they share what they have in common). Training stops
 * where the last 15 % of the samples of the fit are predicted best.
 */
export function rateNetwork(options: RateNetworkOptions): Method {
  const {
    engine,
    seed = 0,
    members = 2,
    hidden = 64,
    steps = 1500,
    learningRate = 2e-3,
    decay = 0.02,
  } = options;
  return {
    name: 'network',
    async fit(x, y): Promise<Fitted> {
      const rows = wholeRows([x], 'network', 20);
      // Each unit by itself, for the same refusals as other encoders.
      y.names.forEach((name, u) => {
        const { counts } = unitSamples(x, y, u, 'network');
        checkCounts(counts, `network, unit "${name}"`);
      });
      const own = takeRows(x, rows);
      const counts = takeRows(y, rows).values;
      const means = y.names.map((_, u) => {
        const present = takeColumns(y, [u]).values.data.filter((v) => !Number.isNaN(v));
        return present.reduce((a, b) => a + b, 0) / present.length;
      });
      const network = (scope: Scope, input: Tensor): Tensor => {
        let h = dropout(
          scope.at('drop1'),
          silu(dense(scope.at('hidden1'), input, { units: hidden })),
          options.dropout ?? 0.2,
        );
        h = dropout(
          scope.at('drop2'),
          silu(dense(scope.at('hidden2'), h, { units: hidden })),
          options.dropout ?? 0.2,
        );
        const out = dense(scope.at('out'), h, { units: means.length, bias: false });
        const offset = scope.parameter('offset', [means.length], () => Float32Array.from(means, Math.log));
        return clip(add(out, offset), -2 * mostLogRate, mostLogRate);
      };
      const predictor = await trainNetwork(
        own.values,
        counts,
        Int32Array.from(rows.keys()),
        {
          network,
          loss: (eta, target, weights) =>
            weightedMean(subtract(exp(eta), multiply(target, eta)), { weights }),
          length: 1,
          lead: 0,
          start: 0,
        },
        {
          engine,
          seeds: Array.from({ length: members }, (_, k) => seed + k),
          steps,
          batch,
          learningRate,
          decay,
          validation: 0.15,
        },
      );
      return {
        notes: notesOn(inspect(own.values, x.names), rows.length, x.names.length),
        predict: async (x) => {
          sameColumns(own.names, x, 'network');
          const eta = await predictor(
            x.values,
            Int32Array.from({ length: x.values.rows }, (_, i) => i),
          );
          const q = eta.columns;
          const data = eta.data.map((v, i) => (isWhole(x.values, Math.floor(i / q)) ? Math.exp(v) : NaN));
          return { ...eta, data };
        },
      };
    },
  };
}

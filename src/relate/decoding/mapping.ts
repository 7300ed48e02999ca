import { matrix, type Matrix } from '../../math/matrix.ts';
import { UsageError } from '../../signal/error.ts';
import type { Fitted } from '../method.ts';
import { isWhole, stretchStarts, type Series } from '../series.ts';

/** A decoder whose numbers are given, as a brain-computer interface ran it. */
export interface Mapping {
  /** outputs x units. */
  readonly weights: Matrix;
  /** One number an output. */
  readonly offset: ArrayLike<number>;
  /** outputs x outputs: how much of the last output is carried over. Default: nothing. */
  readonly carry?: Matrix;
}

/**
 * v_t = carry v_{t-1} + weights u_t + offset: a Kalman filter in its steady state, as in brain-computer interfaces (Gilja et al. 2012;
 * Golub et al. 2015). Each stretch starts with v = 0. From a missing sample to the end of its stretch a decoder with a carry is
 * missing, one without only there.
 */
export function decoderOf({ weights, offset, carry }: Mapping): Fitted {
  const outputs = weights.rows;
  if (offset.length !== outputs || (carry && (carry.rows !== outputs || carry.columns !== outputs))) {
    throw new UsageError('the parts of the decoder do not fit', {
      expected: `${outputs} offsets and a carry of ${outputs} x ${outputs}`,
      got: `${offset.length} offsets${carry ? `, carry ${carry.rows} x ${carry.columns}` : ''}`,
    });
  }
  return {
    notes: [],
    predict: async ({ values, stretches }: Series) => {
      if (values.columns !== weights.columns) {
        throw new UsageError('these are not the columns that the decoder takes', {
          expected: `${weights.columns} units`,
          got: `${values.columns}`,
        });
      }
      const out = matrix(values.rows, outputs);
      const starts = stretchStarts(stretches);
      for (let s = 0; s + 1 < starts.length; s++) {
        let last = new Float64Array(outputs);
        for (let r = starts[s]; r < starts[s + 1]; r++) {
          const whole = isWhole(values, r);
          const now = new Float64Array(outputs);
          for (let k = 0; k < outputs; k++) {
            let v = offset[k];
            if (carry) for (let j = 0; j < outputs; j++) v += carry.data[k * outputs + j] * last[j];
            for (let u = 0; u < values.columns; u++) {
              v += weights.data[k * values.columns + u] * values.data[r * values.columns + u];
            }
            now[k] = whole ? v : NaN;
          }
          out.data.set(now, r * outputs);
          last = now;
        }
      }
      return out;
    },
  };
}

import type { Cell } from './cell.ts';

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * Gated recurrent units (Cho, van Merrienboer, Gulcehre, Bahdanau, Bougares, Schwenk and Bengio 2014, with the reset behind the product):
 *
 *     z = s(Wz h + Uz u + bz),   q = s(Wq h + Uq u + bq),   n = tanh(q (Wn h) + Un u + bn),   h' = (1 - z) n + z h
 *
 * Gates lie in the order z, q, n.
 */
export function gru(units: number): Cell {
  const wide = 3 * units;
  return {
    name: 'GRU',
    gates: 3,
    stateIsRate: true,
    update(a, c, state, next) {
      for (let at = 0, i = 0; at < a.length; at += wide) {
        for (let u = 0; u < units; u++, i++) {
          const z = logistic(a[at + u] + c[at + u]);
          const q = logistic(a[at + units + u] + c[at + units + u]);
          const n = Math.tanh(q * a[at + 2 * units + u] + c[at + 2 * units + u]);
          next[i] = (1 - z) * n + z * state[i];
        }
      }
    },
    adjoint({ fromUnits: a, fromInputs: c, state }, g) {
      for (let at = 0, i = 0; at < a.length; at += wide) {
        for (let u = 0; u < units; u++, i++) {
          const [atZ, atQ, atN] = [at + u, at + units + u, at + 2 * units + u];
          const z = logistic(a[atZ] + c[atZ]);
          const q = logistic(a[atQ] + c[atQ]);
          const n = Math.tanh(q * a[atN] + c[atN]);
          const gn = g.rate[i] * (1 - z) * (1 - n * n);
          const gz = g.rate[i] * (state[i] - n) * z * (1 - z);
          const gq = gn * a[atN] * q * (1 - q);
          g.fromUnits[atZ] = gz;
          g.fromInputs[atZ] = gz;
          g.fromUnits[atQ] = gq;
          g.fromInputs[atQ] = gq;
          g.fromUnits[atN] = gn * q;
          g.fromInputs[atN] = gn;
          g.state[i] += g.rate[i] * z;
        }
      }
    },
    rateOf: (state, rate) => rate.set(state),
  };
}

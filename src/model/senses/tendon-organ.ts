import type { Receptor } from './sense.ts';

/** Poles (1/s) and residues of the filter, and its direct part. */
const poles = [0.2, 2] as const;
const residues = [-0.048 / 1.8, -2.04 / 1.8] as const;
const direct = 1.7;

/**
 * Golgi tendon organs: force F (N) is compressed and adapts,
 *
 *     x = 60 ln(F / 4 + 1),   Ib = [H x]+,   H(s) = (1.7 s^2 + 2.58 s + 0.4) / (s^2 + 2.2 s + 0.4)
 *
 * (Houk and Simon 1967 and Lin and Crago 2002, as in Elias, Watanabe and Kohn 2014). H is 1 in the end and 1.7 at first; it is integrated
 * exactly for an x that runs straight between samples. A pushing (negative) force counts as none.
 */
export const tendonOrgan: Receptor = {
  name: 'Golgi tendon organ',
  needs: ['force'],
  afferents: [{ name: 'Ib', unit: 'pulses/s', rate: true }],
  gamma: false,
  respond({ stepSeconds: h, channels, values }) {
    const force = values.force!;
    const rates = new Float64Array(force.length);
    const filters = poles.map((pole) => {
      const kept = Math.exp(-pole * h);
      const ramp = (1 - kept) / (pole * pole * h);
      return { pole, kept, before: ramp - kept / pole, now: 1 / pole - ramp };
    });
    for (let c = 0; c < channels; c++) {
      let last = NaN;
      const state = [0, 0];
      for (let i = c; i < force.length; i += channels) {
        const x = 60 * Math.log(Math.max(force[i], 0) / 4 + 1);
        let rate = direct * x;
        filters.forEach(({ pole, kept, before, now }, n) => {
          state[n] = Number.isNaN(last) ? x / pole : kept * state[n] + before * last + now * x;
          rate += residues[n] * state[n];
        });
        last = x;
        rates[i] = rate < 0 ? 0 : rate;
      }
    }
    return [rates];
  },
};

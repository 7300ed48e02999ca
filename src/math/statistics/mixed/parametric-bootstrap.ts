import { UsageError } from '../../../signal/error.ts';
import { matrix } from '../../matrix.ts';
import type { Random } from '../../random.ts';
import { RestrictedLikelihood } from './likelihood.ts';
import { coefficientOf, fitResponse, mixedDesign, type MixedData } from './mixed-model.ts';

export interface ParametricBootstrap {
  readonly t: number;
  readonly p: number;
  readonly simulations: number;
}

/**
 * The p value of one fixed effect of a mixed model by simulation: the model without it is fitted, data are simulated from that and
 * refitted with it, and |t| is judged among those (Halekoh & Højsgaard 2014, J. Stat. Softw. 59(9), section 4). p is
 * (1 + as extreme) / (1 + simulations). For few animals, where degrees of freedom are a rough idea.
 */
export function parametricBootstrap(
  data: MixedData,
  effect: string,
  options: { readonly simulations?: number; readonly random: Random },
): ParametricBootstrap {
  const { simulations = 999, random } = options;
  const design = mixedDesign(data);
  const { likelihood, x, z, rows, names, response } = design;
  const tested = names.indexOf(effect);
  if (tested < 1) {
    throw new UsageError('no such fixed effect', { expected: names.slice(1).join(', '), got: effect });
  }
  if (!(simulations >= 39)) {
    throw new UsageError('too few simulations for a p value of 0.05', {
      expected: '39 or more',
      got: `${simulations}`,
    });
  }
  const width = names.length - 1;
  const reduced = matrix(x.rows, width);
  for (let i = 0; i < x.rows; i++) {
    for (let k = 0, to = 0; k < names.length; k++) {
      if (k !== tested) reduced.data[i * width + to++] = x.data[i * names.length + k];
    }
  }
  const without = new RestrictedLikelihood(reduced, z, rows);
  const null_ = fitResponse(without, without.response(response));
  const mean = Float64Array.from({ length: x.rows }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += reduced.data[i * width + k] * null_.profile.beta[k];
    return sum;
  });
  const t = (y: Float64Array): number => {
    const { profile, components } = fitResponse(likelihood, likelihood.response(y));
    const { estimate, standardError } = coefficientOf(profile, components[components.length - 1], tested);
    return Math.abs(estimate / standardError);
  };
  const observed = t(response);
  let extreme = 1;
  for (let s = 0; s < simulations; s++) {
    if (t(simulated(mean, null_.components, z.data, z.columns, rows, random)) >= observed) extreme++;
  }
  return { t: observed, p: extreme / (simulations + 1), simulations };
}

function simulated(
  mean: Float64Array,
  components: Float64Array,
  z: Float64Array,
  q: number,
  rows: readonly Int32Array[],
  random: Random,
): Float64Array {
  const y = new Float64Array(mean.length);
  const noise = Math.sqrt(components[components.length - 1]);
  const first = Math.sqrt(components[0]);
  const cross = q === 2 && first > 0 ? components[1] / first : 0;
  const second = q === 2 ? Math.sqrt(Math.max(0, components[2] - cross * cross)) : 0;
  for (const group of rows) {
    const [a, b] = [random.normal(), random.normal()];
    for (const i of group) {
      y[i] = mean[i] + first * a * z[i * q] + noise * random.normal();
      if (q === 2) y[i] += (cross * a + second * b) * z[i * q + 1];
    }
  }
  return y;
}

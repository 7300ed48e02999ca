import { multiply, svd, transpose, type Matrix } from '../../math/index.ts';
import { asMatrix, centered, principal, type Responses } from '../responses.ts';
import type { Measure } from './measure.ts';

/** Components that hold this fraction of the variance are kept before canonical correlations are sought. */
const keptVariance = 0.99;
/** And at most this many, so that few states cannot be fitted by many units. */
const mostComponents = 10;

/** An orthonormal basis of the states' leading components, one column each. */
function whitened(r: Responses): Matrix {
  const { scores, explained } = principal(r, mostComponents);
  let [count, held] = [0, 0];
  while (count < scores.units && held < keptVariance) held += explained[count++];
  const kept: Responses = {
    ...scores,
    units: count,
    values: scores.values.filter((_, i) => i % scores.units < count),
  };
  return svd(asMatrix(centered(kept))).u;
}

/** Canonical correlations, decreasing, of the leading principal components of two populations. */
export function canonicalCorrelations(a: Responses, b: Responses): Float64Array {
  return svd(multiply(transpose(whitened(a)), whitened(b))).s.map((s) => Math.min(1, s));
}

/**
 * The mean canonical correlation (Hotelling 1936) of the leading principal components (99 % of the variance, ten at most: Raghu et al. 2017;
 * Sussillo et al. 2015 took ten of motor cortex). Never below what chance gives for so many components: read it beside its null.
 */
export const cca: Measure = {
  name: 'cca',
  title: 'canonical correlation',
  meaning: 'mean canonical correlation of leading components, 0 to 1',
  source: 'Hotelling 1936; Sussillo et al. 2015, Nat Neurosci 18:1025; Raghu et al. 2017, NeurIPS',
  invariances: ['translation', 'scale', 'rotation'],
  symmetric: true,
  chance: 'conditions',
  range: [0, 1],
  value(a, b) {
    const correlations = canonicalCorrelations(a, b);
    return correlations.reduce((s, v) => s + v, 0) / correlations.length;
  },
};

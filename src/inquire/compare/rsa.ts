import { spearman } from '../../math/index.ts';
import { UsageError } from '../../signal/error.ts';
import type { Responses } from '../responses.ts';
import type { Measure } from './measure.ts';

/**
 * Representational dissimilarity: 1 - Pearson's r between the patterns (all units at all times, each unit's mean over conditions at each time taken away)
 * of each pair of conditions. [pair], in the order (0,1), (0,2), (1,2), (0,3)...
 */
export function dissimilarities(r: Responses): Float64Array {
  if (r.conditions < 3) {
    throw new UsageError('dissimilarities of conditions need three of them', { got: `${r.conditions}` });
  }
  const size = r.times * r.units;
  const means = new Float64Array(size);
  r.values.forEach((v, i) => (means[i % size] += v / r.conditions));
  const patterns = Array.from({ length: r.conditions }, (_, c) => {
    const p = r.values.slice(c * size, (c + 1) * size).map((v, i) => v - means[i]);
    const mean = p.reduce((s, v) => s + v, 0) / size;
    const length = Math.sqrt(p.reduce((s, v) => s + (v - mean) ** 2, 0));
    return p.map((v) => (length > 0 ? (v - mean) / length : 0));
  });
  const out: number[] = [];
  for (let i = 1; i < patterns.length; i++) {
    for (let j = 0; j < i; j++) out.push(1 - patterns[i].reduce((s, v, k) => s + v * patterns[j][k], 0));
  }
  return Float64Array.from(out);
}

/** Spearman's correlation of the dissimilarities of conditions (Kriegeskorte, Mur & Bandettini 2008; Nili et al. 2014). */
export const rsa: Measure = {
  name: 'rsa',
  title: 'representational similarity',
  meaning: "Spearman's correlation of the dissimilarities of conditions, -1 to 1",
  source:
    'Kriegeskorte, Mur & Bandettini 2008, Front Syst Neurosci 2:4; Nili et al. 2014, PLoS Comput Biol 10:e1003553',
  // Not to rotation: Pearson's r centers each pattern over units.
  invariances: ['translation', 'scale'],
  symmetric: true,
  chance: 'conditions',
  range: [-1, 1],
  value: (a, b) => spearman(dissimilarities(a), dissimilarities(b)),
};

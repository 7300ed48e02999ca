import { multiply, svd, transpose } from '../../math/index.ts';
import { asMatrix, centered } from '../responses.ts';
import { squaredNorm } from './cka.ts';
import type { Measure } from './measure.ts';

/**
 * How well one population turns into the other by an orthogonal matrix: the nuclear norm of Y^T X over the product of norms, of responses
 * without their means, the cosine of the Procrustes angle (Williams et al. 2021, NeurIPS). Its arc cosine is a metric.
 */
export const procrustesCosine: Measure = {
  name: 'procrustes',
  title: 'Procrustes',
  meaning: 'cosine of the angle that no rotation of units takes away, 0 to 1',
  source: 'Schönemann 1966; Williams, Kunz, Kornblith & Linderman 2021, NeurIPS, equation 9',
  invariances: ['translation', 'scale', 'rotation'],
  symmetric: true,
  chance: 'conditions',
  range: [0, 1],
  value(a, b) {
    const [x, y] = [asMatrix(centered(a)), asMatrix(centered(b))];
    const nuclear = svd(multiply(transpose(y), x)).s.reduce((s, v) => s + v, 0);
    return nuclear / Math.sqrt(squaredNorm(x) * squaredNorm(y));
  },
};

import { InputError } from '../../../signal/error.ts';
import { cholesky, choleskySolve } from '../../cholesky.ts';
import { matrix } from '../../matrix.ts';
import type { RestrictedLikelihood, Response } from './likelihood.ts';

/**
 * Degrees of freedom of each coefficient, df = 2 v^2 / (g' A g): v its squared standard error as a function of the variance
 * components phi, g the gradient of v, A = 2 H^-1 their covariance with H the Hessian of -2 log restricted likelihood
 * (Satterthwaite 1946; Giesbrecht & Burns 1985, Biometrics 41: 477-486; Kuznetsova, Brockhoff & Christensen 2017, J. Stat. Softw. 82(13)).
 * Derivatives by central differences. NaN where H is not positive definite.
 *
 * @param components of the random effects (variance; or variance, covariance, variance) and, last, the residual's variance.
 */
export function satterthwaite(
  likelihood: RestrictedLikelihood,
  response: Response,
  components: Float64Array,
): Float64Array {
  const { n, p, q } = likelihood;
  const k = components.length;
  const sigma2 = components[k - 1];
  const step = Float64Array.from(components, (_, i) => {
    // A covariance may be zero: its step goes by the variances.
    const size =
      q === 2 && i === 1 ? Math.sqrt(Math.abs(components[0] * components[2])) : Math.abs(components[i]);
    return 2e-3 * Math.max(size, 1e-2 * sigma2 * (i === k - 1 ? 1 : 1 / Math.max(1, n / 10)));
  });
  const at = (shifts: readonly (readonly [index: number, steps: number])[]) => {
    const phi = Float64Array.from(components);
    for (const [i, s] of shifts) phi[i] += s * step[i];
    const s2 = phi[k - 1];
    const w = q === 1 ? [phi[0]] : [phi[0], phi[1], phi[1], phi[2]];
    const profile = likelihood.at(
      Float64Array.from(w, (v) => v / s2),
      response,
    );
    if (!profile) return { value: NaN, squaredErrors: new Float64Array(p).fill(NaN) };
    return {
      value: profile.logDeterminant + (n - p) * Math.log(s2) + profile.residual / s2,
      squaredErrors: Float64Array.from({ length: p }, (_, i) => {
        const unit = new Float64Array(p);
        unit[i] = 1;
        return s2 * choleskySolve(profile.root, unit)[i];
      }),
    };
  };
  const center = at([]);
  const hessian = new Float64Array(k * k);
  const gradients = Array.from({ length: k }, (_, i) => {
    const [up, down] = [at([[i, 1]]), at([[i, -1]])];
    hessian[i * k + i] = (up.value - 2 * center.value + down.value) / (step[i] * step[i]);
    return up.squaredErrors.map((v, c) => (v - down.squaredErrors[c]) / (2 * step[i]));
  });
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < i; j++) {
      const value = (a: number, b: number): number =>
        at([
          [i, a],
          [j, b],
        ]).value;
      const mixed = (value(1, 1) - value(1, -1) - value(-1, 1) + value(-1, -1)) / (4 * step[i] * step[j]);
      hessian[i * k + j] = hessian[j * k + i] = mixed;
    }
  }
  // Components of unlike size: scaled to one before the factorization.
  const scale = Float64Array.from({ length: k }, (_, i) => Math.sqrt(hessian[i * k + i]));
  const scaled = hessian.map((v, e) => v / (scale[Math.floor(e / k)] * scale[e % k]));
  let root;
  try {
    root = cholesky(matrix(k, k, scaled));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return new Float64Array(p).fill(NaN);
  }
  return Float64Array.from({ length: p }, (_, c) => {
    const g = Float64Array.from(gradients, (v, i) => v[c] / scale[i]);
    const solved = choleskySolve(root, g);
    const variance = 2 * g.reduce((s, v, i) => s + v * solved[i], 0);
    return (2 * center.squaredErrors[c] ** 2) / variance;
  });
}

import { minimizeBetween } from '../../../math/index.ts';
import type { Observations } from './kalman.ts';
import { fitBlocks, type MotionFitOptions } from './motion-fit.ts';
import { stateOrder, type MotionModel } from './motion-model.ts';
import { following } from './smoothing-risk.ts';

/**
 * How many samples a degree of freedom counts for where the noise must be estimated too. Plain cross-validation, 1, follows noise now and
 * then; 1.4 is safe for splines (Kim & Gu 2004) but stiffens a rough movement. Measured over 15 seeds (`validation/kinematics.ts`): 1 gives a
 * velocity up to 1.14 times as wrong as the best (a sine), 1.1 up to 1.11 (a spectrum that falls as f^-4), 1.06 at most 1.09.
 */
const caution = 1.06;

/**
 * The process noise of least estimated position error, between a thousandth and a hundred times that of greatest likelihood; where
 * the measurement covariance is known up to a factor only, also that factor (see `following`).
 *
 * The outer sixths of each block do not count: a polynomial that bends away at the ends would else decide on the smoothing of the whole.
 *
 * @param likely of greatest likelihood.
 * @param observed without outliers: a smoother that is too stiff must not gain by calling fast movement an outlier.
 */
export function fitRisk(
  observed: Observations,
  model: MotionModel,
  likely: { readonly processNoise: number; readonly noiseScale: number },
  { fitScale, fitSamples = 3000 }: Pick<MotionFitOptions, 'fitScale' | 'fitSamples'>,
): { processNoise: number; noiseScale: number } {
  const blocks = fitBlocks(observed, fitSamples, stateOrder(model));
  const total = (logQ: number): { misfit: number; freedom: number; count: number } => {
    const parameters = { model, gate: Infinity, ...likely, processNoise: Math.exp(logQ) };
    const sum = { misfit: 0, freedom: 0, count: 0 };
    for (const block of blocks) {
      const { misfit, freedom, count } = following(block.observed, parameters, block.inner);
      sum.misfit += misfit;
      sum.freedom += freedom;
      sum.count += count;
    }
    return sum;
  };
  const risk = (logQ: number): number => {
    const { misfit, freedom, count } = total(logQ);
    return fitScale ? misfit / (count - caution * freedom) ** 2 : misfit + 2 * freedom;
  };
  const start = Math.log(likely.processNoise);
  const decade = Math.LN10;
  const { x } = minimizeBetween(risk, start - 3 * decade, start + 2 * decade, 0.02);
  if (!fitScale) return { processNoise: Math.exp(x), noiseScale: likely.noiseScale };
  // The smoother depends on the ratio of both noises alone: the measurement noise is what the misfit says, and the ratio stays.
  const { misfit, freedom, count } = total(x);
  const factor = misfit / (count - freedom);
  if (!(factor > 0 && Number.isFinite(factor))) return likely;
  return { processNoise: factor * Math.exp(x), noiseScale: factor * likely.noiseScale };
}

import { chi2Quantile, median, minimizeBetween, nelderMead } from '../../../math/index.ts';
import { UsageError } from '../../../signal/error.ts';
import { kalmanForward, type Observations } from './kalman.ts';
import { stateOrder, type MotionModel } from './motion-model.ts';

export interface MotionFitOptions {
  /** Kept as it is where given. */
  readonly processNoise?: number;
  /** Whether the measurement covariance is known only up to a factor. */
  readonly fitScale: boolean;
  /** Default 3000. */
  readonly fitSamples?: number;
}

/** The process noise, and where asked the factor on the measurement covariance, of greatest likelihood. */
export function fitMotion(
  observed: Observations,
  model: MotionModel,
  gate: number,
  options: MotionFitOptions,
): { processNoise: number; noiseScale: number } {
  const { processNoise: fixed, fitScale } = options;
  if (fixed !== undefined && !(fixed > 0 && Number.isFinite(fixed))) {
    throw new UsageError('kalmanSmoother: processNoise is not usable', {
      expected: 'a finite number above 0',
      got: `${fixed}`,
    });
  }
  if (fixed !== undefined && !fitScale) return { processNoise: fixed, noiseScale: 1 };
  const order = stateOrder(model);
  const blocks = fitBlocks(observed, options.fitSamples ?? 3000, order).map((b) => b.observed);
  const roughScale = fitScale ? roughNoiseScale(observed) : 1;
  if (blocks.length === 0) return { processNoise: fixed ?? 1, noiseScale: roughScale };
  const cost = (logQ: number, logScale: number): number =>
    blocks.reduce((sum, b) => {
      const parameters = { model, gate, processNoise: Math.exp(logQ), noiseScale: Math.exp(logScale) };
      return sum + kalmanForward(b, parameters).deviance;
    }, 0);
  const logScale = Math.log(roughScale);
  const start =
    fixed === undefined
      ? bestLogProcessNoise(observed, order, roughScale, (q) => cost(q, logScale))
      : Math.log(fixed);
  if (!fitScale) return { processNoise: Math.exp(start), noiseScale: 1 };
  if (fixed !== undefined) {
    const best = minimizeBetween((s) => cost(start, s), logScale - 6, logScale + 6, 1e-4);
    return { processNoise: fixed, noiseScale: Math.exp(best.x) };
  }
  const both = nelderMead(([q, s]) => cost(q, s), [start, logScale], {
    steps: [1, 0.5],
    tolerance: 1e-7,
    maxEvaluations: 80,
  });
  return { processNoise: Math.exp(both.x[0]), noiseScale: Math.exp(both.x[1]) };
}

/**
 * The process noise with the lowest cost, over the range from "one sample decides" to "the whole recording is one polynomial":
 * q dt^(2 order - 1) / r from 1e8 down to 1e-14. A grid first, since outliers and gaps can make several valleys.
 */
function bestLogProcessNoise(
  o: Observations,
  order: number,
  scale: number,
  cost: (logQ: number) => number,
): number {
  const interval = (o.times[o.times.length - 1] - o.times[0]) / (o.times.length - 1);
  const variance = median(o.noiseKind === 'isotropic' ? o.noise : firstEntries(o)) * scale;
  const unit = Math.log(variance) - (2 * order - 1) * Math.log(interval);
  const grid = Array.from({ length: 12 }, (_, i) => unit + Math.LN10 * (2 * i - 14));
  // Exactly repeated positions (simulated stances) have no finite likelihood at some of these.
  const costs = grid.map((logQ) => cost(logQ)).map((c) => (Number.isNaN(c) ? Infinity : c));
  const best = costs.indexOf(Math.min(...costs));
  return minimizeBetween(cost, grid[best] - 2 * Math.LN10, grid[best] + 2 * Math.LN10, 1e-3).x;
}

function firstEntries(o: Observations): Float64Array {
  const entries = (o.axes * (o.axes + 1)) / 2;
  return Float64Array.from({ length: o.times.length }, (_, t) => o.noise[t * entries]);
}

/**
 * A first guess of the noise, from third differences, which smooth motion hardly has: var = 20 r (Hall, Kay & Titterington
 * 1990 give such difference estimators). By their median, so that outliers do not count.
 */
function roughNoiseScale(o: Observations): number {
  const ratios: number[] = [];
  const perRow = o.noiseKind === 'isotropic' ? 1 : (o.axes * (o.axes + 1)) / 2;
  for (let t = 3; t < o.times.length; t++) {
    for (let a = 0; a < o.axes; a++) {
      const z = (lag: number): number => o.positions[(t - lag) * o.axes + a];
      const d = z(0) - 3 * z(1) + 3 * z(2) - z(3);
      if (!Number.isNaN(d)) ratios.push((d * d) / (20 * o.noise[t * perRow]));
    }
  }
  const scale = median(ratios) / chi2Quantile(0.5, 1);
  return scale > 0 ? scale : 1e-6;
}

/** A stretch of samples that a fit looks at; `inner` is what lies far from its ends. */
export interface FitBlock {
  readonly observed: Observations;
  readonly inner: readonly [from: number, to: number];
}

/** Five evenly spread blocks of consecutive samples, or all samples where there are few; blocks with too little are left out. */
export function fitBlocks(o: Observations, samples: number, order: number): FitBlock[] {
  const count = o.times.length;
  const perRow = o.noise.length / count;
  const length = Math.floor(samples / 5);
  const margin = Math.floor(Math.min(length, count) / 6);
  const cut = (start: number, end: number): FitBlock => ({
    observed: {
      ...o,
      times: o.times.subarray(start, end),
      positions: o.positions.subarray(start * o.axes, end * o.axes),
      noise: o.noise.subarray(start * perRow, end * perRow),
    },
    inner: [margin, end - start - margin],
  });
  const blocks =
    count <= samples
      ? [cut(0, count)]
      : Array.from({ length: 5 }, (_, i) => {
          const start = Math.round((i * (count - length)) / 4);
          return cut(start, start + length);
        });
  return blocks.filter(({ observed: { positions, axes } }) => {
    let present = 0;
    for (let i = 0; i < positions.length; i += axes) if (!Number.isNaN(positions[i])) present++;
    return present > order + 2;
  });
}

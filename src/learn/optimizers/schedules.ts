/**
 * Learning rates over a training run. A schedule is a function of the fraction of the run that is done, in [0, 1], so that
 * it works for a number of steps and for a budget of time alike.
 */
export type Schedule = (progress: number) => number;

/** The same rate throughout. */
export function constant(rate: number): Schedule {
  return () => rate;
}

export interface CosineOptions {
  readonly peak: number;
  /** Fraction of the run in which the rate rises linearly from 0; 0 by default. */
  readonly warmup?: number;
  /** The rate at the end; 0 by default. */
  readonly final?: number;
}

/** A linear rise, then half a cosine from the peak to the final rate (Loshchilov and Hutter 2017, SGDR, equation 5). */
export function cosine({ peak, warmup = 0, final = 0 }: CosineOptions): Schedule {
  return (progress) => {
    if (progress < warmup) return (peak * progress) / warmup;
    const rest = warmup < 1 ? (progress - warmup) / (1 - warmup) : 1;
    return final + ((peak - final) * (1 + Math.cos(Math.PI * Math.min(rest, 1)))) / 2;
  };
}

/** A schedule that is preceded by a linear rise from 0 to its first rate over a fraction of the run. */
export function warmup(fraction: number, schedule: Schedule): Schedule {
  return (progress) =>
    progress < fraction
      ? (schedule(0) * progress) / fraction
      : schedule(fraction < 1 ? (progress - fraction) / (1 - fraction) : 1);
}

/** The rate is multiplied by `factor` at each of the given fractions of the run. */
export function stepwise(initial: number, factor: number, at: readonly number[]): Schedule {
  return (progress) => initial * factor ** at.filter((fraction) => progress >= fraction).length;
}

export interface OneCycleOptions {
  readonly peak: number;
  /** Fraction of the run that rises; 0.3 by default. */
  readonly rise?: number;
  /** The first rate is the peak divided by this; 25 by default. */
  readonly startDivisor?: number;
  /** The last rate is the first divided by this; 10,000 by default. */
  readonly endDivisor?: number;
}

/** Up from a low rate to the peak and down to almost nothing, both along half a cosine (Smith and Topin 2019). */
export function oneCycle({
  peak,
  rise = 0.3,
  startDivisor = 25,
  endDivisor = 1e4,
}: OneCycleOptions): Schedule {
  const start = peak / startDivisor;
  const end = start / endDivisor;
  const between = (a: number, b: number, t: number): number =>
    a + ((b - a) * (1 - Math.cos(Math.PI * t))) / 2;
  return (progress) =>
    progress < rise
      ? between(start, peak, progress / rise)
      : between(peak, end, Math.min(1, (progress - rise) / (1 - rise)));
}

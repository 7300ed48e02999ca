import { UsageError } from '../../signal/error.ts';

/**
 * From excitation u (what a controller commands) to activation a (how much force the muscle can give), over one time step in
 * which u is held. Kernels work on flat arrays of any length, element by element.
 */
export interface Activation {
  readonly name: string;
  /** Excitations outside are clipped to it, and the derivative with respect to them is zero there. */
  readonly range: readonly [low: number, high: number];
  /** Activation at rest. */
  readonly rest: number;
  /** next = a after `seconds` under u. NaN goes through. */
  update(u: Float64Array, a: Float64Array, next: Float64Array, seconds: number): void;
  /**
   * The adjoint of `update`: from the cotangent `g` of `next` it writes that of `a` into `ga` and that of u into `gu`. `next` is
   * what `update` wrote.
   */
  adjoint(
    u: Float64Array,
    a: Float64Array,
    next: Float64Array,
    g: Float64Array,
    ga: Float64Array,
    gu: Float64Array,
    seconds: number,
  ): void;
}

export interface ActivationOptions {
  /** Time constants, s. */
  readonly activationSeconds?: number;
  readonly deactivationSeconds?: number;
  /** The least activation and excitation; the muscle's own where it is left out. */
  readonly minimum?: number;
}

/** Time constants that OpenSim's Thelen muscle and most planar arms take, s. */
const thelenSeconds = { activationSeconds: 0.015, deactivationSeconds: 0.05 } as const;

function checkSeconds(where: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new UsageError(`${name} is not a time`, { where, expected: 'seconds above 0', got: `${value}` });
    }
  }
}

function checkMinimum(where: string, minimum: number): void {
  if (!(minimum >= 0 && minimum < 1)) {
    throw new UsageError('the least activation is out of range', {
      where,
      expected: '0 or more, below 1',
      got: `${minimum}`,
    });
  }
}

/** Activation and excitation are apart enough for their ratios to be told from the result of a step: an exponential saved. */
const distinct = 1e-5;

const clip = (x: number, low: number, high: number): number => (x < low ? low : x > high ? high : x);

/**
 * The smaller solution z in [0, 0.75] of z exp(-z) = k (the tree function -W0(-k)): a Padé approximant of its series, then
 * Halley's iteration on z - k exp(z), which is cubic.
 */
function tree(k: number): number {
  let z = (k * (1 + k * (-1.9 + k * (17 / 60)))) / (1 + k * (-2.9 + k * (101 / 60)));
  for (let i = 0; i < 4; i++) {
    const w = k * Math.exp(z);
    const f = z - w;
    const slope = 1 - w;
    const change = (f * slope) / (slope * slope + 0.5 * f * w);
    z -= change;
    if (!(Math.abs(change) > 1e-6 * z)) break;
  }
  return z;
}

/**
 * First-order activation dynamics whose speed depends on activation (Thelen 2003, equations 1 and 2; the same in MuJoCo):
 *
 *     da/dt = (u - a) / tau,   tau = activationSeconds (0.5 + 1.5 a) if u > a, else deactivationSeconds / (0.5 + 1.5 a)
 *
 * solved exactly for a u that is held over the step, so that two half steps are one whole step, whatever the step. While a rises, y = u - a
 * obeys z exp(-z) = z0 exp(-z0 - t / (1.5 tau c)) with z = y / c and c = u + 1/3; while it falls, y = a - u is a logistic curve.
 *
 * Default time constants: 0.015 and 0.05 s. Throws `UsageError` for time constants that are none.
 */
export function exactActivation(options: ActivationOptions = {}): Activation {
  const { activationSeconds, deactivationSeconds, minimum = 0 } = { ...thelenSeconds, ...options };
  checkSeconds('exactActivation', { activationSeconds, deactivationSeconds });
  checkMinimum('exactActivation', minimum);
  return {
    name: 'exact',
    range: [minimum, 1],
    rest: minimum,
    update(u, a, next, seconds) {
      const rise = seconds / (1.5 * activationSeconds);
      const fall = seconds / deactivationSeconds;
      for (let i = 0; i < u.length; i++) {
        const e = clip(u[i], minimum, 1);
        const x = a[i];
        if (e > x) {
          const c = e + 1 / 3;
          const z = (e - x) / c;
          next[i] = e - c * tree(z * Math.exp(-z - rise / c));
        } else {
          const rate = 0.5 + 1.5 * e;
          const y = x - e;
          const decay = Math.exp(-rate * fall);
          next[i] = e + (rate * y * decay) / (rate + 1.5 * y * (1 - decay));
        }
      }
    },
    adjoint(u, a, next, g, ga, gu, seconds) {
      const rise = seconds / (1.5 * activationSeconds);
      const fall = seconds / deactivationSeconds;
      for (let i = 0; i < u.length; i++) {
        const e = clip(u[i], minimum, 1);
        const inside = u[i] === e ? 1 : 0;
        const rate = 0.5 + 1.5 * e;
        if (e > a[i]) {
          const c = e + 1 / 3;
          const y0 = e - a[i];
          const y = e - next[i];
          // Of y / y0, which near u = a would be lost to rounding.
          const logRatio = (y - y0 - rise) / c;
          const ratio = y0 > distinct ? y / y0 : Math.exp(logRatio);
          const slope = 0.5 + 1.5 * next[i];
          ga[i] = (g[i] * ratio * (0.5 + 1.5 * a[i])) / slope;
          gu[i] = (inside * g[i] * (rate * (1 - ratio) + 1.5 * y * logRatio)) / slope;
        } else {
          const y0 = a[i] - e;
          const y = next[i] - e;
          const decay =
            y0 > distinct ? (y * (rate + 1.5 * y0)) / (y0 * (rate + 1.5 * y)) : Math.exp(-rate * fall);
          const denominator = rate + 1.5 * y0 * (1 - decay);
          const byStart = (rate * rate * decay) / (denominator * denominator);
          const byRate =
            (y0 * decay * ((1 - rate * fall) * denominator - rate * (1 + 1.5 * y0 * fall * decay))) /
            (denominator * denominator);
          ga[i] = g[i] * byStart;
          gu[i] = inside * g[i] * (1 + 1.5 * byRate - byStart);
        }
      }
    },
  };
}

/**
 * The same dynamics by one explicit Euler step, clipped to [minimum, 1]. It overshoots where the step is not small beside the time constant
 * (at 10 ms and 0.015 s a resting muscle under u = 0.1 reaches a = 0.133): for agreement with simulators that step so, not for accuracy.
 */
export function eulerActivation(options: ActivationOptions = {}): Activation {
  const { activationSeconds, deactivationSeconds, minimum = 0 } = { ...thelenSeconds, ...options };
  checkSeconds('eulerActivation', { activationSeconds, deactivationSeconds });
  checkMinimum('eulerActivation', minimum);
  return {
    name: 'euler',
    range: [minimum, 1],
    rest: minimum,
    update(u, a, next, seconds) {
      for (let i = 0; i < u.length; i++) {
        const e = clip(u[i], minimum, 1);
        const x = a[i];
        const slow = 0.5 + 1.5 * x;
        const rate = e > x ? 1 / (activationSeconds * slow) : slow / deactivationSeconds;
        next[i] = clip(x + seconds * (e - x) * rate, minimum, 1);
      }
    },
    adjoint(u, a, next, g, ga, gu, seconds) {
      for (let i = 0; i < u.length; i++) {
        const e = clip(u[i], minimum, 1);
        const x = a[i];
        const slow = 0.5 + 1.5 * x;
        const rises = e > x;
        const rate = rises ? 1 / (activationSeconds * slow) : slow / deactivationSeconds;
        const rateSlope = rises ? (-1.5 * rate) / slow : 1.5 / deactivationSeconds;
        const raw = x + seconds * (e - x) * rate;
        const through = raw === next[i] ? g[i] : 0;
        ga[i] = through * (1 + seconds * ((e - x) * rateSlope - rate));
        gu[i] = u[i] === e ? through * seconds * rate : 0;
      }
    },
  };
}

/** A linear low-pass filter, da/dt = (u - a) / tau, solved exactly. `range` bounds the excitation: [-1, 1] for motors, [0, 1] for muscles. */
export function linearActivation(options: {
  readonly seconds: number;
  readonly range?: readonly [low: number, high: number];
}): Activation {
  const { seconds: tau, range = [0, 1] } = options;
  checkSeconds('linearActivation', { seconds: tau });
  const [low, high] = range;
  return {
    name: 'linear',
    range,
    rest: clip(0, low, high),
    update(u, a, next, seconds) {
      const kept = Math.exp(-seconds / tau);
      for (let i = 0; i < u.length; i++) {
        const e = clip(u[i], low, high);
        next[i] = e + (a[i] - e) * kept;
      }
    },
    adjoint(u, _a, _next, g, ga, gu, seconds) {
      const kept = Math.exp(-seconds / tau);
      for (let i = 0; i < u.length; i++) {
        ga[i] = g[i] * kept;
        gu[i] = u[i] >= low && u[i] <= high ? g[i] * (1 - kept) : 0;
      }
    },
  };
}

/** No dynamics: activation is the excitation, clipped to `range` (default [-1, 1], for motors). */
export function instantActivation(range: readonly [low: number, high: number] = [-1, 1]): Activation {
  const [low, high] = range;
  return {
    name: 'instant',
    range,
    rest: clip(0, low, high),
    update(u, _a, next) {
      for (let i = 0; i < u.length; i++) next[i] = clip(u[i], low, high);
    },
    adjoint(u, _a, _next, g, ga, gu) {
      for (let i = 0; i < u.length; i++) {
        ga[i] = 0;
        gu[i] = u[i] >= low && u[i] <= high ? g[i] : 0;
      }
    },
  };
}

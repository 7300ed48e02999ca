import { UsageError } from '../../../signal/error.ts';
import type { Cell } from './cell.ts';
import { nonlinearities, type NonlinearityName } from './nonlinearity.ts';

export interface LeakyOptions {
  /** Default tanh. */
  readonly nonlinearity?: NonlinearityName;
  /** Time constant, s; one for all units. Default 0.05. */
  readonly seconds?: number;
}

function leak(where: string, stepSeconds: number, { seconds = 0.05 }: LeakyOptions): number {
  if (!(seconds >= stepSeconds)) {
    throw new UsageError('the time constant is shorter than a step', {
      where,
      expected: `${stepSeconds} s or more`,
      got: `${seconds} s`,
      fix: 'Take a longer time constant or shorter steps.',
    });
  }
  return stepSeconds / seconds;
}

/**
 * A leaky unit whose state is a current (Sompolinsky, Crisanti and Sommers 1988; Sussillo, Churchland, Kaufman and Shenoy 2015), one Euler step of
 *
 *     tau dx/dt = -x + W r + U u + b,   r = f(x)
 */
export function leakyCurrent(stepSeconds: number, options: LeakyOptions = {}): Cell {
  const alpha = leak('leakyCurrent', stepSeconds, options);
  const f = nonlinearities[options.nonlinearity ?? 'tanh'];
  return {
    name: 'leaky current',
    gates: 1,
    stateIsRate: false,
    update(fromUnits, fromInputs, state, next, rate) {
      for (let i = 0; i < next.length; i++) {
        next[i] = (1 - alpha) * state[i] + alpha * (fromUnits[i] + fromInputs[i]);
      }
      f.apply(next, rate);
    },
    adjoint({ next, rate }, g) {
      // The slope is written where the drive's cotangent will be.
      f.slope(next, rate, g.fromUnits);
      for (let i = 0; i < next.length; i++) {
        const whole = g.next[i] + g.rate[i] * g.fromUnits[i];
        g.fromUnits[i] = alpha * whole;
        g.fromInputs[i] = alpha * whole;
        g.state[i] += (1 - alpha) * whole;
      }
    },
    gain: { slope: f.slope, curvature: f.curvature },
    rateOf: f.apply,
  };
}

/**
 * A leaky unit whose state is its rate (Yang, Joglekar, Song, Newsome and Wang 2019; Kalidindi, Cross, Lillicrap, Omrani, Falotico,
 * Sabes and Scott 2021), one Euler step of
 *
 *     tau dr/dt = -r + f(W r + U u + b)
 */
export function leakyRate(stepSeconds: number, options: LeakyOptions = {}): Cell {
  const alpha = leak('leakyRate', stepSeconds, options);
  const f = nonlinearities[options.nonlinearity ?? 'tanh'];
  return {
    name: 'leaky rate',
    gates: 1,
    stateIsRate: true,
    update(fromUnits, fromInputs, state, next) {
      for (let i = 0; i < next.length; i++) next[i] = fromUnits[i] + fromInputs[i];
      f.apply(next, next);
      for (let i = 0; i < next.length; i++) next[i] = (1 - alpha) * state[i] + alpha * next[i];
    },
    adjoint({ fromUnits, fromInputs, next }, g) {
      const drive = g.fromUnits;
      for (let i = 0; i < next.length; i++) drive[i] = fromUnits[i] + fromInputs[i];
      f.apply(drive, g.fromInputs);
      f.slope(drive, g.fromInputs, g.fromInputs);
      for (let i = 0; i < next.length; i++) {
        const through = alpha * g.rate[i] * g.fromInputs[i];
        g.fromUnits[i] = through;
        g.fromInputs[i] = through;
        g.state[i] += (1 - alpha) * g.rate[i];
      }
    },
    rateOf: (state, rate) => rate.set(state),
  };
}

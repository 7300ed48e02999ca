import { UsageError } from '../../../signal/error.ts';
import { wilsonInterval } from '../../proportion.ts';
import { Random } from '../../random.ts';
import type { Scenario } from './scenario.ts';

export interface Rate {
  readonly count: number;
  readonly of: number;
  readonly rate: number;
  /** Wilson's 95 % interval. */
  readonly low: number;
  readonly high: number;
}

export interface Calibration {
  /** How often the test rejects where its null holds. */
  readonly falsePositives: Rate;
  /** How often it rejects at the scenario's effect. */
  readonly power: Rate;
  /** How often the naive test rejects where the null holds. */
  readonly naive?: Rate;
  /**
   * Whether the level is kept: alpha lies in the interval of the rate, or, of a conservative test, not below it. Of 20 perfect tests
   * one fails by chance.
   */
  readonly holds: boolean;
}

export interface CalibrationOptions {
  /** Of the null; default 1000. */
  readonly simulations?: number;
  /** Of the alternative; default a fifth of `simulations`. */
  readonly powerSimulations?: number;
  readonly seed: number | string;
  /** Default 0.05. */
  readonly alpha?: number;
}

/** Runs a test on data simulated with and without its effect. Each simulation has a seed of its own. */
export function calibrate(scenario: Scenario, options: CalibrationOptions): Calibration {
  const { simulations = 1000, alpha = 0.05, seed } = options;
  const { powerSimulations = Math.ceil(simulations / 5) } = options;
  if (!(simulations >= 1) || !(alpha > 0 && alpha < 1)) {
    throw new UsageError('a calibration needs simulations and a level', {
      got: `${simulations} simulations, level ${alpha}`,
    });
  }
  let [rejected, naive, detected] = [0, 0, 0];
  for (let i = 0; i < simulations; i++) {
    const result = scenario.run(new Random(`${seed}/${scenario.name}/null/${i}`), 0);
    if (result.p <= alpha) rejected++;
    if (result.naive !== undefined && result.naive <= alpha) naive++;
  }
  for (let i = 0; i < powerSimulations; i++) {
    const { p } = scenario.run(new Random(`${seed}/${scenario.name}/effect/${i}`), scenario.effect);
    if (p <= alpha) detected++;
  }
  const falsePositives = rate(rejected, simulations);
  return {
    falsePositives,
    power: rate(detected, powerSimulations),
    naive: scenario.naiveName === undefined ? undefined : rate(naive, simulations),
    holds: falsePositives.low <= alpha && (scenario.conservative === true || falsePositives.high >= alpha),
  };
}

function rate(count: number, of: number): Rate {
  const [low, high] = wilsonInterval(count, of);
  return { count, of, rate: count / of, low, high };
}

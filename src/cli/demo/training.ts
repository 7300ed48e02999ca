import type { TrainStepOptions } from '../../project/steps/index.ts';

/**
 * How long the demo trains. By `steps` the same seed and threads give the same bytes on one machine; `minutes` take their place where they are given,
 * and what comes out then follows the machine's speed.
 */
export interface DemoTraining {
  readonly steps: number;
  readonly minutes?: number;
}

/**
 * What each of the demo's trainings gets: of the steps, its networks in turn (finding an animal is learned sooner than refining its points), and of the
 * minutes.
 */
const shares = {
  firstLook: { steps: [0.06, 0.12], minutes: 0.12 },
  mouse: { steps: [0.3, 1], minutes: 1 },
  arm: { steps: [0.5], minutes: 0.65 },
} as const;

/** What one training of the demo is told. */
export function demoTraining(
  part: keyof typeof shares,
  { training: { steps, minutes = 0 }, seed }: { readonly training: DemoTraining; readonly seed: number },
): Pick<TrainStepOptions, 'steps' | 'minutes' | 'split' | 'network' | 'seed'> {
  const share = shares[part];
  return {
    minutes: share.minutes * minutes,
    steps: minutes > 0 ? undefined : share.steps.map((s) => Math.max(1, Math.round(s * steps))),
    split: 'random:0.2',
    network: 'fast',
    seed,
  };
}

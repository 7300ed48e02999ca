/** Which network this machine can train well in the time that is given: the larger one, if it gets enough steps. */
import type { Example } from './examples.ts';
import { choosePlan, type PosePlan } from './choose.ts';
import { stepSeconds, type StageTraining } from './stage.ts';
import type { Skeleton } from '../../signal/skeleton.ts';

/**
 * Steps of the larger network below which the smaller one, which takes about three in the same time, is as good or better:
 * see the figures in `bench/pose`.
 */
const enoughSteps = 400;

export interface PaceOptions extends Pick<StageTraining, 'engine' | 'seed' | 'threads'> {
  readonly timeSeconds: number;
  readonly clock: () => number;
  /** Share of the time that each stage of a plan gets. */
  readonly shares: (plan: PosePlan) => readonly number[];
}

/**
 * The plan with `accurate` where a few measured steps say that each stage gets enough of them within the time, else the plan with
 * `fast`. Takes a few seconds. What it finds depends on the machine and on what else runs there; `reasons` holds what was measured.
 */
export async function planAtPace(
  examples: readonly Example[],
  skeleton: Skeleton,
  options: PaceOptions,
): Promise<PosePlan> {
  const accurate = choosePlan(examples, skeleton, { network: 'accurate' });
  const steps: number[] = [];
  for (const [i, stage] of accurate.stages.entries()) {
    const seconds = await stepSeconds({ ...options, plan: accurate, stage, examples });
    steps.push(Math.floor((options.timeSeconds * options.shares(accurate)[i]) / seconds));
  }
  const measured = `This machine takes about ${steps.join(' and ')} steps of the "accurate" network in the time given`;
  if (Math.min(...steps) >= enoughSteps) {
    return { ...accurate, reasons: [...accurate.reasons, `${measured}: enough to train it.`] };
  }
  const fast = choosePlan(examples, skeleton, { network: 'fast' });
  return {
    ...fast,
    reasons: [
      ...fast.reasons,
      `${measured}, too few to train it (${enoughSteps}): the "fast" network, which learns from three times as many, is trained instead. More minutes would allow the other.`,
    ],
  };
}

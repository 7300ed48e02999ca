/** The trainings of the project as the server tells of them, asked for again while one is under way. */
import { useEffect, useState } from 'react';
import type { TrainingRun } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import { useObservable, type Workbench } from '../../core/workbench.ts';

/** How often a curve that grows is asked for, ms. */
const everyMs = 1500;

export interface Trainings {
  /** The newest first; undefined until the server has answered. */
  readonly runs: readonly TrainingRun[] | undefined;
  readonly failure: unknown;
}

export function useTrainings({ project, jobs }: Workbench): Trainings {
  const [trainings, setTrainings] = useState<Trainings>({ runs: undefined, failure: undefined });
  const overview = useObservable(project);
  const running = useObservable(jobs).find(({ state }) => state === 'running')?.id;
  useEffect(() => {
    let ended = false;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      try {
        const runs = await client.training();
        if (!ended) setTrainings({ runs: runs.toReversed(), failure: undefined });
      } catch (failure) {
        if (!ended) setTrainings(({ runs }) => ({ runs, failure }));
      }
      if (running !== undefined && !ended) waiting = setTimeout(() => void ask(), everyMs);
    };
    void ask();
    return () => {
      ended = true;
      clearTimeout(waiting);
    };
  }, [overview, running]);
  return trainings;
}

/** When it ended, or what else it is called by. */
export function runName({ state, at, options }: TrainingRun): string {
  if (state === 'running') return 'Under way';
  if (at === undefined) return `Seed ${options.seed ?? 0}`;
  return new Date(at).toLocaleString(undefined, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}

export const stepsOf = ({ stages }: TrainingRun): number =>
  stages.reduce(
    (sum, { steps, heldOutSteps }) => sum + Math.max(0, steps.at(-1) ?? 0, heldOutSteps.at(-1) ?? 0),
    0,
  );

/** The error on held-out frames when it was last judged, px. */
export const lastError = ({ stages }: TrainingRun): number | undefined =>
  stages.findLast(({ heldOutError }) => heldOutError.length > 0)?.heldOutError.at(-1);

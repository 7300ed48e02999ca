/** Jobs that a page starts, and answers that change when a job ends. */
import { useEffect, useState } from 'react';
import type { JobRequest, JobState } from '../../server/api.ts';
import { client } from '../core/client.ts';
import { useObservable, type Workbench } from '../core/workbench.ts';
import { jobName } from './jobs.ts';

export interface JobStart {
  readonly running: JobState | undefined;
  /** Why no job can be started now, in words. */
  readonly blocked: string | undefined;
  /** What went wrong at the last start. */
  readonly failure: { readonly error: unknown; readonly title: string } | undefined;
  dismiss(): void;
  start(request: JobRequest): void;
}

export function useJobStart(workbench: Workbench): JobStart {
  const project = useObservable(workbench.project);
  const jobs = useObservable(workbench.jobs);
  const [failure, setFailure] = useState<JobStart['failure']>();
  const running = jobs.find(({ state }) => state === 'running');
  const start = async (request: JobRequest): Promise<void> => {
    setFailure(undefined);
    try {
      await client.startJob(request);
    } catch (error) {
      setFailure({ error, title: `${jobName(request)} could not be started` });
    }
  };
  return {
    running,
    blocked:
      project.readOnly ?? (running ? `${jobName(running.request)} is under way: one at a time.` : undefined),
    failure,
    dismiss: () => setFailure(undefined),
    start: (request) => void start(request),
  };
}

/** What the server answers, asked anew when the project changes or a job of this kind ends. `ask` must stay the same. */
export function useAnswerAfter<T>(
  workbench: Workbench,
  kind: JobRequest['kind'],
  ask: () => Promise<T>,
): { readonly answer?: T; readonly failure?: unknown } {
  const project = useObservable(workbench.project);
  const jobs = useObservable(workbench.jobs);
  const ended = jobs.filter(({ request, state }) => request.kind === kind && state !== 'running').length;
  const [told, setTold] = useState<{ readonly answer?: T; readonly failure?: unknown }>({});
  useEffect(() => {
    let shown = true;
    ask().then(
      (answer) => shown && setTold({ answer }),
      (failure: unknown) => shown && setTold({ failure }),
    );
    return () => {
      shown = false;
    };
  }, [project, ended, ask]);
  return told;
}

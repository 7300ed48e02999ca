/** The page of all steps and all jobs. */
import { useEffect, useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import type { StepOverview } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import { useKeys } from '../../core/keys.ts';
import { useStore } from '../../core/state.ts';
import { useObservable, type Workbench } from '../../core/workbench.ts';
import { Failure } from '../../shell/failure.tsx';
import { useJobStart } from '../../shell/job-start.ts';
import { JobList } from './job-list.tsx';
import './run.css';
import { StepDetail } from './step-detail.tsx';
import { StepGraph } from './step-graph.tsx';

const own = 'run';

export function Run({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const { store } = workbench;
  const project = useObservable(workbench.project);
  const jobs = useObservable(workbench.jobs);
  const kept = useStore(store, (state) => state.views[own]) as { readonly step?: string } | undefined;
  const { steps, failure: unheard, setSteps } = useSteps(workbench);
  const { blocked, failure, dismiss, start } = useJobStart(workbench);
  const chosen =
    steps?.find(({ name }) => name === kept?.step) ??
    steps?.find(({ state }) => state !== 'done') ??
    steps?.[0];
  useStepKeys(workbench, steps, chosen?.name);

  const undone = steps?.filter(({ state }) => state === 'stale' || state === 'missing') ?? [];
  return (
    <div className="page stack run">
      <div className="row run-bar">
        <h1>Run</h1>
        <span className="dim">
          {blocked ??
            (steps && undone.length === 0 ? 'Nothing has to be made: all that can be is up to date.' : '')}
        </span>
        <Button
          data-kind="primary"
          isDisabled={blocked !== undefined || undone.length === 0}
          onPress={() => start({ kind: 'run' })}
        >
          Run all
        </Button>
      </div>
      {failure ? <Failure {...failure} onClose={dismiss} /> : null}
      {unheard === undefined ? null : <Failure error={unheard} title="The steps cannot be shown" />}
      {steps ? (
        <section className="card stack" aria-labelledby="steps-title">
          <h2 id="steps-title">Steps</h2>
          <StepGraph steps={steps} chosen={chosen?.name} onChoose={(step) => store.setView(own, { step })} />
          <p className="dim">
            Each step keeps what it made under the hash of all that went into it: run again, only what changed
            is made anew.
          </p>
        </section>
      ) : unheard === undefined ? (
        <p className="dim">Looking at what is up to date&hellip;</p>
      ) : null}
      {chosen ? (
        <StepDetail
          step={chosen}
          blocked={blocked}
          readOnly={project.readOnly}
          onRun={() => start({ kind: 'run', steps: [chosen.name] })}
          onSaved={setSteps}
        />
      ) : null}
      <JobList jobs={jobs} />
    </div>
  );
}

function useSteps({ project }: Workbench): {
  readonly steps: readonly StepOverview[] | undefined;
  readonly failure: unknown;
  setSteps(steps: readonly StepOverview[]): void;
} {
  const overview = useObservable(project);
  const [steps, setSteps] = useState<readonly StepOverview[]>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    let ended = false;
    client
      .steps()
      .then((answer) => {
        if (ended) return;
        setSteps(answer);
        setFailure(undefined);
      })
      .catch((error: unknown) => !ended && setFailure(error));
    return () => {
      ended = true;
    };
  }, [overview]);
  return { steps, failure, setSteps };
}

function useStepKeys(
  { store }: Workbench,
  steps: readonly StepOverview[] | undefined,
  chosen: string | undefined,
): void {
  const names = steps?.map(({ name }) => name).join(' ') ?? '';
  const group = useMemo(() => {
    const go = (by: number) => (): void => {
      const all = names.split(' ');
      const at = all.indexOf(chosen ?? '') + by;
      if (at >= 0 && at < all.length) store.setView(own, { step: all[at] });
    };
    return {
      title: 'Steps',
      bindings: [
        { key: 'n', what: 'Next step', run: go(1) },
        { key: 'b', what: 'Step before', run: go(-1) },
      ],
    };
  }, [store, names, chosen]);
  useKeys(group);
}

/** The page on which networks are trained, compared and judged. */
import { useEffect, useMemo, useState } from 'react';
import type { EvaluationAnswer, TrainingRun } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import { useKeys } from '../../core/keys.ts';
import { useStore } from '../../core/state.ts';
import { useObservable, type Workbench } from '../../core/workbench.ts';
import { Failure } from '../../shell/failure.tsx';
import { useJobStart } from '../../shell/job-start.ts';
import { Curves, type ShownRun } from './curves.tsx';
import { Evaluation } from './evaluation.tsx';
import { Examples } from './examples.tsx';
import { NewTraining } from './new-training.tsx';
import { RunsTable } from './runs-table.tsx';
import { useTrainings } from './trainings.ts';
import './training.css';
import { UnderWay } from './under-way.tsx';

const own = 'training';
/** Colors of the palette's series. */
const colors = 7;
/** Trainings that are drawn where nobody has chosen. */
const drawn = 3;

interface Kept {
  readonly log?: boolean;
  /** Ids of the trainings that are drawn. */
  readonly shown?: readonly string[];
}

export function Training({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const { store } = workbench;
  const project = useObservable(workbench.project);
  const jobs = useObservable(workbench.jobs);
  const kept = (useStore(store, (state) => state.views[own]) ?? {}) as Kept;
  const { blocked, failure, dismiss, start } = useJobStart(workbench);
  const { runs = [], failure: unheard } = useTrainings(workbench);
  const evaluation = useEvaluation(workbench);
  const log = kept.log === true;
  const keys = useMemo(
    () => ({
      title: 'Training',
      bindings: [
        {
          key: 'l',
          what: 'Curves on a logarithmic scale, or not',
          run: () => store.setView(own, { log: !(store.state.views[own] as Kept | undefined)?.log }),
        },
      ],
    }),
    [store],
  );
  useKeys(keys);

  const few =
    project.labeledFrames < 2 ? 'Label at least two frames, so that one can be held out.' : undefined;
  const shown = shownRuns(runs, kept.shown);
  const show = (run: TrainingRun, add: boolean): void => {
    const ids = shown.map((s) => s.run.id);
    store.setView(own, { shown: add ? [...ids, run.id] : ids.filter((id) => id !== run.id) });
  };
  return (
    <div className="page training">
      <div className="training-columns">
        <div className="stack training-side">
          <h1>Train</h1>
          {failure ? <Failure {...failure} onClose={dismiss} /> : null}
          <UnderWay
            job={jobs.find(({ request }) => request.kind === 'train')}
            stopped={runs.filter(({ state }) => state === 'stopped')}
            blocked={blocked}
            onResume={start}
          />
          <NewTraining blocked={blocked ?? few} onStart={start} />
        </div>
        <div className="stack training-main-column">
          {unheard === undefined ? null : <Failure error={unheard} title="The trainings cannot be shown" />}
          <Curves shown={shown} log={log} onLog={(value) => store.setView(own, { log: value })} />
          {runs.length === 0 ? null : <RunsTable runs={runs} shown={shown} onShow={show} />}
          {evaluation.failure === undefined ? null : (
            <Failure error={evaluation.failure} title="The evaluation cannot be shown" />
          )}
          {project.model && evaluation.answer !== undefined ? (
            <Evaluation
              evaluation={evaluation.answer}
              blocked={blocked}
              onEvaluate={() => start({ kind: 'evaluate' })}
            />
          ) : null}
          {evaluation.answer && evaluation.answer.worst.length > 0 ? (
            <Examples workbench={workbench} worst={evaluation.answer.worst} />
          ) : null}
        </div>
      </div>
    </div>
  );
}

/** The chosen ones, or the newest; the one under way is always drawn. A training keeps its color, whatever is drawn beside it. */
function shownRuns(runs: readonly TrainingRun[], chosen: readonly string[] | undefined): readonly ShownRun[] {
  const ids = chosen ?? runs.slice(0, drawn).map(({ id }) => id);
  return runs
    .map((run, i) => ({ run, color: (runs.length - 1 - i) % colors }))
    .filter(({ run: { id, state } }) => state === 'running' || ids.includes(id));
}

function useEvaluation({ project }: Workbench): {
  readonly answer: EvaluationAnswer | null | undefined;
  readonly failure: unknown;
} {
  const overview = useObservable(project);
  const [state, setState] = useState<ReturnType<typeof useEvaluation>>({
    answer: undefined,
    failure: undefined,
  });
  useEffect(() => {
    let ended = false;
    client
      .evaluation()
      .then((answer) => !ended && setState({ answer, failure: undefined }))
      .catch((failure: unknown) => !ended && setState({ answer: undefined, failure }));
    return () => {
      ended = true;
    };
  }, [overview]);
  return state;
}

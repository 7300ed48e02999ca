/** The training that is under way, or how the last one ended. */
import { Button } from 'react-aria-components';
import type { JobState, TrainingRun } from '../../../server/api.ts';
import { StopButton } from '../../shell/jobs-button.tsx';
import { progressText } from '../../shell/jobs.ts';
import { Failure } from '../../shell/failure.tsx';
import { Progress } from '../../shell/progress.tsx';
import { networkName, splitName, type TrainRequest } from './choices.ts';
import { stepsOf } from './trainings.ts';

interface Props {
  /** The newest training job. */
  readonly job: JobState | undefined;
  /** Trainings that can go on. */
  readonly stopped: readonly TrainingRun[];
  readonly blocked: string | undefined;
  onResume(request: TrainRequest): void;
}

export function UnderWay({ job, stopped, blocked, onResume }: Props): React.ReactNode {
  if (job?.state === 'running') {
    return (
      <section className="card stack" aria-labelledby="under-way">
        <h2 id="under-way">Under way</h2>
        <Progress label="Training" fraction={job.progress?.fraction} />
        <p role="status">
          {job.progress
            ? progressText(job)
            : 'Reading the labeled pictures, and measuring how fast this machine trains.'}
        </p>
        <p className="dim">
          It goes on when this page is closed. Stopped, it keeps what it has learned and can go on later.
        </p>
        <div className="row">
          <StopButton job={job} />
        </div>
      </section>
    );
  }
  return (
    <>
      {job?.state === 'failed' && job.error ? (
        <Failure error={{ facts: job.error, message: job.error.message }} title="The last training failed" />
      ) : null}
      {job?.state === 'done' && job.result?.['reused'] === true ? (
        <p className="card">
          This training was done before, with the same labels and options: its network is the project&rsquo;s
          again. Another seed gives another one.
        </p>
      ) : null}
      {stopped.map((run) => (
        <section key={run.id} className="card stack" aria-label="Stopped training">
          <h2>{stepsOf(run) === 0 ? 'Stopped at its beginning' : `Stopped after ${stepsOf(run)} steps`}</h2>
          <p className="dim">
            {run.options.minutes} min, network: {networkName(run.options.network).toLowerCase()}, held out:{' '}
            {splitName(run.options.split).toLowerCase()}, seed {run.options.seed}. What it learned is kept.
          </p>
          <div className="row">
            <Button isDisabled={blocked !== undefined} onPress={() => onResume(run.request!)}>
              Go on
            </Button>
          </div>
        </section>
      ))}
    </>
  );
}

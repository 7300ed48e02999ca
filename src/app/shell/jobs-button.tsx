/** The work that goes on, in the header: how far it is, and how to stop it. */
import { useState } from 'react';
import { Button, Dialog, DialogTrigger, Heading, Popover } from 'react-aria-components';
import { client } from '../core/client.ts';
import type { StateStore } from '../core/state.ts';
import { useObservable, type ServerNews } from '../core/workbench.ts';
import type { JobState } from '../../server/api.ts';
import { Failure } from './failure.tsx';
import { fractionOf, jobName, progressText, stateName } from './jobs.ts';
import { Progress } from './progress.tsx';

const shownJobs = 5;

export function JobsButton({
  news,
  store,
}: {
  readonly news: ServerNews;
  readonly store: StateStore;
}): React.ReactNode {
  const jobs = useObservable(news.jobs);
  const running = jobs.filter(({ state }) => state === 'running');
  const fraction = fractionOf(running);
  const name = running.length === 1 ? jobName(running[0].request) : `${running.length} jobs`;
  return (
    <DialogTrigger>
      <Button data-kind="quiet" className="react-aria-Button jobs-button">
        {running.length === 0 ? 'Jobs' : name}
        {running.length === 0 ? null : <Progress label={`${name}: progress`} fraction={fraction} />}
      </Button>
      <Popover placement="bottom end">
        <Dialog>
          {({ close }) => (
            <div className="stack">
              <Heading slot="title" level={2}>
                Jobs
              </Heading>
              {jobs.length === 0 ? (
                <p className="dim">Nothing has been run since the workbench was opened.</p>
              ) : null}
              <ul className="jobs-list">
                {jobs.slice(0, shownJobs).map((job) => (
                  <JobLine key={job.id} job={job} />
                ))}
              </ul>
              <div>
                <Button
                  onPress={() => {
                    store.set({ page: 'run' });
                    close();
                  }}
                >
                  All jobs and their logs
                </Button>
              </div>
            </div>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function JobLine({ job }: { readonly job: JobState }): React.ReactNode {
  const name = jobName(job.request);
  return (
    <li>
      <div className="row">
        <strong>{name}</strong>
        {job.state === 'running' ? (
          <StopButton job={job} />
        ) : (
          <span className="dim">{stateName[job.state]}</span>
        )}
      </div>
      {job.state === 'running' ? (
        <>
          <Progress label={name} fraction={job.progress?.fraction} />
          <p className="dim">{progressText(job)}</p>
        </>
      ) : null}
      {job.error ? <p className="dim">{job.error.message}</p> : null}
    </li>
  );
}

export function StopButton({ job }: { readonly job: JobState }): React.ReactNode {
  const [stopping, setStopping] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const stop = async (): Promise<void> => {
    setStopping(true);
    setFailure(undefined);
    try {
      await client.cancelJob(job.id);
    } catch (error) {
      setFailure(error);
      setStopping(false);
    }
  };
  return (
    <>
      <Button
        data-size="small"
        isDisabled={stopping}
        aria-label={`Stop: ${jobName(job.request)}`}
        onPress={() => void stop()}
      >
        {stopping ? 'Stopping' : 'Stop'}
      </Button>
      {failure === undefined ? null : <Failure error={failure} title="It could not be stopped" />}
    </>
  );
}

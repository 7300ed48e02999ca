/** All jobs, the newest first: how far they are, how they ended, what they said. */
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { JobState } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import { Failure } from '../../shell/failure.tsx';
import { StopButton } from '../../shell/jobs-button.tsx';
import { duration, jobName, progressText, stateName } from '../../shell/jobs.ts';
import { Progress } from '../../shell/progress.tsx';

/** Jobs that are shown at first. */
const first = 8;
/** How often the log of a job at work is read, ms. */
const everyMs = 2000;

export function JobList({ jobs }: { readonly jobs: readonly JobState[] }): React.ReactNode {
  const [all, setAll] = useState(false);
  return (
    <section className="card stack" aria-labelledby="jobs-title">
      <h2 id="jobs-title">Jobs</h2>
      {jobs.length === 0 ? (
        <p className="dim">
          Nothing has been run yet. What you start here or elsewhere is listed with its log.
        </p>
      ) : null}
      <ul className="run-jobs">
        {(all ? jobs : jobs.slice(0, first)).map((job) => (
          <Job key={job.id} job={job} />
        ))}
      </ul>
      {jobs.length > first ? (
        <div>
          <Button onPress={() => setAll(!all)}>{all ? 'Show fewer' : `Show ${jobs.length}`}</Button>
        </div>
      ) : null}
    </section>
  );
}

function Job({ job }: { readonly job: JobState }): React.ReactNode {
  const [open, setOpen] = useState(false);
  const { id, request, state, startedAt, endedAt, error } = job;
  const name = jobName(request);
  const began = new Date(startedAt);
  const took = endedAt === undefined ? undefined : (Date.parse(endedAt) - began.getTime()) / 1000;
  return (
    <li data-state={state}>
      <div className="row run-job">
        <strong>{name}</strong>
        <span className="run-state">{stateName[state]}</span>
        <span className="dim">
          {began.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
          {took === undefined ? '' : `, ${duration(took)}`}
        </span>
        <span className="run-job-tools">
          {state === 'running' ? <StopButton job={job} /> : null}
          <Button
            data-size="small"
            data-kind="quiet"
            aria-expanded={open}
            aria-label={`Log of ${name}`}
            onPress={() => setOpen(!open)}
          >
            Log
          </Button>
        </span>
      </div>
      {state === 'running' ? (
        <>
          <Progress label={name} fraction={job.progress?.fraction} />
          <p className="dim">{progressText(job)}</p>
        </>
      ) : null}
      {error ? <Failure error={{ facts: error, message: error.message }} title={`${name} failed`} /> : null}
      {open ? <Log id={id} running={state === 'running'} /> : null}
    </li>
  );
}

function Log({ id, running }: { readonly id: string; readonly running: boolean }): React.ReactNode {
  const [text, setText] = useState<string>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    let ended = false;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const read = async (): Promise<void> => {
      try {
        const log = await client.jobLog(id);
        if (!ended) setText(withoutResult(log));
      } catch (error) {
        if (!ended) setFailure(error);
        return;
      }
      if (running && !ended) waiting = setTimeout(() => void read(), everyMs);
    };
    void read();
    return () => {
      ended = true;
      clearTimeout(waiting);
    };
  }, [id, running]);
  if (failure !== undefined) return <Failure error={failure} title="The log cannot be read" />;
  return (
    <pre className="run-log" tabIndex={0} role="region" aria-label="Log">
      {text ?? 'Reading'}
    </pre>
  );
}

/** The last line is the result for programs, which pages show in their own way. */
function withoutResult(log: string): string {
  const lines = log.trimEnd().split('\n');
  return (lines.at(-1)?.startsWith('{') ? lines.slice(0, -1) : lines).join('\n');
}

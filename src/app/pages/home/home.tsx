/** The project at a glance: what to do next, each step of the work, the videos, tracks, network and notes. */
import './home.css';
import { Button } from 'react-aria-components';
import type { ProjectOverview } from '../../../server/api.ts';
import { useObservable, type Workbench } from '../../core/workbench.ts';
import { Failure } from '../../shell/failure.tsx';
import { useJobStart } from '../../shell/job-start.ts';
import { StopButton } from '../../shell/jobs-button.tsx';
import { jobName, progressText } from '../../shell/jobs.ts';
import { Progress } from '../../shell/progress.tsx';
import { nextOf, stepsOf, type Step } from './steps.ts';
import { Videos } from './videos.tsx';

export function Home({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const project = useObservable(workbench.project);
  const { running, failure, dismiss, start } = useJobStart(workbench);
  const steps = stepsOf(project);
  const next = nextOf(steps);
  const act = ({ action }: Step, primary: boolean): React.ReactNode =>
    action === undefined ? null : (
      <Button
        data-kind={primary ? 'primary' : undefined}
        isDisabled={'job' in action && running !== undefined}
        onPress={() => ('page' in action ? workbench.store.set({ page: action.page }) : start(action.job))}
      >
        {action.title}
      </Button>
    );
  return (
    <div className="page stack home">
      <div>
        <h1>{project.name}</h1>
        <p className="dim home-root">{project.root}</p>
      </div>
      {failure ? <Failure {...failure} onClose={dismiss} /> : null}
      {running ? (
        <section className="card home-running" aria-label="Under way">
          <strong>{jobName(running.request)}</strong>
          <Progress label={jobName(running.request)} fraction={running.progress?.fraction} />
          <span className="dim">{progressText(running)}</span>
          <StopButton job={running} />
        </section>
      ) : null}
      <ol className="home-steps" aria-label="The work">
        {steps.map((step) => (
          <li key={step.title} data-next={step === next ? '' : undefined}>
            <div className="home-head">
              <span className="home-sign" data-done={step.done ? '' : undefined} aria-hidden="true">
                {step.done ? '\u2713' : ''}
              </span>
              <h2>{step.title}</h2>
              {step === next ? <span className="home-next">next</span> : null}
            </div>
            <span className="home-state">{step.state}</span>
            <p>{step.what}</p>
            {act(step, step === next)}
          </li>
        ))}
      </ol>
      <div className="home-columns">
        <Videos workbench={workbench} />
        <div className="stack">
          <Network project={project} />
          <Tracks workbench={workbench} />
          <Notes notes={project.notes} />
        </div>
      </div>
    </div>
  );
}

function Network({ project: { model, skeleton } }: { readonly project: ProjectOverview }): React.ReactNode {
  return (
    <section className="card stack" aria-labelledby="home-network">
      <h2 id="home-network">Network</h2>
      {model === undefined ? (
        <p className="dim">
          None yet. It will follow{' '}
          {skeleton.keypoints.length === 0
            ? 'no keypoint: name some in marey.yaml.'
            : `${skeleton.keypoints.join(', ')}.`}
        </p>
      ) : (
        <dl className="home-facts">
          <dt>Kind</dt>
          <dd>{model.network}</dd>
          <dt>Learned from</dt>
          <dd>
            {model.trainedFrames} frames in {model.steps} steps
          </dd>
          <dt>Error</dt>
          <dd>
            {model.testErrorPx === undefined
              ? 'not judged on the labels of now'
              : `${model.testErrorPx.toFixed(2)} px, mean over held-out frames`}
          </dd>
          <dt>Follows</dt>
          <dd>{model.keypoints.join(', ')}</dd>
        </dl>
      )}
    </section>
  );
}

function Tracks({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const { tracks } = useObservable(workbench.project);
  return (
    <section className="card stack" aria-labelledby="home-tracks">
      <h2 id="home-tracks">Tracks</h2>
      {tracks.length === 0 ? (
        <p className="dim">None yet. A trained network makes one of each video.</p>
      ) : null}
      <ul className="home-list">
        {tracks.map(({ id, name, video, frames }) => (
          <li key={id}>
            <Button
              data-kind="quiet"
              isDisabled={video === undefined}
              onPress={() => workbench.store.set({ page: 'workspace', video, track: id, frame: 0 })}
            >
              {name}
            </Button>
            <span className="dim">
              {frames} frames{video === undefined ? ', of no video of this project' : ''}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Notes({ notes }: Pick<ProjectOverview, 'notes'>): React.ReactNode {
  if (notes.length === 0) return null;
  return (
    <section className="card stack home-notes" aria-labelledby="home-notes">
      <h2 id="home-notes">Notes</h2>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  );
}

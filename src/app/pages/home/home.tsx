/** The project at a glance: each step of the work, how far it is, and what to do next. */
import './home.css';
import { Button } from 'react-aria-components';
import type { JobRequest, ProjectOverview } from '../../../server/api.ts';
import { client, ServerFailure } from '../../core/client.ts';
import { useObservable, type Workbench } from '../../core/workbench.ts';
import { useState } from 'react';

interface Step {
  readonly title: string;
  /** How far it is. */
  readonly state: string;
  readonly what: string;
  readonly action?:
    { readonly title: string; readonly page: string } | { readonly title: string; readonly job: JobRequest };
}

const counted = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

/** The work in its order, as far as this project is. */
export function stepsOf(project: ProjectOverview): readonly Step[] {
  const { videos, labeledFrames, model, tracks, readOnly } = project;
  const found = videos.filter(({ problem }) => problem === undefined);
  const writes = readOnly === undefined;
  return [
    {
      title: 'Label',
      state: `${counted(labeledFrames, 'labeled frame')}, ${counted(found.length, 'video')}`,
      what:
        labeledFrames < 20
          ? 'Some 20 frames that differ from each other are enough for a first network; 50 to 200 for good.'
          : 'Frames in which the network errs teach it most: label those that are proposed.',
      action: { title: 'Label frames', page: 'label' },
    },
    {
      title: 'Train',
      state: model === undefined ? 'no network yet' : `${model.network}, ${counted(model.steps, 'step')}`,
      what: 'A network is trained from scratch on this machine, in about 15 minutes. It goes on when this page is closed.',
      action:
        writes && labeledFrames > 1
          ? {
              title: model === undefined ? 'Train for 15 minutes' : 'Train again',
              job: { kind: 'train', minutes: 15 },
            }
          : undefined,
    },
    {
      title: 'Judge',
      state:
        model?.testErrorPx === undefined
          ? 'not judged yet'
          : `mean error ${model.testErrorPx.toFixed(2)} px on frames it never saw`,
      what: 'How far from the labels is it in frames that were held out? The report shows the worst of them.',
      action: writes && model ? { title: 'Evaluate', job: { kind: 'evaluate' } } : undefined,
    },
    {
      title: 'Track',
      state: counted(tracks.length, 'track'),
      what: 'The network runs over every frame of the videos.',
      action:
        writes && model && found.length > 0
          ? {
              title: `Track ${counted(found.length, 'video')}`,
              job: { kind: 'track', videos: found.map(({ id }) => id) },
            }
          : undefined,
    },
    {
      title: 'Look',
      state: tracks.length === 0 ? 'nothing tracked yet' : 'tracks beside their videos',
      what: 'Video, posture and measures at one cursor.',
      action: { title: 'Look at the recording', page: 'workspace' },
    },
  ];
}

export function Home({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const project = useObservable(workbench.project);
  const jobs = useObservable(workbench.jobs);
  const [failure, setFailure] = useState<ServerFailure['facts']>();
  const running = jobs.some(({ state }) => state === 'running');
  const start = async (job: JobRequest): Promise<void> => {
    setFailure(undefined);
    try {
      await client.startJob(job);
    } catch (error) {
      if (!(error instanceof ServerFailure)) throw error;
      setFailure(error.facts);
    }
  };
  return (
    <div className="page stack">
      <h1>{project.name}</h1>
      {failure ? (
        <p role="alert">
          {failure.message} {failure.fix}
        </p>
      ) : null}
      <ol className="home-steps">
        {stepsOf(project).map(({ title, state, what, action }) => (
          <li key={title}>
            <h2>{title}</h2>
            <span className="home-state">{state}</span>
            <p>{what}</p>
            {action === undefined ? null : 'page' in action ? (
              <Button onPress={() => workbench.store.set({ page: action.page })}>{action.title}</Button>
            ) : (
              <Button isDisabled={running} onPress={() => void start(action.job)}>
                {action.title}
              </Button>
            )}
          </li>
        ))}
      </ol>
      {project.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
    </div>
  );
}

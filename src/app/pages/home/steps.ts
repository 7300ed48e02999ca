/** The work in its order, how far a project is with it, and what to do next. */
import type { JobRequest, ProjectOverview } from '../../../server/api.ts';

export interface Step {
  readonly title: string;
  /** How far it is. */
  readonly state: string;
  readonly done: boolean;
  readonly what: string;
  readonly action?:
    { readonly title: string; readonly page: string } | { readonly title: string; readonly job: JobRequest };
}

export const counted = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

/** Labeled frames that are enough for a first network. */
const enough = 20;

export function stepsOf(project: ProjectOverview): readonly Step[] {
  const { videos, labeledFrames, model, tracks, readOnly } = project;
  const found = videos.filter(({ problem }) => problem === undefined);
  const untracked = found.filter(({ id }) => !tracks.some(({ video }) => video === id));
  const writes = readOnly === undefined;
  return [
    {
      title: 'Label',
      state: counted(labeledFrames, 'labeled frame'),
      done: labeledFrames >= enough || (model !== undefined && labeledFrames > 0),
      what:
        labeledFrames < enough
          ? `Some ${enough} frames that differ from each other are enough for a first network; 50 to 200 for good.`
          : 'Frames in which the network errs teach it most: label those that are proposed.',
      action: { title: 'Label frames', page: 'label' },
    },
    {
      title: 'Train',
      state: model === undefined ? 'no network yet' : `${model.network}, ${counted(model.steps, 'step')}`,
      done: model !== undefined,
      what: 'A network learns from your labels, from scratch and on this machine. 15 minutes do for a first one.',
      action:
        labeledFrames > 0
          ? { title: model === undefined ? 'Train a network' : 'Train again', page: 'training' }
          : undefined,
    },
    {
      title: 'Judge',
      state:
        model?.testErrorPx === undefined
          ? 'not judged yet'
          : `mean error ${model.testErrorPx.toFixed(2)} px on frames it never saw`,
      done: model?.testErrorPx !== undefined,
      what: 'How far off is it in frames that were held out, and in which is it worst?',
      action:
        model === undefined
          ? undefined
          : model.testErrorPx !== undefined || !writes
            ? { title: 'Look at the worst', page: 'training' }
            : { title: 'Evaluate', job: { kind: 'evaluate' } },
    },
    {
      title: 'Track',
      state:
        found.length === 0
          ? 'no video'
          : `${found.length - untracked.length} of ${counted(found.length, 'video')} tracked`,
      done: found.length > 0 && untracked.length === 0,
      what: 'The network runs over every frame of the videos.',
      action:
        writes && model && found.length > 0
          ? {
              title: `Track ${counted((untracked.length > 0 ? untracked : found).length, 'video')}`,
              job: { kind: 'track', videos: (untracked.length > 0 ? untracked : found).map(({ id }) => id) },
            }
          : undefined,
    },
    {
      title: 'Look',
      state: tracks.length === 0 ? 'nothing tracked yet' : counted(tracks.length, 'track'),
      done: false,
      what: 'Video, posture and measures at one cursor.',
      action: found.length > 0 ? { title: 'Look at the recording', page: 'workspace' } : undefined,
    },
  ];
}

/** The first step that is not done and can be. */
export function nextOf(steps: readonly Step[]): Step | undefined {
  return steps.find(({ done, action }) => !done && action !== undefined);
}

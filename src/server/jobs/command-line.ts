import type { NamedVideo } from '../../project/run/videos.ts';
import { claimPath } from '../../project/claims/index.ts';
import { withNeeds } from '../../project/run/plan.ts';
import { UsageError } from '../../signal/error.ts';
import type { JobRequest } from '../api.ts';
import { MissingError } from '../failure.ts';

/** How the commands of Marey are started, which the server does not know itself. */
export interface CommandLine {
  readonly program: string;
  /** What stands before the verb. */
  readonly first: readonly string[];
  /** The environment in which a command says its progress to a program; by `pass` it works in the server's project. */
  environment(pass: string | undefined): NodeJS.ProcessEnv;
}

/** What a job works on: a project, or the folder of the demo. */
export interface JobPlace {
  readonly root: string;
  readonly videos: readonly NamedVideo[];
}

/** A job as a command: verb and arguments. Throws `UsageError` for steps and `MissingError` for videos there are not. */
export function commandOf(request: JobRequest, { root, videos }: JobPlace): string[] {
  const project = [`--project=${root}`, '--json'];
  switch (request.kind) {
    case 'train': {
      const { minutes, network, split, seed } = request;
      const options = Object.entries({ minutes, network, split, seed });
      return [
        'train',
        ...options.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
        ...project,
      ];
    }
    case 'evaluate':
      return ['evaluate', ...project];
    case 'track':
      return ['track', ...request.videos.map((id) => pathOf(id, videos)), ...project];
    case 'run':
      // Steps that there are not must not reach the command line.
      withNeeds(request.steps ?? []);
      return ['run', ...(request.steps ?? []), ...project];
    case 'claim':
      return ['claim', claimPath(root, request.claim), '--json'];
    case 'control': {
      const { task, ...options } = request;
      const given = Object.entries(options).filter(([key, value]) => key !== 'kind' && value !== undefined);
      return ['control', task, ...given.map(([key, value]) => `--${key}=${value}`), ...project];
    }
    case 'demo':
      return ['demo', root, '--no-open', '--json'];
    default:
      return request satisfies never;
  }
}

function pathOf(id: string, videos: readonly NamedVideo[]): string {
  const video = videos.find(({ name }) => name === id);
  if (!video) throw new MissingError('there is no such video in the project', { got: id });
  if (video.found) return video.path;
  throw new UsageError('the file of the video is not there', { where: video.path });
}

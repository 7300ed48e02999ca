/** What jobs are called, and how far they are, in words. */
import type { JobRequest, JobState } from '../../server/api.ts';

export function jobName(request: JobRequest): string {
  switch (request.kind) {
    case 'train':
      return 'Training';
    case 'evaluate':
      return 'Evaluation';
    case 'track':
      return request.videos.length === 1 ? 'Tracking' : `Tracking ${request.videos.length} videos`;
    case 'run':
      return request.steps === undefined ? 'Running all steps' : `Running ${request.steps.join(', ')}`;
    case 'claim':
      return `Judging ${request.claim}`;
    case 'control':
      return `Training ${request.name}`;
    case 'demo':
      return 'Making the demo';
    default:
      return request satisfies never;
  }
}

export const stateName = {
  running: 'running',
  done: 'done',
  failed: 'failed',
  cancelled: 'stopped',
} as const satisfies Record<JobState['state'], string>;

/** Seconds as a person says them: `40 s`, `12 min`, `3 h 20 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `Training, whole picture: 42 %, about 6 min left`. */
export function progressText({ progress }: JobState): string {
  if (!progress) return 'started';
  const parts = [];
  if (progress.fraction !== undefined) parts.push(`${Math.floor(100 * progress.fraction)} %`);
  if (progress.secondsLeft !== undefined) parts.push(`about ${duration(progress.secondsLeft)} left`);
  return parts.length === 0 ? progress.what : `${progress.what}: ${parts.join(', ')}`;
}

/** Done fraction of all that runs, or undefined where one of them does not tell. */
export function fractionOf(jobs: readonly JobState[]): number | undefined {
  let sum = 0;
  for (const { progress } of jobs) {
    if (progress?.fraction === undefined) return undefined;
    sum += progress.fraction;
  }
  return jobs.length === 0 ? undefined : sum / jobs.length;
}

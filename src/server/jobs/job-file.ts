import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../project/atomic.ts';
import { isMissing } from '../../project/disk.ts';
import { makeFolder } from '../../project/folder.ts';
import { jobRequest, type JobState } from '../api.ts';

/** Jobs that are remembered. */
const remembered = 50;

const fileSchema = z.object({
  jobs: z.array(
    z.object({
      id: z.string().regex(/^[a-z0-9-]+$/),
      request: jobRequest,
      state: z.enum(['running', 'done', 'failed', 'cancelled']),
      startedAt: z.string(),
      endedAt: z.string().optional(),
      result: z.record(z.string(), z.unknown()).optional(),
      error: z.object({ message: z.string() }).catchall(z.string()).optional(),
    }),
  ),
});

/** What a job is told that ran when its server went away. */
export const serverStopped: NonNullable<JobState['error']> = {
  message: 'the server was stopped',
  fix: 'Start it again to go on.',
};

const fileIn = (logs: string): string => join(logs, 'jobs.json');

export const logIn = (logs: string, id: string): string => join(logs, `job-${id}.log`);

/** The jobs of a project, the newest last; none where nobody wrote any or the file is damaged: it only tells what was. */
export async function readJobs(logs: string): Promise<JobState[]> {
  let text: string;
  try {
    text = await readFile(fileIn(logs), 'utf8');
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) return [];
  return parsed.data.jobs.map((job) =>
    job.state === 'running' ? { ...job, state: 'failed', error: serverStopped } : job,
  );
}

export async function writeJobs(logs: string, jobs: readonly JobState[]): Promise<void> {
  await makeFolder(logs);
  const kept = jobs.slice(-remembered).map((job) => ({ ...job, progress: undefined }));
  await writeAtomic(fileIn(logs), `${JSON.stringify({ jobs: kept }, null, 1)}\n`);
}

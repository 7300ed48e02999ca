import { execFileSync } from 'node:child_process';

/** Whether the programs ffmpeg and ffprobe can be run; says so where tests are skipped for want of them. */
export function hasFfmpeg(): boolean {
  try {
    for (const program of ['ffmpeg', 'ffprobe']) execFileSync(program, ['-version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    console.warn(
      `skipped: tests of the ffmpeg program (${(error as Error).message}); install FFmpeg to run them`,
    );
    return false;
  }
}

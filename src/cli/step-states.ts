import type { RunOutcome, StepState } from '../project/run/index.ts';

/** One line a job: step, video, state and why. */
export function stateLines(states: readonly (StepState & Partial<Pick<RunOutcome, 'made'>>)[]): string[] {
  const rows = states.map(({ step, item = '', status, why, made }) => [
    step,
    item,
    made ? 'made' : status,
    why === undefined ? '' : made ? `(${why})` : why,
  ]);
  const widths = [0, 1, 2].map((c) => Math.max(0, ...rows.map((row) => row[c].length)));
  return rows.map((row) =>
    row
      .map((cell, c) => (c < 3 ? cell.padEnd(widths[c]) : cell))
      .join('  ')
      .trimEnd(),
  );
}

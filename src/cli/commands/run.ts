import { z } from 'zod';
import { Project } from '../../project/index.ts';
import { bringUpToDate, planRun, stepRecords, withNeeds, type RunOutcome } from '../../project/run/index.ts';
import { UsageError } from '../../signal/error.ts';
import { command, projectFolder } from '../command.ts';
import { accessOf } from '../project.ts';
import { drawProjectReport } from '../project-report/draw.ts';
import { stateLines } from '../step-states.ts';

export const runCommand = command({
  positionals: [
    {
      name: 'STEP',
      description: `${stepRecords.map((s) => s.name).join(', ')} (default: all)`,
      repeats: true,
    },
  ],
  options: z.object({
    dryRun: z.boolean().default(false).describe('say what is up to date and what is not; make nothing'),
    on: z.string().default('here').describe('where the work is done'),
  }),
  details: `${stepRecords.map((s) => `  ${s.name.padEnd(11)} ${s.makes}`).join('\n')}

A step that is asked for brings the steps it needs with it. What is up to date is left as it is; stopped or killed, it goes on
where it was. Options of the steps stand in marey.yaml, for instance:

  steps:
    train: {minutes: 30, split: blocks:0.2}
    export: {formats: [csv, h5]}
    kinematics: {measures: [{measure: heading, keypoints: [tailbase, snout]}]}

What marey.yaml does not say of "train" is as in the last training.`,
  async run({ STEP }, options, { cwd, console, signal }) {
    checkPlace(options.on);
    const wanted = withNeeds(STEP);
    const root = projectFolder(options, cwd);
    if (options.dryRun) {
      await using project = await Project.open(root, { readOnly: true });
      const states = (await planRun(project)).map(({ state }) => ({ ...state, made: false }));
      return { dryRun: true, steps: states.filter(({ step }) => wanted.has(step)) };
    }
    await using project = await Project.open(root, accessOf());
    const steps = await bringUpToDate(project, STEP, {
      threads: options.threads,
      signal,
      note: (text) => console.warn(text),
      onProgress: (what, fraction, secondsLeft, training) =>
        console.progress({ what, fraction, secondsLeft, training }),
      drawReport: drawProjectReport,
    });
    return { dryRun: false, steps };
  },
  print({ steps, dryRun }, console) {
    const outcomes = steps as readonly RunOutcome[];
    for (const line of stateLines(outcomes)) console.line(line);
    const made = outcomes.filter((o) => o.made).length;
    if (!dryRun) console.line(made === 0 ? 'Nothing had to be made.' : `Made ${made} of ${outcomes.length}.`);
  },
});

function checkPlace(place: string): void {
  if (place === 'here') return;
  const slurm = place === 'slurm';
  throw new UsageError(slurm ? 'work cannot be handed to Slurm yet' : 'this place to work is not known', {
    where: 'marey run --on',
    expected: 'here',
    got: `"${place}"`,
    fix: slurm
      ? 'Run "marey run" inside a job of your own: it goes on where a job that ran out of time stopped.'
      : 'Leave --on away.',
  });
}

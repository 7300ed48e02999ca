import { z } from 'zod';
import { Project } from '../../project/index.ts';
import { trainStep } from '../../project/steps/index.ts';
import { command, projectFolder } from '../command.ts';

export const trainCommand = command({
  name: 'train',
  summary: 'trains the pose network on the labeled frames',
  positionals: [],
  options: z.object({
    minutes: z.coerce.number().positive().default(15).describe('how long to train'),
    split: z
      .string()
      .default('blocks:0.2')
      .describe(
        'frames held out: blocks:0.2 (neighbors in time together), random:0.2, recordings:0.2 or none',
      ),
    network: z
      .enum(['accurate', 'fast'])
      .optional()
      .describe('the size of the network (default: what this machine can train well in the time)'),
  }),
  details: `Stopped or killed, it goes on from its last checkpoint when run again with the same options. Done before with the same
labels and options, the result is taken from the project.`,
  async run(_, options, { cwd, console, signal }) {
    await using project = await Project.open(projectFolder(options, cwd));
    const { model, key, reused } = await trainStep(project, {
      ...options,
      signal,
      onProgress: ({ stage, step, loss, fraction, remainingSeconds }) =>
        console.progress({
          what: `Training, ${stage}`,
          fraction,
          secondsLeft: remainingSeconds,
          note: `step ${step}, loss ${loss.toPrecision(3)}`,
        }),
    });
    for (const reason of model.plan.reasons) console.line(reason);
    return {
      model: key,
      reused,
      steps: model.record.steps,
      seconds: model.record.seconds,
      trainFrames: model.record.frames.length,
      calibrated: model.calibration !== undefined,
      reasons: model.plan.reasons,
    };
  },
  print({ reused, seconds, trainFrames, calibrated }, console) {
    const took = `${Math.round(Number(seconds))} s`;
    console.line(
      reused
        ? `Trained before with the same labels and options (${took}); that model is used.`
        : `Trained on ${String(trainFrames)} frames in ${took}.`,
    );
    if (!calibrated) console.warn('Fewer than 20 training frames: confidence could not be calibrated.');
    console.line('Next: marey evaluate');
  },
});

import { z } from 'zod';
import { Project } from '../../project/index.ts';
import { trainOptions, trainStep } from '../../project/steps/index.ts';
import { command, projectFolder } from '../command.ts';

export const trainCommand = command({
  positionals: [],
  options: z.object({
    minutes: z.coerce.number().positive().optional().describe('how long to train (default: 15)'),
    split: z
      .string()
      .optional()
      .describe(
        'frames held out: blocks:0.2 (neighbors in time together; the default), random:0.2, recordings:0.2 or none',
      ),
    network: z.enum(['accurate', 'fast']).optional().describe('the size of the network (default: accurate)'),
  }),
  details: `Stopped or killed, it goes on from its last checkpoint when run again with the same options. Done before with the same
labels and options, the result is taken from the project. What is not given here is as "steps: train:" in marey.yaml says.`,
  async run(_, options, { cwd, console, signal }) {
    await using project = await Project.open(projectFolder(options, cwd));
    const stated = project.stepOptions('train', trainOptions);
    const { model, key, reused } = await trainStep(project, {
      ...stated,
      minutes: options.minutes ?? stated.minutes,
      split: options.split ?? stated.split,
      network: options.network ?? stated.network,
      seed: options.seed,
      threads: options.threads,
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

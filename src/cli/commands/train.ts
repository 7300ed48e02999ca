import { z } from 'zod';
import { trainOptions, trainStep } from '../../project/steps/index.ts';
import { command } from '../command.ts';
import { openProject } from '../project.ts';

export const trainCommand = command({
  positionals: [],
  options: z.object({
    minutes: z.coerce.number().positive().optional().describe('how long to train (default: 15)'),
    steps: z.coerce
      .number()
      .int()
      .positive()
      .optional()
      .describe('in place of --minutes: so many steps of each network, the same to the bit every time'),
    split: z
      .string()
      .optional()
      .describe(
        'frames held out: blocks:0.2 (neighbors in time together; the default), random:0.2, recordings:0.2 or none',
      ),
    network: z
      .enum(['auto', 'accurate', 'fast'])
      .optional()
      .describe('the size of the network (default: auto, what this machine can train well in the time)'),
  }),
  details: `Stopped or killed, it goes on from its last checkpoint when run again with the same options. Done before with the same
labels and options, the result is taken from the project. What is not given here is as "steps: train:" in marey.yaml says.

How far --minutes come depends on the machine, so no two such trainings are the same. With --steps, the same labels, options,
threads and version give the same weights to the bit.`,
  async run(_, options, context) {
    const { console, signal } = context;
    await using project = await openProject(options, context);
    const stated = project.stepOptions('train', trainOptions);
    const { model, key, reused, facts } = await trainStep(project, {
      minutes: options.minutes ?? stated.minutes,
      // Minutes on the command line stand against steps in the file.
      steps: options.steps ?? (options.minutes === undefined ? stated.steps : undefined),
      split: options.split ?? stated.split,
      network: options.network ?? stated.network,
      seed: options.seed,
      threads: options.threads,
      signal,
      onProgress({ stage, step, loss, fraction, remainingSeconds }) {
        for (const note of project.checkpoints.notes.splice(0)) console.warn(note);
        console.progress({
          what: `Training, ${stage}`,
          fraction,
          secondsLeft: remainingSeconds,
          note: `step ${step}, loss ${loss.toPrecision(3)}`,
        });
      },
    });
    for (const reason of model.plan.reasons) console.line(reason);
    return {
      model: key,
      reused,
      steps: model.record.steps,
      seconds: model.record.seconds,
      trainFrames: model.record.frames.length,
      split: facts.split,
      calibrated: model.calibration !== undefined,
      reasons: model.plan.reasons,
    };
  },
  print({ reused, seconds, trainFrames, calibrated, split }, console) {
    const took = `${Math.round(Number(seconds))} s`;
    console.line(
      reused
        ? `Trained before with the same labels and options (${took}); that model is used.`
        : `Trained on ${String(trainFrames)} frames in ${took}.`,
    );
    if (split === 'none')
      console.warn('Every labeled frame trained: nothing can be said of the error on other frames.');
    if (!calibrated) console.warn('Fewer than 20 training frames: confidence could not be calibrated.');
    console.line('Next: marey evaluate');
  },
});

import { resolve } from 'node:path';
import { z } from 'zod';
import { trainingOptions, trainStep, type UnlabeledOptions } from '../../project/steps/index.ts';
import { UsageError } from '../../signal/error.ts';
import { command } from '../command.ts';
import { openProject } from '../project.ts';

/** On the toy of `test/measure/pose/unlabeled.test.ts`, 0.03 to 0.3 lowered jumps and errors, 0.1 most. */
const defaultTemporal = 0.1;

const weight = (what: string): z.ZodOptional<z.ZodCoercedNumber> =>
  z.coerce.number().nonnegative().optional().describe(`weight ${what}`);

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
    unlabeled: z
      .array(z.string())
      .default([])
      .describe('a video to learn from without labels as well; may be given several times'),
    temporal: weight('of the loss on keypoints that jump between unlabeled frames (with --unlabeled: 0.1)'),
    skeleton: weight(
      "of the loss on bones that leave the lengths seen in the labels, by the skeleton's edges",
    ),
    maxJump: z.coerce
      .number()
      .nonnegative()
      .default(0.25)
      .describe('how far a keypoint may move from frame to frame before it costs, in body lengths'),
  }),
  details: `Stopped or killed, it goes on from its last checkpoint when run again with the same options. Done before with the same
labels and options, the result is taken from the project. What is not given here is as "steps: train:" in marey.yaml says.

How far --minutes come depends on the machine, so no two such trainings are the same. With --steps, the same labels, options,
threads and version give the same weights to the bit.

Unlabeled videos (semi-supervised): up to 60 runs of 5 frames are taken from them, gray and reduced, 104 MB at most. Keypoints must not jump
between these frames (--temporal; Lightning Pose), nor bones leave their labeled lengths (--skeleton; DeepGraphPose). Weights
much above 0.3, or a training that ends early, trade accuracy for calm: compare the errors on held-out frames. Give
the videos that you will track. Their held-out frames may be among them, without labels: to judge how the model does on videos it has
never seen, hold out recordings and leave those videos away. The losses reach the network that sees the whole picture. Where two
networks are trained (one finds the animal, one refines its points in a crop, as the reasons printed at the end say), the second learns
from labels alone.

  marey train --unlabeled day1.mp4 --unlabeled day2.mp4 --temporal 0.1 --skeleton 0.1`,
  async run(_, options, context) {
    const { console, cwd, signal } = context;
    await using project = await openProject(options, context);
    const start = performance.now();
    const { model, key, reused, facts } = await trainStep(project, {
      ...trainingOptions(project, options),
      threads: options.threads,
      unlabeled: unlabeledOf(options, cwd),
      signal,
      onProgress({ stage, step, loss, heldOutPx, fraction, remainingSeconds }) {
        for (const note of project.checkpoints.notes.splice(0)) console.warn(note);
        console.progress({
          what: `Training, ${stage}`,
          fraction,
          secondsLeft: remainingSeconds,
          note: `step ${step}, loss ${loss.toPrecision(3)}`,
          training: { stage, step, loss, heldOutPx },
        });
      },
    });
    for (const reason of model.plan.reasons) console.line(reason);
    if (facts.unlabeled?.note) console.warn(facts.unlabeled.note);
    return {
      model: key,
      reused,
      steps: model.record.steps,
      // A model whose steps were counted does not know how long it took.
      seconds: model.record.seconds ?? (reused ? null : (performance.now() - start) / 1000),
      trainFrames: model.record.frames.length,
      split: facts.split,
      calibrated: model.calibration !== undefined,
      reasons: model.plan.reasons,
      ...(facts.unlabeled && { unlabeled: facts.unlabeled }),
    };
  },
  print({ reused, seconds, trainFrames, calibrated, split }, console) {
    const took = seconds === null ? '' : `${Math.round(Number(seconds))} s`;
    console.line(
      reused
        ? `Trained before with the same labels and options${took && ` (${took})`}; that model is used.`
        : `Trained on ${String(trainFrames)} frames in ${took}.`,
    );
    if (split === 'none')
      console.warn('Every labeled frame trained: nothing can be said of the error on other frames.');
    if (!calibrated) console.warn('Fewer than 20 training frames: confidence could not be calibrated.');
    console.line('Next: marey evaluate');
  },
});

function unlabeledOf(
  options: {
    readonly unlabeled: readonly string[];
    readonly temporal?: number;
    readonly skeleton?: number;
    readonly maxJump: number;
  },
  cwd: string,
): UnlabeledOptions | undefined {
  const { unlabeled, temporal, skeleton, maxJump } = options;
  const asked = temporal !== undefined || skeleton !== undefined;
  if (unlabeled.length === 0) {
    if (!asked) return undefined;
    throw new UsageError('--temporal and --skeleton need frames without labels', {
      where: 'marey train',
      fix: 'Name a video with --unlabeled VIDEO.',
    });
  }
  return {
    videos: unlabeled.map((video) => resolve(cwd, video)),
    temporal: asked ? temporal : defaultTemporal,
    skeleton,
    maximumJump: maxJump,
  };
}

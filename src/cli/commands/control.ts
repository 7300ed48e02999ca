import { z } from 'zod';
import {
  cells,
  networkFor,
  tasks,
  train,
  type CellName,
  type TrainProgress,
} from '../../model/circuit/index.ts';
import { sha256OfJson } from '../../project/index.ts';
import { UsageError } from '../../signal/error.ts';
import { command } from '../command.ts';
import { openProject } from '../project.ts';

const slug = (name: string): string => name.replaceAll(' ', '-');
/** Steps between kept states. */
const keepEvery = 100;

export const controlCommand = command({
  positionals: [
    {
      name: 'TASK',
      description: `what it is to do: ${tasks.map(({ name }) => slug(name)).join(', ')}`,
      required: true,
    },
  ],
  options: z.object({
    name: z.string().optional().describe("the network's name in the project (default: the task's)"),
    units: z.coerce.number().int().min(1).max(4096).default(128).describe('units of the network'),
    cell: z
      .enum(Object.keys(cells) as [CellName, ...CellName[]])
      .default('leaky current')
      .describe('what a unit is'),
    steps: z.coerce.number().int().min(1).default(1000).describe('steps of training, at most'),
    all: z.boolean().default(false).describe('take all steps, also past the goal'),
  }),
  details: `Trains a recurrent network that moves a body and feels it, and keeps it in the project's folder "controllers". The workbench's page of models runs it,
lesions it, and shows its units beside recorded ones.

Example: marey control center-out --units 128 --project reaching`,
  async run({ TASK }, { name, units, cell, steps, all, seed, ...options }, context) {
    const kind = tasks.find((task) => slug(task.name) === slug(TASK[0]));
    if (!kind) {
      throw new UsageError('there is no such task', {
        expected: tasks.map((task) => slug(task.name)).join(', '),
        got: TASK[0],
      });
    }
    await using project = await openProject({ ...options, seed }, context);
    const { checkpoints, controllers } = project;
    const called = name ?? slug(kind.name);
    controllers.pathOf(called);
    const task = kind.make();
    const run = `control-${sha256OfJson({ task: kind.name, units, cell, seed, all }).slice(0, 16)}`;
    const start = performance.now();
    const training = await train(networkFor(task, { units, cell, seed }), task, {
      steps,
      seed,
      until: all ? undefined : 'goal',
      signal: context.signal,
      clock: () => performance.now() / 1000,
      checkpoint: { store: checkpoints, name: run, every: keepEvery },
      onProgress: ({ fraction, remainingSeconds, score }: TrainProgress) =>
        context.console.progress({
          what: `Training to ${kind.name}${score ? `, ${score.name} ${score.value.toPrecision(3)} ${score.unit}` : ''}`,
          fraction,
          secondsLeft: remainingSeconds,
        }),
    });
    const { network, ended, best, divergence } = training;
    const path = await controllers.write(called, {
      network,
      task,
      taskName: kind.name,
      record: { seed, steps: training.steps, ended, score: best.score, seconds: training.seconds },
    });
    await checkpoints.remove(run);
    return {
      name: called,
      path,
      task: kind.name,
      units,
      ended,
      steps: training.steps,
      score: best.score,
      ...(divergence && { divergence }),
      seconds: (performance.now() - start) / 1000,
    };
  },
  print(result, console) {
    const { score, ended, divergence } = result as unknown as {
      score: { name: string; value: number; unit: string; goal: number };
      ended: string;
      divergence?: { step: number; why: string };
    };
    const met = score.value <= score.goal ? 'reached' : 'not reached';
    console.line(
      `"${String(result.name)}" does ${String(result.task)}: ${score.name} ${score.value.toPrecision(3)} ${score.unit} (goal ${score.goal}, ${met}) after ${String(result.steps)} steps.`,
    );
    if (divergence)
      console.warn(
        `Its training diverged at step ${divergence.step} (${divergence.why}); the best weights before are kept. Another --seed may do.`,
      );
    else if (ended === 'steps' && score.value > score.goal)
      console.line('It has not reached its goal: give it more --steps.');
    console.line(`It is in ${String(result.path)}. Next: "marey open", its page of models.`);
  },
});

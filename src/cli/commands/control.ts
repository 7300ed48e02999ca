import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { cells, readNetwork, tasks, type CellName, type Score } from '../../model/circuit/index.ts';
import { sha256OfJson } from '../../project/index.ts';
import { UsageError } from '../../signal/error.ts';
import { command } from '../command.ts';
import { trainAll } from '../control/train-all.ts';
import type { ControlDone, ControlJob } from '../control/train-one.ts';
import { openProject } from '../project.ts';

const slug = (name: string): string => name.replaceAll(' ', '-');

/** A network that was kept. */
interface Kept extends Pick<ControlDone, 'seed' | 'ended' | 'steps' | 'score' | 'divergence'> {
  readonly name: string;
  readonly path: string;
}

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
    seeds: z.coerce
      .number()
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe(
        'how many networks, of as many seeds from --seed on, trained side by side and called NAME-SEED',
      ),
    all: z.boolean().default(false).describe('take all steps, also past the goal'),
  }),
  details: `Trains a recurrent network that moves a body and feels it, and keeps it in the project's folder "controllers". The workbench's page of models runs it,
lesions it, and shows its units beside recorded ones. What holds for one seed may not hold for another: train several.

Example: marey control center-out --units 128 --seeds 5 --project reaching`,
  async run({ TASK }, { name, units, cell, steps, seeds, all, seed: first, threads, ...options }, context) {
    const kind = tasks.find((task) => slug(task.name) === slug(TASK[0]));
    if (!kind) {
      throw new UsageError('there is no such task', {
        expected: tasks.map((task) => slug(task.name)).join(', '),
        got: TASK[0],
      });
    }
    await using project = await openProject({ ...options, seed: first }, context);
    const { checkpoints, controllers, layout } = project;
    const called = (seed: number): string => {
      const own = name ?? slug(kind.name);
      return seeds === 1 ? own : `${own}-${seed}`;
    };
    controllers.pathOf(called(first));
    const jobs = Array.from({ length: seeds }, (_, k): ControlJob => {
      const seed = first + k;
      const run = `control-${sha256OfJson({ task: kind.name, units, cell, seed, all }).slice(0, 16)}`;
      return { task: kind.name, units, cell, seed, steps, all, checkpoints: layout.checkpoints, run };
    });
    const start = performance.now();
    const networks: Kept[] = [];
    await trainAll(jobs, {
      threads: threads ?? availableParallelism(),
      signal: context.signal,
      onProgress: (fraction, secondsLeft, { seed, score }) =>
        context.console.progress({
          what: `Training to ${kind.name}${score ? `, ${seeds > 1 ? `seed ${seed} ` : ''}${score.name} ${score.value.toPrecision(3)} ${score.unit}` : ''}`,
          fraction,
          secondsLeft,
        }),
      onDone: async ({ seed, run }, { bytes, ...done }) => {
        const path = await controllers.write(called(seed), readNetwork(bytes));
        await checkpoints.remove(run);
        networks.push({ name: called(seed), path, ...done });
      },
    });
    networks.sort((a, b) => a.seed - b.seed);
    const reached = networks.filter(({ score }) => score.value <= score.goal).length;
    return {
      task: kind.name,
      units,
      reached,
      networks: networks.map(({ divergence, ...n }) => ({
        ...n,
        ...(divergence && { divergence: { ...divergence } }),
      })),
      seconds: (performance.now() - start) / 1000,
    };
  },
  print(result, console) {
    const { networks, task, reached } = result as unknown as {
      networks: readonly Kept[];
      task: string;
      reached: number;
    };
    for (const { name, score, ended, steps, divergence } of networks) {
      console.line(`"${name}" does ${task}: ${said(score)} after ${steps} steps.`);
      if (divergence)
        console.warn(
          `Its training diverged at step ${divergence.step} (${divergence.why}); the best weights before are kept. Another --seed may do.`,
        );
      else if (ended === 'steps' && score.value > score.goal)
        console.line('It has not reached its goal: give it more --steps.');
    }
    if (networks.length > 1) console.line(`${reached} of ${networks.length} seeds reached the goal.`);
    console.line(
      `Kept in ${networks[0].path}${networks.length > 1 ? ' and beside it' : ''}. Next: "marey open", its page of models.`,
    );
  },
});

const said = ({ name, value, unit, goal }: Score): string =>
  `${name} ${value.toPrecision(3)} ${unit} (goal ${goal}, ${value <= goal ? 'reached' : 'not reached'})`;

import { networkFor, outAndBack, train, type TrainedNetwork } from '../../../model/circuit/index.ts';
import { exists, Project } from '../../../project/index.ts';
import type { Context } from '../../command.ts';

const name = 'out-and-back';
const units = 64;
const mostSteps = 1000;

/** Trains the network that moves the arm. By steps and a goal, so that the same seed gives the same network on any machine. */
export async function trainController(seed: number, { console, signal }: Context): Promise<TrainedNetwork> {
  const task = outAndBack();
  const { network, steps, ended, best } = await train(networkFor(task, { units, seed }), task, {
    steps: mostSteps,
    seed,
    until: 'goal',
    signal,
    clock: () => performance.now() / 1000,
    onProgress: ({ fraction, remainingSeconds, score }) =>
      console.progress({
        what: `A network learns to move an arm${score ? `, ${score.value.toPrecision(3)} ${score.unit} off` : ''}`,
        fraction,
        secondsLeft: remainingSeconds,
      }),
  });
  return { network, task, taskName: name, record: { seed, steps, ended, score: best.score } };
}

/** The network of an earlier run of the demo, if there is one. */
export async function keptController(root: string): Promise<TrainedNetwork | undefined> {
  if (!(await exists(root))) return undefined;
  await using project = await Project.open(root, { readOnly: true });
  return (await project.controllers.names()).includes(name) ? project.controllers.read(name) : undefined;
}

/** Leaves it in the project, for the page of models. */
export async function keepController(root: string, trained: TrainedNetwork): Promise<void> {
  await using project = await Project.open(root);
  await project.controllers.write(name, trained);
}

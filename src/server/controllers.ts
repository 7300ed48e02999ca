import type { Hono } from 'hono';
import { operations, targets } from '../inquire/index.ts';
import { tasks, type Network, type TrainedNetwork } from '../model/circuit/index.ts';
import { MareyError, UsageError } from '../signal/error.ts';
import {
  controllerRunRequest,
  type ControllerOverview,
  type ControllersAnswer,
  type ControllerRunRequest,
} from './api.ts';
import type { NeuralData } from './controller-run.ts';
import { failureAnswer } from './failure.ts';
import type { OpenedProject } from './opened-project.ts';
import { jsonBody } from './request.ts';
import type { Work } from './work.ts';

/** `/api/controllers` */
export function controllerRoutes(app: Hono, opened: () => OpenedProject, work: Work): void {
  app.get('/api/controllers', async (c) => {
    const { controllers } = opened().project;
    const networks: ControllerOverview[] = [];
    for (const name of await controllers.names()) {
      try {
        networks.push({ name, facts: factsOf(await controllers.read(name)) });
      } catch (error) {
        if (!(error instanceof MareyError)) throw error;
        networks.push({ name, problem: failureAnswer(error).error });
      }
    }
    return c.json({
      networks,
      tasks: tasks.map(({ name, summary }) => ({ name, summary })),
      operations: operations.map((operation) => ({
        name: operation.name,
        summary: operation.summary,
        unit: operation.unit,
        doses: [finite(operation.doses[0]), finite(operation.doses[1])],
        lasting: 'lasting' in operation,
      })),
    } satisfies ControllersAnswer);
  });
  app.post('/api/controllers/:name/run', async (c) => {
    const request = await jsonBody(c, controllerRunRequest);
    const { project } = opened();
    const path = project.controllers.pathOf(c.req.param('name'));
    // Says in the right words where it is not there.
    await project.controllers.read(c.req.param('name'));
    const neurons = request.recorded && (await neuralData(opened(), request.recorded));
    return c.json(await work.call('controller', path, request, neurons));
  });
}

/** JSON has no infinity. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

function factsOf({ network, task, taskName, record }: TrainedNetwork): ControllerOverview['facts'] {
  return {
    task: taskName,
    units: network.units,
    cell: network.options.cell ?? 'leaky current',
    seed: record.seed,
    steps: record.steps,
    score: record.score,
    trialSeconds: task.steps * task.stepSeconds,
    targets: targets.map(({ name, summary }) => ({ name, summary, parts: partsOf(name, network) })),
  };
}

function partsOf(target: (typeof targets)[number]['name'], { areas, terminals }: Network): string[] {
  switch (target) {
    case 'units':
      return [];
    case 'modules':
      return areas.map(({ name }) => name);
    case 'connections':
      return areas.flatMap((from) => areas.map((to) => `${from.name} > ${to.name}`));
    case 'sensors':
      // All of a kind by its name, and each.
      return [...new Set(terminals.senses.map((name) => name.replace(/: .*$/, ''))), ...terminals.senses];
    case 'plant':
      return [...terminals.outputs];
    case 'input':
      return [...terminals.task];
    default:
      return target satisfies never;
  }
}

async function neuralData(
  { recorded }: OpenedProject,
  { recording, spikes, events }: NonNullable<ControllerRunRequest['recorded']>,
): Promise<NeuralData> {
  const lanes = await recorded.of(recording);
  const [units, moments] = [spikes, events].map((id) => lanes.find((lane) => lane.id === id));
  if (units?.content.kind !== 'spikes' || moments?.content.kind !== 'events') {
    throw new UsageError('these are no units and events of the recording', {
      where: recording,
      expected: lanes.map(({ id, content }) => `${id} (${content.kind})`).join(', '),
      got: `${spikes}, ${events}`,
    });
  }
  return {
    units: units.content.units,
    counts: units.content.counts,
    times: await recorded.values(recording, spikes),
    labels: moments.content.labels,
    events: await recorded.values(recording, events),
  };
}

/** Runs a trained network twice, intact and changed, and puts recorded neurons into its space. */
import { readFile } from 'node:fs/promises';
import {
  intervene,
  networkResponses,
  neuralResponses,
  sharedSpace,
  softNormalized,
  spaceOf,
  type Intervention,
} from '../inquire/index.ts';
import { readNetwork, type TrainedNetwork, type Trials } from '../model/circuit/index.ts';
import { InputError } from '../signal/error.ts';
import { Events } from '../signal/events.ts';
import { Spikes } from '../signal/spikes.ts';
import type { ControllerRun, ControllerRunRequest } from './api.ts';

/** Units and events of a recording, as they cross from one thread to another; see `laneValues` in `api.ts`. */
export interface NeuralData {
  readonly units: readonly string[];
  readonly counts: readonly number[];
  readonly times: Float64Array;
  readonly labels: readonly string[];
  /** Starts, ends and numbers of labels one after the other. */
  readonly events: Float64Array;
}

const axes = 3;
const sharedAxes = 6;
/** Width of the bins in which network and neurons are compared, s. */
const binSeconds = 0.05;

/** Throws as `intervene` does, and `InputError` where the events' labels are not the task's conditions. */
export function runController(
  { network, task }: TrainedNetwork,
  { interventions }: ControllerRunRequest,
  neurons: NeuralData | undefined,
): ControllerRun {
  const { intact, changed, delivered } = intervene(network, task, interventions as readonly Intervention[]);
  const { trials } = intact;
  const [before, after] = [intact, changed].map((r) => networkResponses(r, task.stepSeconds));
  const space = spaceOf(before, axes);
  const { batch, steps, conditionNames, condition } = trials;
  const path = task.body !== undefined;
  const width = path ? 2 : intact.behavior.width;
  const values = (from: ArrayLike<number>, stride: number): number[] =>
    Array.from({ length: batch * steps * width }, (_, i) => {
      const [c, k, v] = [Math.floor(i / (steps * width)), Math.floor(i / width) % steps, i % width];
      return from[(k * batch + c) * stride + v];
    });
  return {
    stepSeconds: task.stepSeconds,
    steps,
    conditions: Array.from(condition, (c) => conditionNames[c]),
    behavior: {
      kind: path ? 'path' : 'outputs',
      names: path ? ['x', 'y'] : (task.outputNames ?? []),
      unit: path ? 'm' : '1',
      intact: values(intact.behavior.values, intact.behavior.width),
      changed: values(changed.behavior.values, changed.behavior.width),
      desired: values(trials.desired, width),
    },
    score: { intact: task.score(trials, intact.behavior), changed: task.score(trials, changed.behavior) },
    activity: {
      axes: space.axes.columns,
      explained: [...space.explained],
      intact: [...space.along(before).values],
      changed: [...space.along(after).values],
    },
    delivered: delivered.length > 0 ? [...delivered[0]] : [],
    recorded: neurons && beside(neurons, intact, task.stepSeconds, trials),
  };
}

/** The same of a network's file: what `Work` does. */
export async function runControllerFile(
  path: string,
  request: ControllerRunRequest,
  neurons: NeuralData | undefined,
): Promise<ControllerRun> {
  return runController(readNetwork(await readFile(path), path), request, neurons);
}

function beside(
  data: NeuralData,
  recording: Parameters<typeof networkResponses>[0],
  stepSeconds: number,
  trials: Trials,
): NonNullable<ControllerRun['recorded']> {
  const together = Math.max(1, Math.round(binSeconds / stepSeconds));
  const units = networkResponses(recording, stepSeconds, together);
  const conditions = conditionsOf(data.labels, trials);
  // The network's trials all have their first event at one time: the recorded ones are cut around theirs.
  const [event] = Object.values(trials.events);
  const eventSeconds = Math.round(Math.max(0, event?.[0] ?? 0) / together) * together * stepSeconds;
  const window = {
    beforeSeconds: eventSeconds,
    afterSeconds: units.times * units.stepSeconds - eventSeconds,
    widthSeconds: units.stepSeconds,
  };
  const neural = softNormalized(neuralResponses(spikesOf(data), eventsOf(data), conditions, window));
  const { scores, comparison } = sharedSpace(units, neural, { axes: sharedAxes, seed: 0 });
  return {
    units: data.units.length,
    conditions,
    binSeconds: units.stepSeconds,
    times: units.times,
    axes: scores[0].units,
    network: [...scores[0].values],
    neurons: [...scores[1].values],
    value: comparison.value,
    interval: comparison.interval,
    null: { mean: comparison.null.mean, percentile95: comparison.null.percentile95 },
    p: comparison.p,
  };
}

const natural = new Intl.Collator('en', { numeric: true });

/** Which label is which condition: by name, else by their natural order where there are as many. */
function conditionsOf(labels: readonly string[], { condition, conditionNames }: Trials): string[] {
  const names = Array.from(condition, (c) => conditionNames[c]);
  if (names.every((name) => labels.includes(name))) return names;
  if (labels.length === names.length) return [...labels].sort(natural.compare);
  throw new InputError("the events are not the task's conditions", {
    expected: `${names.length} labels: ${names.join(', ')}, or as many others in the same order`,
    got: `${labels.length}: ${labels.slice(0, 12).join(', ')}`,
    fix: 'Choose events that say, with a label each, which condition began.',
  });
}

function spikesOf({ units, counts, times }: NeuralData): Spikes {
  const ends = new Int32Array(units.length);
  counts.forEach((count, u) => (ends[u] = (ends[u - 1] ?? 0) + count));
  const starts = ends.map((end, u) => end - counts[u]);
  return new Spikes({ name: 'units', units, times, starts, ends, provenance: { step: 'recorded' } });
}

function eventsOf({ labels, events }: NeuralData): Events {
  const count = events.length / 3;
  const list = Array.from({ length: count }, (_, i) => ({
    startSeconds: events[i],
    endSeconds: events[count + i],
    label: labels[events[2 * count + i]],
    source: 'recorded',
  }));
  return new Events(list, { name: 'conditions', provenance: { step: 'recorded' } });
}

/** A trained network as one file that says all about itself. */
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { InputError } from '../../signal/error.ts';
import { Sha256 } from '../../signal/hash.ts';
import { Network, type NetworkOptions } from './network.ts';
import { terminals, type Score, type Task } from './task.ts';
import { tasks } from './tasks/registry.ts';

/** A network, the task that it does, and how it came about. */
export interface TrainedNetwork {
  readonly network: Network;
  /** Of the registry, with its defaults. */
  readonly task: Task;
  /** The task's name in the registry. */
  readonly taskName: string;
  readonly record: TrainingRecord;
}

export interface TrainingRecord {
  readonly seed: number;
  readonly steps: number;
  readonly ended: 'steps' | 'goal' | 'diverged';
  readonly score: Score;
}

const format = 'marey-network';
const version = 1;
const [description, weights] = ['network.json', 'weights.f64'];

/** One zip archive: `network.json`, and the weights as float64 in the order of `Network.blocks`, little-endian. Same network, same bytes. */
export function writeNetwork({ network, taskName, record }: TrainedNetwork): Uint8Array {
  const { options } = network;
  const told = { format, version, task: taskName, options, record };
  const view = new DataView(new ArrayBuffer(8 * network.weights.length));
  network.weights.forEach((w, i) => view.setFloat64(8 * i, w, true));
  const bytes = new Uint8Array(view.buffer);
  return zipSync(
    {
      [description]: strToU8(`${JSON.stringify({ ...told, digest: digestOf(told, bytes) }, undefined, 1)}\n`),
      [weights]: bytes,
    },
    { level: 0, mtime: new Date(1980, 0, 1) },
  );
}

/** Of all that the file says, in either entry. */
function digestOf(told: Omit<Description, 'digest'>, bytes: Uint8Array): string {
  return new Sha256()
    .update(strToU8(JSON.stringify(told)))
    .update(bytes)
    .hex();
}

interface Description {
  readonly format: string;
  readonly version: number;
  readonly task: string;
  readonly options: NetworkOptions;
  readonly record: TrainingRecord;
  readonly digest: string;
}

/** Whether these bytes are an archive, as files of such networks are; those of networks of proprioception are none. */
export const isNetworkFile = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** Throws `InputError` where the bytes are no network, are damaged, of a newer version, or of a task that is not there. */
export function readNetwork(bytes: Uint8Array, where = 'network'): TrainedNetwork {
  const fix = 'Train the network again, or take it from a backup.';
  let told: Description | null;
  let data: Uint8Array | undefined;
  try {
    const entries = unzipSync(bytes);
    told = JSON.parse(strFromU8(entries[description] ?? new Uint8Array())) as Description | null;
    data = entries[weights];
  } catch (cause) {
    throw new InputError('this is no network, or it is damaged', { where, fix, cause });
  }
  if (told?.format !== format || told.version !== version) {
    throw new InputError('this is no network that this version of Marey can read', {
      where,
      expected: `${format}, version ${version}`,
      got: `${told?.format}, version ${told?.version}`,
      fix: 'Update Marey, or train the network again.',
    });
  }
  const { digest, ...rest } = told;
  if (!data || digestOf(rest, data) !== digest) {
    throw new InputError('this network is damaged', {
      where,
      expected: `SHA-256 ${digest} of what it says`,
      fix,
    });
  }
  const kind = tasks.find(({ name }) => name === told.task);
  if (!kind) {
    throw new InputError('the network does a task that is not there', {
      where,
      expected: tasks.map(({ name }) => name).join(', '),
      got: told.task,
    });
  }
  const task = kind.make();
  const blank = new Network(terminals(task), told.options);
  if (data.length !== 8 * blank.weights.length) {
    throw new InputError("the network's weights do not fit its task", {
      where,
      expected: `${blank.weights.length} weights for ${told.task} as it is in this version of Marey`,
      got: `${data.length / 8}`,
      fix: 'Train the network again.',
    });
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const values = Float64Array.from({ length: blank.weights.length }, (_, i) => view.getFloat64(8 * i, true));
  return { network: blank.withWeights(values), task, taskName: told.task, record: told.record };
}

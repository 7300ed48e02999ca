/** A network of proprioception as one file that says all about itself. */
import { decodeCheckpoint, encodeCheckpoint } from '../../learn/index.ts';
import type { Json } from '../../signal/provenance.ts';
import { InputError } from '../../signal/error.ts';
import { encoders } from './encoders/index.ts';
import type { PerceptionNetwork } from './network.ts';
import { perceptionTasks } from './tasks/index.ts';

const format = 'marey-perception';
const version = 1;

/** The network's record and weights with a checksum (`learn`'s checkpoint). Same network, same bytes. */
export function writePerception({ weights, ...record }: PerceptionNetwork): Uint8Array {
  return encodeCheckpoint({
    values: weights,
    record: { format, version, network: record as unknown as Json },
  });
}

/** Throws `InputError` where the bytes are no such network, are damaged, of a newer version, or of an encoder or a task that is not there. */
export function readPerception(bytes: Uint8Array, where = 'network'): PerceptionNetwork {
  const { values, record } = decodeCheckpoint(bytes, where);
  if (record.format !== format || record.version !== version) {
    throw new InputError('this is no network of proprioception that this version of Marey can read', {
      where,
      expected: `${format}, version ${version}`,
      got: `${String(record.format)}, version ${String(record.version)}`,
      fix: 'Update Marey, or train the network again.',
    });
  }
  const network = { ...(record.network as unknown as Omit<PerceptionNetwork, 'weights'>), weights: values };
  const known = { encoder: encoders, task: perceptionTasks } as const;
  for (const part of ['encoder', 'task'] as const) {
    if (known[part].some(({ name }) => name === network[part])) continue;
    throw new InputError(`the network has ${part === 'task' ? 'a' : 'an'} ${part} that is not there`, {
      where,
      expected: known[part].map(({ name }) => name).join(', '),
      got: network[part],
    });
  }
  return network;
}

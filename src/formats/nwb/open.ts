import { InputError } from '../../signal/error.ts';
import { exists } from '../file.ts';
import { readHdf5File, readHdf5Rows } from '../hdf5/open.ts';
import type { Session } from '../session.ts';
import { sessionFromTree } from './read.ts';

export interface OpenOptions {
  /** Data of more bytes than these stay in the file and are read block by block; default 16 MiB. */
  readonly largestBytes?: number;
  readonly timeLimitSeconds?: number;
}

/**
 * Opens an NWB file of any size: what is small is read, what is large becomes a stream of the session. The file must stay where
 * it is while streams are read. Throws `InputError` as reading it whole would.
 */
export async function openNwb(path: string, options: OpenOptions = {}): Promise<Session> {
  const { largestBytes = 16 * 2 ** 20, timeLimitSeconds } = options;
  if (!(await exists(path)))
    throw new InputError('there is no such file', { where: path, fix: 'Check the path.' });
  const tree = await readHdf5File(path, { largestBytes, leaveOut: ['specifications'], timeLimitSeconds });
  const source = { name: path, provenance: { step: 'import', source: path, options: { format: 'nwb' } } };
  return sessionFromTree(tree, source, (dataset, start, end) =>
    readHdf5Rows(path, { path: dataset, start, end }, { timeLimitSeconds }),
  );
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readNetwork, writeNetwork, type TrainedNetwork } from '../model/circuit/index.ts';
import { InputError, UsageError } from '../signal/error.ts';
import { writeAtomic } from './atomic.ts';
import { diskError, isMissing } from './disk.ts';
import { exists, makeFolder, namesIn } from './folder.ts';

const ending = '.marey';
const namePattern = /^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,99}$/u;

/** Networks that were trained to do a task, in a project's folder `controllers`, a file each. */
export class Controllers {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async names(): Promise<string[]> {
    if (!(await exists(this.#folder))) return [];
    const names = await namesIn(this.#folder);
    return names.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length));
  }

  /** Throws `UsageError` for a name that no file may have. */
  pathOf(name: string): string {
    if (namePattern.test(name) && !name.includes('..')) return join(this.#folder, `${name}${ending}`);
    throw new UsageError('this is no name for a network', {
      expected: 'letters, digits, spaces, and . _ - after the first',
      got: `"${name}"`,
    });
  }

  /** Throws `InputError` where there is none of this name, or it cannot be read. */
  async read(name: string): Promise<TrainedNetwork> {
    const path = this.pathOf(name);
    try {
      return readNetwork(await readFile(path), path);
    } catch (error) {
      if (!isMissing(error)) throw error instanceof InputError ? error : diskError(error, path);
      throw new InputError('there is no such network', {
        where: path,
        expected: (await this.names()).join(', '),
      });
    }
  }

  /** Appears whole or not at all. Returns its path. */
  async write(name: string, network: TrainedNetwork): Promise<string> {
    const path = this.pathOf(name);
    await makeFolder(this.#folder);
    await writeAtomic(path, Buffer.from(writeNetwork(network)));
    return path;
  }
}

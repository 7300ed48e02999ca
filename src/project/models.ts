import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError, UsageError } from '../signal/error.ts';
import { writeAtomic } from './atomic.ts';
import { diskError, isMissing } from './disk.ts';
import { makeFolder, namesIn } from './folder.ts';
import { nearest } from './nearest.ts';
import { naturalOrder } from './order.ts';

const schema = z.strictObject({ key: z.string().regex(/^[0-9a-f]{64}$/) });

/** Names for outputs of the store: `models/<name>.json` points at a key. */
export class Models {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Points `name` at the output `key`, whatever it pointed at before. */
  async set(name: string, key: string): Promise<void> {
    const path = this.#path(name);
    // Projects of earlier versions lack some of the folders.
    await makeFolder(this.#folder);
    await writeAtomic(path, `${JSON.stringify(schema.parse({ key }))}\n`);
  }

  /** The key that `name` points at. Throws `InputError` where there is no such model. */
  async get(name: string): Promise<string> {
    const path = this.#path(name);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (!isMissing(error)) throw diskError(error, path);
      const names = await this.names();
      throw new InputError(`there is no model "${name}"`, {
        where: path,
        expected: names.length === 0 ? 'a trained model' : `one of ${names.join(', ')}`,
        fix: nearest(name, names, (near) => `Did you mean "${near}"?`) ?? 'Train one with "marey train".',
      });
    }
    try {
      return schema.parse(JSON.parse(text)).key;
    } catch (cause) {
      if (!(cause instanceof SyntaxError) && !(cause instanceof z.ZodError)) throw cause;
      const fix = 'Remove the file and train again: an output that is there is found by its content.';
      throw new InputError('this is no name of a model', { where: path, fix, cause });
    }
  }

  /** The names there are, in natural order. */
  async names(): Promise<string[]> {
    return (await namesIn(this.#folder))
      .flatMap((name) => /^([^.].*)\.json$/.exec(name)?.slice(1) ?? [])
      .sort(naturalOrder);
  }

  /** Forgets a name; the output stays in the store. */
  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  #path(name: string): string {
    if (/^[\p{L}\p{N}_][\p{L}\p{N}_ .-]*$/u.test(name)) return join(this.#folder, `${name}.json`);
    throw new UsageError('this cannot be the name of a model', {
      expected: 'letters, digits, spaces, and _ . - after the first',
      got: `"${name}"`,
    });
  }
}

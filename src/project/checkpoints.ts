import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../signal/error.ts';
import type { Store } from '../learn/index.ts';
import { writeAtomic } from './atomic.ts';
import { sha256OfBytes } from './digest.ts';
import { makeFolder, namesIn } from './folder.ts';

const kept = 2;
const namePattern = /^state-(\d+)$/;
const headerPattern = /^marey checkpoint ([0-9a-f]{64}) (\d+)\n/;

/**
 * States of training runs under way: `<run>/state-N`, a line with the SHA-256 and the length of what follows, then the bytes.
 * A state appears whole (written beside, renamed) and the two newest are kept, so that there is one to go on from even where
 * the newest was damaged.
 */
export class CheckpointStore implements Store {
  readonly #folder: string;
  /** What was passed over when reading, and why, in words. */
  readonly notes: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Resolves when the state is on the disk. Throws `MachineError` with the earlier states in place. */
  async write(run: string, bytes: Uint8Array): Promise<void> {
    const folder = this.#folderOf(run);
    const header = Buffer.from(`marey checkpoint ${sha256OfBytes(bytes)} ${bytes.length}\n`);
    const numbers = await numbersIn(folder);
    await makeFolder(folder);
    await writeAtomic(join(folder, `state-${(numbers[0] ?? 0) + 1}`), Buffer.concat([header, bytes]));
    for (const old of numbers.slice(kept - 1)) await rm(join(folder, `state-${old}`), { force: true });
  }

  /** The newest state that is whole, or undefined where there is none; `notes` tell of damaged ones. */
  async read(run: string): Promise<Uint8Array | undefined> {
    const folder = this.#folderOf(run);
    for (const number of await numbersIn(folder)) {
      const path = join(folder, `state-${number}`);
      const content = decode(await readFile(path));
      if (typeof content !== 'string') return content;
      this.notes.push(
        `${path}: ${content}. An older state is used; where there is none, the run begins anew.`,
      );
    }
    return undefined;
  }

  /** The runs that have states. */
  runs(): Promise<string[]> {
    return namesIn(this.#folder);
  }

  /** Removes the states of a run: it is done. */
  async remove(run: string): Promise<void> {
    await rm(this.#folderOf(run), { recursive: true, force: true });
  }

  #folderOf(run: string): string {
    if (/^[\p{L}\p{N}_][\p{L}\p{N}_ .-]*$/u.test(run)) return join(this.#folder, run);
    throw new UsageError('this cannot be the name of a run', {
      expected: 'letters, digits, spaces, and _ . - after the first',
      got: `"${run}"`,
    });
  }
}

/** The numbers of the states in a folder, the newest first. */
async function numbersIn(folder: string): Promise<number[]> {
  return (await namesIn(folder))
    .flatMap((name) => namePattern.exec(name)?.slice(1).map(Number) ?? [])
    .sort((a, b) => b - a);
}

/** The bytes of a state, or what is wrong with the file, in words. */
function decode(file: Buffer): Uint8Array | string {
  const header = headerPattern.exec(file.subarray(0, 120).toString('latin1'));
  if (header === null) return 'not a checkpoint';
  const bytes = file.subarray(header[0].length);
  if (bytes.length !== Number(header[2])) return `truncated, ${bytes.length} of ${header[2]} bytes`;
  if (sha256OfBytes(bytes) !== header[1]) return 'damaged, its SHA-256 does not match';
  return bytes;
}

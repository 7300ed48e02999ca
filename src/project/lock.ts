import { randomUUID } from 'node:crypto';
import {
  link,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { MachineError } from '../signal/error.ts';
import { diskError, errorCode, isMissing } from './disk.ts';
import { stateOf, thisProcess, type Owner } from './owner.ts';

const heartbeatSeconds = 10;
/** A lock of another machine whose heartbeat is older than this belongs to a process that is gone. */
const silenceSeconds = 120;

const holderSchema = z.object({
  pid: z.number(),
  host: z.string(),
  machine: z.string(),
  started: z.string(),
  token: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

/**
 * Keeps a project to one writer at a time. It is a file that names its holder; a crash leaves the file, and the next
 * writer sees that the holder is gone (same machine: the process number with its start time; another machine: no heartbeat
 * for two minutes, by the clock of the disk) and takes over. So it never locks for ever.
 *
 * The holder calls `verify` before it writes: where another machine took over because this one slept, it must stop.
 */
export class Lock implements AsyncDisposable {
  readonly #path: string;
  readonly #holder: Holder;
  /** Open on this lock's own file, so that a heartbeat never lands in the file of one who took over. */
  readonly #file: FileHandle;
  readonly #heartbeat: NodeJS.Timeout;
  #missedBeat: unknown;

  private constructor(path: string, holder: Holder, file: FileHandle) {
    this.#path = path;
    this.#holder = holder;
    this.#file = file;
    this.#heartbeat = setInterval(() => void this.#beat(), heartbeatSeconds * 1000);
    this.#heartbeat.unref();
  }

  /** Throws `MachineError` naming the process and machine that hold it. */
  static async acquire(path: string): Promise<Lock> {
    const holder = { ...thisProcess(), token: randomUUID() };
    const beside = `${path}.${holder.token}`;
    try {
      await writeFile(beside, textOf(holder), { flag: 'wx' });
      // A take-over can meet another one: then the file seen next belongs to that one, and is running.
      for (let attempt = 0; attempt < 5; attempt++) {
        if (await claim(beside, path)) {
          const lock = new Lock(path, holder, await open(path, 'r+'));
          await sweep(path);
          return lock;
        }
        const found = await readHolder(path);
        if (found === 'absent') continue;
        if (!(await isStale(path, found, beside))) throw held(path, found);
        await setAside(path, found);
      }
      throw held(path, await readHolder(path));
    } catch (error) {
      throw diskError(error, path, 'The project can still be opened for reading.');
    } finally {
      await rm(beside, { force: true }).catch(() => undefined);
    }
  }

  /** What proves to others that they were let in by this lock's holder. */
  get token(): string {
    return this.#holder.token;
  }

  /** Throws `MachineError` where the lock is no longer this one's. */
  async verify(): Promise<void> {
    const found = await readHolder(this.#path);
    if (typeof found === 'object' && found.token === this.#holder.token) return;
    throw new MachineError('another process took over this project', {
      where: this.#path,
      expected: `the lock of process ${this.#holder.pid} on ${this.#holder.host}`,
      got: typeof found === 'object' ? `that of process ${found.pid} on ${found.host}` : 'no such lock',
      fix: 'Open the project again. What was confirmed before is on the disk.',
      cause: this.#missedBeat,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#file.close();
    const found = await readHolder(this.#path);
    if (typeof found === 'object' && found.token === this.#holder.token)
      await rm(this.#path, { force: true });
  }

  async #beat(): Promise<void> {
    try {
      // Written, not touched: the time of the file is then that of the disk it lies on, not of this machine's clock.
      await this.#file.write(textOf(this.#holder), 0);
    } catch (error) {
      // `verify` decides and reports before the next write; a missed beat alone harms nobody.
      this.#missedBeat = error;
    }
  }
}

/** Who holds the lock at `path` now, or undefined where nobody does (a holder that is gone counts as nobody). */
export async function lockHolder(path: string): Promise<Owner | undefined> {
  const found = await readHolder(path);
  if (typeof found !== 'object' || stateOf(found) === 'gone') return undefined;
  return found;
}

/** Throws `MachineError` unless a process that has not gone holds the lock at `path` by this token. */
export async function verifyToken(path: string, token: string): Promise<void> {
  const found = await readHolder(path);
  if (typeof found === 'object' && found.token === token && stateOf(found) !== 'gone') return;
  throw new MachineError('the process that started this work no longer holds the project', {
    where: path,
    got: typeof found === 'object' ? `the lock of process ${found.pid} on ${found.host}` : 'no such lock',
    fix: 'Start the work again.',
  });
}

/** Makes `path` appear with its whole content, or returns false where it exists already. */
async function claim(beside: string, path: string): Promise<boolean> {
  try {
    await link(beside, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP', 'EMLINK'].includes(errorCode(error) ?? '')) throw error;
  }
  // A disk without hard links (FAT, some network shares).
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(await readFile(beside));
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(path: string): Promise<Holder | 'absent' | 'unreadable'> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return 'absent';
    throw diskError(error, path);
  }
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return 'unreadable';
    throw error;
  }
}

async function isStale(path: string, holder: Holder | 'unreadable', beside: string): Promise<boolean> {
  const state = holder === 'unreadable' ? 'unknown' : stateOf(holder);
  if (state !== 'unknown') return state === 'gone';
  try {
    // Both times come from the disk that holds the files, so the clocks of the two machines do not matter.
    const fresh = `${beside}.now`;
    await writeFile(fresh, await readFile(beside));
    const [then, now] = [(await stat(path)).mtimeMs, (await stat(fresh)).mtimeMs];
    await rm(fresh, { force: true });
    return now - then > silenceSeconds * 1000;
  } catch (error) {
    if (isMissing(error)) return true;
    throw error;
  }
}

/** Removes a stale lock, unless another process took over meanwhile: then its lock is put back. */
async function setAside(path: string, stale: Holder | 'unreadable'): Promise<void> {
  const aside = join(dirname(path), `.lock.stale.${randomUUID()}`);
  try {
    await rename(path, aside);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  const moved = await readHolder(aside);
  const same =
    typeof moved === 'object' && typeof stale === 'object' ? moved.token === stale.token : moved === stale;
  if (!same) await claim(aside, path);
  await rm(aside, { force: true });
}

/** Removes what killed processes left while they asked for the lock. */
async function sweep(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    const asker = await readHolder(join(folder, name));
    if (typeof asker === 'object' && stateOf(asker) === 'gone') await rm(join(folder, name), { force: true });
  }
}

function textOf(holder: Holder): string {
  return `${JSON.stringify(holder)}\n`;
}

function held(path: string, holder: Holder | 'absent' | 'unreadable'): MachineError {
  const who = typeof holder === 'object' ? `process ${holder.pid} on ${holder.host}` : 'another process';
  return new MachineError(`the project is being written by ${who}`, {
    where: path,
    fix: `Close it there, or open the project for reading. If no such process runs, remove ${path}.`,
  });
}

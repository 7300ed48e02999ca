import loadMujoco from '@mujoco/mujoco';
import type { DoubleBuffer, MainModule } from '@mujoco/mujoco';
import { InputError, MachineError, UsageError } from '../../../signal/error.ts';
import { neededFiles } from '../mjcf/references.ts';
import { BodyModel } from './model.ts';

/** At most so many states at once: beyond, their arenas fill the 2 GB that 32-bit WebAssembly has. */
export const maximumStates = 256;

export interface CompileOptions {
  /** What errors call the model: its path, where it has one. Default `model`. */
  readonly name?: string;
  /** Files that the MJCF names (includes, meshes, ...), by path relative to its folder with `/` between folders. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
}

/**
 * MuJoCo, loaded: the only door to it. What its bindings make easy to get wrong cannot be got wrong from here: no live view of its
 * memory leaves the wrapper (arrays are copied in and out, and views that a growing heap detached are fetched anew), out-parameters are
 * buffers inside its memory, handles are freed, and a state that it resets in silence throws. One instance is one thread.
 */
export class Physics {
  readonly #scratch = new Map<number, DoubleBuffer>();
  readonly #mujoco: MainModule;
  #states = 0;
  #dead: unknown;

  /** Use `loadPhysics`. */
  constructor(mujoco: MainModule) {
    this.#mujoco = mujoco;
  }

  /**
   * A model from an MJCF text. Throws `InputError` naming the element and its line where MuJoCo does not accept it, or where a file it
   * names is missing or lies outside of its folder.
   */
  compile(mjcf: string, { name = 'model', files = new Map() }: CompileOptions = {}): BodyModel {
    const given = neededFiles(mjcf, name, (path) => files.get(path));
    const vfs = new this.mujoco.MjVFS();
    try {
      for (const [path, bytes] of given) vfs.addBuffer(path, bytes);
      return new BodyModel(
        this,
        name,
        this.guard(() => this.mujoco.MjModel.from_xml_string(mjcf, vfs)),
      );
    } catch (cause) {
      if (cause instanceof MachineError || !(cause instanceof Error)) throw cause;
      const told = cause.message
        .replace(/^(MuJoCo )?Error: (Loading error: )?/, '')
        .replaceAll(/\s+/g, ' ')
        .trim();
      throw new InputError(`MuJoCo does not accept the model: ${told}`, { where: name, cause });
    } finally {
      for (const path of given.keys()) vfs.deleteFile(path);
      vfs.delete();
    }
  }

  /** Bytes of MuJoCo's memory; it grows and never shrinks, up to 2 GiB. */
  get heapBytes(): number {
    return (this.scratch(1).GetView() as Float64Array).buffer.byteLength;
  }

  /** Force of a fully active muscle, N, without its passive force (a pull is negative), by MuJoCo's model; parameters as it has them. */
  muscleGain(
    length: number,
    velocity: number,
    lengthRange: readonly number[],
    acc0: number,
    parameters: readonly number[],
  ): number {
    return this.mujoco.mju_muscleGain(
      length,
      velocity,
      lengthRange as number[],
      acc0,
      parameters as number[],
    );
  }

  /** Passive force of a muscle, N; a pull is negative. */
  muscleBias(
    length: number,
    lengthRange: readonly number[],
    acc0: number,
    parameters: readonly number[],
  ): number {
    return this.mujoco.mju_muscleBias(length, lengthRange as number[], acc0, parameters as number[]);
  }

  /** MuJoCo's version. */
  get version(): string {
    return this.mujoco.mj_versionString();
  }

  /** @internal The bindings, for the other files of this folder alone. */
  get mujoco(): MainModule {
    if (this.#dead !== undefined) {
      throw new MachineError('the physics engine has stopped after an earlier failure', {
        fix: 'Load it again with loadPhysics().',
        cause: this.#dead,
      });
    }
    return this.#mujoco;
  }

  /** @internal A buffer of `length` numbers inside MuJoCo's memory, the same one every time. */
  scratch(length: number): DoubleBuffer {
    let buffer = this.#scratch.get(length);
    if (!buffer) {
      buffer = new this.mujoco.DoubleBuffer(length);
      this.#scratch.set(length, buffer);
    }
    return buffer;
  }

  /** @internal Runs a call into MuJoCo and tells refused memory and a stopped engine apart from the rest. */
  guard<T>(call: () => T): T {
    try {
      return call();
    } catch (cause) {
      throw this.failure(cause);
    }
  }

  /** @internal What a thrown value means. */
  failure(cause: unknown): unknown {
    if (cause instanceof WebAssembly.RuntimeError) {
      this.#dead = cause;
      return new MachineError(`the physics engine stopped: ${cause.message}`, {
        fix: 'Load it again with loadPhysics().',
        cause,
      });
    }
    const message = cause instanceof Error ? cause.message : String(cause);
    if (!/allocate memory|out of memory|memory full|insufficient|arena/i.test(message)) return cause;
    return new MachineError('the physics engine has no memory left', {
      expected: 'to stay below 2 GiB, with at most 256 states in one engine',
      got: message.trim(),
      fix: 'Free states that are not needed, or set <size memory="..."/> in the model.',
      cause,
    });
  }

  /** @internal */
  countState(change: 1 | -1): void {
    if (change > 0 && this.#states >= maximumStates) {
      throw new UsageError('too many states are open in one physics engine', {
        expected: `at most ${maximumStates}`,
        fix: 'Dispose of those that are done, or load another engine in another worker.',
      });
    }
    this.#states += change;
  }
}

/**
 * Loads MuJoCo's WebAssembly build. Its messages go nowhere: what matters is thrown. Where the page's policy forbids code from text
 * (`eval`), it does not load: use a worker or the server.
 */
export async function loadPhysics(): Promise<Physics> {
  const quiet = (): void => {};
  try {
    return new Physics(await loadMujoco({ print: quiet, printErr: quiet }));
  } catch (cause) {
    throw new MachineError('MuJoCo does not load here', { cause });
  }
}

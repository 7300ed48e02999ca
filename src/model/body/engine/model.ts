import type { MjModel } from '@mujoco/mujoco';
import { UsageError } from '../../../signal/error.ts';
import { checkValues } from './check.ts';
import type { ModelField } from './fields.ts';
import type { Physics } from './physics.ts';
import { Simulation } from './simulation.ts';

export type JointType = 'free' | 'ball' | 'slide' | 'hinge';
const jointTypes: readonly JointType[] = ['free', 'ball', 'slide', 'hinge'];

/** How many numbers a joint has in `qpos` and in `qvel`. */
export const jointSizes: Readonly<
  Record<JointType, { readonly positions: number; readonly velocities: number }>
> = {
  free: { positions: 7, velocities: 6 },
  ball: { positions: 4, velocities: 3 },
  slide: { positions: 1, velocities: 1 },
  hinge: { positions: 1, velocities: 1 },
};

export interface Joint {
  readonly name: string;
  readonly type: JointType;
  /** Index of the body that it moves. */
  readonly body: number;
  /** First index in `qpos` and in `qvel`. */
  readonly position: number;
  readonly velocity: number;
  /** Limits, rad or m, where it has any; a ball joint's are its angle's. */
  readonly range: readonly [number, number] | undefined;
}

/** Names of a model's elements, in MuJoCo's order; elements without a name are called by their kind and number. */
export interface ModelNames {
  readonly bodies: readonly string[];
  readonly joints: readonly string[];
  readonly sites: readonly string[];
  readonly geoms: readonly string[];
  readonly tendons: readonly string[];
  readonly actuators: readonly string[];
}

export interface ModelSizes {
  readonly nq: number;
  readonly nv: number;
  readonly nu: number;
  readonly na: number;
  readonly nbody: number;
  readonly njnt: number;
  readonly nsite: number;
  readonly ngeom: number;
  readonly ntendon: number;
  readonly neq: number;
  readonly nkey: number;
}

/** A compiled body. Owns memory inside the physics engine: dispose of it, after its simulations. */
export class BodyModel {
  readonly physics: Physics;
  readonly name: string;
  readonly sizes: ModelSizes;
  readonly names: ModelNames;
  readonly joints: readonly Joint[];
  readonly #handle: MjModel;
  #closed = false;

  /** @internal Use `Physics.compile`. */
  constructor(physics: Physics, name: string, handle: MjModel) {
    this.physics = physics;
    this.name = name;
    this.#handle = handle;
    const { nq, nv, nu, na, nbody, njnt, nsite, ngeom, ntendon, neq, nkey } = handle;
    this.sizes = { nq, nv, nu, na, nbody, njnt, nsite, ngeom, ntendon, neq, nkey };
    // `mj_id2name` reads at address 0 where an element has no name, and gives what lies there.
    const bytes = Uint8Array.from(handle.names as Int8Array);
    const names = (kind: string, starts: unknown): string[] =>
      Array.from(starts as Int32Array, (start, i) => {
        const text = new TextDecoder().decode(bytes.subarray(start, bytes.indexOf(0, start)));
        return text || `${kind} ${i}`;
      });
    this.names = {
      bodies: names('body', handle.name_bodyadr),
      joints: names('joint', handle.name_jntadr),
      sites: names('site', handle.name_siteadr),
      geoms: names('geom', handle.name_geomadr),
      tendons: names('tendon', handle.name_tendonadr),
      actuators: names('actuator', handle.name_actuatoradr),
    };
    const types = this.get('jnt_type');
    const ranges = this.get('jnt_range');
    const [bodies, positions, velocities] = (['jnt_bodyid', 'jnt_qposadr', 'jnt_dofadr'] as const).map((f) =>
      this.get(f),
    );
    this.joints = this.names.joints.map((joint, i) => ({
      name: joint,
      type: jointTypes[types[i]],
      body: bodies[i],
      position: positions[i],
      velocity: velocities[i],
      range: this.#jointLimited(i) ? [ranges[2 * i], ranges[2 * i + 1]] : undefined,
    }));
  }

  /** @internal */
  get handle(): MjModel {
    if (this.#closed) throw new UsageError('the model was disposed of', { where: this.name });
    return this.#handle;
  }

  /** A copy of an array of the model, as MuJoCo documents it. Arrays of flags are not among them: see `joints`. */
  get(field: ModelField): Float64Array {
    const view = this.handle[field] as ArrayLike<number>;
    return Float64Array.from(view);
  }

  /**
   * Replaces an array of the model, then computes what follows from it (`mj_setConst`). Throws `UsageError` at a wrong length or a value
   * that is not finite.
   */
  set(field: ModelField, values: ArrayLike<number>): void {
    const view = this.handle[field] as Float64Array;
    checkValues(`${this.name}.${field}`, values, view.length);
    view.set(values);
    const data = new this.physics.mujoco.MjData(this.handle);
    try {
      this.physics.guard(() => this.physics.mujoco.mj_setConst(this.handle, data));
    } finally {
      data.delete();
    }
  }

  /** Seconds of one step. */
  get timestep(): number {
    const { opt } = this.handle;
    const seconds = opt.timestep;
    opt.delete();
    return seconds;
  }

  /** The same model in memory of its own. */
  copy(name = this.name): BodyModel {
    return new BodyModel(
      this.physics,
      name,
      this.physics.guard(() => new this.physics.mujoco.MjModel(this.handle)),
    );
  }

  /** The same model without contacts, joint limits and other constraints. */
  withoutConstraints(): BodyModel {
    const free = this.copy();
    const { opt } = free.handle;
    opt.disableflags |= this.physics.mujoco.mjtDisableBit.mjDSBL_CONSTRAINT.value;
    opt.delete();
    return free;
  }

  /** A state of its own, at the model's default posture. */
  simulate(): Simulation {
    return new Simulation(this);
  }

  /** The index of a named element; throws `UsageError` listing the names that there are. */
  index(kind: keyof ModelNames, name: string): number {
    const i = this.names[kind].indexOf(name);
    if (i < 0) {
      throw new UsageError(
        `the model has no ${kind.slice(0, -1).replace('bodie', 'body')} called "${name}"`,
        {
          where: this.name,
          expected: `one of ${this.names[kind].slice(0, 40).join(', ')}`,
        },
      );
    }
    return i;
  }

  /** The name of the joint that owns an index of `qvel`, with the axis where it has several. */
  degreeOfFreedom(i: number): string {
    const joint = this.joints.findLast((j) => j.velocity <= i)!;
    const axis = i - joint.velocity;
    if (joint.type === 'ball') return `${joint.name} r${'xyz'[axis]}`;
    return joint.type === 'free' ? `${joint.name} ${['x', 'y', 'z', 'rx', 'ry', 'rz'][axis]}` : joint.name;
  }

  // The array of flags throws in the bindings; the accessor of one joint works, and is a handle to free.
  #jointLimited(i: number): boolean {
    const joint = this.handle.jnt(i);
    const limited = Boolean(joint.limited);
    joint.delete();
    return limited;
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handle.delete();
  }
}

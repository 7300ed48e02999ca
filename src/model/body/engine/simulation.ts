import type { MjData, MjWarningStatVec } from '@mujoco/mujoco';
import { MachineError, UsageError } from '../../../signal/error.ts';
import { checkValues } from './check.ts';
import type { Field, WritableField } from './fields.ts';
import type { BodyModel } from './model.ts';

/** One place where two shapes touch. World frame, m. */
export interface Contact {
  readonly geoms: readonly [string, string];
  readonly position: Float64Array;
  /** Negative where they overlap. */
  readonly distance: number;
  /** Unit vector from the first to the second shape. */
  readonly normal: Float64Array;
  /** Force on the second shape, N, world frame. */
  readonly force: Float64Array;
}

/** Moment arms, m: how much each actuator shortens (-) or lengthens (+) with each degree of freedom; `actuators x dofs`, row-major. */
export type Moments = Float64Array;

const badState = ['BADQPOS', 'BADQVEL', 'BADQACC'] as const;

/** A body in motion: a state and what MuJoCo computes from it. Owns memory inside the physics engine: dispose of it. */
export class Simulation {
  readonly model: BodyModel;
  readonly #data: MjData;
  readonly #warnings: MjWarningStatVec;
  readonly #views = new Map<Field, Float64Array>();
  #closed = false;

  /** @internal Use `BodyModel.simulate`. */
  constructor(model: BodyModel) {
    const { physics } = model;
    this.model = model;
    physics.countState(1);
    try {
      this.#data = physics.guard(() => new physics.mujoco.MjData(model.handle));
    } catch (error) {
      physics.countState(-1);
      throw error;
    }
    // This handle shows the counters as they are; it belongs to the state, and freeing it would stop the engine.
    this.#warnings = this.#data.warning;
  }

  /** A copy of an array of the state: into `out` where it is given, else a new one. */
  get(field: Field, out?: Float64Array): Float64Array {
    const view = this.#view(field);
    if (!out) return view.slice();
    out.set(view);
    return out;
  }

  /** One number of an array of the state. */
  value(field: Field, index: number): number {
    return this.#view(field)[index];
  }

  /** Replaces an array of the state. Throws `UsageError` at a wrong length or a value that is not finite, naming its joint. */
  set(field: WritableField, values: ArrayLike<number>): void {
    const view = this.#view(field);
    checkValues(`${this.model.name}.${field}`, values, view.length, (i) => this.#nameOf(field, i));
    view.set(values);
  }

  /** Seconds since the start. */
  get time(): number {
    return this.#handle.time;
  }

  set time(seconds: number) {
    checkValues(`${this.model.name}.time`, [seconds], 1);
    this.#handle.time = seconds;
  }

  /** To the model's default posture, or to one of its keyframes. */
  reset(keyframe?: number): void {
    const { mujoco } = this.model.physics;
    if (keyframe === undefined) return mujoco.mj_resetData(this.model.handle, this.#handle);
    if (!(Number.isInteger(keyframe) && keyframe >= 0 && keyframe < this.model.sizes.nkey)) {
      throw new UsageError('the model has no such keyframe', {
        where: this.model.name,
        expected: `0 to ${this.model.sizes.nkey - 1}`,
        got: `${keyframe}`,
      });
    }
    mujoco.mj_resetDataKeyframe(this.model.handle, this.#handle, keyframe);
  }

  /**
   * Goes on by `count` steps. MuJoCo resets a state that is not finite any more and goes on in silence: here it throws
   * `MachineError` at that very step, naming the joint; the state is then the default posture.
   */
  step(count = 1): void {
    const { physics } = this.model;
    const { mujoco } = physics;
    const model = this.model.handle;
    const data = this.#handle;
    try {
      let before = data.time;
      for (let i = 0; i < count; i++) {
        mujoco.mj_step(model, data);
        // After a reset the clock shows one step. Where it would anyway, only the counters tell.
        const after = data.time;
        if (!(after > before) || before < 1.5 * (after - before)) this.#checkState(before);
        before = after;
      }
    } catch (error) {
      throw physics.failure(error);
    }
  }

  /** Computes everything that follows from the state, without a step. */
  forward(): void {
    this.#call((mujoco) => mujoco.mj_forward(this.model.handle, this.#handle));
  }

  /** Computes where bodies, joints and sites are, and `cdof`: what Jacobians need, and nothing more. */
  kinematics(): void {
    const { mujoco } = this.model.physics;
    mujoco.mj_kinematics(this.model.handle, this.#handle);
    mujoco.mj_comPos(this.model.handle, this.#handle);
  }

  /** Computes `qfrc_inverse`: the force at each degree of freedom that explains `qacc`. */
  inverse(): void {
    this.#call((mujoco) => mujoco.mj_inverse(this.model.handle, this.#handle));
  }

  /** The joint-space inertia matrix, `nv x nv`, row-major; of the last `forward`, `inverse` or `step`. */
  massMatrix(): Float64Array {
    const { nv } = this.model.sizes;
    const out = this.model.physics.scratch(nv * nv);
    this.#call((mujoco) => mujoco.mj_fullM(this.model.handle, this.#handle, out));
    return (out.GetView() as Float64Array).slice();
  }

  /** The actuators' moment arms, of the last `forward`, `inverse` or `step`. */
  moments(): Moments {
    const { nv, nu } = this.model.sizes;
    const data = this.#handle;
    const moments = new Float64Array(nu * nv);
    // MuJoCo holds the rows sparse.
    const values = data.actuator_moment as Float64Array;
    const [counts, starts, columns] = [
      data.moment_rownnz,
      data.moment_rowadr,
      data.moment_colind,
    ] as Int32Array[];
    for (let i = 0; i < nu; i++) {
      for (let k = starts[i]; k < starts[i] + counts[i]; k++) moments[i * nv + columns[k]] = values[k];
    }
    return moments;
  }

  /** Where each tendon runs: its points one after the other, x, y, z, m, world frame; empty for one along joints. Of the last `forward` or `step`. */
  tendonPaths(): Float64Array[] {
    const data = this.#handle;
    const points = data.wrap_xpos as Float64Array;
    const [starts, counts] = [data.ten_wrapadr, data.ten_wrapnum] as Int32Array[];
    return Array.from(starts, (start, i) => points.slice(3 * start, 3 * (start + counts[i])));
  }

  /** The contacts of the last `forward` or `step`. */
  contacts(): Contact[] {
    const { mujoco, ...physics } = {
      mujoco: this.model.physics.mujoco,
      force: this.model.physics.scratch(6),
    };
    const data = this.#handle;
    if (data.ncon === 0) return [];
    const list = data.contact;
    const found: Contact[] = [];
    try {
      for (let i = 0; i < list.size(); i++) {
        const contact = list.get(i)!;
        const frame = Float64Array.from(contact.frame as Float64Array);
        mujoco.mj_contactForce(this.model.handle, data, i, physics.force);
        const [f0, f1, f2] = physics.force.GetView() as Float64Array;
        found.push({
          geoms: [this.model.names.geoms[contact.geom1], this.model.names.geoms[contact.geom2]],
          position: Float64Array.from(contact.pos as Float64Array),
          distance: contact.dist,
          normal: frame.slice(0, 3),
          // The frame's rows are its axes.
          force: Float64Array.from([0, 1, 2], (k) => f0 * frame[k] + f1 * frame[3 + k] + f2 * frame[6 + k]),
        });
        contact.delete();
      }
    } finally {
      list.delete();
    }
    return found;
  }

  /** How often MuJoCo warned since the last reset, by its name for the warning; what never happened is left out. */
  warnings(): Record<string, number> {
    const { mjtWarning } = this.model.physics.mujoco;
    const found: Record<string, number> = {};
    for (const name of ['INERTIA', 'CONTACTFULL', 'CNSTRFULL', ...badState, 'BADCTRL'] as const) {
      const { number } = this.#warning(mjtWarning[`mjWARN_${name}`].value);
      if (number > 0) found[name] = number;
    }
    return found;
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#views.clear();
    this.#data.delete();
    this.model.physics.countState(-1);
  }

  get #handle(): MjData {
    if (this.#closed) throw new UsageError('the simulation was disposed of', { where: this.model.name });
    return this.#data;
  }

  /** The live array, fetched anew where the heap has grown since: a detached view has no length. */
  #view(field: Field): Float64Array {
    const known = this.#views.get(field);
    if (known && known.length > 0) return known;
    const view = this.#handle[field] as Float64Array;
    this.#views.set(field, view);
    return view;
  }

  #call(run: (mujoco: BodyModel['physics']['mujoco']) => void): void {
    this.model.physics.guard(() => run(this.model.physics.mujoco));
  }

  #warning(kind: number): { number: number; info: number } {
    const statistic = this.#warnings.get(kind)!;
    const { number, lastinfo } = statistic;
    statistic.delete();
    return { number, info: lastinfo };
  }

  #checkState(before: number): void {
    const { mjtWarning } = this.model.physics.mujoco;
    for (const name of badState) {
      const { number, info } = this.#warning(mjtWarning[`mjWARN_${name}`].value);
      if (number === 0) continue;
      const what = { BADQPOS: 'position', BADQVEL: 'velocity', BADQACC: 'acceleration' }[name];
      const joint = this.#nameOf(name === 'BADQPOS' ? 'qpos' : 'qvel', info);
      this.reset();
      throw new MachineError(
        `the simulation became unstable: the ${what} of "${joint}" is not finite any more`,
        {
          where: `${this.model.name}, at ${before.toFixed(4)} s`,
          expected: `${what}s below 1e10`,
          fix: 'Take a shorter timestep, or look at the forces, the inertia and the limits of that joint.',
        },
      );
    }
  }

  #nameOf(field: WritableField, i: number): string {
    const { model } = this;
    if (field === 'qpos') return model.joints.findLast((j) => j.position <= i)?.name ?? `entry ${i}`;
    if (field === 'qvel' || field === 'qacc' || field === 'qfrc_applied') return model.degreeOfFreedom(i);
    if (field === 'ctrl') return model.names.actuators[i] ?? `entry ${i}`;
    return `entry ${i}`;
  }
}

import type { BodyModel, Joint } from '../engine/model.ts';

/** A joint that follows another one: `q = sum of coefficients[k] (q_other - rest)^k + own rest`, as MJCF's joint equality says. */
export interface Coupling {
  /** Degrees of freedom: who follows whom. */
  readonly dependent: number;
  readonly independent: number;
  readonly dependentPosition: number;
  readonly independentPosition: number;
  readonly coefficients: readonly number[];
  readonly dependentRest: number;
  readonly independentRest: number;
}

/**
 * The posture space of a body: the manifold of `qpos` with its tangent space `qvel`, the degrees of freedom that are free (not led by
 * another joint), the chain of joints above each body, and the limits.
 */
export class Coordinates {
  readonly model: BodyModel;
  readonly couplings: readonly Coupling[];
  /** Degrees of freedom that are free, in MuJoCo's order. */
  readonly free: Int32Array;
  /** For each free one: its index in `qpos` where it is a hinge or slide, else -1. */
  readonly scalarPosition: Int32Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** For each body: the degrees of freedom that move it. */
  readonly chains: readonly Int32Array[];
  /** For each degree of freedom: the free one that moves it (itself, or the leader), as a position in `free`. */
  readonly slotOf: Int32Array;

  constructor(model: BodyModel) {
    this.model = model;
    this.couplings = couplingsOf(model);
    const { nv, nbody } = model.sizes;
    const led = new Map(this.couplings.map((c) => [c.dependent, c]));
    this.free = Int32Array.from(Array.from({ length: nv }, (_, d) => d).filter((d) => !led.has(d)));
    this.slotOf = Int32Array.from({ length: nv }, (_, d) => this.free.indexOf(led.get(d)?.independent ?? d));
    const jointOf = (d: number): Joint => model.joints.findLast((j) => j.velocity <= d)!;
    this.scalarPosition = this.free.map((d) => {
      const joint = jointOf(d);
      return joint.type === 'hinge' || joint.type === 'slide' ? joint.position : -1;
    });
    const range = (d: number, i: 0 | 1): number | undefined => {
      const joint = jointOf(d);
      return joint.type === 'hinge' || joint.type === 'slide' ? joint.range?.[i] : undefined;
    };
    this.low = Float64Array.from(this.free, (d) => range(d, 0) ?? -Infinity);
    this.high = Float64Array.from(this.free, (d) => range(d, 1) ?? Infinity);
    const parents = model.get('body_parentid');
    const chains: Int32Array[] = [];
    for (let body = 0; body < nbody; body++) {
      const own = model.joints
        .filter((j) => j.body === body)
        .flatMap((j) =>
          Array.from({ length: { free: 6, ball: 3, slide: 1, hinge: 1 }[j.type] }, (_, k) => j.velocity + k),
        );
      chains.push(Int32Array.from([...(body > 0 ? chains[parents[body]] : []), ...own]));
    }
    this.chains = chains;
  }

  /** `position` moved by `step` along the tangent space (of all degrees of freedom), led joints following. */
  integrate(position: Float64Array, step: Float64Array): Float64Array {
    const moved = position.slice();
    for (const joint of this.model.joints) {
      const { position: p, velocity: v } = joint;
      if (joint.type === 'free') {
        for (let k = 0; k < 3; k++) moved[p + k] += step[v + k];
        turn(moved, p + 3, step[v + 3], step[v + 4], step[v + 5]);
      } else if (joint.type === 'ball') {
        turn(moved, p, step[v], step[v + 1], step[v + 2]);
        if (joint.range) limitTurn(moved, p, joint.range[1]);
      } else {
        moved[p] += step[v];
      }
    }
    return this.follow(moved);
  }

  /** Sets the led joints where their leaders put them, in place. */
  follow(position: Float64Array): Float64Array {
    for (const c of this.couplings) {
      const x = position[c.independentPosition] - c.independentRest;
      position[c.dependentPosition] =
        c.dependentRest + c.coefficients.reduceRight((sum, a) => sum * x + a, 0);
    }
    return position;
  }

  /** How much each degree of freedom moves with its free one: 1, or the slope of its coupling. Into `slopes`, of all degrees of freedom. */
  slopes(position: Float64Array, slopes: Float64Array): void {
    slopes.fill(1);
    for (const c of this.couplings) {
      const x = position[c.independentPosition] - c.independentRest;
      slopes[c.dependent] = c.coefficients.reduceRight((sum, a, k) => (k > 0 ? sum * x + k * a : sum), 0);
    }
  }
}

/** Multiplies the quaternion at `i` from the right by a rotation vector: a turn in the body's own frame. */
function turn(q: Float64Array, i: number, x: number, y: number, z: number): void {
  const angle = Math.hypot(x, y, z);
  const c = Math.cos(angle / 2);
  const s = angle > 1e-12 ? Math.sin(angle / 2) / angle : 0.5;
  const [a, b, d, e] = [q[i], q[i + 1], q[i + 2], q[i + 3]];
  const [u, v, w] = [x * s, y * s, z * s];
  q[i] = a * c - b * u - d * v - e * w;
  q[i + 1] = a * u + b * c + d * w - e * v;
  q[i + 2] = a * v - b * w + d * c + e * u;
  q[i + 3] = a * w + b * v - d * u + e * c;
  const norm = Math.hypot(q[i], q[i + 1], q[i + 2], q[i + 3]);
  for (let k = 0; k < 4; k++) q[i + k] /= norm;
}

/** Shortens the rotation of the quaternion at `i` to at most `limit`, rad. */
function limitTurn(q: Float64Array, i: number, limit: number): void {
  const sign = q[i] < 0 ? -1 : 1;
  const sine = Math.hypot(q[i + 1], q[i + 2], q[i + 3]);
  const angle = 2 * Math.atan2(sine, sign * q[i]);
  if (angle <= limit || sine === 0) return;
  const factor = (sign * Math.sin(limit / 2)) / sine;
  q[i] = Math.cos(limit / 2);
  for (let k = 1; k < 4; k++) q[i + k] *= factor;
}

/** MuJoCo's number for equality constraints between joints. */
const jointEquality = 2;

function couplingsOf(model: BodyModel): Coupling[] {
  const { neq } = model.sizes;
  if (neq === 0) return [];
  const [types, first, second, data, rest] = (
    ['eq_type', 'eq_obj1id', 'eq_obj2id', 'eq_data', 'qpos0'] as const
  ).map((f) => model.get(f));
  const per = data.length / neq;
  return Array.from({ length: neq }, (_, i) => i)
    .filter((i) => types[i] === jointEquality && second[i] >= 0)
    .map((i) => {
      const [dependent, independent] = [model.joints[first[i]], model.joints[second[i]]];
      return {
        dependent: dependent.velocity,
        independent: independent.velocity,
        dependentPosition: dependent.position,
        independentPosition: independent.position,
        coefficients: Array.from(data.subarray(i * per, i * per + 5)),
        dependentRest: rest[dependent.position],
        independentRest: rest[independent.position],
      };
    });
}

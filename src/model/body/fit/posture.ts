import { cholesky, choleskySolve } from '../../../math/cholesky.ts';
import { matrix, type Matrix } from '../../../math/matrix.ts';
import type { BodyModel } from '../engine/model.ts';
import type { Simulation } from '../engine/simulation.ts';
import { Coordinates } from './coordinates.ts';
import type { Marker } from './marker.ts';
import type { Observation } from './observation.ts';

/** A posture fitted to one frame. */
export interface Posture {
  /** `qpos`. */
  readonly position: Float64Array;
  /** Sum of squared residuals, in standard deviations of the observations. */
  readonly cost: number;
  readonly iterations: number;
}

export interface SolveOptions {
  /** Default 30. */
  readonly maximumIterations?: number;
  /** Only these free degrees of freedom move, as positions in `coordinates.free`. */
  readonly only?: (slot: number) => boolean;
}

/**
 * Inverse kinematics of one frame: the posture q that minimizes sum over keypoints |W (y - h(q))|^2 within the joints' limits, h a marker's
 * place in the world or in a picture. Levenberg-Marquardt (Marquardt 1963) on the manifold of postures, with steps in its tangent space:
 * quaternions stay unit quaternions; hinges and slides are held inside their box by an active set. Degrees of freedom that no observation
 * moves keep their value.
 */
export class PostureSolver {
  readonly coordinates: Coordinates;
  readonly markers: readonly Marker[];
  readonly #simulation: Simulation;
  readonly #offsets: Float64Array;
  // Where the bodies are at the posture looked at last.
  readonly #xpos: Float64Array;
  readonly #xmat: Float64Array;
  readonly #cdof: Float64Array;
  readonly #com: Float64Array;
  readonly #roots: Float64Array;
  readonly #slopes: Float64Array;
  readonly #point = new Float64Array(3);
  readonly #pixel = new Float64Array(2);
  readonly #projection = new Float64Array(6);

  constructor(model: BodyModel, simulation: Simulation, markers: readonly Marker[]) {
    const { nbody, nv } = model.sizes;
    this.coordinates = new Coordinates(model);
    this.markers = markers;
    this.#simulation = simulation;
    this.#offsets = Float64Array.from(markers.flatMap((m) => [...m.offset]));
    this.#xpos = new Float64Array(3 * nbody);
    this.#xmat = new Float64Array(9 * nbody);
    this.#cdof = new Float64Array(6 * nv);
    this.#com = new Float64Array(3 * nbody);
    this.#roots = model.get('body_rootid');
    this.#slopes = new Float64Array(nv);
  }

  /** The markers' offsets, 3 a marker, m, in their bodies' frames. */
  get offsets(): Float64Array {
    return this.#offsets.slice();
  }

  set offsets(values: ArrayLike<number>) {
    this.#offsets.set(values);
  }

  /** Where every marker is at a posture, 3 a marker, m, world frame. */
  place(position: Float64Array): Float64Array {
    this.#look(position, false);
    const places = new Float64Array(3 * this.markers.length);
    this.markers.forEach((_, k) => {
      this.#locate(k);
      places.set(this.#point, 3 * k);
    });
    return places;
  }

  /** Position and rotation (row-major) of a body at the posture looked at last. */
  bodyFrame(body: number): { readonly position: Float64Array; readonly rotation: Float64Array } {
    return {
      position: this.#xpos.slice(3 * body, 3 * body + 3),
      rotation: this.#xmat.slice(9 * body, 9 * body + 9),
    };
  }

  /** Sum of squared residuals at a posture, in standard deviations. */
  cost(position: Float64Array, frame: readonly Observation[]): number {
    this.#look(position, false);
    let sum = 0;
    const residual = new Float64Array(3);
    for (const observation of frame) {
      const size = this.#residual(observation, residual);
      for (let i = 0; i < size; i++) sum += residual[i] * residual[i];
    }
    return sum;
  }

  /** Residuals W (h - y) of each observation at a posture, in standard deviations; empty where the camera does not see the point. */
  residuals(position: Float64Array, frame: readonly Observation[]): Float64Array[] {
    this.#look(position, false);
    const residual = new Float64Array(3);
    return frame.map((observation) => residual.slice(0, this.#residual(observation, residual)));
  }

  /** The information J^T S^-1 J about the free degrees of freedom at a posture. */
  information(position: Float64Array, frame: readonly Observation[]): Matrix {
    const n = this.coordinates.free.length;
    const h = matrix(n, n);
    this.#normalEquations(position, frame, h, new Float64Array(n));
    return h;
  }

  solve(start: Float64Array, frame: readonly Observation[], options: SolveOptions = {}): Posture {
    const { maximumIterations = 30, only = () => true } = options;
    const { coordinates } = this;
    const { free, scalarPosition, low, high } = coordinates;
    const n = free.length;
    const h = matrix(n, n);
    const gradient = new Float64Array(n);
    let position = coordinates.follow(this.#clamped(start));
    let cost = this.#normalEquations(position, frame, h, gradient);
    let damping = 1e-3;
    let iterations = 0;
    while (iterations < maximumIterations) {
      iterations++;
      const active: number[] = [];
      for (let a = 0; a < n; a++) {
        const q = scalarPosition[a] < 0 ? NaN : position[scalarPosition[a]];
        const held = (q <= low[a] && gradient[a] > 0) || (q >= high[a] && gradient[a] < 0);
        if (!held && only(a) && h.data[a * n + a] > 0) active.push(a);
      }
      if (active.length === 0) break;
      const m = active.length;
      const damped = matrix(m, m);
      const right = new Float64Array(m);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j <= i; j++) damped.data[i * m + j] = h.data[active[i] * n + active[j]];
        damped.data[i * m + i] *= 1 + damping;
        // A body that a single line of sight leaves undetermined must not stop the factorization.
        damped.data[i * m + i] += 1e-9 * h.data[active[i] * n + active[i]] + 1e-300;
        right[i] = -gradient[active[i]];
      }
      let solution: Float64Array;
      try {
        solution = choleskySolve(cholesky(damped), right);
      } catch {
        // Not positive definite to rounding: more damping makes it so.
        damping = Math.max(damping, 1e-6) * 64;
        continue;
      }
      const step = new Float64Array(coordinates.model.sizes.nv);
      let length = 0;
      for (let i = 0; i < m; i++) {
        step[free[active[i]]] = solution[i];
        length = Math.max(length, Math.abs(solution[i]));
      }
      const tried = coordinates.follow(this.#clamped(coordinates.integrate(position, step)));
      const triedCost = this.cost(tried, frame);
      if (triedCost < cost) {
        const gained = cost - triedCost;
        position = tried;
        damping /= 5;
        const done = gained < 1e-7 * cost && length < 1e-3;
        cost = this.#normalEquations(position, frame, h, gradient);
        if (done) break;
      } else {
        if (length < 1e-7 || damping > 1e8) break;
        damping *= 8;
      }
    }
    return { position, cost, iterations };
  }

  #clamped(position: Float64Array): Float64Array {
    const { scalarPosition, low, high } = this.coordinates;
    const inside = position.slice();
    for (let a = 0; a < scalarPosition.length; a++) {
      const p = scalarPosition[a];
      if (p >= 0) inside[p] = Math.min(Math.max(inside[p], low[a]), high[a]);
    }
    return inside;
  }

  #look(position: Float64Array, derivatives: boolean): void {
    const simulation = this.#simulation;
    simulation.set('qpos', position);
    simulation.kinematics();
    simulation.get('xpos', this.#xpos);
    simulation.get('xmat', this.#xmat);
    if (!derivatives) return;
    simulation.get('cdof', this.#cdof);
    simulation.get('subtree_com', this.#com);
    this.coordinates.slopes(position, this.#slopes);
  }

  #locate(marker: number): void {
    const { body } = this.markers[marker];
    const r = 9 * body;
    const o = 3 * marker;
    for (let c = 0; c < 3; c++) {
      this.#point[c] =
        this.#xpos[3 * body + c] +
        this.#xmat[r + 3 * c] * this.#offsets[o] +
        this.#xmat[r + 3 * c + 1] * this.#offsets[o + 1] +
        this.#xmat[r + 3 * c + 2] * this.#offsets[o + 2];
    }
  }

  /** W (h - y) into `residual`; its size, 0 where the camera does not see the point. */
  #residual({ marker, camera, value, whitening }: Observation, residual: Float64Array): number {
    this.#locate(marker);
    const size = camera ? 2 : 3;
    let predicted = this.#point;
    if (camera) {
      if (!camera.project(this.#point[0], this.#point[1], this.#point[2], this.#pixel, this.#projection))
        return 0;
      predicted = this.#pixel;
    }
    for (let i = 0; i < size; i++) {
      residual[i] = 0;
      for (let k = 0; k <= i; k++) residual[i] += whitening[i * size + k] * (predicted[k] - value[k]);
    }
    return size;
  }

  /** Lower half of J^T J and J^T r of the whitened problem; the cost. The upper half of `h` is mirrored. */
  #normalEquations(
    position: Float64Array,
    frame: readonly Observation[],
    h: Matrix,
    gradient: Float64Array,
  ): number {
    this.#look(position, true);
    const n = h.rows;
    h.data.fill(0);
    gradient.fill(0);
    const { chains, slotOf } = this.coordinates;
    const residual = new Float64Array(3);
    const columns = new Float64Array(3 * n);
    let cost = 0;
    for (const observation of frame) {
      const size = this.#residual(observation, residual);
      if (size === 0) continue;
      const { camera, whitening, marker } = observation;
      const { body } = this.markers[marker];
      const chain = chains[body];
      const root = 3 * this.#roots[body];
      const [px, py, pz] = [
        this.#point[0] - this.#com[root],
        this.#point[1] - this.#com[root + 1],
        this.#point[2] - this.#com[root + 2],
      ];
      const slots: number[] = [];
      for (const d of chain) {
        const c = 6 * d;
        const s = this.#slopes[d];
        // A point moves with a joint's screw: translation + rotation x lever.
        const [wx, wy, wz] = [this.#cdof[c], this.#cdof[c + 1], this.#cdof[c + 2]];
        let jx = s * (this.#cdof[c + 3] + wy * pz - wz * py);
        let jy = s * (this.#cdof[c + 4] + wz * px - wx * pz);
        let jz = s * (this.#cdof[c + 5] + wx * py - wy * px);
        if (camera) {
          const p = this.#projection;
          const u = p[0] * jx + p[1] * jy + p[2] * jz;
          const v = p[3] * jx + p[4] * jy + p[5] * jz;
          jx = whitening[0] * u;
          jy = whitening[2] * u + whitening[3] * v;
          jz = 0;
        } else {
          const w = whitening;
          jz = w[6] * jx + w[7] * jy + w[8] * jz;
          jy = w[3] * jx + w[4] * jy;
          jx = w[0] * jx;
        }
        const slot = slotOf[d];
        if (!slots.includes(slot)) {
          slots.push(slot);
          columns.fill(0, 3 * slot, 3 * slot + 3);
        }
        columns[3 * slot] += jx;
        columns[3 * slot + 1] += jy;
        columns[3 * slot + 2] += jz;
      }
      for (let i = 0; i < size; i++) cost += residual[i] * residual[i];
      for (const a of slots) {
        const [ax, ay, az] = [columns[3 * a], columns[3 * a + 1], columns[3 * a + 2]];
        gradient[a] += ax * residual[0] + ay * residual[1] + (size === 3 ? az * residual[2] : 0);
        for (const b of slots) {
          if (b <= a)
            h.data[a * n + b] += ax * columns[3 * b] + ay * columns[3 * b + 1] + az * columns[3 * b + 2];
        }
      }
    }
    for (let a = 0; a < n; a++) for (let b = 0; b < a; b++) h.data[b * n + a] = h.data[a * n + b];
    return cost;
  }
}

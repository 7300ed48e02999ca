import { cholesky, choleskySolve } from '../../../math/cholesky.ts';
import { matrix, type Matrix } from '../../../math/matrix.ts';
import { derived, type Provenance } from '../../../signal/provenance.ts';
import { Signal } from '../../../signal/signal.ts';
import type { TimeAxis } from '../../../signal/time.ts';
import type { Joint } from '../engine/model.ts';
import { likenessOfErrors } from './errors.ts';
import type { Marker } from './marker.ts';
import type { Observations } from './observation.ts';
import type { Placement } from './placement.ts';
import type { Posture, PostureSolver } from './posture.ts';
import { smoothCoordinate } from './smooth.ts';
import type { Suspicion } from './suspicion.ts';

/** A body fitted to a recording. */
export interface BodyFit {
  /** Hinges: time x joint, rad, with the covariance of each time over the joints. NaN where the keypoints do not determine the angle. */
  readonly angles: Signal;
  /** Slides and the places of free joints: time x coordinate, m, world frame. Undefined where the body has none. */
  readonly translations: Signal | undefined;
  /** Free and ball joints: time x joint x quaternion (w, x, y, z). Undefined where the body has none. */
  readonly orientations: Signal | undefined;
  /** `qpos` of every frame, frames x nq, without gaps: coordinates that are not determined keep their last value or are smoothed over. */
  readonly positions: Float64Array;
  /** Time x keypoint: distance between a keypoint and its marker, m; NaN for keypoints that are missing or in pictures. */
  readonly distances: Signal;
  /** The markers, where the fit took them to be. */
  readonly markers: readonly Marker[];
  /** The factor that the body's lengths were multiplied by. */
  readonly scale: number;
  /** How the points were moved into the body's world, where that was asked for. */
  readonly placement: Placement | undefined;
  /**
   * Where the keypoints came without covariances: their standard deviation as estimated from the residuals, in m for points in space (px for
   * pictures). Else how much larger the residuals are than the covariances say: 1 where they are right.
   */
  readonly noise: number;
  /** How much of the variance of the keypoints' errors is still there one frame later, 0 to 1, as the residuals say: smoothing does not average it. */
  readonly lasting: number;
  readonly suspicions: readonly Suspicion[];
}

export interface ResultParts {
  readonly solver: PostureSolver;
  readonly postures: readonly Posture[];
  readonly observations: Observations;
  readonly times: Float64Array;
  readonly time: TimeAxis;
  readonly inputs: readonly Provenance[];
  readonly smooth: boolean;
  readonly scale: number;
  readonly placement: Placement | undefined;
  readonly suspicions: readonly Suspicion[];
}

/** A rotation of which nothing is known: uniform over a turn. */
const unknownAngleVariance = Math.PI ** 2 / 3;
/** A place of which nothing is known: within so many times the largest distance between two markers. */
const unknownSpread = 10;

export function fitResult(parts: ResultParts): BodyFit {
  const { solver, postures, observations, time, smooth, suspicions } = parts;
  const { model, free } = solver.coordinates;
  const { nq, nv } = model.sizes;
  const frames = postures.length;
  const positions = new Float64Array(frames * nq);
  postures.forEach(({ position }, t) => positions.set(position, t * nq));

  const noise = noiseFactor(parts);
  // Without covariances the factor is the noise itself, in units of the deviation that was assumed. Keypoints that lie further from the body than
  // their covariances say are worse than these say (Birge 1932); where they lie closer, the body may have followed their errors.
  const inflate = observations.covariancesKnown ? Math.max(1, noise) ** 2 : noise ** 2;
  const lasting = likenessOfErrors(solver, postures, observations.frames);
  const prior = priorVariances(solver);
  const covariances = postures.map(({ position }, t) =>
    covarianceOf(solver.information(position, observations.frames[t]), inflate, prior),
  );
  const variances = new Float64Array(frames * nv).fill(NaN);
  const determined = new Uint8Array(frames * nv);
  const slopes = new Float64Array(nv);
  const { slotOf } = solver.coordinates;
  covariances.forEach((c, t) => {
    solver.coordinates.slopes(postures[t].position, slopes);
    for (let d = 0; d < nv; d++) {
      const slot = slotOf[d];
      const own = c.data[slot * free.length + slot];
      variances[t * nv + d] = own * slopes[d] ** 2;
      // A quarter of the variance of knowing nothing is as good as nothing.
      determined[t * nv + d] = Number(own < prior[slot] / 4);
    }
  });
  const raw = variances.slice();
  if (smooth) smoothPositions(parts, lasting, positions, variances, determined);

  const provenance = derived('fit body', parts.inputs, { body: model.name, smooth, scale: parts.scale });
  const ofType = (...types: Joint['type'][]): Joint[] => model.joints.filter((j) => types.includes(j.type));
  const scalars = (
    name: string,
    unit: string,
    list: readonly { label: string; position: number; dof: number }[],
  ): Signal | undefined => {
    const n = list.length;
    const values = new Float64Array(frames * n).fill(NaN);
    const entries = new Float64Array((frames * n * (n + 1)) / 2).fill(NaN);
    for (let t = 0; t < frames; t++) {
      solver.coordinates.slopes(positions.subarray(t * nq, (t + 1) * nq), slopes);
      let e = (t * n * (n + 1)) / 2;
      const known = list.map(({ dof }) => determined[t * nv + dof] === 1);
      // Smoothing shrinks every deviation and leaves correlations as they are.
      const shrink = list.map(
        ({ dof }) => Math.sqrt(variances[t * nv + dof] / raw[t * nv + dof]) * slopes[dof],
      );
      list.forEach((a, i) => {
        if (known[i]) values[t * n + i] = positions[t * nq + a.position];
        list.slice(i).forEach((b, k) => {
          const covariance = covariances[t].data[slotOf[a.dof] * free.length + slotOf[b.dof]];
          if (known[i] && known[i + k]) entries[e] = covariance * shrink[i] * shrink[i + k];
          e++;
        });
      });
    }
    if (n === 0 && name !== 'joint angles') return undefined;
    const labels = list.map(({ label }) => label);
    const dimensions = [
      { name: 'time', size: frames },
      { name: 'joint', size: n, labels },
    ];
    const covariance = new Signal({
      name: `${name} covariance`,
      dimensions: [
        dimensions[0],
        {
          name: 'entry',
          size: (n * (n + 1)) / 2,
          labels: labels.flatMap((a, i) => labels.slice(i).map((b) => `${a} ${b}`)),
        },
      ],
      values: entries,
      unit: `${unit}^2`,
      time,
      provenance,
    });
    return new Signal({ name, dimensions, values, unit, time, covariance, provenance });
  };
  const turning = ofType('free', 'ball').map((j) => ({
    label: j.name,
    at: j.type === 'free' ? j.position + 3 : j.position,
  }));
  const offsets = solver.offsets;
  return {
    angles: scalars(
      'joint angles',
      'rad',
      ofType('hinge').map((j) => ({ label: j.name, position: j.position, dof: j.velocity })),
    )!,
    translations: scalars(
      'translations',
      'm',
      ofType('slide', 'free').flatMap((j) =>
        (j.type === 'free' ? ['x', 'y', 'z'] : ['']).map((axis, k) => ({
          label: axis ? `${j.name} ${axis}` : j.name,
          position: j.position + k,
          dof: j.velocity + k,
        })),
      ),
    ),
    orientations: turning.length
      ? new Signal({
          name: 'orientations',
          dimensions: [
            { name: 'time', size: frames },
            { name: 'joint', size: turning.length, labels: turning.map(({ label }) => label) },
            { name: 'quaternion', size: 4, labels: ['w', 'x', 'y', 'z'] },
          ],
          values: Float64Array.from({ length: frames * turning.length * 4 }, (_, i) => {
            const [t, j, k] = [
              Math.floor(i / (4 * turning.length)),
              Math.floor(i / 4) % turning.length,
              i % 4,
            ];
            return positions[t * nq + turning[j].at + k];
          }),
          unit: '1',
          time,
          provenance,
        })
      : undefined,
    positions,
    distances: distancesOf(parts, positions, provenance),
    markers: solver.markers.map((m, i) => ({
      ...m,
      offset: [offsets[3 * i], offsets[3 * i + 1], offsets[3 * i + 2]],
    })),
    scale: parts.scale,
    placement: parts.placement,
    noise: observations.covariancesKnown
      ? noise
      : noise * (observations.frames.some((f) => f.some((o) => !o.camera)) ? 1e-3 : 1),
    lasting,
    // A cause that is already told explains a poor fit.
    suspicions: suspicions.length > 0 ? suspicions : suspectFit(parts, noise),
  };
}

/** A fit that has gone astray, or a body that is not the one that was filmed. */
function suspectFit({ observations, solver }: ResultParts, noise: number): Suspicion[] {
  const inSpace = observations.frames.some((f) => f.some((o) => !o.camera));
  if (observations.covariancesKnown && noise > 5) {
    return [
      {
        kind: 'poor fit',
        message: `the keypoints lie ${noise.toFixed(0)} times as far from the fitted body as their covariances say: is it the right body, of the right size, in the right place?`,
      },
    ];
  }
  const extent = extentOf(solver);
  if (observations.covariancesKnown || !inSpace || !(noise * 1e-3 > 0.05 * extent)) return [];
  return [
    {
      kind: 'poor fit',
      message: `the keypoints lie ${(noise / 10).toPrecision(2)} cm from the fitted body, which is ${(100 * extent).toPrecision(2)} cm long: is it the right body, of the right size, in the right place?`,
    },
  ];
}

/** Residuals over what the covariances say: the square root of cost by degrees of freedom, frame by frame fits. */
function noiseFactor({ postures, observations, solver }: ResultParts): number {
  let cost = 0;
  let freedom = 0;
  const n = solver.coordinates.free.length;
  postures.forEach((p, t) => {
    const values = observations.frames[t].reduce((sum, o) => sum + o.value.length, 0);
    if (values <= n) return;
    cost += p.cost;
    freedom += values - n;
  });
  return freedom > 0 ? Math.sqrt(cost / freedom) : 1;
}

/** The largest distance between two markers at rest, m. */
function extentOf(solver: PostureSolver): number {
  const places = solver.place(solver.coordinates.model.get('qpos0'));
  let largest = 0;
  for (let i = 0; i < places.length; i += 3) {
    for (let j = 0; j < i; j += 3) {
      largest = Math.max(
        largest,
        Math.hypot(places[i] - places[j], places[i + 1] - places[j + 1], places[i + 2] - places[j + 2]),
      );
    }
  }
  return largest;
}

function priorVariances(solver: PostureSolver): Float64Array {
  const { model, free } = solver.coordinates;
  const largest = extentOf(solver);
  return Float64Array.from(free, (d) => {
    const joint = model.joints.findLast((j) => j.velocity <= d)!;
    const isLength = joint.type === 'slide' || (joint.type === 'free' && d - joint.velocity < 3);
    return isLength ? (unknownSpread * Math.max(largest, 1e-3)) ** 2 : unknownAngleVariance;
  });
}

/** (J^T S^-1 J / inflate + 1 / prior)^-1: the Cramer-Rao bound, kept finite where the keypoints say nothing. */
function covarianceOf(information: Matrix, inflate: number, prior: Float64Array): Matrix {
  const n = information.rows;
  const h = matrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) h.data[i * n + j] = information.data[i * n + j] / inflate;
    h.data[i * n + i] += 1 / prior[i];
  }
  const factor = cholesky(h);
  const inverse = matrix(n, n);
  const unit = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    unit.fill(0);
    unit[j] = 1;
    inverse.data.set(choleskySolve(factor, unit), j * n);
  }
  return inverse;
}

/** Replaces the free coordinates by their smoothed course, their variances too; what smoothing fills in counts as determined. */
function smoothPositions(
  { solver, times }: ResultParts,
  lasting: number,
  positions: Float64Array,
  variances: Float64Array,
  determined: Uint8Array,
): void {
  const { coordinates } = solver;
  const { nq, nv } = coordinates.model.sizes;
  const frames = times.length;
  const course = (position: number, dofs: readonly number[], part: number, signs?: Float64Array): void => {
    const values = new Float64Array(frames);
    const own = new Float64Array(frames);
    let seen = 0;
    for (let t = 0; t < frames; t++) {
      const known = dofs.every((d) => determined[t * nv + d]);
      seen += Number(known);
      values[t] = known ? positions[t * nq + position] * (signs?.[t] ?? 1) : NaN;
      own[t] = dofs.reduce((sum, d) => sum + variances[t * nv + d], 0) / dofs.length / part;
    }
    if (seen < 3) return;
    const smoothed = smoothCoordinate(times, values, own, lasting);
    for (let t = 0; t < frames; t++) {
      // A coordinate that leans on its limit wherever it is seen has no course: where it is not seen it keeps its last value.
      if (Number.isNaN(smoothed.values[t])) continue;
      positions[t * nq + position] = smoothed.values[t];
      if (dofs.length > 1) continue;
      variances[t * nv + dofs[0]] = smoothed.variances[t];
      determined[t * nv + dofs[0]] = 1;
    }
  };
  const led = new Set(coordinates.couplings.map((c) => c.dependent));
  for (const joint of coordinates.model.joints) {
    const { type, position, velocity } = joint;
    if (type === 'hinge' || type === 'slide') {
      if (!led.has(velocity)) course(position, [velocity], 1);
      continue;
    }
    if (type === 'free') for (let k = 0; k < 3; k++) course(position + k, [velocity + k], 1);
    // A quaternion moves half as much as its angle does; q and -q are the same turn.
    const [q, d] = type === 'free' ? [position + 3, velocity + 3] : [position, velocity];
    const signs = new Float64Array(frames).fill(1);
    for (let t = 1; t < frames; t++) {
      let dot = 0;
      for (let k = 0; k < 4; k++) dot += positions[t * nq + q + k] * positions[(t - 1) * nq + q + k];
      signs[t] = dot * signs[t - 1] < 0 ? -1 : 1;
    }
    for (let k = 0; k < 4; k++) course(q + k, [d, d + 1, d + 2], 4, signs);
    for (let t = 0; t < frames; t++) {
      const turn = positions.subarray(t * nq + q, t * nq + q + 4);
      const norm = Math.hypot(...turn);
      for (let k = 0; k < 4; k++) turn[k] /= norm;
    }
  }
  const { scalarPosition, low, high } = coordinates;
  for (let t = 0; t < frames; t++) {
    const frame = positions.subarray(t * nq, (t + 1) * nq);
    scalarPosition.forEach((p, a) => {
      if (p >= 0) frame[p] = Math.min(Math.max(frame[p], low[a]), high[a]);
    });
    coordinates.follow(frame);
  }
}

function distancesOf(
  { solver, observations, time }: ResultParts,
  positions: Float64Array,
  provenance: Provenance,
): Signal {
  const { nq } = solver.coordinates.model.sizes;
  const count = solver.markers.length;
  const values = new Float64Array(observations.frames.length * count).fill(NaN);
  observations.frames.forEach((frame, t) => {
    const places = solver.place(positions.slice(t * nq, (t + 1) * nq));
    for (const { marker, camera, value } of frame) {
      if (camera) continue;
      const p = 3 * marker;
      values[t * count + marker] = Math.hypot(
        places[p] - value[0],
        places[p + 1] - value[1],
        places[p + 2] - value[2],
      );
    }
  });
  return new Signal({
    name: 'distances to markers',
    dimensions: [
      { name: 'time', size: observations.frames.length },
      { name: 'keypoint', size: count, labels: solver.markers.map((m) => m.name) },
    ],
    values,
    unit: 'm',
    time,
    provenance,
  });
}

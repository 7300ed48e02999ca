import { nelderMead } from '../../../math/optimize.ts';
import { procrustes } from '../../../math/procrustes.ts';
import { median } from '../../../math/quantile.ts';
import { InputError } from '../../../signal/error.ts';
import { poseTrack, type PoseTrack } from '../../../signal/pose.ts';
import { derived } from '../../../signal/provenance.ts';
import type { Signal } from '../../../signal/signal.ts';
import type { Observation } from './observation.ts';
import type { PostureSolver } from './posture.ts';
import { follow, sample } from './register.ts';
import { startPosture } from './start.ts';

/** A rigid motion from the space of a track to that of a body: `rotation point + translation`. */
export interface Placement {
  /** 3 x 3, row-major. */
  readonly rotation: readonly number[];
  /** m. */
  readonly translation: readonly [number, number, number];
}

export type Upwards = 'x' | 'y' | 'z';

/** The turn about one axis that brings the axis `from` of right-handed coordinates to point along `to`. */
export function turnUpwards(from: Upwards, to: Upwards): Placement {
  const axes = 'xyz';
  const rotation = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const [i, j] = [axes.indexOf(from), axes.indexOf(to)];
  if (i !== j) {
    rotation[4 * i] = rotation[4 * j] = 0;
    rotation[3 * j + i] = 1;
    rotation[3 * i + j] = -1;
  }
  return { rotation, translation: [0, 0, 0] };
}

/** A track in space, moved; covariances turn with it. NaN stays NaN. Throws `InputError` where the unit is no length or there is no third dimension. */
export function placeTrack(track: PoseTrack, { rotation: r, translation }: Placement): PoseTrack {
  const { positions, skeleton } = track;
  const [frames, people, , space] = positions.dimensions;
  const perMeter = { m: 1, cm: 100, mm: 1000 }[positions.unit];
  if (space.size !== 3 || perMeter === undefined) {
    throw new InputError('only points in space can be placed', {
      where: positions.name,
      expected: 'three coordinates in m, cm or mm',
      got: `${space.size} in ${positions.unit}`,
    });
  }
  const points = frames.size * people.size * skeleton.keypoints.length;
  const each = (signal: Signal, per: number, write: (read: number[], out: Float64Array) => void) => {
    const out = new Float64Array(points * per);
    for (let i = 0; i < points; i++) {
      const k = i % skeleton.keypoints.length;
      const p = Math.floor(i / skeleton.keypoints.length) % people.size;
      const t = Math.floor(i / (skeleton.keypoints.length * people.size));
      const read = Array.from({ length: per }, (_, c) => signal.at(t, p, k, c));
      write(read, out.subarray(i * per, (i + 1) * per));
    }
    return out;
  };
  const moved = each(positions, 3, (y, out) => {
    for (let i = 0; i < 3; i++) {
      out[i] = r[3 * i] * y[0] + r[3 * i + 1] * y[1] + r[3 * i + 2] * y[2] + translation[i] * perMeter;
    }
  });
  // R S R^T, of the upper triangle xx xy xz yy yz zz.
  const index = [0, 1, 2, 1, 3, 4, 2, 4, 5];
  const covariance =
    positions.covariance &&
    each(positions.covariance, 6, (s, out) => {
      for (let i = 0, e = 0; i < 3; i++) {
        for (let j = i; j < 3; j++, e++) {
          for (let a = 0; a < 3; a++)
            for (let b = 0; b < 3; b++) out[e] += r[3 * i + a] * s[index[3 * a + b]] * r[3 * j + b];
        }
      }
    });
  const { confidence } = positions;
  return poseTrack({
    name: positions.name,
    skeleton,
    individuals: people.labels,
    space: 3,
    positions: moved,
    covariance,
    confidence:
      confidence &&
      Float64Array.from({ length: points }, (_, i) => {
        const k = skeleton.keypoints.length;
        return confidence.at(Math.floor(i / (k * people.size)), Math.floor(i / k) % people.size, i % k);
      }),
    unit: positions.unit,
    time: positions.time!,
    provenance: derived('place track', positions.provenance ? [positions.provenance] : [], {
      rotation: [...r],
      translation: [...translation],
    }),
  });
}

/**
 * Where a body whose base does not move stands: three markers on the base, or more, give place and heading (Umeyama 1991); with fewer the heading
 * is as it is, and the place is the one at which postures fit a dozen frames best; with `scale` together with a factor for all lengths of the body.
 */
export function findPlacement(
  solver: PostureSolver,
  rest: Float64Array,
  frames: readonly (readonly Observation[])[],
  { seed, scale }: { readonly seed: number; readonly scale: boolean },
): { readonly placement: Placement; readonly scale: number } {
  const { chains } = solver.coordinates;
  const base = solver.markers.flatMap((m, k) => (chains[m.body].length === 0 ? [k] : []));
  const places = solver.place(rest);
  const seen = base
    .map((k) => ({ own: places.slice(3 * k, 3 * k + 3), at: middleOf(frames, k) }))
    .filter(({ at }) => at !== undefined) as { own: Float64Array; at: number[] }[];
  if (seen.length >= 3 && widthOf(seen.map((s) => s.own)) > 0) {
    const { rotation, translation } = procrustes(
      seen.flatMap(({ at }) => at),
      seen.flatMap(({ own }) => [...own]),
      { dimensions: 3, scaling: false },
    );
    return {
      placement: {
        rotation: [...rotation.data],
        translation: [translation[0], translation[1], translation[2]],
      },
      scale: 1,
    };
  }
  const some = sample(
    frames.filter((f) => f.some((o) => !o.camera)),
    12,
  );
  // W (y + shift - factor h) is factor W ((y + shift) / factor - h): the points are scaled in place of the body.
  const moved = ([x, y, z, logFactor = 0]: ArrayLike<number> & Iterable<number>): Observation[][] => {
    const [shift, factor] = [[x, y, z], Math.exp(logFactor)];
    return some.map((frame) =>
      frame.flatMap((o) =>
        o.camera
          ? []
          : {
              ...o,
              value: o.value.map((v, c) => (v + shift[c]) / factor),
              whitening: o.whitening.map((w) => w * factor),
            },
      ),
    );
  };
  // A first guess: a marker of the base lies where it is seen, or else the points have the middle of the markers at rest.
  const guess = [0, 1, 2].map((c) =>
    seen.length > 0
      ? seen.reduce((sum, { own, at }) => sum + own[c] - at[c], 0) / seen.length
      : meanOf(solver.markers.map((_, k) => places[3 * k + c])) -
        meanOf(some.flatMap((f) => f.filter((o) => !o.camera).map((o) => o.value[c]))),
  );
  const first = moved(guess);
  let postures = follow(solver, startPosture(solver, rest, first[0], seed).position, first);
  let least = Infinity;
  const { x } = nelderMead(
    (tried) => {
      const fitted = moved(tried).map((frame, t) => solver.solve(postures[t].position, frame));
      const cost = fitted.reduce((sum, p) => sum + p.cost, 0);
      if (cost < least) [least, postures] = [cost, fitted];
      return cost;
    },
    scale ? [...guess, 0] : guess,
    { steps: [0.05, 0.05, 0.05, 0.1], tolerance: 1e-8, maxEvaluations: 500 },
  );
  return {
    placement: { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [x[0], x[1], x[2]] },
    scale: scale ? Math.exp(x[3]) : 1,
  };
}

/** The median place of a marker, m; undefined where it is never seen in space. */
function middleOf(frames: readonly (readonly Observation[])[], marker: number): number[] | undefined {
  const seen = frames.flatMap((f) => f.filter((o) => o.marker === marker && !o.camera));
  return seen.length > 0 ? [0, 1, 2].map((c) => median(seen.map((o) => o.value[c]))) : undefined;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** How far points are off one line: twice the largest triangle's area over its longest side; m. */
function widthOf(points: readonly Float64Array[]): number {
  let width = 0;
  for (let i = 2; i < points.length; i++) {
    const [a, b] = [points[1], points[i]].map((p) => p.map((v, c) => v - points[0][c]));
    const cross = Math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]);
    width = Math.max(width, cross / Math.max(Math.hypot(...a), Math.hypot(...b), 1e-12));
  }
  return width > 0.01 ? width : 0;
}

import { matrix, type Matrix } from '../math/index.ts';
import { applyRidge, ridge } from '../relate/ridge.ts';
import { InputError, UsageError } from '../signal/error.ts';
import type { Responses } from './responses.ts';

/** Where a hand is and how it moves, at the same conditions and times as responses. */
export interface HandKinematics {
  readonly conditions: number;
  readonly times: number;
  readonly dimensions: number;
  readonly stepSeconds: number;
  /** [condition, time, dimension], m and m/s; no value is missing. */
  readonly position: Float64Array;
  readonly velocity: Float64Array;
}

/** What a unit may be tuned to: a linear model of its activity. One record. */
export interface TuningModel {
  readonly name: string;
  readonly meaning: string;
  readonly regressors: (hand: HandKinematics) => number;
  /** Writes the regressors of one sample (a condition and a time, `point` = condition x times + time). */
  readonly fill: (hand: HandKinematics, point: number, to: Float64Array) => void;
}

const speedAt = ({ velocity, dimensions: D }: HandKinematics, point: number): number => {
  let squares = 0;
  for (let k = point * D; k < (point + 1) * D; k++) squares += velocity[k] ** 2;
  return Math.sqrt(squares);
};

/** Of the models of Sandbrink et al. 2023 (eLife 12:e81499) those that are linear in their coefficients; direction as in Georgopoulos et al. 1982. */
export const tuningModels: readonly TuningModel[] = [
  {
    name: 'direction',
    meaning: 'b0 + b · v / |v|: the cosine of the angle to a preferred direction',
    regressors: (hand) => hand.dimensions,
    fill(hand, point, to) {
      const speed = speedAt(hand, point);
      for (let d = 0; d < to.length; d++) to[d] = hand.velocity[point * to.length + d] / speed;
    },
  },
  {
    name: 'speed',
    meaning: 'b0 + b |v|',
    regressors: () => 1,
    fill(hand, point, to) {
      to[0] = speedAt(hand, point);
    },
  },
  {
    name: 'velocity',
    meaning: 'b0 + b · v + c |v|: direction and speed together',
    regressors: (hand) => hand.dimensions + 1,
    fill(hand, point, to) {
      const D = hand.dimensions;
      for (let d = 0; d < D; d++) to[d] = hand.velocity[point * D + d];
      to[D] = speedAt(hand, point);
    },
  },
  {
    name: 'position',
    meaning: 'b0 + b · x',
    regressors: (hand) => hand.dimensions,
    fill(hand, point, to) {
      for (let d = 0; d < to.length; d++) to[d] = hand.position[point * to.length + d];
    },
  },
];

/** Tuning of every unit to one model. */
export interface Tuned {
  readonly model: string;
  /** Held out, of each unit: 1 - squared error / squares about the mean; NaN for a unit that never changes. */
  readonly r2: Float64Array;
  /** Units x regressors: the fitted coefficients; of `direction`, a vector towards the preferred direction. */
  readonly coefficients: Matrix;
}

/** Share of a condition's greatest speed above which the hand counts as moving. */
const movingShare = 0.05;

/**
 * How each unit's activity is tuned to the hand's movement: least squares on the conditions of even number, R2 on those of odd number, over times at which the hand moves
 * faster than 5 % of the condition's peak speed. Throws `UsageError` where responses and kinematics do not fit, `InputError` where there are too few samples
 * of a model, or a sample of it is missing.
 */
export function kinematicTuning(
  responses: Responses,
  hand: HandKinematics,
  models: readonly TuningModel[] = tuningModels,
): readonly Tuned[] {
  const { conditions, times, units, values } = responses;
  if (conditions !== hand.conditions || times !== hand.times) {
    throw new UsageError('responses and kinematics are not of the same times', {
      where: 'kinematicTuning',
      expected: `${conditions} conditions x ${times} times`,
      got: `${hand.conditions} x ${hand.times}`,
    });
  }
  const points = movingPoints(hand);
  const parity = (odd: number): Int32Array => points.filter((p) => Math.floor(p / times) % 2 === odd);
  const [fitted, tested] = [parity(0), parity(1)];
  const activity = (which: Int32Array): Matrix => {
    const y = matrix(which.length, units);
    which.forEach((p, row) => y.data.set(values.subarray(p * units, (p + 1) * units), row * units));
    return y;
  };
  const [yFitted, yTested] = [activity(fitted), activity(tested)];
  return models.map((model) => {
    const size = model.regressors(hand);
    if (fitted.length < 3 * (size + 1) || tested.length < 2) {
      throw new InputError('too few samples of moving for a tuning', {
        where: `tuning to ${model.name}`,
        expected: `${3 * (size + 1)} in the conditions of even number and 2 in the others`,
        got: `${fitted.length} and ${tested.length}`,
      });
    }
    const regressors = (which: Int32Array): Matrix => {
      const x = matrix(which.length, size);
      which.forEach((p, row) => model.fill(hand, p, x.data.subarray(row * size, (row + 1) * size)));
      return x;
    };
    const x = regressors(fitted);
    // A penalty that only decides where a regressor never changes.
    const fit = ridge(x, yFitted, Int32Array.of(fitted.length), { penalties: [1e-9] });
    const said = applyRidge(fit, regressors(tested));
    const coefficients = matrix(units, size);
    for (let u = 0; u < units; u++) {
      for (let k = 0; k < size; k++) coefficients.data[u * size + k] = fit.weights.data[k * units + u];
    }
    return { model: model.name, r2: columnsR2(yTested, said), coefficients };
  });
}

function movingPoints(hand: HandKinematics): Int32Array {
  const { conditions, times } = hand;
  const speeds = Float64Array.from({ length: conditions * times }, (_, p) => speedAt(hand, p));
  const peaks = Float64Array.from({ length: conditions }, (_, c) =>
    Math.max(...speeds.subarray(c * times, (c + 1) * times)),
  );
  const points = Int32Array.from(speeds.keys());
  return points.filter((p) => speeds[p] > movingShare * peaks[Math.floor(p / times)]);
}

function columnsR2(truth: Matrix, said: Matrix): Float64Array {
  const { rows, columns, data } = truth;
  const [sums, squares, errors] = [0, 1, 2].map(() => new Float64Array(columns));
  data.forEach((y, i) => {
    sums[i % columns] += y;
    errors[i % columns] += (y - said.data[i]) ** 2;
  });
  data.forEach((y, i) => (squares[i % columns] += (y - sums[i % columns] / rows) ** 2));
  return squares.map((s, u) => (s > 1e-12 * (1 + (sums[u] / rows) ** 2) * rows ? 1 - errors[u] / s : NaN));
}

/** Share of units with a held-out R2 above a threshold, of those that change at all; NaN where none does. 0.2 as in Sandbrink et al. 2023. */
export function tunedShare({ r2 }: Tuned, threshold = 0.2): number {
  const changing = r2.filter((v) => !Number.isNaN(v));
  return changing.filter((v) => v > threshold).length / changing.length;
}

/** How much alike the preferred directions of units are. */
export interface DirectionSpread {
  /** Units tuned to direction. */
  readonly count: number;
  /**
   * Do they lie along one axis, either way? The mean over pairs of units of the squared cosine of the angle between their preferred directions, scaled: 0 is
   * expected of directions drawn evenly, however few; 1 where all lie along one axis. In the plane it is the mean of cos 2 (a - b). NaN below two units.
   */
  readonly axial: number;
  /** Do they point the same way? The mean cosine over pairs: 0 is expected of directions drawn evenly, 1 where all are one. */
  readonly polar: number;
}

/** @param tuned to `direction`, of one or several layers. */
export function directionSpread(tuned: readonly Tuned[], threshold = 0.2): DirectionSpread {
  const preferred = tuned.flatMap(({ r2, coefficients: { columns, data } }) =>
    Array.from(r2.keys())
      .filter((u) => r2[u] > threshold)
      .map((u) => {
        const vector = data.slice(u * columns, (u + 1) * columns);
        const length = Math.hypot(...vector);
        return vector.map((x) => x / length);
      }),
  );
  let [axial, polar] = [0, 0];
  for (let i = 1; i < preferred.length; i++) {
    for (let j = 0; j < i; j++) {
      const cosine = preferred[i].reduce((s, x, d) => s + x * preferred[j][d], 0);
      axial += cosine * cosine;
      polar += cosine;
    }
  }
  const count = preferred.length;
  const pairs = (count * (count - 1)) / 2;
  const D = preferred[0]?.length ?? 2;
  return { count, axial: (axial / pairs - 1 / D) / (1 - 1 / D), polar: polar / pairs };
}

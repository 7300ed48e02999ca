import { InputError } from '../signal/error.ts';
import { poseTrack, type PoseTrack } from '../signal/pose.ts';
import { skeleton } from '../signal/skeleton.ts';
import { timesOf } from '../signal/time.ts';
import { numberArray, textArray, type NamedArray, type NamedArrays, type NumberArray } from './array.ts';
import type { ReadOptions, Source } from './format.ts';
import { frameTime, timeAxis } from './frames.ts';
import { soleIndividual } from '../signal/labels.ts';

/**
 * A track as named arrays, for NumPy and MATLAB: `positions` (time x individual x keypoint x space), `confidence` (time x
 * individual x keypoint), `covariance` (time x individual x keypoint x entry, upper triangle row by row), `times` (seconds),
 * `clock`, `unit`, `keypoints`, `individuals`, and `edges`, `symmetries` (pairs of positions in `keypoints`, from 0).
 */
export function arraysFromPose(track: PoseTrack): NamedArrays {
  const { positions, skeleton: body } = track;
  const time = positions.time!;
  const confidence = positions.confidence;
  const covariance = positions.covariance;
  const pairs = (list: readonly (readonly [number, number])[]): NamedArray =>
    numberArray(Int32Array.from(list.flat()), [list.length, 2]);
  return {
    positions: numberArray(doubles(positions.contiguous()), positions.shape),
    ...(confidence && { confidence: numberArray(doubles(confidence.contiguous()), confidence.shape) }),
    ...(covariance && { covariance: numberArray(doubles(covariance.contiguous()), covariance.shape) }),
    times: numberArray(timesOf(time)),
    clock: textArray([time.clock]),
    unit: textArray([positions.unit]),
    keypoints: textArray(body.keypoints),
    individuals: textArray(positions.dimensions[positions.axis('individual')].labels ?? []),
    edges: pairs(body.edges),
    symmetries: pairs(body.symmetries),
  };
}

function doubles(values: ArrayLike<number>): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values);
}

/**
 * The track in named arrays. Only `positions` is needed: time x individual x keypoint x space, or time x keypoint x space for one
 * animal. Keypoints without names are called `keypoint1`, `keypoint2`, ... Throws `InputError` where shapes do not fit.
 */
export function poseFromArrays(arrays: NamedArrays, source: Source, options: ReadOptions): PoseTrack {
  const where = source.name;
  const found = Object.hasOwn(arrays, 'positions') ? arrays.positions : undefined;
  if (found?.kind !== 'number') {
    throw new InputError('the file holds no track', {
      where,
      expected: 'an array "positions" of time x individual x keypoint x space',
      got: `arrays ${Object.keys(arrays).slice(0, 8).join(', ')}`,
    });
  }
  const shape = found.shape.length === 3 ? [found.shape[0], 1, ...found.shape.slice(1)] : found.shape;
  const [count, animals, points, space] = shape;
  if (shape.length !== 4 || (space !== 2 && space !== 3)) {
    throw new InputError('the positions have an unknown shape', {
      where,
      expected: 'time x individual x keypoint x space, with 2 or 3 coordinates',
      got: found.shape.join(' x '),
    });
  }
  const named = (name: string): NamedArray | undefined =>
    Object.hasOwn(arrays, name) ? arrays[name] : undefined;
  const values = (name: string, expected: readonly number[]): Float64Array | undefined => {
    const array = named(name);
    if (array === undefined) return undefined;
    const size = expected.reduce((n, s) => n * s, 1);
    if (array.kind !== 'number' || array.values.length !== size) {
      throw new InputError(`the array "${name}" does not fit the positions`, {
        where,
        expected: expected.join(' x '),
        got: array.shape.join(' x '),
      });
    }
    return toDoubles(array.values);
  };
  const names = (name: string, size: number, prefix: string): readonly string[] => {
    const array = named(name);
    if (array === undefined) {
      return size === 1 && name === 'individuals'
        ? [soleIndividual]
        : Array.from({ length: size }, (_, i) => `${prefix}${i + 1}`);
    }
    if (array.kind !== 'text' || array.values.length !== size || new Set(array.values).size !== size) {
      throw new InputError(`the array "${name}" does not name the positions`, {
        where,
        expected: `${size} distinct names`,
        got: `${array.kind}, ${array.values.length} elements`,
      });
    }
    return array.values;
  };
  const keypoints = names('keypoints', points, 'keypoint');
  const pairs = (name: string): (readonly [string, string])[] | undefined => {
    const array = named(name);
    if (array?.kind !== 'number') return undefined;
    const flat = toDoubles(array.values);
    return Array.from({ length: Math.floor(flat.length / 2) }, (_, i) => {
      const [a, b] = [keypoints[flat[2 * i]], keypoints[flat[2 * i + 1]]];
      if (a === undefined || b === undefined) {
        throw new InputError(`the array "${name}" points outside the keypoints`, {
          where,
          expected: `0 to ${points - 1}`,
        });
      }
      return [a, b] as const;
    });
  };
  const text = (name: string): string | undefined => {
    const array = named(name);
    return array?.kind === 'text' ? array.values[0] : undefined;
  };
  const times = values('times', [count]);
  return poseTrack({
    skeleton: skeleton(keypoints, pairs('edges'), pairs('symmetries')),
    individuals: names('individuals', animals, 'animal'),
    space,
    positions: toDoubles(found.values),
    confidence: values('confidence', [count, animals, points]),
    covariance: values('covariance', [count, animals, points, (space * (space + 1)) / 2]),
    unit: options.unit ?? text('unit') ?? (space === 3 ? 'au' : 'px'),
    time:
      times && options.framesPerSecond === undefined
        ? timeAxis(times, text('clock'), where)
        : frameTime(
            Float64Array.from({ length: count }, (_, i) => i),
            options.framesPerSecond,
            where,
          ),
    provenance: source.provenance,
  });
}

function toDoubles(values: NumberArray): Float64Array {
  if (values instanceof Float64Array) return values;
  return Float64Array.from({ length: values.length }, (_, i) => Number(values[i]));
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { numberArray, textArray, type NamedArray } from '../formats/index.ts';
import { formatNpz, parseNpz } from '../formats/npy/npz.ts';
import { shapeKinds, type BodyAppearance, type ShapeKind } from '../model/body/appearance.ts';
import { InputError, UsageError } from '../signal/error.ts';
import { writeAtomic } from './atomic.ts';
import { diskError, isMissing } from './disk.ts';
import { exists, makeFolder, namesIn } from './folder.ts';

/** A body that was fitted to what a video shows. */
export interface VideoBody extends BodyAppearance {
  /** Of the frames, s, on the video's time. */
  readonly times: Float64Array;
  /** What the muscles' color says, and how much of it: [frame, muscle], 0 to 1; NaN is missing. */
  readonly activity?: { readonly what: string; readonly values: Float32Array };
}

const ending = '.npz';

/** Bodies that were fitted to what videos show, in a project's folder `bodies`, a file each, called as the video. */
export class Bodies {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Names of the videos that have one. */
  async names(): Promise<string[]> {
    if (!(await exists(this.#folder))) return [];
    const names = await namesIn(this.#folder);
    return names.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length));
  }

  /** `undefined` where the video has none. Throws `InputError` where it cannot be read. */
  async read(video: string): Promise<VideoBody | undefined> {
    const path = this.#pathOf(video);
    let bytes: Uint8Array;
    try {
      bytes = await readFile(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw diskError(error, path);
    }
    return bodyOf(bytes, path);
  }

  /** Appears whole or not at all. Returns its path. */
  async write(video: string, body: VideoBody): Promise<string> {
    const { frames, shapes, muscles, points, activity } = body;
    const path = this.#pathOf(video);
    await makeFolder(this.#folder);
    const bytes = formatNpz({
      time: numberArray(body.times),
      shapes: textArray(shapes.map(({ name }) => name)),
      shape_kinds: textArray(shapes.map(({ kind }) => kind)),
      shape_sizes: numberArray(Float64Array.from(shapes.flatMap(({ size }) => size)), [shapes.length, 3]),
      shape_places: numberArray(body.places, [frames, shapes.length, 7]),
      ...(muscles.length > 0 && {
        muscles: textArray(muscles),
        muscle_paths: numberArray(body.paths, [frames, muscles.length, points, 3]),
      }),
      ...(activity && {
        activity_is: textArray([activity.what]),
        activity: numberArray(activity.values, [frames, muscles.length]),
      }),
    });
    await writeAtomic(path, Buffer.from(bytes));
    return path;
  }

  #pathOf(video: string): string {
    if (video === '' || video.startsWith('.') || /[/\\]/.test(video))
      throw new UsageError('this is no name of a video', { got: `"${video}"` });
    return join(this.#folder, `${video}${ending}`);
  }
}

function bodyOf(bytes: Uint8Array, where: string): VideoBody {
  const arrays = parseNpz(bytes, where);
  const texts = (name: string): readonly string[] => {
    const array = arrays[name];
    if (array?.kind === 'text') return array.values;
    throw wrong(name, 'texts', array);
  };
  const numbers = (name: string, shape: readonly (number | undefined)[]): NumberOf => {
    const array = arrays[name];
    const fits =
      array?.kind === 'number' &&
      array.shape.length === shape.length &&
      shape.every((size, i) => size === undefined || size === array.shape[i]);
    if (!fits) throw wrong(name, shape.map((size) => size ?? 'any').join(' x '), array);
    return { shape: array.shape, values: array.values as ArrayLike<number> };
  };
  const wrong = (name: string, expected: string, array: NamedArray | undefined): InputError =>
    new InputError('this is no fitted body', {
      where: `${where}, array "${name}"`,
      expected,
      got: array ? `${array.kind}s, ${array.shape.join(' x ')}` : 'nothing',
      fix: 'Fit the body again: marey fit-body.',
    });
  const times = Float64Array.from(numbers('time', [undefined]).values);
  const frames = times.length;
  const names = texts('shapes');
  const kinds = texts('shape_kinds');
  const sizes = numbers('shape_sizes', [names.length, 3]).values;
  const bad = kinds.find((kind) => !shapeKinds.includes(kind as ShapeKind));
  if (kinds.length !== names.length || bad !== undefined)
    throw wrong('shape_kinds', `${names.length} of ${shapeKinds.join(', ')}`, arrays.shape_kinds);
  const muscles = 'muscles' in arrays ? texts('muscles') : [];
  const paths =
    muscles.length > 0 ? numbers('muscle_paths', [frames, muscles.length, undefined, 3]) : undefined;
  return {
    times,
    frames,
    shapes: names.map((name, s) => ({
      name,
      kind: kinds[s] as ShapeKind,
      size: [sizes[3 * s], sizes[3 * s + 1], sizes[3 * s + 2]],
    })),
    places: Float32Array.from(numbers('shape_places', [frames, names.length, 7]).values),
    muscles,
    points: paths?.shape[2] ?? 0,
    paths: Float32Array.from(paths?.values ?? []),
    ...('activity' in arrays && {
      activity: {
        what: texts('activity_is')[0] ?? '',
        values: Float32Array.from(numbers('activity', [frames, muscles.length]).values),
      },
    }),
  };
}

interface NumberOf {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

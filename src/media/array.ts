import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { InputError, UsageError } from '../signal/error.ts';
import type { Frame, FrameSource, FrameSourceInfo } from './frame.ts';
import { reshape } from './picture-file.ts';
import { checkFrame, checkRange, frameShownAt, medianRate } from './position.ts';
import { outputShape } from './shape.ts';
import type { FrameShape } from './shape.ts';

export interface ArrayOptions {
  /** What the source is called in messages. Default `array`. */
  readonly name?: string;
  readonly gray?: boolean;
  readonly width?: number;
  readonly height?: number;
  /** Frames a second, where `times` is not given. Default 30. */
  readonly framesPerSecond?: number;
  /** Time of each frame, seconds, strictly increasing. */
  readonly times?: Float64Array;
}

/**
 * Frames from memory: `data` is frame x row x column x channel, row-major, 8 bits. It is not copied: each frame given out
 * is.
 *
 * @param shape frames, height, width and, where there is more than one, channels (1 or 3).
 * @throws UsageError where the shape does not fit the data or the times do not rise.
 */
export function fromArray(
  data: Uint8Array,
  shape: readonly number[],
  options: ArrayOptions = {},
): FrameSource {
  const { count, native } = frameShape(shape, (got) => {
    throw new UsageError('no frames of that shape', { expected: 'frames x height x width (x 1 or 3)', got });
  });
  const size = native.width * native.height * native.channels;
  if (data.length !== count * size) {
    throw new UsageError('shape does not fit the data', {
      expected: `${count * size} bytes for ${shape.join(' x ')}`,
      got: `${data.length} bytes`,
    });
  }
  const info = arrayInfo(count, native, { name: 'array', ...options });
  return new ArraySource(info, native, async (i) => data.slice(i * size, (i + 1) * size));
}

/** Frames of a numpy file (.npy) of unsigned bytes in C order, read from disk one at a time. */
export async function openNpy(path: string, options: ArrayOptions = {}): Promise<FrameSource> {
  const file = await open(path);
  try {
    const { shape, offset } = await npyHeader(file, path);
    const { count, native } = frameShape(shape, (got) => {
      throw new InputError('numpy array is no run of pictures', {
        where: path,
        expected: 'shape frames x height x width (x 1 or 3)',
        got,
        fix: 'Save it with the frames along the first axis.',
      });
    });
    const size = native.width * native.height * native.channels;
    const promised = offset + count * size;
    const { size: found } = await file.stat();
    if (found < promised) {
      throw new InputError('numpy file is truncated', {
        where: path,
        expected: `${promised} bytes for ${shape.join(' x ')}`,
        got: `${found} bytes`,
        fix: 'Copy it again from where it was made.',
      });
    }
    const info = arrayInfo(count, native, { name: path, ...options });
    const read = async (i: number) => {
      const out = new Uint8Array(size);
      await file.read(out, 0, size, offset + i * size);
      return out;
    };
    return new ArraySource(info, native, read, file);
  } catch (error) {
    await file.close();
    throw error;
  }
}

class ArraySource implements FrameSource {
  readonly info: FrameSourceInfo;
  readonly #native: FrameShape;
  readonly #read: (index: number) => Promise<Uint8Array<ArrayBuffer>>;
  readonly #file: FileHandle | undefined;

  constructor(
    info: FrameSourceInfo,
    native: FrameShape,
    read: (index: number) => Promise<Uint8Array<ArrayBuffer>>,
    file?: FileHandle,
  ) {
    this.info = info;
    this.#native = native;
    this.#read = read;
    this.#file = file;
  }

  async frame(index: number): Promise<Frame> {
    checkFrame(this.info, index);
    const { width, height, channels, times } = this.info;
    const data = await reshape(
      { ...this.#native, data: await this.#read(index) },
      { width, height, channels },
    );
    return { index, timeSeconds: times[index], width, height, channels, data };
  }

  frameAt(timeSeconds: number): Promise<Frame> {
    return this.frame(frameShownAt(this.info, timeSeconds));
  }

  async *frames(start = 0, end = this.info.frameCount): AsyncGenerator<Frame, void, undefined> {
    checkRange(this.info, start, end);
    for (let i = start; i < end; i++) yield await this.frame(i);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close();
  }
}

function arrayInfo(
  count: number,
  native: FrameShape,
  options: ArrayOptions & { name: string },
): FrameSourceInfo {
  const rate = options.framesPerSecond ?? 30;
  const times = options.times ?? Float64Array.from({ length: count }, (_, i) => i / rate);
  if (times.length !== count || times.some((t, i) => !(i === 0 || t > times[i - 1]))) {
    throw new UsageError('times do not fit the frames', {
      where: options.name,
      expected: `${count} strictly increasing seconds`,
      got: `${times.length} values`,
    });
  }
  const guessed = options.times === undefined && options.framesPerSecond === undefined && count > 1;
  return {
    name: options.name,
    frameCount: count,
    ...outputShape(native, options),
    times,
    framesPerSecond: medianRate(times, rate),
    warnings: guessed ? ['arrays hold no times: 30 frames a second are assumed'] : [],
  };
}

function frameShape(
  shape: readonly number[],
  fail: (got: string) => never,
): { count: number; native: FrameShape } {
  const [count, height, width, channels = 1] = shape;
  const whole = shape.every((n) => Number.isInteger(n) && n > 0);
  if (!whole || shape.length < 3 || shape.length > 4 || (channels !== 1 && channels !== 3)) {
    fail(shape.join(' x ') || 'a single number');
  }
  return { count, native: { width, height, channels: channels as 1 | 3 } };
}

/** The header of a numpy file, versions 1 to 3 (numpy.lib.format). */
async function npyHeader(file: FileHandle, path: string): Promise<{ shape: number[]; offset: number }> {
  const start = Buffer.alloc(12);
  await file.read(start, 0, 12, 0);
  const wide = start[6] >= 2;
  const offset = (wide ? 12 : 10) + (wide ? start.readUInt32LE(8) : start.readUInt16LE(8));
  const header = Buffer.alloc(Math.min(offset, 65536));
  await file.read(header, 0, header.length, 0);
  const text = header.toString('latin1', wide ? 12 : 10);
  const type = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1];
  if ((type === '|u1' || type === 'u1') && order === 'False' && shape !== undefined) {
    return {
      shape: shape
        .split(',')
        .filter((s) => s.trim())
        .map(Number),
      offset,
    };
  }
  throw new InputError('numpy array cannot be taken as pictures', {
    where: path,
    expected: 'unsigned bytes (uint8) in C order',
    got: `type ${type ?? 'unknown'}, ${order === 'True' ? 'Fortran' : 'C'} order`,
    fix: "Save it again: np.save(path, np.ascontiguousarray(a, dtype='uint8')).",
  });
}

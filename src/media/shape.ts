import { UsageError } from '../signal/error.ts';

/** Upright size and channels of the frames that a source gives. */
export interface FrameShape {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** The shape asked for: of `width` and `height` one may be left out to keep the proportions, or both to keep the size. */
export function outputShape(
  native: FrameShape,
  { width, height, gray }: { width?: number; height?: number; gray?: boolean },
): FrameShape {
  for (const size of [width, height]) {
    if (size !== undefined && !(Number.isInteger(size) && size > 0)) {
      throw new UsageError('no such picture size', {
        expected: 'whole pixels, at least 1',
        got: String(size),
      });
    }
  }
  const scale =
    width !== undefined ? width / native.width : height !== undefined ? height / native.height : 1;
  return {
    width: width ?? Math.max(1, Math.round(native.width * scale)),
    height: height ?? Math.max(1, Math.round(native.height * scale)),
    channels: gray ? 1 : native.channels,
  };
}

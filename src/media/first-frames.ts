import { UsageError } from '../signal/error.ts';
import type { FrameSource } from './frame.ts';
import { checkFrame, checkRange, frameShownAt } from './position.ts';

/** The first `count` frames of a source (all, where it has fewer). Disposing of it leaves the source open. */
export function firstFrames(source: FrameSource, count: number): FrameSource {
  if (!(Number.isInteger(count) && count > 0)) {
    throw new UsageError('the number of frames is a whole number from 1 on', {
      where: 'firstFrames',
      got: `${count}`,
    });
  }
  const frameCount = Math.min(count, source.info.frameCount);
  const info = { ...source.info, frameCount, times: source.info.times.subarray(0, frameCount) };
  const frame: FrameSource['frame'] = async (index) => {
    checkFrame(info, index);
    return source.frame(index);
  };
  return {
    info,
    frame,
    frameAt: async (timeSeconds) => frame(frameShownAt(info, timeSeconds)),
    frames(start = 0, end = frameCount) {
      checkRange(info, start, end);
      return source.frames(start, end);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

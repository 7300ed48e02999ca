/** The frames that have both values, as points. Frames that lack one are no points. */
import { Random } from '../../../math/random.ts';

export interface Extent {
  readonly low: number;
  readonly high: number;
}

export interface PointCloud {
  readonly count: number;
  /** The frame of each point, in an order that is shuffled (seeded): any first part is a fair sample, and no moment hides another. */
  readonly frames: Uint32Array;
  /** x and y of each point, from 0 to 1 over the extents: numbers that a graphics card can hold exactly enough. */
  readonly places: Float32Array;
  readonly x: Extent;
  readonly y: Extent;
}

/** @param x, y one value a frame; NaN or infinite is missing. */
export function pointCloud(x: ArrayLike<number>, y: ArrayLike<number>): PointCloud {
  const frames = shuffled(framesWithBoth(x, y));
  const [xs, ys] = [extentOf(x, frames), extentOf(y, frames)];
  const places = new Float32Array(2 * frames.length);
  for (let i = 0; i < frames.length; i++) {
    places[2 * i] = (x[frames[i]] - xs.low) / (xs.high - xs.low);
    places[2 * i + 1] = (y[frames[i]] - ys.low) / (ys.high - ys.low);
  }
  return { count: frames.length, frames, places, x: xs, y: ys };
}

function framesWithBoth(x: ArrayLike<number>, y: ArrayLike<number>): Uint32Array {
  const most = Math.min(x.length, y.length);
  const frames = new Uint32Array(most);
  let count = 0;
  for (let f = 0; f < most; f++) if (Number.isFinite(x[f]) && Number.isFinite(y[f])) frames[count++] = f;
  return frames.subarray(0, count);
}

function shuffled(frames: Uint32Array): Uint32Array {
  const random = new Random('scatter');
  for (let i = frames.length - 1; i > 0; i--) {
    const j = random.uint32() % (i + 1);
    [frames[i], frames[j]] = [frames[j], frames[i]];
  }
  return frames;
}

/** Of the values at these frames; of one value, 1 around it. */
function extentOf(values: ArrayLike<number>, frames: Uint32Array): Extent {
  let [low, high] = [Infinity, -Infinity];
  for (const f of frames) {
    if (values[f] < low) low = values[f];
    if (values[f] > high) high = values[f];
  }
  if (frames.length === 0) return { low: 0, high: 1 };
  return high > low ? { low, high } : { low: low - 0.5, high: high + 0.5 };
}

/** The points of these frames, as positions in the cloud. */
export function pointsOfFrames({ frames }: PointCloud, isIn: (frame: number) => boolean): Uint32Array {
  const found = new Uint32Array(frames.length);
  let count = 0;
  for (let i = 0; i < frames.length; i++) if (isIn(frames[i])) found[count++] = i;
  return found.slice(0, count);
}

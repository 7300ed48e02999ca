import { readFile } from 'node:fs/promises';
import { readPose } from '../formats/index.ts';
import { frameClock } from '../formats/frames.ts';
import { openFrames } from '../media/index.ts';
import { frameThumbnail, rankFrames, type RankedFrame } from '../measure/pose/index.ts';
import type { DataFile } from '../project/index.ts';
import type { PoseTrack } from '../signal/pose.ts';
import { deserialize } from '../signal/serialize.ts';
import { timesOf } from '../signal/time.ts';
import type { ControllerRun, ControllerRunRequest } from './api.ts';
import { runControllerFile, type NeuralData } from './controller-run.ts';
import { readLanes, type LaneData } from './recorded/lane-data.ts';

/** One animal of a track, in the layout of `trackArrays`. */
export interface TrackArrays {
  readonly individual: string;
  readonly keypoints: readonly string[];
  readonly frames: number;
  readonly covariance: boolean;
  /** Positions, confidence and covariance one after the other. */
  readonly values: Float32Array<ArrayBuffer>;
}

/** Sides of the pictures that frames are compared by need not be larger, px. */
const comparedWidth = 160;

/** What `Work` does. */
export const workCalls = {
  /** Reads a track, one part an animal; a 3D track has none that lies in a picture. */
  async track(path: string, stored: boolean): Promise<readonly TrackArrays[]> {
    const track = await read(path, stored);
    return track.positions.shape[3] === 2 ? arraysOf(track) : [];
  },

  /** Thumbnails of frames, one after the other. */
  async thumbnails(path: string, frames: readonly number[], cacheDir: string): Promise<Float32Array[]> {
    await using source = await openFrames(path, {
      gray: true,
      width: comparedWidth,
      damaged: 'conceal',
      cacheDir,
      cacheBytes: 8 << 20,
    });
    const thumbnails: Float32Array[] = [];
    for (const index of frames) thumbnails.push(frameThumbnail(await source.frame(index)));
    return thumbnails;
  },

  /** Reads a data file, ready to be looked at. */
  lanes(path: string, file: DataFile): Promise<readonly LaneData[]> {
    return readLanes(path, file);
  },

  /** Runs a trained network, intact and changed. */
  controller(
    path: string,
    request: ControllerRunRequest,
    neurons: NeuralData | undefined,
  ): Promise<ControllerRun> {
    return runControllerFile(path, request, neurons);
  },

  /** Which frames of a track a person should look at, the worst first. */
  async ranking(path: string, stored: boolean, count: number): Promise<readonly RankedFrame[]> {
    return rankFrames(await read(path, stored), { count });
  },
};

export type WorkCalls = typeof workCalls;

async function read(path: string, stored: boolean): Promise<PoseTrack> {
  return stored ? deserialize('PoseTrack', await readFile(path), path) : readPose(path);
}

function arraysOf({ skeleton, positions }: PoseTrack): TrackArrays[] {
  const [times, animals, points] = positions.shape;
  const rows = rowsOf({ positions }, times);
  const frames = rows.length === 0 ? 0 : rows[rows.length - 1] + 1;
  const names = positions.dimensions[1].labels ?? [];
  const parts = [
    { values: positions.contiguous(), per: 2 },
    { values: positions.confidence?.contiguous(), per: 1 },
    ...(positions.covariance ? [{ values: positions.covariance.contiguous(), per: 3 }] : []),
  ];
  return Array.from({ length: animals }, (_, animal) => {
    const size = frames * points;
    const values = new Float32Array(size * parts.reduce((sum, { per }) => sum + per, 0)).fill(NaN);
    let offset = 0;
    for (const { values: from, per } of parts) {
      for (let t = 0; t < times; t++) {
        const at = (t * animals + animal) * points * per;
        const to = offset + rows[t] * points * per;
        // A track without confidence is one that a person or another tool is sure of.
        if (from) values.set(from.subarray(at, at + points * per), to);
        else values.fill(1, to, to + points * per);
      }
      offset += size * per;
    }
    return {
      individual: names[animal] ?? `${animal + 1}`,
      keypoints: skeleton.keypoints,
      frames,
      covariance: positions.covariance !== undefined,
      values,
    };
  });
}

/** The frame of each row: files that number frames may begin late or leave some out; else row by row. */
function rowsOf({ positions }: Pick<PoseTrack, 'positions'>, count: number): ArrayLike<number> {
  const { time } = positions;
  if (!time || time.clock !== frameClock) return Int32Array.from({ length: count }, (_, i) => i);
  return Int32Array.from(timesOf(time), Math.round);
}

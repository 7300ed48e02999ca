import type { PoseTrack } from '../../../src/signal/pose.ts';
import { timeOf } from '../../../src/signal/time.ts';

export interface C3dFileOptions {
  readonly points: PoseTrack;
  readonly processor?: 84 | 85 | 86;
  /** Store whole numbers times this, mm; floats otherwise. */
  readonly scale?: number;
  /** Two channels of three samples a frame: sample number, and minus half of it. */
  readonly analog?: boolean;
}

/** A C3D file, for tests: header, parameters, frames. */
export function c3dFile({
  points: track,
  processor = 84,
  scale,
  analog = false,
}: C3dFileOptions): Uint8Array {
  const { positions, skeleton } = track;
  const [frames, , points] = positions.dimensions.map((d) => d.size);
  const rate = 1 / (timeOf(positions.time!, 1) - timeOf(positions.time!, 0));
  const little = processor !== 86;
  const bytes: number[] = [];
  const scratch = new DataView(new ArrayBuffer(4));
  const int16 = (v: number): number[] => {
    scratch.setInt16(0, v, little);
    return [scratch.getUint8(0), scratch.getUint8(1)];
  };
  const float32 = (v: number): number[] => {
    scratch.setFloat32(0, processor === 85 ? v * 4 : v, little);
    const four = [0, 1, 2, 3].map((i) => scratch.getUint8(i));
    return processor === 85 ? [four[2], four[3], four[0], four[1]] : four;
  };
  const text = (v: string): number[] => [...v].map((c) => c.charCodeAt(0));
  const pad = (to: number): void => {
    while (bytes.length < to) bytes.push(0);
  };
  const channels = analog ? 2 : 0;
  const samples = analog ? 3 : 0;
  const first = 8;
  bytes.push(
    2,
    0x50,
    ...int16(points),
    ...int16(channels * samples),
    ...int16(first),
    ...int16(first + frames - 1),
    ...int16(0),
  );
  bytes.push(...float32(scale ?? -1), ...int16(5), ...int16(samples), ...float32(rate));
  pad(512);
  bytes.push(1, 0x50, 3, processor);
  const record = (group: number, name: string, body: number[]): void => {
    bytes.push(name.length, group & 0xff, ...text(name), ...int16(2 + body.length), ...body);
  };
  const strings = (list: readonly string[]): number[] => {
    const length = Math.max(...list.map((s) => s.length));
    return [0xff, 2, length, list.length, ...list.flatMap((s) => text(s.padEnd(length))), 0];
  };
  const floats = (list: readonly number[]): number[] => [4, 1, list.length, ...list.flatMap(float32), 0];
  const words = (list: readonly number[]): number[] => [2, 1, list.length, ...list.flatMap(int16), 0];
  record(-1, 'POINT', [0]);
  record(-2, 'ANALOG', [0]);
  record(1, 'USED', words([points]));
  record(1, 'SCALE', floats([scale ?? -1]));
  record(1, 'RATE', floats([rate]));
  record(1, 'DATA_START', words([5]));
  record(1, 'UNITS', strings(['mm']));
  record(1, 'LABELS', strings(skeleton.keypoints));
  if (analog) {
    record(2, 'LABELS', strings(['EMG1', 'FZ']));
    record(2, 'GEN_SCALE', floats([0.5]));
    record(2, 'SCALE', floats([2, 1]));
    record(2, 'OFFSET', words([10, 0]));
  }
  pad(512 * 4);
  const number = (v: number): number[] => (scale === undefined ? float32(v) : int16(Math.round(v)));
  for (let t = 0; t < frames; t++) {
    for (let k = 0; k < points; k++) {
      const p = [0, 1, 2].map((c) => positions.at(t, 0, k, c));
      const missing = p.some(Number.isNaN);
      bytes.push(...(missing ? [0, 0, 0, -1] : [...p.map((v) => v / (scale ?? 1)), 0]).flatMap(number));
    }
    for (let s = 0; s < samples; s++)
      bytes.push(...number(t * samples + s + 10), ...number(-(t * samples + s)));
  }
  return Uint8Array.from(bytes);
}

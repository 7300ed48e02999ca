/** How the stored picture must be turned to be seen upright: mirrored left to right first, then turned clockwise. */
export interface Orientation {
  readonly quarterTurns: 0 | 1 | 2 | 3;
  readonly mirrored: boolean;
}

export const UPRIGHT: Orientation = { quarterTurns: 0, mirrored: false };

/**
 * Reads a display matrix (nine little-endian 32-bit numbers, ISO/IEC 14496-12, 8.2.2: 16.16 fixed point for the 2 x 2
 * part), which maps stored (x right, y down) to shown coordinates by row vectors: x' = a x + c y, y' = b x + d y.
 * Undefined where it is not a quarter turn or a mirror image of one.
 */
export function orientationOf(matrix: Uint8Array): Orientation | undefined {
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.byteLength);
  const [a, b, , c, d] = [0, 1, 2, 3, 4].map((i) => Math.round(view.getInt32(4 * i, true) / 65536));
  const mirrored = a * d - b * c < 0;
  const [x, y] = mirrored ? [-a, -b] : [a, b];
  const turn = ['1,0', '0,1', '-1,0', '0,-1'].indexOf(`${x},${y}`);
  if (turn < 0 || Math.abs(a * d - b * c) !== 1) return undefined;
  return { quarterTurns: turn as Orientation['quarterTurns'], mirrored };
}

/** Turns a row-major picture of `width` x `height` with interleaved `channels`; returns a new one. */
export function orient(
  data: Uint8Array,
  width: number,
  height: number,
  channels: number,
  { quarterTurns, mirrored }: Orientation,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(width * height * channels);
  // Where the stored (0, 0) lands, and the steps in the output for one step right and one step down.
  const outWidth = quarterTurns % 2 ? height : width;
  const right = [1, outWidth, -1, -outWidth][quarterTurns] * (mirrored ? -1 : 1);
  const down = [outWidth, -1, -outWidth, 1][quarterTurns];
  const last = (step: number, count: number) => (step < 0 ? -step * (count - 1) : 0);
  const origin = last(right, width) + last(down, height);
  for (let y = 0, from = 0; y < height; y++) {
    let to = (origin + y * down) * channels;
    for (let x = 0; x < width; x++, to += right * channels) {
      for (let c = 0; c < channels; c++) out[to + c] = data[from++];
    }
  }
  return out;
}

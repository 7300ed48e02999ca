/**
 * Which packet of a video holds which frame. A frame's number is its place in presentation order; nothing here counts
 * decoded pictures or divides a time by a rate, because both go wrong with B-frames, edit lists, variable rates and
 * damaged files.
 */

import { medianRate } from '../position.ts';

/** Bits of `PacketTable.flags`. */
export const KEY = 1;
/** Decoded but never shown: before the start of an edit list, or an alternate reference of VP8. */
export const HIDDEN = 2;
/** The demuxer says that the packet's bytes are incomplete or wrong. */
export const CORRUPT = 4;
/** No other picture is predicted from this one. */
export const DISPOSABLE = 8;

/** Up to this part of the packets may lack times as fragments; with more, it is a file that has no times. */
const MAX_FRAGMENTS = 0.05;

/** The packets of one video stream in decode order. Times are in ticks, NaN where the file has none. */
export interface PacketTable {
  readonly pts: Float64Array;
  readonly dts: Float64Array;
  /** Byte offset in the file, -1 where unknown. */
  readonly position: Float64Array;
  readonly flags: Uint8Array;
  /** A tick is `num / den` seconds. */
  readonly timeBase: { readonly num: number; readonly den: number };
}

export interface FrameIndex {
  readonly packets: PacketTable;
  /** Packet of each frame, frames in presentation order. */
  readonly packetOf: Int32Array;
  /** Frame of each packet, -1 for packets that show nothing. */
  readonly frameOf: Int32Array;
  /**
   * The key packet from which decoding must start to see each frame. A frame that is shown before a key frame but stored
   * after it (an open group of pictures) starts at the key frame before. Never decreases with the frame number.
   */
  readonly startOf: Int32Array;
  /** Seconds from the first frame, strictly increasing. */
  readonly times: Float64Array;
  /** Presentation time of the first frame on the file's own clock, seconds. */
  readonly startSeconds: number;
  readonly warnings: readonly string[];
}

/** True where presentation order can be read off the time stamps: each shown packet has its own. */
export function hasPresentationTimes(packets: PacketTable): boolean {
  const shown = packets.pts.filter((_, i) => !(packets.flags[i] & HIDDEN)).sort();
  return shown.every((t, i) => !Number.isNaN(t) && (i === 0 || t > shown[i - 1]));
}

/**
 * Where bytes are lost, the remains of a packet can come without a time in a file that times all its others. Such a
 * fragment shows nothing, and what is predicted over it cannot be trusted: it is hidden, and the packet after it is
 * marked corrupt unless decoding can start there.
 */
export function hideFragments(packets: PacketTable): PacketTable {
  const { pts, dts } = packets;
  const fragments = Array.from(pts.keys()).filter((p) => Number.isNaN(pts[p]) && Number.isNaN(dts[p]));
  if (fragments.length === 0 || fragments.length > MAX_FRAGMENTS * pts.length) return packets;
  const flags = packets.flags.slice();
  for (const p of fragments) {
    flags[p] |= HIDDEN | CORRUPT;
    if (p + 1 < flags.length && !(flags[p + 1] & KEY)) flags[p + 1] |= CORRUPT;
  }
  return { ...packets, flags };
}

/**
 * Builds the index from packets. `order` gives the packets in presentation order where the time stamps cannot
 * (`hasPresentationTimes` is false): it is what a decoder put out over the whole file.
 *
 * @param frameSeconds time from frame to frame to assume where the file has no time stamps at all.
 */
export function buildFrameIndex(packets: PacketTable, order?: Int32Array, frameSeconds = 1 / 25): FrameIndex {
  const { pts, flags } = packets;
  const packetOf = order ?? Int32Array.from(pts.keys()).filter((p) => !(flags[p] & HIDDEN));
  if (!order) packetOf.sort((a, b) => pts[a] - pts[b]);
  const frameOf = new Int32Array(pts.length).fill(-1);
  for (let f = 0; f < packetOf.length; f++) frameOf[packetOf[f]] = f;
  const startOf = startPackets(packets, packetOf, frameOf);
  const clock = frameTimes(packets, packetOf, order !== undefined, frameSeconds);
  return { packets, packetOf, frameOf, startOf, ...clock };
}

function startPackets({ flags }: PacketTable, packetOf: Int32Array, frameOf: Int32Array): Int32Array {
  const keys = Int32Array.from(flags.keys()).filter((p) => flags[p] & KEY);
  const startOf = new Int32Array(packetOf.length);
  const lastKey = new Int32Array(flags.length);
  for (let p = 0, k = 0; p < flags.length; p++) {
    while (k < keys.length && keys[k] <= p) k++;
    lastKey[p] = k - 1;
  }
  for (let f = 0; f < packetOf.length; f++) {
    let k = lastKey[packetOf[f]];
    while (k >= 0 && frameOf[keys[k]] > f) k--;
    startOf[f] = k < 0 ? 0 : keys[k];
  }
  for (let f = startOf.length - 2; f >= 0; f--) startOf[f] = Math.min(startOf[f], startOf[f + 1]);
  return startOf;
}

function frameTimes(
  { pts, dts, timeBase }: PacketTable,
  packetOf: Int32Array,
  reordered: boolean,
  frameSeconds: number,
): Pick<FrameIndex, 'times' | 'startSeconds' | 'warnings'> {
  const warnings: string[] = [];
  const seconds = (ticks: number) => (ticks * timeBase.num) / timeBase.den;
  const ticks = Float64Array.from(packetOf, (p) => (Number.isNaN(pts[p]) ? dts[p] : pts[p]));
  if (ticks.some((t) => Number.isNaN(t))) {
    warnings.push(`has no time stamps: times assume ${(1 / frameSeconds).toFixed(3)} frames a second`);
    return { times: ticks.map((_, f) => f * frameSeconds), startSeconds: 0, warnings };
  }
  if (reordered) ticks.sort();
  const shared = spread(ticks, (frameSeconds * timeBase.den) / timeBase.num);
  if (shared > 0) {
    warnings.push(`${shared} frames share their time stamp with another: their times are interpolated`);
  }
  const times = ticks.map((t) => seconds(t - ticks[0]));
  warnings.push(...gaps(times));
  return { times, startSeconds: ticks.length ? seconds(ticks[0]) : 0, warnings };
}

/** Frames that a source of otherwise steady rate seems to lack: lost packets, or a camera that dropped them. */
function gaps(times: Float64Array): string[] {
  const step = 1 / medianRate(times, NaN);
  const steps = times.subarray(1).map((t, i) => t - times[i]);
  const long = Array.from(steps.keys()).filter((i) => steps[i] > 1.8 * step);
  const steady = steps.filter((s) => Math.abs(s - step) < 0.2 * step).length;
  if (long.length === 0 || steady + long.length < 0.98 * steps.length || long.length > 0.1 * steps.length)
    return [];
  const lacking = long.reduce((sum, i) => sum + Math.round(steps[i] / step) - 1, 0);
  const first = `after frame ${long[0]} at ${times[long[0]].toFixed(3)} s`;
  return [`${long.length} gaps in time (about ${lacking} frames missing), the first ${first}`];
}

/** Makes sorted `ticks` strictly increasing by spacing out runs of equal values; returns how many were moved. */
function spread(ticks: Float64Array, defaultGap: number): number {
  let moved = 0;
  for (let i = 0; i < ticks.length;) {
    let end = i + 1;
    while (end < ticks.length && ticks[end] === ticks[i]) end++;
    const gap = end < ticks.length ? ticks[end] - ticks[i] : defaultGap * (end - i);
    for (let j = i + 1; j < end; j++) ticks[j] = ticks[i] + (gap * (j - i)) / (end - i);
    moved += end - i - 1;
    i = end;
  }
  return moved;
}

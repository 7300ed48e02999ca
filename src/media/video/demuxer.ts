import { statSync } from 'node:fs';
import { FFmpegError, FormatContext, Packet, avGetCodecName, avGetPixFmtName } from 'node-av/lib';
import type { Stream } from 'node-av/lib';
import {
  AVDISCARD_ALL,
  AVERROR_EOF,
  AVMEDIA_TYPE_VIDEO,
  AVSEEK_FLAG_BACKWARD,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_VP8,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_FLAG_CORRUPT,
  AV_PKT_FLAG_DISCARD,
  AV_PKT_FLAG_DISPOSABLE,
} from 'node-av/constants';
import type { AVPixelFormat } from 'node-av/constants';
import { InputError } from '../../signal/error.ts';
import { CORRUPT, DISPOSABLE, HIDDEN, KEY, hideFragments } from './frame-index.ts';
import type { PacketTable } from './frame-index.ts';
import { H264References } from './h264-references.ts';
import { UPRIGHT, orientationOf } from './orientation.ts';
import type { StreamFacts } from './stream.ts';

const NO_TIME = -(2n ** 63n);
/** Read errors in a row after which the rest of a file is given up. */
const MAX_READ_ERRORS = 64;
/** Packets read past a seek in search of one that the table knows. */
const MAX_UNKNOWN = 256;
/** Reading on beats seeking up to this many packets. */
const MAX_SKIP = 64;

/** Packets of the video stream of one file, through FFmpeg's libraries. Every call blocks: it lives in a worker. */
export class Demuxer implements Disposable {
  readonly path: string;
  /** The packet that `read` filled last. */
  readonly packet = new Packet();
  #format = new FormatContext();
  #stream: Stream;
  #next = 0;
  #held = false;
  #table: PacketTable | undefined;
  #numberOf = new Map<number, number>();
  #identity: 'position' | 'pts' | 'dts' | undefined;

  constructor(path: string) {
    this.path = path;
    this.packet.alloc();
    this.#stream = this.#open();
  }

  get stream(): Stream {
    return this.#stream;
  }

  facts(): StreamFacts {
    const { codecpar, sampleAspectRatio: aspect, avgFrameRate, rFrameRate } = this.#stream;
    const pixelFormat = avGetPixFmtName(codecpar.format as AVPixelFormat) ?? 'unknown';
    const warnings: string[] = [];
    const matrix = codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX);
    const orientation = matrix ? orientationOf(matrix) : UPRIGHT;
    if (!orientation)
      warnings.push('asks to be turned by something else than quarter turns: shown as stored');
    if (aspect.num > 0 && aspect.num !== aspect.den) {
      warnings.push(`pixels are not square (${aspect.num}:${aspect.den}): x and y differ in scale`);
    }
    const rate = avgFrameRate.num > 0 ? avgFrameRate : rFrameRate;
    return {
      codec: avGetCodecName(codecpar.codecId) ?? 'unknown',
      pixelFormat,
      width: codecpar.width,
      height: codecpar.height,
      gray: /^(gray|mono|ya)/.test(pixelFormat),
      orientation: orientation ?? UPRIGHT,
      frameSeconds: rate.num > 0 && rate.den > 0 ? rate.den / rate.num : 1 / 25,
      warnings,
    };
  }

  /** Reads the whole file once. `onProgress` gets the fraction of its bytes that were read. */
  scan(onProgress: (fraction: number) => void = () => {}): { packets: PacketTable; warnings: string[] } {
    const pts: number[] = [];
    const dts: number[] = [];
    const position: number[] = [];
    const flags: number[] = [];
    const { size } = statSync(this.path);
    const { codecId, extradata } = this.#stream.codecpar;
    const vp8 = codecId === AV_CODEC_ID_VP8;
    const references = codecId === AV_CODEC_ID_H264 ? new H264References(extradata) : undefined;
    let errors = 0;
    let lost = 0;
    let end = -Infinity;
    while (this.#readVideoPacket(() => errors++)) {
      const { packet } = this;
      pts.push(ticks(packet.pts));
      dts.push(ticks(packet.dts));
      const shown = Number.isNaN(pts.at(-1)!) ? dts.at(-1)! : pts.at(-1)!;
      if (shown + Number(packet.duration) > end) end = shown + Number(packet.duration);
      position.push(Number(packet.pos));
      const invisible = vp8 && packet.data !== null && (packet.data[0] & 0x10) === 0;
      flags.push(
        (packet.isKeyframe ? KEY : 0) |
          (packet.flags & AV_PKT_FLAG_DISCARD || invisible ? HIDDEN : 0) |
          (packet.flags & AV_PKT_FLAG_CORRUPT ? CORRUPT : 0) |
          (packet.flags & AV_PKT_FLAG_DISPOSABLE ? DISPOSABLE : 0),
      );
      if (packet.data && references?.lacksOne(packet.data)) {
        // A key frame needs none itself: it is the frames shown before it that lack one.
        flags[flags.length - (packet.isKeyframe && flags.length > 1 ? 2 : 1)] |= CORRUPT;
        lost++;
      }
      if (size > 0 && flags.length % 256 === 0) onProgress(Math.min(1, Number(packet.pos) / size));
    }
    this.#next = flags.length;
    const { num, den } = this.#stream.timeBase;
    const packets = hideFragments({
      pts: Float64Array.from(pts),
      dts: Float64Array.from(dts),
      position: Float64Array.from(position),
      flags: Uint8Array.from(flags),
      timeBase: { num, den },
    });
    return { packets, warnings: this.#damageSeen(packets, { errors, lost, end: (end * num) / den }) };
  }

  /** From now on packets are known by their number in `packets`. */
  use(packets: PacketTable): void {
    this.#table = packets;
    this.#identity = (['position', 'pts', 'dts'] as const).find((field) => {
      this.#numberOf = new Map();
      let keys = 0;
      packets.flags.forEach((flag, p) => {
        if (!(flag & KEY)) return;
        keys++;
        if (packets[field][p] >= 0 || field !== 'position') this.#numberOf.set(packets[field][p], p);
      });
      return this.#numberOf.size === keys && !this.#numberOf.has(NaN);
    });
  }

  /** Reads the next packet into `packet` and returns its number, or undefined after the last. */
  read(): number | undefined {
    const table = this.#table!;
    if (this.#held) {
      this.#held = false;
      return this.#next++;
    }
    if (this.#next >= table.flags.length) return undefined;
    if (!this.#readVideoPacket() || !this.#isNumber(this.#next)) this.#readFromBeginning(this.#next);
    return this.#next++;
  }

  /** Makes `read` give packet `number` next. Trusts no seek: the packet that it lands on must be one of the table's. */
  seek(number: number): void {
    if (this.#next <= number && number - this.#next <= MAX_SKIP) {
      while (this.#next < number) this.read();
      return;
    }
    for (const time of this.#seekTimes(number)) {
      this.#held = false;
      if (this.#format.seekFrameSync(this.#stream.index, BigInt(time), AVSEEK_FLAG_BACKWARD) < 0) continue;
      const landed = this.#recognize();
      if (landed === undefined || landed > number) continue;
      this.#next = landed;
      this.#held = true;
      while (this.#next < number) this.read();
      return;
    }
    this.#readFromBeginning(number);
    this.#held = true;
  }

  [Symbol.dispose](): void {
    this.packet.free();
    this.#format.closeInputSync();
  }

  #open(): Stream {
    const code = this.#format.openInputSync(`file:${this.path}`, null, null);
    if (code < 0) throw notAVideo(this.path, FFmpegError.strerror(code));
    this.#format.findStreamInfoSync(null);
    const number = this.#format.findBestStream(AVMEDIA_TYPE_VIDEO);
    if (number < 0) throw notAVideo(this.path, `${this.#format.nbStreams} streams, none of them video`);
    for (const stream of this.#format.streams) if (stream.index !== number) stream.discard = AVDISCARD_ALL;
    return this.#format.streams[number];
  }

  #readVideoPacket(onError: () => void = () => {}): boolean {
    for (let failures = 0; failures < MAX_READ_ERRORS;) {
      this.packet.unref();
      const code = this.#format.readFrameSync(this.packet);
      if (code === AVERROR_EOF) return false;
      if (code < 0) {
        failures++;
        onError();
      } else if (this.packet.streamIndex === this.#stream.index) return true;
    }
    return false;
  }

  #isNumber(number: number): boolean {
    const { packet } = this;
    const field = this.#identity;
    if (!field) return true;
    const value = field === 'position' ? Number(packet.pos) : ticks(packet[field]);
    return Object.is(value, this.#table![field][number]);
  }

  #recognize(): number | undefined {
    const field = this.#identity;
    if (!field) return undefined;
    for (let i = 0; i < MAX_UNKNOWN && this.#readVideoPacket(); i++) {
      if (!this.packet.isKeyframe) continue;
      const number = this.#numberOf.get(
        field === 'position' ? Number(this.packet.pos) : ticks(this.packet[field]),
      );
      if (number !== undefined) return number;
    }
    return undefined;
  }

  /** Times to seek to for a packet, best first: containers index by presentation or by decoding time. */
  #seekTimes(number: number): number[] {
    const { pts, dts, flags } = this.#table!;
    const times: number[] = [];
    for (let p = number, keys = 0; p >= 0 && keys < 3; p--) {
      if (!(flags[p] & KEY)) continue;
      times.push(pts[p], dts[p]);
      keys++;
    }
    return times.filter((t) => !Number.isNaN(t));
  }

  /** The way that cannot go wrong: reads the file again as the scan did, up to packet `number`. */
  #readFromBeginning(number: number): void {
    this.#format.closeInputSync();
    this.#format = new FormatContext();
    this.#stream = this.#open();
    for (let p = 0; p <= number; p++) {
      if (this.#readVideoPacket() && this.#isNumber(p)) continue;
      throw new InputError('is not the file that was indexed', {
        where: this.path,
        expected: `packet ${p} as it was`,
        got: 'another one',
        fix: 'Open the file again.',
      });
    }
    this.#next = number;
  }

  /** When the container says that the video ends, seconds; NaN where it does not say. */
  #promisedEnd(): number {
    const { timeBase, startTime, duration } = this.#stream;
    const end = ticks(startTime) + ticks(duration);
    if (end > 0) return (end * timeBase.num) / timeBase.den;
    return this.#format.nbStreams === 1
      ? (ticks(this.#format.startTime) + ticks(this.#format.duration)) / 1e6
      : NaN;
  }

  #damageSeen(
    packets: PacketTable,
    { errors, lost, end }: { errors: number; lost: number; end: number },
  ): string[] {
    const warnings: string[] = [];
    const corrupt = packets.flags.filter((f) => f & CORRUPT).length - lost;
    if (corrupt > 0) warnings.push(`${corrupt} packets are incomplete or corrupt`);
    if (lost > 0) warnings.push(`${lost} places lack pictures from which others are predicted`);
    if (errors > 0) warnings.push(`${errors} places could not be read and were passed over`);
    const promised = this.#promisedEnd();
    const tolerance = 0.1 + 2.5 * this.facts().frameSeconds;
    if (promised - end > tolerance) {
      warnings.push(`is truncated: promises ${promised.toFixed(2)} s, ends at ${end.toFixed(2)} s`);
    }
    return warnings;
  }
}

function ticks(time: bigint): number {
  return time === NO_TIME ? NaN : Number(time);
}

function notAVideo(path: string, got: string): InputError {
  return new InputError('cannot be opened as a video', {
    where: path,
    expected: 'a video file that FFmpeg knows (mp4, mov, avi, mkv, webm, ...)',
    got,
    fix: /moov|Invalid data/.test(got)
      ? 'The file is damaged, was never finished (a recording cut off before its index was written), or is no video: copy it again from where it was recorded.'
      : 'Check the path and the file.',
  });
}

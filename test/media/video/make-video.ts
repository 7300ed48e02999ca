import { statSync } from 'node:fs';
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  Log,
  Packet,
  Rational,
  SoftwareScaleContext,
  avGetPixFmtFromName,
} from 'node-av/lib';
import {
  AVCOL_RANGE_JPEG,
  AVFMT_GLOBALHEADER,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_QUIET,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_PIX_FMT_RGB24,
  AV_PKT_DATA_DISPLAYMATRIX,
} from 'node-av/constants';
import { numberedPicture } from './numbered-picture.ts';

export interface VideoRecipe {
  readonly width?: number;
  readonly height?: number;
  readonly count?: number;
  readonly codec?: string;
  readonly pixelFormat?: string;
  readonly codecOptions?: Record<string, string>;
  readonly formatOptions?: Record<string, string>;
  /** Default 1000. */
  readonly ticksPerSecond?: number;
  /** Presentation time of each frame in ticks. Default: 25 frames a second. */
  readonly ticks?: (frame: number) => number;
  readonly maxBFrames?: number;
  readonly gop?: number;
  /** Display matrix, nine numbers in 16.16 and 2.30 fixed point. */
  readonly displayMatrix?: readonly number[];
  /** Called for each packet of `size` bytes; false leaves it out of the file. */
  readonly keepPacket?: (number: number) => boolean;
}

/** Writes a video whose frame i shows `numberedPicture(i)`, with the container that the path's extension names. */
export function makeVideo(path: string, recipe: VideoRecipe = {}): void {
  Log.setLevel(AV_LOG_QUIET);
  const {
    width = 96,
    height = 64,
    count = 100,
    codec = 'libx264',
    pixelFormat = 'yuv420p',
    gop = 25,
  } = recipe;
  const { ticksPerSecond = 1000, ticks = (frame) => (frame * ticksPerSecond) / 25 } = recipe;
  const format = new FormatContext();
  ok(format.allocOutputContext2(null, null, path), 'container');
  const encoder = Codec.findEncoderByName(codec as never)!;
  const context = new CodecContext();
  context.allocContext3(encoder);
  context.width = width;
  context.height = height;
  context.pixelFormat = avGetPixFmtFromName(pixelFormat);
  const fullRange = /^(gray|yuvj)/.test(pixelFormat);
  if (fullRange) context.colorRange = AVCOL_RANGE_JPEG;
  context.timeBase = new Rational(1, ticksPerSecond);
  context.framerate = new Rational(25, 1);
  context.gopSize = gop;
  context.maxBFrames = recipe.maxBFrames ?? 0;
  context.threadCount = 1;
  context.bitRate = 2_000_000n;
  if (format.oformat!.hasFlags(AVFMT_GLOBALHEADER)) context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  // Not as a dictionary: node-av 6.1 frees one given to open2Sync a second time when it is collected.
  for (const [name, value] of Object.entries(recipe.codecOptions ?? {})) {
    ok(context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN), `option ${name}`);
  }
  ok(context.open2Sync(encoder, null), `encoder ${codec}`);
  const stream = format.newStream(null);
  stream.codecpar.fromContext(context);
  stream.timeBase = context.timeBase;
  if (recipe.displayMatrix) {
    const bytes = Buffer.from(Int32Array.from(recipe.displayMatrix).buffer);
    stream.codecpar.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, bytes);
  }
  ok(format.openOutputSync(), 'output');
  ok(format.writeHeaderSync(Dictionary.fromObject(recipe.formatOptions ?? {})), 'header');

  const scaler = new SoftwareScaleContext();
  scaler.allocContext();
  const packet = new Packet();
  packet.alloc();
  let number = 0;
  const write = () => {
    while (context.receivePacketSync(packet) >= 0) {
      const keep = recipe.keepPacket?.(number++) ?? true;
      packet.duration = BigInt(ticksPerSecond / 25);
      packet.rescaleTs(context.timeBase, stream.timeBase);
      packet.streamIndex = stream.index;
      if (keep) ok(format.interleavedWriteFrameSync(packet), 'packet');
      packet.unref();
    }
  };
  for (let i = 0; i < count; i++) {
    const rgb = Frame.fromVideoBuffer(Buffer.from(numberedPicture(i, width, height)), {
      width,
      height,
      format: AV_PIX_FMT_RGB24,
    });
    const frame = new Frame();
    frame.alloc();
    frame.width = width;
    frame.height = height;
    frame.format = context.pixelFormat;
    if (fullRange) frame.colorRange = AVCOL_RANGE_JPEG;
    frame.getBuffer(0);
    ok(scaler.scaleFrameSync(frame, rgb), 'conversion');
    frame.pts = BigInt(ticks(i));
    ok(context.sendFrameSync(frame), 'frame');
    rgb.free();
    frame.free();
    write();
  }
  ok(context.sendFrameSync(null), 'flush');
  write();
  ok(format.writeTrailerSync(), 'trailer');
  packet.free();
  scaler.freeContext();
  context.freeContext();
  format.closeOutputSync();
  format.freeContext();
  if (statSync(path).size === 0) throw new Error(`${path} is empty`);
}

function ok(code: number, what: string): void {
  if (code < 0) throw new Error(`${what}: ${FFmpegError.strerror(code)}`);
}

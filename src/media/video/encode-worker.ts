import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Log, Packet, Rational } from 'node-av/lib';
import { SoftwareScaleContext } from 'node-av/lib';
import type { Stream } from 'node-av/lib';
import {
  AVCOL_PRI_SMPTE170M,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  AVCOL_TRC_SMPTE170M,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_QUIET,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV420P,
} from 'node-av/constants';
import type { FFEncoderCodec } from 'node-av/constants';
import { MachineError } from '../../signal/error.ts';
import { answerCalls } from '../worker-line.ts';
import type { EncodeShape } from './writer.ts';

Log.setLevel(AV_LOG_QUIET);

/** Ticks a second of the time stamps written: a multiple of all common frame rates. */
const CLOCK = 90_000;

/** H.264 in an mp4 file. */
class Encoder {
  readonly #path: string;
  readonly #shape: EncodeShape;
  readonly #format = new FormatContext();
  readonly #context = new CodecContext();
  readonly #scaler = new SoftwareScaleContext();
  readonly #packet = new Packet();
  readonly #stream: Stream;
  #count = 0;

  constructor(path: string, shape: EncodeShape) {
    this.#path = path;
    this.#shape = shape;
    const codec = Codec.findEncoderByName('libx264' as FFEncoderCodec);
    if (!codec) throw this.#failure('no H.264 encoder in this build of node-av');
    const context = this.#context;
    this.#check(this.#format.allocOutputContext2(null, 'mp4', path));
    context.allocContext3(codec);
    context.width = shape.width;
    context.height = shape.height;
    context.pixelFormat = AV_PIX_FMT_YUV420P;
    context.timeBase = new Rational(1, CLOCK);
    context.framerate = new Rational(Math.round(shape.framesPerSecond * 1000), 1000);
    context.colorRange = AVCOL_RANGE_MPEG;
    context.colorSpace = AVCOL_SPC_SMPTE170M;
    context.colorPrimaries = AVCOL_PRI_SMPTE170M;
    context.colorTrc = AVCOL_TRC_SMPTE170M;
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    // Set one by one, because node-av 6.1 frees a dictionary given to open2Sync a second time when it is collected.
    for (const [name, value] of [
      ['preset', 'veryfast'],
      ['crf', String(shape.quality)],
      ['threads', String(shape.threads)],
      ...(shape.codecParameters ? [['x264-params', shape.codecParameters]] : []),
    ]) {
      this.#check(context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN));
    }
    this.#check(context.open2Sync(codec, null));
    this.#stream = this.#format.newStream(null);
    this.#check(this.#stream.codecpar.fromContext(context));
    this.#stream.timeBase = context.timeBase;
    this.#check(this.#format.setOption('movflags', '+faststart', AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN));
    this.#check(this.#format.openOutputSync());
    this.#check(this.#format.writeHeaderSync(null));
    this.#scaler.allocContext();
    // The same rounding on every processor.
    this.#check(this.#scaler.setOption('sws_flags', 'bicubic+accurate_rnd+bitexact'));
    this.#packet.alloc();
  }

  write(data: Uint8Array, channels: 1 | 3): void {
    const { width, height } = this.#shape;
    const format = channels === 1 ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_RGB24;
    const source = Frame.fromVideoBuffer(Buffer.from(data.buffer, data.byteOffset, data.length), {
      width,
      height,
      format,
    });
    const picture = new Frame();
    picture.alloc();
    picture.width = width;
    picture.height = height;
    picture.format = AV_PIX_FMT_YUV420P;
    picture.colorRange = AVCOL_RANGE_MPEG;
    picture.colorSpace = AVCOL_SPC_SMPTE170M;
    this.#check(picture.getBuffer(0));
    this.#check(this.#scaler.scaleFrameSync(picture, source));
    picture.pts = this.#time(this.#count++);
    this.#check(this.#context.sendFrameSync(picture));
    source.free();
    picture.free();
    this.#drain();
  }

  finish(): void {
    this.#check(this.#context.sendFrameSync(null));
    this.#drain();
    this.#check(this.#format.writeTrailerSync());
  }

  release(): void {
    this.#format.closeOutputSync();
    this.#format.freeContext();
    this.#context.freeContext();
    this.#scaler.freeContext();
    this.#packet.free();
  }

  #drain(): void {
    while (this.#context.receivePacketSync(this.#packet) >= 0) {
      this.#packet.duration = this.#time(1);
      this.#packet.rescaleTs(this.#context.timeBase, this.#stream.timeBase);
      this.#packet.streamIndex = this.#stream.index;
      this.#check(this.#format.interleavedWriteFrameSync(this.#packet));
    }
  }

  #time(frame: number): bigint {
    return BigInt(Math.round((frame * CLOCK) / this.#shape.framesPerSecond));
  }

  #check(code: number): void {
    if (code < 0) throw this.#failure(FFmpegError.strerror(code));
  }

  #failure(got: string): MachineError {
    return new MachineError('video cannot be written', {
      where: this.#path,
      got,
      fix: 'Check that the folder can be written to and the disk has room.',
    });
  }
}

let encoder: Encoder | undefined;

const calls = {
  open(path: string, shape: EncodeShape): void {
    encoder = new Encoder(path, shape);
  },
  write(data: Uint8Array, channels: 1 | 3): void {
    encoder!.write(data, channels);
  },
  finish(): void {
    encoder!.finish();
  },
};

export type EncodeCalls = typeof calls;

answerCalls<EncodeCalls>(calls, { release: () => encoder?.release() });

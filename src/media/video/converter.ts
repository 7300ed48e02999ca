import { FFmpegError, Frame, SoftwareScaleContext, avGetPixFmtFromName } from 'node-av/lib';
import {
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_BT470BG,
  AVCOL_SPC_BT709,
  AVCOL_SPC_SMPTE170M,
  AVCOL_SPC_UNSPECIFIED,
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV444P,
} from 'node-av/constants';
import type { AVPixelFormat } from 'node-av/constants';
import { MachineError } from '../../signal/error.ts';
import { FullRange, copyRows } from './full-range.ts';
import { orient } from './orientation.ts';
import type { Orientation } from './orientation.ts';
import { PlanarColor } from './planar-color.ts';
import type { ColorCode, Plane } from './planar-color.ts';
import type { StreamFacts } from './stream.ts';
import type { FrameShape } from '../shape.ts';

/** Color codes that need no scaler. FFmpeg takes BT.601 where a video says nothing. */
const MATRICES = new Map<number, ColorCode['matrix']>([
  [AVCOL_SPC_UNSPECIFIED, 'bt601'],
  [AVCOL_SPC_BT470BG, 'bt601'],
  [AVCOL_SPC_SMPTE170M, 'bt601'],
  [AVCOL_SPC_BT709, 'bt709'],
]);

/**
 * From the decoder's pixels to ours: luma in full range or RGB, scaled, upright. Pixels of a decoder's frame are never
 * touched here: `Frame.data` makes buffers that count as memory in use, so that V8 would collect garbage every 40 frames
 * and need more time for that than for the pixels. They are copied, by FFmpeg, to frames whose buffers are kept.
 */
export class Converter implements Disposable {
  readonly #path: string;
  readonly #orientation: Orientation;
  readonly #shape: FrameShape;
  readonly #scaler = new SoftwareScaleContext();
  readonly #target: Frame;
  readonly #pixels: Plane;
  /** The format of pictures at full size that need no scaler: any with a plane of 8-bit luma for gray, 4:4:4 for color. */
  readonly #plainFormat: AVPixelFormat | undefined;
  readonly #isFull: boolean;
  readonly #fullRange = new FullRange();
  #color: { loops: PlanarColor; planar: Frame; planes: Plane[] } | undefined;

  constructor(path: string, facts: StreamFacts, shape: FrameShape) {
    this.#path = path;
    this.#orientation = facts.orientation;
    this.#shape = shape;
    const turned = facts.orientation.quarterTurns % 2 === 1;
    const width = turned ? shape.height : shape.width;
    const height = turned ? shape.width : shape.height;
    this.#target = allocated(width, height, shape.channels === 1 ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_RGB24);
    this.#target.colorRange = AVCOL_RANGE_JPEG;
    [this.#pixels] = planesOf(this.#target);
    this.#scaler.allocContext();
    const whole = width === facts.width && height === facts.height;
    const plain = shape.channels === 1 ? /^(yuv[aj]?4\d\dp|nv\d\d)$/ : /^yuvj?444p$/;
    if (whole && plain.test(facts.pixelFormat)) this.#plainFormat = avGetPixFmtFromName(facts.pixelFormat);
    this.#isFull = facts.pixelFormat.startsWith('yuvj');
    const shrinks = width < facts.width || height < facts.height;
    this.#scaler.setOption('sws_flags', shrinks ? 'area+accurate_rnd+full_chroma_int' : 'bicubic');
  }

  /** @param spare buffers to fill; without one of the right size a new one is made. Changes the format of `frame`. */
  convert(frame: Frame, spare: ArrayBuffer[]): Uint8Array<ArrayBuffer> {
    const { width, height } = this.#target;
    const { channels } = this.#shape;
    const reused = spare.pop();
    const size = width * height * channels;
    const out = reused?.byteLength === size ? new Uint8Array(reused) : new Uint8Array(size);
    const full = this.#isFull || frame.colorRange === AVCOL_RANGE_JPEG;
    const plain = frame.format === this.#plainFormat;
    const matrix = plain && channels === 3 ? MATRICES.get(frame.colorSpace) : undefined;
    if (matrix) this.#toColor(frame, { matrix, full }, out);
    else if (plain && channels === 1) this.#toGray(frame, full, out);
    else {
      this.#check(this.#scaler.scaleFrameSync(this.#target, frame));
      copyRows(this.#pixels.data, this.#pixels.stride, width * channels, out);
    }
    const orientation = this.#orientation;
    if (orientation.quarterTurns === 0 && !orientation.mirrored) return out;
    return orient(out, width, height, channels, orientation);
  }

  [Symbol.dispose](): void {
    this.#scaler.freeContext();
    this.#target.free();
    this.#color?.planar.free();
  }

  #toGray(frame: Frame, full: boolean, out: Uint8Array): void {
    // Called gray, a picture is copied without its color.
    frame.format = AV_PIX_FMT_GRAY8;
    this.#check(this.#target.copy(frame));
    const { data, stride } = this.#pixels;
    if (full) copyRows(data, stride, this.#target.width, out);
    else this.#fullRange.expand(data, stride, this.#target.width, out);
  }

  #toColor(frame: Frame, code: ColorCode, out: Uint8Array): void {
    const { width, height } = this.#target;
    if (!this.#color) {
      const planar = allocated(width, height, AV_PIX_FMT_YUV444P);
      this.#color = { loops: new PlanarColor(), planar, planes: planesOf(planar) };
    }
    const { loops, planar, planes } = this.#color;
    frame.format = AV_PIX_FMT_YUV444P;
    this.#check(planar.copy(frame));
    loops.convert(planes, width, code, out);
  }

  #check(code: number): void {
    if (code >= 0) return;
    throw new MachineError('cannot convert a picture', {
      where: this.#path,
      got: FFmpegError.strerror(code),
    });
  }
}

function allocated(width: number, height: number, format: AVPixelFormat): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = format;
  frame.getBuffer(0);
  return frame;
}

function planesOf(frame: Frame): Plane[] {
  return frame.data!.map((data, p) => ({ data, stride: frame.linesize[p] }));
}

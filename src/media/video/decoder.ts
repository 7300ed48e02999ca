import { Codec, CodecContext, FFmpegError, Frame } from 'node-av/lib';
import {
  AVERROR_EAGAIN,
  AV_CODEC_ID_H264,
  AV_FRAME_FLAG_CORRUPT,
  AV_OPT_TYPE_STRING,
} from 'node-av/constants';
import { InputError, MachineError } from '../../signal/error.ts';
import { Converter } from './converter.ts';
import type { Demuxer } from './demuxer.ts';
import { CORRUPT, KEY } from './frame-index.ts';
import type { FrameIndex, PacketTable } from './frame-index.ts';
import { Gate } from './gate.ts';
import type { DamagePolicy, Picture, StreamFacts } from './stream.ts';
import type { FrameShape } from '../shape.ts';

/** Pictures that H.264 allows to wait for output. */
const MAX_DELAY = 16;
/** Times a decoder goes back one more key frame when the one it started at gives no sound picture. */
const MAX_EARLIER_STARTS = 2;

/**
 * Pictures by frame number from one demuxer. Each packet is sent with its own number in place of its time stamp, so that
 * a picture that comes out says which packet it is. Every call blocks: it lives in a worker.
 */
export class Decoder implements Disposable {
  readonly #demuxer: Demuxer;
  readonly #index: FrameIndex;
  readonly #facts: StreamFacts;
  readonly #policy: DamagePolicy;
  readonly #context: CodecContext;
  readonly #converter: Converter;
  readonly #spare: Frame[] = [];
  #gate: Gate<Frame> | undefined;
  #spareBuffers: ArrayBuffer[] = [];
  #start = 0;
  /** Packets before this one were sent. */
  #sent = 0;
  #ended = false;
  /** Where decoding starts for key packets that gave damaged pictures once: what is still lost then is lost. */
  readonly #starts = new Map<number, number>();

  constructor(
    demuxer: Demuxer,
    index: FrameIndex,
    facts: StreamFacts,
    options: { shape: FrameShape; threads: number; damaged: DamagePolicy },
  ) {
    this.#demuxer = demuxer;
    this.#index = index;
    this.#facts = facts;
    this.#policy = options.damaged;
    this.#context = openDecoder(demuxer, options.threads, index.packets);
    this.#converter = new Converter(demuxer.path, facts, options.shape);
    demuxer.use(index.packets);
  }

  /**
   * Frames `first` up to but not including `end`. Cheap where the last call ended at `first` or shortly before it.
   *
   * @param spare buffers that the caller has done with, to be filled again.
   */
  read(first: number, end: number, spare: ArrayBuffer[] = []): Picture[] {
    this.#spareBuffers = spare;
    const { startOf } = this.#index;
    const goesOn = this.#gate && first >= this.#gate.nextFrame && this.#sent >= startOf[first];
    if (!goesOn) this.#restart(this.#starts.get(startOf[first]) ?? startOf[first]);
    const pictures: Picture[] = [];
    while (pictures.length < end - first) {
      const got = this.#collect(first + pictures.length, end);
      const lost = got.findIndex((p) => !p.data && this.#starts.get(startOf[p.frame]) !== this.#start);
      if (lost < 0) pictures.push(...got);
      else pictures.push(...got.slice(0, lost), this.#tryAgain(got[lost].frame));
    }
    return pictures;
  }

  [Symbol.dispose](): void {
    for (const frame of this.#gate?.drain() ?? []) frame.free();
    for (const frame of this.#spare) frame.free();
    this.#context.freeContext();
    this.#converter[Symbol.dispose]();
  }

  /**
   * A decoder may stay confused after damage, and a recovery point needs pictures before it: starts afresh at the
   * frame's key packet, or where that is unsound itself a key packet or two earlier, and remembers which it was.
   */
  #tryAgain(frame: number): Picture {
    const key = this.#index.startOf[frame];
    const known = this.#starts.get(key);
    let start: number | undefined = known ?? key;
    for (let attempt = 0; start !== undefined && attempt <= MAX_EARLIER_STARTS; attempt++) {
      this.#restart(start);
      const [picture] = this.#collect(frame, frame + 1);
      const decided = picture.data || known !== undefined || (start === key && this.#gate!.startIsSound);
      if (decided) {
        this.#starts.set(key, start);
        return picture;
      }
      start = this.#keyBefore(start);
    }
    this.#starts.set(key, key);
    this.#restart(key);
    return this.#collect(frame, frame + 1)[0];
  }

  #restart(start: number): void {
    for (const frame of this.#gate?.drain() ?? []) this.#recycle(frame);
    this.#context.flushBuffers();
    this.#demuxer.seek(start);
    this.#gate = new Gate(this.#index, start);
    this.#start = this.#sent = start;
    this.#ended = false;
  }

  #collect(first: number, end: number): Picture[] {
    const gate = this.#gate!;
    const pictures: Picture[] = [];
    while (gate.nextFrame < end) {
      const next = gate.take();
      if (next === undefined) {
        this.#step(gate);
        continue;
      }
      const usable = next.sound || this.#policy === 'conceal';
      if (next.frame >= first) {
        const data =
          usable && next.picture ? this.#converter.convert(next.picture, this.#spareBuffers) : undefined;
        pictures.push({ frame: next.frame, data });
      }
      if (next.picture) this.#recycle(next.picture);
    }
    return pictures;
  }

  /** Sends one packet and takes what comes out. */
  #step(gate: Gate<Frame>): void {
    if (this.#ended) throw new MachineError('decoder stopped early', { where: this.#demuxer.path });
    const number = this.#demuxer.read();
    if (number === undefined) this.#ended = true;
    else this.#sent = number + 1;
    feed(this.#context, this.#demuxer, number, () => this.#receive(gate));
    if (this.#ended) gate.finish();
  }

  #receive(gate: Gate<Frame>): void {
    for (;;) {
      const frame = this.#spare.pop() ?? allocated();
      if (this.#context.receiveFrameSync(frame) < 0) {
        this.#spare.push(frame);
        return;
      }
      const packet = Number(frame.pts);
      const damaged = (this.#index.packets.flags[packet] & CORRUPT) !== 0 || this.#isDamaged(frame);
      if (!gate.put(packet, frame, damaged)) this.#recycle(frame);
    }
  }

  /** By the decoder's word, or because a broken header gave the picture another size. */
  #isDamaged(frame: Frame): boolean {
    const { width, height } = this.#facts;
    const complained = frame.decodeErrorFlags !== 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) !== 0;
    return complained || frame.width !== width || frame.height !== height;
  }

  #recycle(frame: Frame): void {
    frame.unref();
    this.#spare.push(frame);
  }

  #keyBefore(packet: number): number | undefined {
    const { flags } = this.#index.packets;
    for (let p = packet - 1; p >= 0; p--) if (flags[p] & KEY) return p;
    return undefined;
  }
}

/** Packets in the order in which their pictures come out of the decoder: for files whose time stamps do not say it. */
export function decodeOrder(demuxer: Demuxer, packets: PacketTable, threads: number): Int32Array {
  demuxer.use(packets);
  demuxer.seek(0);
  const context = openDecoder(demuxer, threads, packets);
  const frame = allocated();
  const order: number[] = [];
  const receive = () => {
    while (context.receiveFrameSync(frame) >= 0) order.push(Number(frame.pts));
  };
  for (let number: number | undefined = 0; number !== undefined;) {
    number = demuxer.read();
    feed(context, demuxer, number, receive);
  }
  frame.free();
  context.freeContext();
  return Int32Array.from(new Set(order));
}

function openDecoder(demuxer: Demuxer, threads: number, packets: PacketTable): CodecContext {
  const { codecpar, timeBase } = demuxer.stream;
  const codec = Codec.findDecoder(codecpar.codecId);
  const context = new CodecContext();
  context.allocContext3(codec);
  // FFmpeg copies a picture's error flags when it puts it in line for output. With several frames decoded at once that may
  // be before an H.264 picture is done, unless it stands in line for as many pictures as there are threads.
  const { videoDelay } = codecpar;
  if (codecpar.codecId === AV_CODEC_ID_H264) codecpar.videoDelay = Math.min(MAX_DELAY, videoDelay + threads);
  context.parametersToContext(codecpar);
  codecpar.videoDelay = videoDelay;
  context.pktTimebase = timeBase;
  context.threadCount = threads;
  // Decoders of single pictures keep quiet about damage unless they are to fail at it. Those that predict flag what they
  // conceal, and told so would fail at the start of an open group of pictures too.
  const single = packets.flags.every((f) => f & KEY);
  if (single) context.setOption('err_detect', 'crccheck+bitstream+buffer+explode', AV_OPT_TYPE_STRING);
  const code = codec ? context.open2Sync(codec, null) : -1;
  if (code < 0) {
    throw new InputError('has pictures that cannot be decoded here', {
      where: demuxer.path,
      got: `codec ${codecpar.codecId}: ${codec ? FFmpegError.strerror(code) : 'no decoder'}`,
      fix: 'Convert it, for example: ffmpeg -i in -c:v libx264 -crf 18 out.mp4',
    });
  }
  return context;
}

/** Sends the demuxer's packet under its number, or the end of the stream, emptying the decoder where it is full. */
function feed(
  context: CodecContext,
  demuxer: Demuxer,
  number: number | undefined,
  receive: () => void,
): void {
  const { packet } = demuxer;
  if (number !== undefined) packet.pts = BigInt(number);
  const send = () => context.sendPacketSync(number === undefined ? null : packet);
  if (send() === AVERROR_EAGAIN) {
    receive();
    send();
  }
  receive();
}

function allocated(): Frame {
  const frame = new Frame();
  frame.alloc();
  return frame;
}

import type { FrameIndex, PacketTable } from './frame-index.ts';
import type { DamagePolicy, Picture, StreamFacts } from './stream.ts';
import type { FrameShape } from '../shape.ts';

export interface DecodeOptions {
  readonly shape: FrameShape;
  readonly threads: number;
  readonly damaged: DamagePolicy;
}

/** What reading a whole file once tells of its packets. */
export interface Scan {
  readonly packets: PacketTable;
  /** Packets in presentation order, only where their time stamps do not say it. */
  readonly order?: Int32Array;
  readonly warnings: readonly string[];
}

/** A way to read one video file. Calls are answered in order. */
export interface VideoBackend extends AsyncDisposable {
  readonly name: 'node-av' | 'ffmpeg';
  readonly facts: StreamFacts;
  scan(threads: number, onProgress?: (fraction: number) => void): Promise<Scan>;
  /** Must be called once before `read`. */
  use(index: FrameIndex, options: DecodeOptions): Promise<void>;
  /**
   * Frames `first` up to but not including `end`, in order; without data where one cannot be decoded. Takes over the
   * `spare` buffers to fill them again.
   */
  read(first: number, end: number, spare?: ArrayBuffer[]): Promise<Picture[]>;
}

import { CancelledError, InputError, MachineError, UsageError } from '../../signal/error.ts';
import type { ErrorFacts } from '../../signal/error.ts';
import type { FrameIndex, PacketTable } from './frame-index.ts';
import type { DamagePolicy, Picture, PictureShape, StreamFacts } from './stream.ts';

/** What a thread asks of its decoding worker, one at a time, answered in order. */
export type Request =
  | { readonly kind: 'open'; readonly path: string }
  | { readonly kind: 'index'; readonly threads: number }
  | {
      readonly kind: 'use';
      readonly index: FrameIndex;
      readonly shape: PictureShape;
      readonly threads: number;
      readonly damaged: DamagePolicy;
    }
  | { readonly kind: 'read'; readonly first: number; readonly end: number }
  | { readonly kind: 'close' };

export interface Answers {
  open: StreamFacts;
  index: { packets: PacketTable; order?: Int32Array; warnings: string[] };
  use: undefined;
  read: Picture[];
  close: undefined;
}

export type Reply =
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'done'; readonly value: Answers[keyof Answers] }
  | { readonly kind: 'failed'; readonly error: SentError };

/** An error that keeps its class on the way between threads. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly facts?: ErrorFacts;
  readonly stack?: string;
}

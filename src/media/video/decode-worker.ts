import { Log } from 'node-av/lib';
import { AV_LOG_QUIET } from 'node-av/constants';
import { answerCalls, report } from '../worker-line.ts';
import { Decoder, decodeOrder } from './decoder.ts';
import { Demuxer } from './demuxer.ts';
import { hasPresentationTimes } from './frame-index.ts';
import type { FrameIndex, PacketTable } from './frame-index.ts';
import type { DamagePolicy, Picture, StreamFacts } from './stream.ts';
import type { FrameShape } from '../shape.ts';

Log.setLevel(AV_LOG_QUIET);

let demuxer: Demuxer | undefined;
let decoder: Decoder | undefined;

const calls = {
  open(path: string): StreamFacts {
    demuxer = new Demuxer(path);
    return demuxer.facts();
  },
  /** `order` is there where time stamps do not give the order of the frames: the packets as decoding shows them. */
  scan(threads: number): { packets: PacketTable; order?: Int32Array; warnings: string[] } {
    const { packets, warnings } = demuxer!.scan(report);
    if (hasPresentationTimes(packets)) return { packets, warnings };
    return { packets, order: decodeOrder(demuxer!, packets, threads), warnings };
  },
  use(
    index: FrameIndex,
    facts: StreamFacts,
    options: { shape: FrameShape; threads: number; damaged: DamagePolicy },
  ): void {
    decoder?.[Symbol.dispose]();
    decoder = new Decoder(demuxer!, index, facts, options);
  },
  read(first: number, end: number, spare: ArrayBuffer[]): Picture[] {
    return decoder!.read(first, end, spare);
  },
};

export type DecodeCalls = typeof calls;

answerCalls<DecodeCalls>(calls, {
  release() {
    decoder?.[Symbol.dispose]();
    demuxer?.[Symbol.dispose]();
  },
  transfer: (result) =>
    Array.isArray(result) ? (result as Picture[]).flatMap((p) => (p.data ? [p.data.buffer] : [])) : [],
});

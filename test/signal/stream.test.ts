import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  collect,
  deserializeStream,
  InputError,
  mapBlocks,
  reduceBlocks,
  regularTime,
  serializeStream,
  Signal,
  streamOf,
  timesOf,
  UsageError,
  type SignalStream,
} from '../../src/signal/index.ts';

const provenance = { step: 'test' };
const ramp = (count: number): Signal => {
  const dimensions = [
    { name: 'time', size: count },
    { name: 'channel', size: 2, labels: ['a', 'b'] },
  ];
  const time = regularTime(count, 100, 3);
  return new Signal({
    name: 'ramp',
    dimensions,
    values: Float32Array.from({ length: 2 * count }, (_, i) => (i % 7 === 3 ? NaN : (i * 37) % 101)),
    unit: 'mV',
    time,
    confidence: new Signal({
      name: 'c',
      dimensions,
      values: Float32Array.from({ length: 2 * count }, (_, i) => i),
      unit: '1',
      time,
      provenance,
    }),
    provenance,
  });
};
/** Mean over up to `before` samples before and `after` after each, inside what it is given. */
const moving =
  (before: number, after: number) =>
  (s: Signal): Signal => {
    const n = s.dimensions[0].size;
    const out = new Float64Array(2 * n);
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < 2; c++) {
        let [sum, k] = [0, 0];
        for (let j = Math.max(0, i - before); j <= Math.min(n - 1, i + after); j++, k++) sum += s.at(j, c);
        out[2 * i + c] = sum / k;
      }
    }
    return s.derive(out, provenance, { confidence: undefined });
  };
const small = fc.integer({ min: 0, max: 12 });

describe('streams', () => {
  it('collect to the whole, to the bit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 15 }), async (n, block) => {
        const whole = ramp(n);
        const back = await collect(streamOf(whole, block));
        expect(new Uint8Array(back.contiguous().slice().buffer)).toEqual(
          new Uint8Array(whole.contiguous().slice().buffer),
        );
        expect(back.confidence!.contiguous()).toEqual(whole.confidence!.contiguous());
        expect(timesOf(back.time!)).toEqual(timesOf(whole.time!));
      }),
      { numRuns: 60 },
    );
  });
  it('blockwise with a halo equals the whole, whatever the block and the halo', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 15 }),
        small,
        small,
        async (n, block, before, after) => {
          const f = moving(before, after);
          const stream = mapBlocks(streamOf(ramp(n), block), f, { before, after, step: 'moving' });
          expect((await collect(stream)).contiguous()).toEqual(f(ramp(n)).contiguous());
          // And twice over: a filter of a filter.
          const twice = mapBlocks(stream, f, { before, after, step: 'moving' });
          expect((await collect(twice)).contiguous()).toEqual(f(f(ramp(n))).contiguous());
        },
      ),
      { numRuns: 60 },
    );
  });
  it('reduce goes over every block once, in order', async () => {
    const starts = await reduceBlocks(
      streamOf(ramp(10), 4),
      (list: number[], block, start) => [...list, start, block.dimensions[0].size],
      [],
    );
    expect(starts).toEqual([0, 4, 4, 4, 8, 2]);
  });
  it('let go of blocks once they are behind the halo, and read no further ahead than it', async () => {
    const [block, halo] = [100, 130];
    const whole = ramp(5000);
    let [yielded, now] = [0, 0];
    const touchedLate = new Set<number>();
    const watched: SignalStream = {
      ...streamOf(whole, block),
      async *blocks() {
        for (let k = 0; k < 50; k++) {
          const part = whole.slice('time', k * block, (k + 1) * block);
          const { dimensions } = part;
          Object.defineProperty(part, 'dimensions', {
            get: () => {
              if ((k + 1) * block + halo + block < now) touchedLate.add(k);
              return dimensions;
            },
          });
          yielded++;
          yield part;
        }
      },
    };
    const look = (b: Signal, { start }: { readonly start: number }): Signal => {
      now = start;
      expect(yielded * block).toBeLessThanOrEqual(start + block + halo + block);
      return b;
    };
    const mapped = mapBlocks(watched, look, { before: halo, after: halo, step: 'look' });
    expect(await reduceBlocks(mapped, (n, b) => n + b.dimensions[0].size, 0)).toBe(5000);
    expect([...touchedLate]).toEqual([]);
  });
  it('refuse blocks that do not fit, end early, or lose their times', async () => {
    const stream = streamOf(ramp(10), 4);
    const short: SignalStream = {
      ...stream,
      async *blocks() {
        yield ramp(4);
      },
    };
    await expect(collect(short)).rejects.toThrow(/ended early/);
    const long: SignalStream = {
      ...stream,
      async *blocks() {
        yield ramp(11);
      },
    };
    await expect(collect(long)).rejects.toThrow(InputError);
    await expect(collect(mapBlocks(stream, (b) => b.slice('time', 0, 1), { step: 'cut' }))).rejects.toThrow(
      /keep its times/,
    );
    expect(() => streamOf(ramp(3), 0)).toThrow(UsageError);
    expect(() => streamOf(ramp(3).select('time', 0), 1)).toThrow(UsageError);
    expect(() => mapBlocks(stream, (b) => b, { step: 'x', before: -1 })).toThrow(UsageError);
  });
});

describe('stream files', () => {
  const bytesOf = async (stream: SignalStream): Promise<Uint8Array> => {
    const pieces: Uint8Array[] = [];
    for await (const p of serializeStream(stream)) pieces.push(p);
    return Uint8Array.from(pieces.flatMap((p) => [...p]));
  };
  const pieces = (bytes: Uint8Array, size: number) =>
    async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    };
  it('come back to the bit, in pieces of any size, more than once', async () => {
    const bytes = await bytesOf(streamOf(ramp(23), 5));
    for (const size of [1, 7, 64, 1000, bytes.length]) {
      const stream = await deserializeStream(pieces(bytes, size));
      const lengths: number[] = [];
      for await (const b of stream.blocks()) lengths.push(b.dimensions[0].size);
      expect(lengths).toEqual([5, 5, 5, 5, 3]);
      const back = await collect(stream);
      expect(back.contiguous()).toEqual(ramp(23).contiguous());
      expect(back.confidence!.contiguous()).toEqual(ramp(23).confidence!.contiguous());
      expect([back.unit, back.name, back.dimensions]).toEqual(['mV', 'ramp', ramp(23).dimensions]);
    }
  });
  it('changed or cut anywhere, end in an InputError', async () => {
    const bytes = await bytesOf(streamOf(ramp(9), 4));
    const read = async (b: Uint8Array): Promise<Signal> =>
      collect(await deserializeStream(pieces(b, 333), 'x.marey'));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, flip, cut) => {
          const b = cut ? bytes.slice(0, at) : bytes.map((v, i) => (i === at ? v ^ flip : v));
          await expect(read(b)).rejects.toThrow(InputError);
        },
      ),
      { numRuns: 300 },
    );
    await expect(read(Uint8Array.of(...bytes, 0))).rejects.toThrow(/after the end/);
  });
});

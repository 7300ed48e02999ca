import { InputError, UsageError } from './error.ts';
import type { Provenance } from './provenance.ts';
import { Signal, type Dimension, type Values } from './signal.ts';
import { sliceTime, timeCount, type TimeAxis } from './time.ts';
import type { Unit } from './units.ts';

/**
 * A signal too large for memory: its description, and its samples in blocks along time. Every block is a `Signal` with `time`
 * as its first dimension; blocks follow each other without gaps or overlap and together cover `time`.
 */
export interface SignalStream {
  readonly name: string;
  /** All dimensions, `time` first. */
  readonly dimensions: readonly Dimension[];
  readonly unit: Unit;
  readonly time: TimeAxis;
  readonly provenance: Provenance;
  /** Starts anew at each call. */
  blocks(): AsyncIterable<Signal>;
}

/** A signal in memory as a stream of views of `blockLength` samples. */
export function streamOf(signal: Signal, blockLength: number): SignalStream {
  const { name, dimensions, unit, provenance } = signal;
  const time = signal.time;
  if (!time || dimensions[0]?.name !== 'time' || !(Number.isInteger(blockLength) && blockLength >= 1)) {
    throw new UsageError(`"${name}" cannot be streamed`, {
      expected: 'a signal whose first dimension is time, and a block of at least one sample',
      got: `${dimensions.map((d) => d.name).join(' x ')}, blocks of ${blockLength}`,
    });
  }
  const count = timeCount(time);
  return {
    name,
    dimensions,
    unit,
    time,
    provenance,
    async *blocks() {
      for (let start = 0; start < count; start += blockLength) {
        yield signal.slice('time', start, Math.min(count, start + blockLength));
      }
    },
  };
}

/** The whole of a stream in memory. Throws `InputError` where the blocks do not cover its time. */
export async function collect(stream: SignalStream): Promise<Signal> {
  const parts: Signal[] = [];
  for await (const { block } of placed(stream)) parts.push(block);
  if (parts.length > 0) return concatenate(parts, stream.time);
  const { name, dimensions, unit, time, provenance } = stream;
  return new Signal({ name, dimensions, values: new Float64Array(0), unit, time, provenance });
}

export interface BlockContext {
  /** Sample of the whole at which the block proper starts. */
  readonly start: number;
  /** Extra samples before and after the block proper: fewer than asked for only at the ends of the whole. */
  readonly before: number;
  readonly after: number;
}

export interface MapBlocksOptions {
  /** Extra samples around each block (the halo), as far as the whole reaches: what a filter needs on each side. Default 0. */
  readonly before?: number;
  readonly after?: number;
  /** Appears in the provenance. */
  readonly step: string;
  /** What the result is like where it is not like the input. */
  readonly name?: string;
  readonly unit?: Unit;
  readonly dimensions?: readonly Dimension[];
}

/**
 * A stream of `f` over each block with its halo. `f` returns a signal of the same times; its halo is cut off again, so that
 * a method that looks no further than the halo gives what it would give over the whole. Memory holds one block and its halo,
 * however long the stream.
 */
export function mapBlocks(
  stream: SignalStream,
  f: (block: Signal, context: BlockContext) => Signal | Promise<Signal>,
  options: MapBlocksOptions,
): SignalStream {
  const { before = 0, after = 0, step, dimensions = stream.dimensions } = options;
  if (!(Number.isInteger(before) && Number.isInteger(after) && before >= 0 && after >= 0)) {
    throw new UsageError('a halo is a number of samples', { got: `${before} and ${after}` });
  }
  return {
    name: options.name ?? stream.name,
    dimensions,
    unit: options.unit ?? stream.unit,
    time: stream.time,
    provenance: { step, inputs: [stream.provenance] },
    async *blocks() {
      for await (const { block, context } of withHalo(stream, before, after)) {
        const result = await f(block, context);
        const [length, got] = [block.dimensions[0].size, result.dimensions[0]];
        if (got?.name !== 'time' || got.size !== length) {
          throw new UsageError('a mapped block must keep its times', {
            where: `${step}, sample ${context.start}`,
            expected: `${length} times`,
            got: `${got?.name} ${got?.size}`,
          });
        }
        yield result.slice('time', context.before, length - context.after);
      }
    },
  };
}

/** Folds the blocks of a stream, in order. */
export async function reduceBlocks<T>(
  stream: SignalStream,
  f: (accumulated: T, block: Signal, start: number) => T | Promise<T>,
  initial: T,
): Promise<T> {
  let accumulated = initial;
  for await (const { block, start } of placed(stream)) accumulated = await f(accumulated, block, start);
  return accumulated;
}

/** The blocks with their place in the whole; checks that they follow each other and fit the description. */
async function* placed(stream: SignalStream): AsyncGenerator<{ block: Signal; start: number }> {
  const count = timeCount(stream.time);
  let start = 0;
  for await (const block of stream.blocks()) {
    const shape = (dimensions: readonly Dimension[]): string =>
      dimensions
        .slice(1)
        .map((d) => `${d.name} ${d.size}`)
        .join(' x ');
    const length = block.dimensions[0]?.size ?? 0;
    if (shape(block.dimensions) !== shape(stream.dimensions) || start + length > count) {
      throw new InputError('a block does not fit its stream', {
        where: `stream "${stream.name}", sample ${start}`,
        expected: `at most ${count - start} times of ${shape(stream.dimensions)}`,
        got: `${length} times of ${shape(block.dimensions)}`,
      });
    }
    yield { block, start };
    start += length;
  }
  if (start !== count) {
    throw new InputError('a stream ended early', {
      where: `stream "${stream.name}"`,
      expected: `${count} samples`,
      got: `${start}`,
    });
  }
}

async function* withHalo(
  stream: SignalStream,
  before: number,
  after: number,
): AsyncGenerator<{ block: Signal; context: BlockContext }> {
  const total = timeCount(stream.time);
  let held: { block: Signal; start: number }[] = [];
  const waiting: { start: number; end: number }[] = [];
  const ready = function* (reached: number): Generator<{ block: Signal; context: BlockContext }> {
    while (waiting.length > 0 && reached >= Math.min(total, waiting[0].end + after)) {
      const { start, end } = waiting.shift()!;
      const [from, to] = [Math.max(0, start - before), Math.min(total, end + after)];
      const parts = held
        .filter((h) => h.start < to && h.start + h.block.dimensions[0].size > from)
        .map((h) =>
          h.block.slice(
            'time',
            Math.max(0, from - h.start),
            Math.min(h.block.dimensions[0].size, to - h.start),
          ),
        );
      yield {
        block: concatenate(parts, sliceTime(stream.time, from, to)),
        context: { start, before: start - from, after: to - end },
      };
      const needed = (waiting[0]?.start ?? end) - before;
      held = held.filter((h) => h.start + h.block.dimensions[0].size > needed);
    }
  };
  for await (const { block, start } of placed(stream)) {
    const end = start + block.dimensions[0].size;
    if (end === start) continue;
    held.push({ block, start });
    waiting.push({ start, end });
    yield* ready(end);
  }
}

/** Signals that follow each other in time as one. One alone is returned as it is, at the given times. */
export function concatenate(parts: readonly Signal[], time: TimeAxis): Signal {
  const [first] = parts;
  if (parts.length === 1) return first.onTime(time);
  const count = parts.reduce((n, p) => n + p.dimensions[0].size, 0);
  const joined = (signals: readonly Signal[]): { dimensions: readonly Dimension[]; values: Values } => {
    const blocks = signals.map((s) => s.contiguous());
    const values = new (blocks[0].constructor as new (n: number) => Values)(
      blocks.reduce((n, b) => n + b.length, 0),
    );
    let at = 0;
    for (const block of blocks) {
      values.set(block, at);
      at += block.length;
    }
    return { values, dimensions: [{ name: 'time', size: count }, ...signals[0].dimensions.slice(1)] };
  };
  const companion = (which: 'confidence' | 'covariance'): Signal | undefined => {
    const signals = parts.map((p) => p[which]);
    const there = signals.filter((s) => s !== undefined);
    if (there.length !== signals.length) return undefined;
    return new Signal({ ...there[0], ...joined(there), strides: undefined, offset: 0, time });
  };
  return new Signal({
    ...first,
    ...joined(parts),
    strides: undefined,
    offset: 0,
    time,
    confidence: companion('confidence'),
    covariance: companion('covariance'),
  });
}

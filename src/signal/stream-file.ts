import { chunk, chunksOfPieces, signature, type Chunk } from './container.ts';
import { InputError } from './error.ts';
import { RecordReader, RecordWriter } from './record.ts';
import { readDimension, readTime, signalCodec, writeTime } from './serialize.ts';
import type { SignalStream } from './stream.ts';

/**
 * A stream as the bytes of a file, piece by piece: a description, then one record a block. Memory holds one block. Blocks and
 * their size are kept.
 */
export async function* serializeStream(stream: SignalStream): AsyncGenerator<Uint8Array> {
  yield signature;
  let index = 0;
  const { name, dimensions, unit, time, provenance } = stream;
  const head = new RecordWriter();
  const description = {
    name,
    dimensions: head.plain(dimensions),
    unit,
    time: writeTime(time, head),
    provenance: head.provenance(provenance),
  };
  for (const bytes of head.chunks('HEAD', index, 'SignalStream', description)) {
    yield bytes;
    index++;
  }
  for await (const block of stream.blocks()) {
    const writer = new RecordWriter();
    for (const bytes of writer.chunks('BLCK', index, 'Signal', signalCodec.write(block, writer))) {
      yield bytes;
      index++;
    }
  }
  yield chunk('TAIL', index, new Uint8Array(0));
}

/**
 * The stream in a file written by `serializeStream`. `open` is called for each pass over the blocks (and once here, for the
 * description). Throws `InputError` naming the byte where the file is damaged: here for the description, and from the pass
 * for the block that is.
 */
export async function deserializeStream(
  open: () => AsyncIterable<Uint8Array>,
  where = 'bytes',
): Promise<SignalStream> {
  let head: RecordReader | undefined;
  for await (const record of records(open(), where)) {
    head = record;
    break;
  }
  if (head?.kind !== 'SignalStream') {
    throw new InputError('the file holds no stream', { where, got: head?.kind ?? 'nothing' });
  }
  const { value } = head;
  return {
    name: value.text('name'),
    dimensions: value.objects('dimensions').map(readDimension),
    unit: value.text('unit'),
    time: readTime(value.object('time'), head),
    provenance: value.provenance(),
    async *blocks() {
      let first = true;
      for await (const record of records(open(), where)) {
        if (!first) yield signalCodec.read(record.value, record);
        first = false;
      }
    },
  };
}

async function* records(pieces: AsyncIterable<Uint8Array>, where: string): AsyncGenerator<RecordReader> {
  let open: ReturnType<typeof RecordReader.open> | undefined;
  let data: Chunk[] = [];
  const incomplete = (at: number | string): InputError =>
    new InputError('a record lacks its arrays', { where: `${where}, byte ${at}` });
  for await (const next of chunksOfPieces(pieces, where)) {
    if (next.type === 'DATA') {
      if (!open) throw incomplete(next.at);
      data.push(next);
    } else {
      if (open) throw incomplete(next.at);
      open = RecordReader.open(next, where);
      data = [];
    }
    if (open && data.length === open.arrays) {
      yield open.read(data);
      open = undefined;
    }
  }
  if (open) throw incomplete('the end');
}

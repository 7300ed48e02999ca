import { File, ready } from 'h5wasm';
import { describe, expect, it } from 'vitest';
import { readHdf5, writeHdf5 } from '../../../src/formats/hdf5/open.ts';
import {
  dataset,
  fixedText,
  fixedTexts,
  group,
  numbers,
  scalar,
  varyingTexts,
  type Hdf5Dataset,
} from '../../../src/formats/hdf5/tree.ts';
import { MareyError } from '../../../src/signal/error.ts';

const tree = group(
  {
    deep: group({
      er: group({ f4: dataset(numbers(Float32Array.of(1.5, NaN), [1, 2]), { unit: fixedText('px') }) }),
    }),
    text: dataset(fixedTexts(['nose', 'Schwänzchen'])),
    varying: dataset(varyingTexts(['a', '', '🐁'])),
    big: dataset(numbers(BigInt64Array.of(-(2n ** 60n)))),
    rows: dataset({
      shape: [2],
      data: {
        kind: 'compound',
        members: { id: numbers(Uint8Array.of(1, 2)), x: numbers(Float64Array.of(0.5, -1)) },
      },
    }),
    none: dataset(numbers(new Float64Array(0), [0, 3])),
  },
  { version: scalar(2.5), count: scalar(7n) },
);

it('gives a tree back to the bit, the same bytes for the same tree', async () => {
  const bytes = await writeHdf5(tree);
  expect(await readHdf5(bytes, 'test')).toEqual(tree);
  expect(await writeHdf5(tree)).toEqual(bytes);
});

it('reads only what is asked for', async () => {
  const read = await readHdf5(await writeHdf5(tree), 'test', { only: ['/text'], leaveOut: ['deep'] });
  expect(Object.keys(read.children)).not.toContain('deep');
  expect((read.children.text as Hdf5Dataset).data.kind).toBe('text');
  expect((read.children.big as Hdf5Dataset).data).toEqual({ kind: 'unread', reason: 'it was not asked for' });
});

describe('files that are not to be trusted', () => {
  it('refuses what is no HDF5 file, is empty, or has lost its end, before the library sees it', async () => {
    const bytes = await writeHdf5(tree);
    await expect(readHdf5(new Uint8Array(0), 'x.h5')).rejects.toThrow(
      /x\.h5: this is not an HDF5 file.*an empty file/,
    );
    await expect(readHdf5(new TextEncoder().encode('frame,x,y'), 'x.h5')).rejects.toThrow(/not an HDF5 file/);
    await expect(readHdf5(bytes.slice(0, bytes.length - 1), 'x.h5')).rejects.toThrow(/lost its end/);
    await expect(readHdf5(bytes.slice(0, 30), 'x.h5')).rejects.toThrow(/ends inside its superblock/);
  });

  /** A dataset of seven numbers in compressed chunks, in the oldest layout: its headers have no checksums. */
  async function compressed(): Promise<Uint8Array> {
    const module = await ready;
    const file = new File('/compressed.h5', 'w', { libver: ['earliest', 'latest'] });
    file.create_dataset({ name: 'v', data: new Float64Array(7), chunks: [5], compression: 'gzip' });
    file.close();
    return new Uint8Array(module.FS.readFile('/compressed.h5') as Uint8Array);
  }

  it('does not return the numbers of a dataset whose filter it does not have', async () => {
    const bytes = await compressed();
    expect(((await readHdf5(bytes, 'x.h5')).children.v as Hdf5Dataset).data.kind).toBe('number');
    const at = Buffer.from(bytes).indexOf('deflate');
    expect(at).toBeGreaterThan(8);
    // The filter's number stands eight bytes before its name: 32015 is Zstandard.
    new DataView(bytes.buffer).setUint16(at - 8, 32_015, true);
    const read = await readHdf5(bytes, 'x.h5');
    expect((read.children.v as Hdf5Dataset).data).toEqual({
      kind: 'unread',
      reason: expect.stringMatching(/compressed with .*h5repack/),
    });
  });

  it('refuses claims of hundreds of gigabytes before memory is asked for', async () => {
    const bytes = await compressed();
    const view = new DataView(bytes.buffer);
    for (let i = 0; i + 8 <= bytes.length; i++) {
      if (view.getBigUint64(i, true) === 7n) view.setBigUint64(i, 2n ** 36n, true);
    }
    await expect(readHdf5(bytes, 'bomb.h5')).rejects.toThrow(
      /data of 524288 MiB at "\/v", where \d+ MiB is the most/,
    );
  });

  it('gives up in time, and reads the next file', async () => {
    const large = await writeHdf5(group({ v: dataset(numbers(new Float64Array(4_000_000).fill(1))) }));
    await expect(readHdf5(large, 'slow.h5', { timeLimitSeconds: 0.001 })).rejects.toThrow(
      /slow\.h5: reading took too long/,
    );
    expect(await readHdf5(await writeHdf5(tree), 'test')).toEqual(tree);
  });

  it('passes errors with their facts', async () => {
    const error = await readHdf5(await writeHdf5(tree), 'x.h5', { mostBytes: 10 }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(MareyError);
    expect((error as MareyError).facts).toMatchObject({ where: 'x.h5', got: expect.stringMatching(/MiB/) });
    expect((error as MareyError).message).toMatch(/^x\.h5: the HDF5 file is broken or too large\. Got /);
  });
});

import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArrays, readMatlab } from '../../../src/formats/index.ts';
import { readHdf5, writeHdf5 } from '../../../src/formats/hdf5/open.ts';
import { parseMatV5 } from '../../../src/formats/matlab/v5.ts';
import { treeFromVariables, variablesFromTree, withUserBlock } from '../../../src/formats/matlab/v73.ts';
import {
  charValue,
  numericClasses,
  type MatlabValue,
  type MatlabVariables,
} from '../../../src/formats/matlab/value.ts';
import { formatMatV5 } from '../../../src/formats/matlab/write-v5.ts';

const golden = join(import.meta.dirname, '../golden');

describe('files that SciPy wrote', () => {
  it.each(['values-plain.mat', 'values-compressed.mat'])('reads every kind of value in %s', async (name) => {
    const all = await readMatlab(join(golden, name));
    expect(all.matrix).toEqual({ kind: 'numeric', shape: [2, 3], values: Float64Array.of(0, 1, 2, 3, 4, 5) });
    expect(all.volume).toMatchObject({
      shape: [2, 3, 4],
      values: Int16Array.from({ length: 24 }, (_, i) => i),
    });
    expect(all.big).toMatchObject({ values: BigInt64Array.of(2n ** 62n, -3n) });
    expect(all.flag).toEqual({ kind: 'logical', shape: [1, 2], values: Uint8Array.of(1, 0) });
    expect(all.word).toEqual({ kind: 'char', shape: [1, 5], rows: ['naïve'] });
    expect(all.words).toEqual({ kind: 'char', shape: [2, 2], rows: ['ab', 'cd'] });
    expect(all.cells).toEqual({ kind: 'cell', shape: [2, 1], cells: [charValue('nose'), charValue('tail')] });
    expect(all.z).toMatchObject({ values: Float64Array.of(1, 3), imaginary: Float64Array.of(2, -4) });
    expect(all.sparse).toEqual({
      kind: 'sparse',
      shape: [3, 2],
      rows: Int32Array.of(2, 0),
      columns: Int32Array.of(0, 1),
      values: Float64Array.of(2, 1.5),
    });
    expect(all.record).toMatchObject({ kind: 'struct', shape: [1, 1], fields: ['a', 'b'] });
    expect(all.list).toMatchObject({ kind: 'struct', shape: [1, 2], fields: ['id', 'name'] });
    expect(all.empty).toMatchObject({ shape: [0, 3] });
    const plain = await readArrays(join(golden, name));
    expect(plain['list(2).name']).toEqual({ kind: 'text', shape: [1], values: ['q'] });
    expect(plain['mixed{1}']).toMatchObject({ values: Float64Array.of(1, 2) });
    expect(plain.sparse).toMatchObject({ shape: [3, 2], values: Float64Array.of(0, 1.5, 0, 0, 2, 0) });
  });

  it('says what to do with files of version 4', async () => {
    await expect(readArrays(join(golden, 'values-v4.mat'))).rejects.toThrow(
      /MAT-file of version 5, 7 or 7.3.*save it again with -v7/,
    );
  });
});

const shape = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 4 }).map((s) => {
  const out = [...s];
  while (out.length > 2 && out.at(-1) === 1) out.pop();
  return out;
});
const numeric: fc.Arbitrary<MatlabValue> = fc
  .tuple(
    shape,
    fc.constantFrom(...(Object.keys(numericClasses) as (keyof typeof numericClasses)[])),
    fc.integer({ min: -100, max: 100 }),
  )
  .map(([s, name, start]) => {
    const values = new numericClasses[name](s.reduce((n, size) => n * size, 1));
    for (let i = 0; i < values.length; i++) {
      values[i] = (
        values instanceof BigInt64Array || values instanceof BigUint64Array ? BigInt(start + i) : start + i
      ) as never;
    }
    return { kind: 'numeric', shape: s, values };
  });
const text: fc.Arbitrary<MatlabValue> = fc.string({ maxLength: 8, unit: 'grapheme' }).map(charValue);
const leaf = fc.oneof(numeric, text);
const nested: fc.Arbitrary<MatlabValue> = fc.oneof(
  leaf,
  fc
    .tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 }))
    .chain(([rows, columns]) =>
      fc
        .array(leaf, { minLength: rows * columns, maxLength: rows * columns })
        .map((cells): MatlabValue => ({ kind: 'cell', shape: [rows, columns], cells })),
    ),
  fc.array(fc.tuple(leaf, leaf), { minLength: 1, maxLength: 3 }).map((list): MatlabValue => ({
    kind: 'struct',
    shape: [1, list.length],
    fields: ['a', 'b'],
    elements: list.map(([a, b]) => ({ a, b })),
  })),
);
const variables: fc.Arbitrary<MatlabVariables> = fc.dictionary(
  fc.stringMatching(/^[a-z][a-z0-9_]{0,5}$/),
  nested,
  {
    minKeys: 1,
    maxKeys: 3,
    noNullPrototype: true,
  },
);

it('gives every value back that it wrote, in level 5', () => {
  fc.assert(
    fc.property(variables, (written) => {
      expect(parseMatV5(formatMatV5(written), 'test')).toEqual(written);
    }),
    { numRuns: 150, seed: 1 },
  );
});

it('gives every value back that it wrote, in version 7.3', async () => {
  await fc.assert(
    fc.asyncProperty(variables, async (written) => {
      const bytes = withUserBlock(await writeHdf5(treeFromVariables(written)));
      expect(variablesFromTree(await readHdf5(bytes, 'test'), 'test')).toEqual(written);
    }),
    { numRuns: 40, seed: 2 },
  );
});

it('keeps sparse, complex and logical values in both versions', async () => {
  const written: MatlabVariables = {
    s: {
      kind: 'sparse',
      shape: [3, 2],
      rows: Int32Array.of(2, 0),
      columns: Int32Array.of(0, 1),
      values: Float64Array.of(2, 1.5),
    },
    z: { kind: 'numeric', shape: [1, 2], values: Float64Array.of(1, 2), imaginary: Float64Array.of(3, 4) },
    t: { kind: 'logical', shape: [2, 1], values: Uint8Array.of(1, 0) },
    e: { kind: 'cell', shape: [0, 0], cells: [] },
  };
  expect(parseMatV5(formatMatV5(written), 'test')).toEqual(written);
  const tree = await readHdf5(withUserBlock(await writeHdf5(treeFromVariables(written))), 'test');
  expect(variablesFromTree(tree, 'test')).toEqual(written);
});

it('refuses names that MATLAB cannot have, and bytes whose checksum is wrong', () => {
  const value = { kind: 'numeric', shape: [1, 1], values: Float64Array.of(1) } as const;
  expect(() => formatMatV5({ '2nd try': value })).toThrow(/cannot be the name/);
  const bytes = formatMatV5({ a: value });
  bytes[bytes.length - 1] ^= 1;
  expect(() => parseMatV5(bytes, 'a.mat')).toThrow(/checksum/);
});

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/learn/index.ts';
import type { Checkpoint, TensorValue } from '../../../src/learn/index.ts';
import { InputError } from '../../../src/signal/error.ts';

const value: fc.Arbitrary<TensorValue> = fc.oneof(
  fc
    .float32Array({ maxLength: 20 })
    .map((data) => ({ dtype: 'float32' as const, shape: [data.length], data })),
  fc
    .bigInt64Array({ maxLength: 5 })
    .map((data) => ({ dtype: 'int64' as const, shape: [1, data.length], data })),
  fc.int32Array({ maxLength: 5 }).map((data) => ({ dtype: 'int32' as const, shape: [data.length], data })),
  fc.uint8Array({ maxLength: 9 }).map((data) => ({ dtype: 'uint8' as const, shape: [data.length, 1], data })),
);
const checkpoint = fc.record({
  values: fc.dictionary(
    fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
    value,
  ),
  record: fc.constantFrom<Checkpoint['record']>({}, { step: 3, seconds: 1.5, best: null, notes: ['a', 'ü'] }),
});

test('what is written is read, to the bit', () => {
  fc.assert(
    fc.property(checkpoint, (given) => {
      const read = decodeCheckpoint(encodeCheckpoint(given));
      expect(read.record).toEqual(given.record);
      expect(Object.keys(read.values)).toEqual(Object.keys(given.values));
      for (const [name, { data, dtype, shape }] of Object.entries(given.values)) {
        expect(read.values[name]).toMatchObject({ dtype, shape });
        expect(Buffer.from(read.values[name].data.buffer)).toEqual(
          Buffer.from(data.buffer, data.byteOffset, data.byteLength),
        );
      }
    }),
  );
});

test('a cut or changed file is refused', () => {
  fc.assert(
    fc.property(checkpoint, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, where, change) => {
      const bytes = encodeCheckpoint(given);
      const cut = bytes.subarray(0, where % bytes.length);
      expect(() => decodeCheckpoint(cut, 'run.ckpt')).toThrow(InputError);
      expect(() => decodeCheckpoint(cut, 'run.ckpt')).toThrow(/run\.ckpt/);
      const changed = bytes.slice();
      changed[where % bytes.length] ^= change;
      expect(() => decodeCheckpoint(changed)).toThrow(InputError);
    }),
  );
});

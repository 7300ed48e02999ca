import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageWriter, readMessage } from '../../../src/learn/onnx/protobuf.ts';
import { InputError } from '../../../src/signal/error.ts';

const field = fc.oneof(
  fc.record({
    kind: fc.constant('integer' as const),
    number: fc.integer({ min: 1, max: 5000 }),
    value: fc.maxSafeNat(),
  }),
  fc.record({
    kind: fc.constant('bytes' as const),
    number: fc.integer({ min: 1, max: 30 }),
    value: fc.uint8Array(),
  }),
);

test('what is written is read, field by field', () => {
  fc.assert(
    fc.property(fc.array(field), (fields) => {
      const writer = new MessageWriter();
      for (const { kind, number, value } of fields) {
        if (kind === 'integer') writer.integer(number, value);
        else writer.bytes(number, value);
      }
      const read = [...readMessage(writer.finish())];
      expect(read.map(({ number }) => number)).toEqual(fields.map(({ number }) => number));
      read.forEach(({ value }, i) => {
        const given = fields[i].value;
        expect(typeof value === 'number' ? value : [...value]).toEqual(
          typeof given === 'number' ? given : [...given],
        );
      });
    }),
  );
});

test('known bytes: the encoding guide’s examples, negative numbers, floats, nesting', () => {
  expect([...new MessageWriter().integer(1, 150).finish()]).toEqual([0x08, 0x96, 0x01]);
  expect([...new MessageWriter().bytes(2, 'testing').finish()]).toEqual([0x12, 7, ...Buffer.from('testing')]);
  expect([...new MessageWriter().message(3, new MessageWriter().integer(1, 150)).finish()]).toEqual([
    0x1a, 3, 8, 0x96, 1,
  ]);
  expect([...new MessageWriter().integer(1, -2).finish()]).toEqual([8, 0xfe, ...Array(8).fill(0xff), 1]);
  expect([...new MessageWriter().float(1, 1).finish()]).toEqual([0x0d, 0, 0, 0x80, 0x3f]);
});

test('a cut message is refused or ends at a field, and never hangs', () => {
  const whole = new MessageWriter()
    .integer(1, 300)
    .bytes(2, 'abcdef')
    .message(3, new MessageWriter().float(4, 2))
    .finish();
  const ends = [0, 3, 11, 18];
  for (let length = 0; length <= whole.length; length++) {
    const read = (): unknown => [...readMessage(whole.subarray(0, length), 'model.onnx')];
    if (ends.includes(length)) expect(read()).toHaveLength(ends.indexOf(length));
    else expect(read, `${length} bytes`).toThrow(InputError);
  }
});

test('any bytes are read or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        for (const { number } of readMessage(bytes)) expect(number).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
  );
});

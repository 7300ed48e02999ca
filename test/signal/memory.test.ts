import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { InputError, MachineError } from '../../src/signal/error.ts';
import { isOutOfMemory, memoryError } from '../../src/signal/memory.ts';

async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was refused');
}

const facts = { where: 'a test', fix: 'Ask for less.' };

describe('refused memory', () => {
  const refused: [string, () => unknown][] = [
    ['an array buffer', () => new ArrayBuffer(2 ** 52)],
    ['a typed array', () => new Float64Array(2 ** 40)],
    ['a string', () => 'long'.repeat(2 ** 29)],
    ['the memory of WebAssembly', () => new WebAssembly.Memory({ initial: 1, maximum: 1 }).grow(1)],
    [
      'the heap of a worker',
      () =>
        new Promise((_, reject) => {
          const code = 'const all = []; for (;;) all.push(new Array(1e5).fill({}));';
          const limits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 };
          new Worker(code, { eval: true, resourceLimits: limits, stderr: true }).on('error', reject);
        }),
    ],
  ];
  it.each(refused)('is known by the error of the engine itself: %s', async (_, ask) => {
    const error = await thrownBy(ask);
    expect(isOutOfMemory(error), String(error)).toBe(true);
    const told = memoryError(error, { ...facts, expected: '1 TB' }, 3e8)!;
    expect(told).toBeInstanceOf(MachineError);
    expect(told.message).toMatch(
      /^a test: there is not enough memory\. Expected 1 TB\. Got 300 MB free.*Ask for less\.$/,
    );
  });

  it('says how much ONNX Runtime asked for, and keeps what was told of it nearer to its place', () => {
    const error = new Error('Failed to allocate memory for requested buffer of size 4398046511104\n\tat');
    const near = memoryError(error, facts, 2e9)!;
    expect(near.message).toMatch(/Expected 4398\.0 GB in one piece\. Got 2\.0 GB free/);
    const far = memoryError(near, { where: 'training', fix: 'Train less.' }, 5e9)!;
    expect(far.message).toMatch(
      /^training: there is not enough memory\. Expected 4398\.0 GB.*2\.0 GB free.*Train less/,
    );
  });

  it('is told from other errors', () => {
    for (const other of [
      new RangeError('offset is out of bounds'),
      new InputError('the file is damaged'),
      new TypeError('x is undefined'),
      'out of memory',
      undefined,
    ]) {
      expect(isOutOfMemory(other)).toBe(false);
      expect(memoryError(other, facts)).toBeUndefined();
    }
  });
});

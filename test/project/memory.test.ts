import { expect, it } from 'vitest';
import { sayingMemory } from '../../src/project/memory.ts';
import { InputError, MachineError } from '../../src/signal/error.ts';

const facts = { where: 'training on 9 frames', fix: 'Train a smaller network.', expected: '4.5 PB' };

it('work that is refused memory says in what, what it needs, what is free and what to do; other errors pass', async () => {
  const refused = sayingMemory(facts, async () => new ArrayBuffer(2 ** 52));
  await expect(refused).rejects.toThrow(MachineError);
  await expect(refused).rejects.toThrow(
    /^training on 9 frames: there is not enough memory\. Expected 4\.5 PB\. Got .*B free.*Train a smaller network\.$/,
  );
  const other = new InputError('no such file');
  await expect(sayingMemory(facts, () => Promise.reject(other))).rejects.toBe(other);
  expect(await sayingMemory(facts, async () => 7)).toBe(7);
});

import { describe, expect, test } from 'vitest';
import { networkFor, tasks, type NetworkOptions } from '../../../src/model/circuit/index.ts';
import { UsageError } from '../../../src/signal/error.ts';

const task = tasks.find(({ name }) => name === 'ready-set-go')!.make();
const two = [
  { name: 'front', units: 6, read: false },
  { name: 'back', units: 6, receives: [] },
];

describe('areas', () => {
  test('that lead from an input to the readout are wired as they say', () => {
    const { recurrent, units } = networkFor(task, {
      areas: two,
      connections: [
        { from: 'front', to: 'front' },
        { from: 'front', to: 'back', density: 0.5 },
      ],
      seed: 1,
    });
    const { mask } = recurrent[0];
    const count = (from: number, to: number): number => {
      let n = 0;
      for (let i = from; i < from + 6; i++) for (let j = to; j < to + 6; j++) n += mask![i * units + j];
      return n;
    };
    expect([count(0, 0), count(6, 0), count(6, 6)]).toEqual([36, 0, 0]);
    expect(count(0, 6)).toBeGreaterThan(8);
    expect(count(0, 6)).toBeLessThan(28);
  });

  test.each<[string, Partial<NetworkOptions>, RegExp]>([
    [
      'cut the output off',
      { areas: two, connections: [{ from: 'front', to: 'front' }] },
      /cut the output off/,
    ],
    ['lead away from it', { areas: two, connections: [{ from: 'back', to: 'front' }] }, /cut the output off/],
    [
      'name an area that is not there',
      { areas: two, connections: [{ from: 'front', to: 'side' }] },
      /no area "side"/,
    ],
    ['are none', { areas: two, connections: [{ from: 'front', to: 'back', density: 0 }] }, /not one/],
    [
      'come twice',
      {
        areas: two,
        connections: [
          { from: 'front', to: 'back' },
          { from: 'front', to: 'back' },
        ],
      },
      /two connections/,
    ],
    ['join areas of one name', { areas: [two[0], two[0]], connections: [] }, /an area is not one/],
    [
      'get an input that is not there',
      { areas: [{ name: 'all', units: 4, receives: ['smell'] }] },
      /no input "smell"/,
    ],
  ])('whose connections %s are refused', (_, options, message) => {
    const make = (): unknown => networkFor(task, { seed: 1, ...options } as NetworkOptions);
    expect(make).toThrow(UsageError);
    expect(make).toThrow(message);
  });
});

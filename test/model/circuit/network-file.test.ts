import { describe, expect, test } from 'vitest';
import { strToU8, unzipSync, zipSync } from 'fflate';
import {
  networkFor,
  readNetwork,
  record,
  tasks,
  writeNetwork,
  type TrainedNetwork,
} from '../../../src/model/circuit/index.ts';
import { Random } from '../../../src/math/index.ts';
import { InputError } from '../../../src/signal/error.ts';

function untrained(taskName: string): TrainedNetwork {
  const task = tasks.find(({ name }) => name === taskName)!.make();
  return {
    network: networkFor(task, { units: 7, seed: 3 }),
    task,
    taskName,
    record: {
      seed: 3,
      steps: 1,
      ended: 'steps',
      score: { name: 'error', value: 1, unit: 'm', goal: 2 },
    },
  };
}

describe('the file of a network', () => {
  test.each(tasks.map(({ name }) => name))('gives back a network for %s that does the same', (name) => {
    const written = untrained(name);
    const bytes = writeNetwork(written);
    expect(writeNetwork(written)).toEqual(bytes);
    const read = readNetwork(bytes);
    expect(read.network.weights).toEqual(written.network.weights);
    expect([read.taskName, read.record]).toEqual([name, written.record]);
    expect(record(read.network, read.task).behavior).toEqual(record(written.network, written.task).behavior);
  });

  const written = untrained('center-out');
  const bytes = writeNetwork(written);

  test('cut short or overwritten anywhere, it is refused or is the same network', () => {
    const random = new Random(4);
    let refused = 0;
    for (let i = 0; i < 200; i++) {
      const damaged = bytes.slice(0, i % 2 === 0 ? bytes.length : random.integer(bytes.length));
      if (i % 2 === 0) damaged[random.integer(bytes.length)] ^= 1 << random.integer(8);
      try {
        const { network, record: told } = readNetwork(damaged, 'net.marey');
        expect([network.weights, told]).toEqual([written.network.weights, written.record]);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        expect((error as InputError).facts.where).toContain('net.marey');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(180);
  });

  const entries = unzipSync(bytes);
  test.each([
    ['another version', /"version": 1/, '"version": 9', /no network that this version/],
    ['another seed', /"seed": 3/, '"seed": 4', /network is damaged/],
    ['nothing', /^[^]*$/, 'null', /no network that this version/],
    ['no sense', /^\{/, '[', /no network, or it is damaged/],
  ])('saying %s is refused', (_, from, to, message) => {
    const told = new TextDecoder().decode(entries['network.json']);
    expect(told).toMatch(from);
    const changed = zipSync({ ...entries, 'network.json': strToU8(told.replace(from, to)) });
    expect(() => readNetwork(changed)).toThrow(message);
  });

  test('of a task that is not there, or that has changed, is refused', () => {
    expect(() => readNetwork(writeNetwork({ ...written, taskName: 'juggling' }))).toThrow(/not there/);
    expect(() => readNetwork(writeNetwork({ ...written, taskName: 'cycling' }))).toThrow(/do not fit/);
  });
});

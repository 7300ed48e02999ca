import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatNpz, parseNpz } from '../../src/formats/npy/npz.ts';
import { Bodies, type VideoBody } from '../../src/project/index.ts';
import { InputError } from '../../src/signal/error.ts';
import { testFolder } from '../server/served.ts';

const body: VideoBody = {
  times: Float64Array.of(0, 0.1),
  frames: 2,
  shapes: [{ name: 'forearm', kind: 'capsule', size: [0.03, 0.1, 0] }],
  places: Float32Array.from({ length: 14 }, (_, i) => (i < 7 ? NaN : i)),
  muscles: ['biceps', 'triceps'],
  points: 3,
  paths: Float32Array.from({ length: 36 }, (_, i) => i / 7),
  activity: { what: 'activation', values: Float32Array.of(0, 0.5, NaN, 1) },
};

test('a body comes back as it was put, with muscles and without', async () => {
  const bodies = new Bodies(join(testFolder(), 'bodies'));
  expect(await bodies.names()).toEqual([]);
  expect(await bodies.read('walk')).toBeUndefined();
  await bodies.write('walk', body);
  expect(await bodies.read('walk')).toEqual(body);
  const bare = { ...body, muscles: [], points: 0, paths: new Float32Array(0), activity: undefined };
  await bodies.write('run', bare);
  expect(await bodies.read('run')).toEqual({ ...bare, activity: undefined });
  expect(await bodies.names()).toEqual(['run', 'walk']);
  for (const name of ['', '../walk', '.hidden', 'a/b'])
    await expect(bodies.read(name)).rejects.toThrow(/no name of a video/);
});

test('a file that lacks an array, has one of another shape or is cut short is refused with its path', async () => {
  const bodies = new Bodies(join(testFolder(), 'bodies'));
  const path = await bodies.write('walk', body);
  const whole = readFileSync(path);
  const refused = async (bytes: Uint8Array, message: RegExp): Promise<void> => {
    writeFileSync(path, bytes);
    const error = await bodies.read('walk').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).facts.where).toContain(path);
    expect((error as InputError).message).toMatch(message);
  };
  const arrays = parseNpz(whole, path);
  for (const name of Object.keys(arrays).filter((n) => n !== 'muscles' && n !== 'activity_is')) {
    const { [name]: _gone, ...rest } = arrays;
    if (name !== 'activity') await refused(formatNpz(rest), /no fitted body/);
    await refused(
      formatNpz({ ...rest, [name]: { ...arrays.time, shape: [1, 2] } as never }),
      /no fitted body/,
    );
  }
  for (const length of [0, 10, whole.length >> 1, whole.length - 1])
    await refused(whole.subarray(0, length), /archive|zip/);
});

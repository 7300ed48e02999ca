import { zipSync } from 'fflate';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { numberArray } from '../../../src/formats/array.ts';
import { readArrays } from '../../../src/formats/index.ts';
import { formatNpy, parseNpy } from '../../../src/formats/npy/npy.ts';
import { formatNpz, parseNpz } from '../../../src/formats/npy/npz.ts';

const golden = join(import.meta.dirname, '../golden');

describe('files that NumPy wrote', () => {
  it('turns Fortran order into C order', async () => {
    expect(await readArrays(join(golden, 'fortran.npy'))).toEqual({
      array: numberArray(
        Float64Array.from({ length: 24 }, (_, i) => i),
        [2, 3, 4],
      ),
    });
  });

  it('turns big-endian numbers round', async () => {
    expect((await readArrays(join(golden, 'big-endian.npy'))).array).toEqual(
      numberArray(Int32Array.of(1, -2, 300, 4), [2, 2]),
    );
  });

  it('reads a compressed archive with texts and truth values', async () => {
    expect(await readArrays(join(golden, 'arrays.npz'))).toEqual({
      a: numberArray(Float32Array.of(0, 1, 2, 3, 4)),
      names: { kind: 'text', shape: [2], values: ['nose', 'tail 🐁'] },
      b: numberArray(Uint8Array.of(1, 0), [2, 1]),
    });
  });

  it('never loads pickled objects', async () => {
    await expect(readArrays(join(golden, 'objects.npy'))).rejects.toThrow(/Pickled objects are never loaded/);
  });

  it('writes the header that NumPy writes', async () => {
    const numpy = await readFile(join(golden, 'big-endian.npy'));
    const ours = formatNpy(numberArray(Int32Array.of(1, -2, 300, 4), [2, 2]));
    const header = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes.subarray(0, 128));
    expect(header(ours)).toBe(header(numpy).replace('>i4', '<i4'));
  });
});

describe('hostile archives', () => {
  const npy = formatNpy(numberArray(new Float64Array(4)));

  it('uses names as keys only', () => {
    const zip = zipSync({ '../../escape.npy': npy, 'C:\\x.npy': npy });
    expect(Object.keys(parseNpz(zip, 'z'))).toEqual(['../../escape', 'C:\\x']);
  });

  it('refuses a member that claims more than it can hold, before memory is asked for', () => {
    const zip = zipSync({ 'a.npy': npy });
    const view = new DataView(zip.buffer);
    const directory = view.getUint32(zip.length - 6, true);
    view.setUint32(directory + 24, 0x7fffffff, true);
    expect(() => parseNpz(zip, 'bomb.npz')).toThrow(/claims 2147483647 bytes/);
  });

  it('finds any changed bit by the checksum', () => {
    const zip = formatNpz({ a: numberArray(Float64Array.of(1, 2, 3)) });
    let wrong = 0;
    for (let i = 35; i < 95; i++) {
      const damaged = new Uint8Array(zip);
      damaged[i] ^= 4;
      try {
        const read = parseNpz(damaged, 'z').a;
        if (read.kind !== 'number' || read.values[2] !== 3) wrong++;
      } catch (error) {
        expect(String(error)).toMatch(/InputError/);
      }
    }
    expect(wrong).toBe(0);
  });

  it('refuses shapes that do not fit', () => {
    const broken = new TextEncoder().encode(
      new TextDecoder('latin1').decode(npy.subarray(10)).replace('(4,)', '(9,)'),
    );
    const file = new Uint8Array(npy);
    file.set(broken.subarray(0, 100), 10);
    expect(() => parseNpy(file, 'x.npy')).toThrow(
      /does not hold what its header promises.*9 elements of 8 bytes/,
    );
  });
});

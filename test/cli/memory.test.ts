/** Memory that is not there: a clear error that says where, what was needed, what there is and what to do. */
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeDrawnProject } from './drawn-project.ts';
import { expectClear, failure, marey } from './marey.ts';
import { folderForAll } from './temporary.ts';

const folder = folderForAll();
const quick = ['--threads', '1', '--json'];

/** A film of two pictures whose bytes are a hole in the file. */
function hollowFilm(path: string, side: number): void {
  const dictionary = `{'descr': '|u1', 'fortran_order': False, 'shape': (2, ${side}, ${side}), }`;
  const header = Buffer.from(`${dictionary.padEnd(117)}\n`, 'latin1');
  writeFileSync(path, Buffer.concat([Buffer.from('\x93NUMPY\x01\x00v\x00', 'latin1'), header]));
  truncateSync(path, 128 + 2 * side * side);
}

// Only Linux holds a process to a limit on its addresses.
describe.runIf(process.platform === 'linux')('a process that may not have the memory', () => {
  beforeAll(async () => {
    await writeDrawnProject(join(folder, 'dlc'), { frames: 3 });
    expect(marey(folder, ['import', 'dlc', '--to', 'p']).code).toBe(0);
    const run = marey(join(folder, 'p'), ['train', '--steps', '1', '--network', 'fast', ...quick]);
    expect(run.code, run.err).toBe(0);
  });

  it('track: pictures of 3.6 GB where 4.5 GB of addresses are allowed', () => {
    hollowFilm(join(folder, 'large.npy'), 60_000);
    const limit = ['sh', '-c', 'ulimit -v 4500000; exec "$@"', 'sh'];
    const run = marey(join(folder, 'p'), ['track', '../large.npy', ...quick], limit);
    expectClear(
      run,
      'MachineError',
      /large\.npy, 60000 x 60000 px: there is not enough memory\. Expected 3\.6 GB a gray picture.* free .*fewer --threads, make the pictures smaller/,
    );
    expect(failure(run).where).toMatch(/^tracking .*large\.npy/);
  });
});

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownerTag } from '../../src/project/owner.ts';
import { CheckpointStore, keyOf, ObjectStore, type Recipe } from '../../src/project/index.ts';
import { CancelledError } from '../../src/signal/error.ts';
import { temporaryFolder } from './temporary.ts';

const recipe: Recipe = {
  op: 'track',
  opVersion: 1,
  params: { batch: 8, crop: null },
  inputs: { video: 'ab' },
};

const write =
  (text: string) =>
  async (folder: string): Promise<void> => {
    await mkdir(join(folder, 'deep'));
    await writeFile(join(folder, 'deep', 'tracks.csv'), text);
    await writeFile(join(folder, 'empty'), '');
  };

describe('a key', () => {
  it('is the same for the same recipe, however it is written, and another for any change', () => {
    const key = keyOf(recipe);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(
      keyOf({ inputs: { video: 'ab' }, params: { crop: null, batch: 8 }, opVersion: 1, op: 'track' }),
    ).toBe(key);
    const others: Recipe[] = [
      { ...recipe, op: 'train' },
      { ...recipe, opVersion: 2 },
      { ...recipe, params: { batch: 9, crop: null } },
      { ...recipe, params: { batch: 8 } },
      { ...recipe, inputs: { video: 'ac' } },
      { ...recipe, inputs: { movie: 'ab' } },
      { ...recipe, model: 'cd' },
    ];
    expect(new Set([key, ...others.map(keyOf)]).size).toBe(others.length + 1);
  });
});

describe('the store', () => {
  const newStore = (): ObjectStore => new ObjectStore(join(temporaryFolder(), 'objects'));

  it('makes an output once and gives it with where it came from', async () => {
    const store = newStore();
    const provenance = { step: 'track', inputs: [{ step: 'import', source: 'videos/a.mp4' }] };
    const first = await store.run(recipe, write('1,2'), { provenance });
    expect(first.reused).toBe(false);
    const second = await store.run(recipe, async () => expect.fail('made again'));
    expect(second).toEqual({ ...first, reused: true });
    expect(first.folder).toBe(join(store.folder, first.key.slice(0, 2), first.key));
    expect(readFileSync(join(first.folder, 'deep', 'tracks.csv'), 'utf8')).toBe('1,2');
    expect(first.manifest).toMatchObject({ recipe, provenance });
    expect(first.manifest.files.map((f) => [f.path, f.bytes])).toEqual([
      ['deep/tracks.csv', 3],
      ['empty', 0],
    ]);
    expect(await store.keys()).toEqual([first.key]);
  });

  it('made twice has the same bytes, manifest included', async () => {
    const [a, b] = [await newStore().run(recipe, write('x')), await newStore().run(recipe, write('x'))];
    const manifest = (folder: string): string => readFileSync(join(folder, 'manifest.json'), 'utf8');
    expect(manifest(a.folder)).toBe(manifest(b.folder));
  });

  it.each([
    ['a changed byte', (f: string) => writeFileSync(join(f, 'deep', 'tracks.csv'), '1,3')],
    ['a missing file', (f: string) => rmSync(join(f, 'empty'))],
    ['a truncated file', (f: string) => writeFileSync(join(f, 'deep', 'tracks.csv'), '1')],
    ['no manifest', (f: string) => rmSync(join(f, 'manifest.json'))],
    ['half a manifest', (f: string) => writeFileSync(join(f, 'manifest.json'), '{"manifest": ')],
    ['the manifest of another', (f: string) => writeFileSync(join(f, 'manifest.json'), otherManifest(f))],
  ])('finds %s, sets the output aside and makes it again', async (_, damage) => {
    const store = newStore();
    const { key, folder } = await store.run(recipe, write('1,2'));
    damage(folder);
    expect(await store.find(key)).toBeUndefined();
    const again = await store.run(recipe, write('1,2'));
    expect(again.reused).toBe(false);
    expect(readFileSync(join(folder, 'deep', 'tracks.csv'), 'utf8')).toBe('1,2');
    expect(readdirSync(join(store.folder, '.damaged'))).toHaveLength(1);
  });

  const otherManifest = (folder: string): string =>
    readFileSync(join(folder, 'manifest.json'), 'utf8').replace(/"key": ".{4}/, '"key": "0000');

  it('keeps nothing of work that failed or was cancelled', async () => {
    const store = newStore();
    const failing = store.run(recipe, async (folder) => {
      await write('1')(folder);
      throw new Error('no animal');
    });
    await expect(failing).rejects.toThrow('no animal');
    const abort = new AbortController();
    const stopped = store.run(
      recipe,
      async (folder) => {
        await write('1')(folder);
        abort.abort();
      },
      { signal: abort.signal },
    );
    await expect(stopped).rejects.toThrow(CancelledError);
    expect(await store.keys()).toEqual([]);
    expect(readdirSync(join(store.folder, '.tmp'))).toEqual([]);
  });

  it('takes the output of whoever finishes first', async () => {
    const store = newStore();
    let release = (): void => undefined;
    const wait = new Promise<void>((resolve) => (release = resolve));
    const slow = store.run(recipe, async (folder) => {
      await wait;
      await write('1,2')(folder);
    });
    const fast = await new ObjectStore(store.folder).run(recipe, write('1,2'));
    release();
    expect(await slow).toEqual({ ...fast, reused: false });
    expect(readdirSync(join(store.folder, '.tmp'))).toEqual([]);
    const many = await Promise.all(
      Array.from({ length: 8 }, () => store.run({ ...recipe, op: 'many' }, write('3'))),
    );
    expect(new Set(many.map((m) => m.folder)).size).toBe(1);
    expect(await store.find(many[0].key)).toBeDefined();
  });

  it('sweeps up after processes that are gone, and after no other', async () => {
    const store = newStore();
    const [here, , started] = ownerTag().split('-');
    const names = {
      gone: `${here}-999999999-${started}-0-aa`,
      another: `${here}-${process.pid}-00000000-0-aa`,
      running: `${ownerTag()}-7-aa`,
      elsewhere: `00000000-1-00000000-0-aa`,
    };
    for (const name of Object.values(names))
      mkdirSync(join(store.folder, '.tmp', name, 'x'), { recursive: true });
    expect((await store.unfinished()).sort()).toEqual([names.gone, names.another].sort());
    expect(await store.sweep()).toBe(2);
    expect(existsSync(join(store.folder, '.tmp', names.running))).toBe(true);
    expect(existsSync(join(store.folder, '.tmp', names.elsewhere))).toBe(true);
  });

  it('refuses what is no key', () => {
    expect(() => newStore().folderOf('../../etc')).toThrow(/64 hexadecimal digits/);
  });
});

describe('checkpoints', () => {
  const bytes = (n: number): Uint8Array => new Uint8Array(1000).fill(n);

  it('keep the two newest and give the newest', async () => {
    const folder = temporaryFolder();
    const store = new CheckpointStore(folder);
    expect(await store.read('run')).toBeUndefined();
    for (let n = 1; n <= 12; n++) await store.write('run', bytes(n));
    expect(readdirSync(join(folder, 'run')).sort()).toEqual(['state-11', 'state-12']);
    expect(Uint8Array.from((await store.read('run'))!)).toEqual(bytes(12));
    expect([store.notes, await store.runs()]).toEqual([[], ['run']]);
    await store.remove('run');
    expect(await store.read('run')).toBeUndefined();
  });

  it.each([
    ['truncated', (whole: Buffer) => whole.subarray(0, whole.length - 1), /truncated, 999 of 1000 bytes/],
    ['empty', () => Buffer.alloc(0), /not a checkpoint/],
    ['changed', (whole: Buffer) => whole.fill(9, 500, 501), /its SHA-256 does not match/],
  ])('pass over one that is %s, and say so', async (_, damage, note) => {
    const folder = temporaryFolder();
    const store = new CheckpointStore(folder);
    for (const n of [1, 2]) await store.write('run', bytes(n));
    const newest = join(folder, 'run', 'state-2');
    writeFileSync(newest, damage(readFileSync(newest)));
    expect(Uint8Array.from((await store.read('run'))!)).toEqual(bytes(1));
    expect(store.notes).toEqual([expect.stringMatching(note)]);
    expect(store.notes[0]).toContain(newest);
    await store.write('run', bytes(3));
    expect(Uint8Array.from((await store.read('run'))!)).toEqual(bytes(3));
  });

  it('stay in their folder', async () => {
    const store = new CheckpointStore(temporaryFolder());
    await expect(store.write('../run', bytes(1))).rejects.toThrow(/name of a run/);
  });
});

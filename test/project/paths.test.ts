import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPath, insidePath, projectPath } from '../../src/project/paths.ts';
import { temporaryFolder } from './temporary.ts';

function newRoot(): { root: string; outside: string } {
  const outside = temporaryFolder();
  const root = join(outside, 'project');
  mkdirSync(join(root, 'videos'), { recursive: true });
  writeFileSync(join(outside, 'secret.mp4'), '');
  writeFileSync(join(root, 'videos', 'in.mp4'), '');
  return { root, outside };
}

describe('a path that a project names', () => {
  it.each([
    '../secret.mp4',
    'videos/../../secret.mp4',
    '..\\secret.mp4',
    '/etc/passwd',
    'C:\\secret.mp4',
    '',
    '.',
    '..',
  ])('does not lead out of it: "%s"', async (named) => {
    const { root } = newRoot();
    await expect(insidePath(root, named, 'marey.yaml:3:4')).rejects.toThrow(
      /marey\.yaml:3:4.*leads out of the project/,
    );
  });

  it('does not lead out of it through a link', async () => {
    const { root, outside } = newRoot();
    symlinkSync(outside, join(root, 'videos', 'link'));
    await expect(insidePath(root, 'videos/link/secret.mp4', 'here')).rejects.toThrow(/leads out/);
    await expect(findPath(root, 'videos/link/not-there/x.mp4', 'here')).rejects.toThrow(/leads out/);
    symlinkSync(join(root, 'videos'), join(root, 'same'));
    expect(await insidePath(root, 'same/in.mp4', 'here')).toBe(join(root, 'same', 'in.mp4'));
  });

  it('is found inside, whichever way its folders are divided', async () => {
    const { root } = newRoot();
    const path = join(root, 'videos', 'in.mp4');
    for (const named of ['videos/in.mp4', 'videos\\in.mp4', './videos/in.mp4', 'videos/..hidden/../in.mp4']) {
      expect(await findPath(root, named, 'here')).toEqual({ named, path, found: true });
    }
    expect(await findPath(root, 'videos/no.mp4', 'here')).toMatchObject({ found: false });
  });

  it('that is absolute is taken as it is, or looked for beside the project, and that is said', async () => {
    const { root, outside } = newRoot();
    const named = join(outside, 'secret.mp4');
    expect(await findPath(root, named, 'here')).toEqual({ named, path: named, found: true });
    const places = ['/lab/2019/in.mp4', 'D:\\lab\\in.mp4', '\\\\server\\lab\\in.mp4'];
    for (const elsewhere of places) {
      const found = await findPath(root, elsewhere, 'here');
      expect(found).toMatchObject({ path: join(root, 'videos', 'in.mp4'), found: true });
      expect(found.note).toBe(`${elsewhere} is not there; took ${found.path} instead.`);
    }
    expect((await findPath(root, '/lab/secret.mp4', 'here')).path).toBe(join(outside, 'secret.mp4'));
    expect(await findPath(root, '/lab/none.mp4', 'here')).toEqual({
      named: '/lab/none.mp4',
      path: '/lab/none.mp4',
      found: false,
    });
  });

  it('is named relative inside and absolute outside', () => {
    expect(projectPath('/a/project', '/a/project/videos/x.mp4')).toBe('videos/x.mp4');
    expect(projectPath('/a/project', '/a/project-2/x.mp4')).toBe('/a/project-2/x.mp4');
  });
});

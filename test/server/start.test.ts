/** The start page's doors: open, import, new, and videos that are dropped into it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { FolderListing, LabelsAnswer, ProjectOverview, Session } from '../../src/server/api.ts';
import { writeDrawnProject, writeDrawnVideo } from '../cli/drawn-project.ts';
import { listen, projectWithVideo, serve, testFolder } from './served.ts';

it('shows folders until a project is open, and what kind of project they are', async () => {
  const folder = testFolder();
  await writeDrawnProject(join(folder, 'dlc'), { frames: 2 });
  await projectWithVideo(folder, 3);
  mkdirSync(join(folder, 'lp'));
  writeFileSync(join(folder, 'lp', 'CollectedData.csv'), '');
  mkdirSync(join(folder, 'slp'));
  writeFileSync(join(folder, 'slp', 'labels.slp'), '');
  writeFileSync(join(folder, 'a.mp4'), '');
  writeFileSync(join(folder, '.hidden.mp4'), '');
  writeFileSync(join(folder, 'b.txt'), '');
  const { ask, get, post } = await serve({ folder });
  expect(await get<Session>('/api/session')).toEqual({ version: 'test' });
  expect((await ask('/api/project')).status).toBe(409);
  const here = await get<FolderListing>('/api/folders');
  expect(here).toMatchObject({ path: folder, folders: ['dlc', 'lp', 'project', 'slp'], videos: ['a.mp4'] });
  const kind = async (name: string) =>
    (await get<FolderListing>(`/api/folders?path=${encodeURIComponent(join(folder, name))}`)).kind;
  expect(await kind('dlc')).toBe('deeplabcut');
  expect(await kind('project')).toBe('marey');
  expect(await kind('lp')).toBe('lightning-pose');
  expect(await kind('slp')).toBe('sleap');
  expect(await kind('.')).toBeUndefined();
  expect((await ask('/api/folders?path=none')).status).toBe(404);
  const bad = { method: 'POST', headers: { 'content-type': 'application/json' } };
  expect((await ask('/api/start', { ...bad, body: '{"door":"open","path":"dlc"}' })).status).toBe(422);

  const { project } = await post<Session>('/api/start', { door: 'open', path: 'project' });
  expect(project).toMatchObject({ name: 'walks', videos: [{ id: 'walk' }] });
  expect((await ask('/api/folders')).status).toBe(409);
  expect((await ask('/api/start', { ...bad, body: '{"door":"open","path":"project"}' })).status).toBe(409);
});

it("takes over another tool's project", async () => {
  const folder = testFolder();
  await writeDrawnProject(join(folder, 'dlc'), { frames: 2 });
  const { get, post } = await serve({ folder });
  const { project } = await post<Session>('/api/start', { door: 'import', path: 'dlc' });
  expect(project).toMatchObject({ root: join(folder, 'dlc-marey'), labeledFrames: 2 });
  expect((await get<LabelsAnswer>('/api/labels')).frames).toHaveLength(2);
});

it('makes a project of dropped videos, which lie in it then, and takes more later', async () => {
  const folder = testFolder();
  await writeDrawnVideo(join(folder, 'v.mp4'), 4);
  const bytes = readFileSync(join(folder, 'v.mp4'));
  const server = await serve({ folder });
  const put = (name: string, body: Uint8Array<ArrayBuffer> = new Uint8Array(bytes)) =>
    server.ask(`/api/uploads/${encodeURIComponent(name)}`, { method: 'PUT', body });
  for (const name of ['../v.mp4', 'a/v.mp4', 'a\\v.mp4', '..', '.v.mp4', 'v.exe', 'v\0.mp4', 'C:v.mp4'])
    expect([400, 404], name).toContain((await put(name)).status);
  expect(readdirSync(folder)).toEqual(['v.mp4']);
  const { path } = (await (await put('dropped.mp4')).json()) as { path: string };
  expect(readFileSync(path).equals(bytes)).toBe(true);
  const outside = join(folder, 'v.mp4');
  const { project } = await server.post<Session>('/api/start', {
    door: 'new',
    folder: 'made',
    videos: [path, outside],
    keypoints: ['nose', 'tail'],
    edges: [['nose', 'tail']],
  });
  expect(project).toMatchObject({ name: 'made', skeleton: { keypoints: ['nose', 'tail'], edges: [[0, 1]] } });
  expect(project?.videos.map(({ id, problem }) => [id, problem])).toEqual([
    ['dropped', undefined],
    ['v', undefined],
  ]);
  expect(existsSync(path)).toBe(false);
  expect(existsSync(join(folder, 'made', 'videos', 'dropped.mp4'))).toBe(true);
  expect(existsSync(outside)).toBe(true);
  const events = await listen(server);
  expect((await put('more.mp4')).status).toBe(200);
  await events.until('project');
  const { videos } = await server.get<ProjectOverview>('/api/project');
  expect(videos.map(({ id }) => id)).toEqual(['dropped', 'v', 'more']);
  expect((await server.ask('/api/videos/more/frames/3')).status).toBe(200);
  expect(readdirSync(join(folder, 'made', 'videos')).sort()).toEqual(['dropped.mp4', 'more.mp4']);
});

it('makes no project where something does not fit', async () => {
  const folder = testFolder();
  const { ask } = await serve({ folder });
  const status = async (body: object): Promise<number> =>
    (
      await ask('/api/start', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ door: 'new', folder: 'made', videos: [], keypoints: ['a', 'b'], ...body }),
      })
    ).status;
  expect(await status({ keypoints: [] })).toBe(400);
  expect(await status({ keypoints: ['a', 'a'] })).toBe(400);
  expect(await status({ edges: [['a', 'c']] })).toBe(400);
  expect(await status({ videos: ['none.mp4'] })).toBe(422);
  expect(existsSync(join(folder, 'made'))).toBe(false);
});

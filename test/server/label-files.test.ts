/** Labels of other tools over the server: sent, read, shown, and only then taken in; and written for them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import type {
  LabelFormatsAnswer,
  LabelImportBegun,
  LabelReading,
  LabelsAnswer,
  LabelsTaken,
} from '../../src/server/api.ts';
import { keypoints, listen, projectWithVideo, serve, testFolder, type Asker } from './served.ts';

const imports = '/api/labels/imports';

/** Two frames with all points, one of them occluded. */
async function labeled(): Promise<{ root: string; server: Asker }> {
  const root = await projectWithVideo(testFolder(), 12);
  const server = await serve({ root });
  const { videos } = await server.get<{ videos: { recording: string }[] }>('/api/project');
  const [{ recording }] = videos;
  const edits = [3, 7].map((frame) => ({
    op: 'frame',
    frame: `${recording}/walk.mp4#${frame}`,
    recording,
    picture: { video: 'walk.mp4', frame },
    instances: [
      {
        individual: 'individual',
        points: keypoints.map((name, k) => [name, 10 + k, 20 + frame, 'visible']),
      },
    ],
  }));
  await server.post('/api/labels', { edits });
  return { root, server };
}

async function send(server: Asker, files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const { id } = await server.post<LabelImportBegun>(imports, {});
  for (const [path, body] of Object.entries(files)) {
    const init = { method: 'PUT', body: body as string };
    const answer = await server.ask(`${imports}/${id}/file?path=${encodeURIComponent(path)}`, init);
    expect(answer.status).toBe(200);
  }
  return id;
}

/** Points by frame number and keypoint, whatever the frame is called. */
const pointsOf = ({ frames }: LabelsAnswer): unknown[] =>
  frames.map(({ instances }) => instances.map(({ points }) => points.map(([name, x, y]) => [name, x, y])));

it('writes labels in every format, and takes them in again after saying what they hold', async () => {
  const { root, server } = await labeled();
  const before = pointsOf(await server.get<LabelsAnswer>('/api/labels'));
  const { read, write } = await server.get<LabelFormatsAnswer>('/api/labels/formats');
  expect(read.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'deeplabcut-project',
      'lightning-pose-project',
      'sleap',
      'coco',
      'deeplabcut-csv',
    ]),
  );
  expect(write.map(({ name }) => name).toSorted()).toEqual([
    'coco',
    'deeplabcut-csv',
    'deeplabcut-hdf5',
    'deeplabcut-project',
    'lightning-pose-project',
    'sleap',
  ]);
  const pictures = readdirSync(join(root, 'pictures', 'walk'), { recursive: true }) as string[];
  for (const { name, extensions } of write) {
    const answer = await server.ask(`/api/labels/export?format=${name}`);
    expect(answer.headers.get('content-disposition')).toContain(`walks-labels${extensions[0]}`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const other = await serve({ root: await projectWithVideo(testFolder(), 12) });
    const events = await listen(other);
    const folder = extensions[0] === '.zip';
    const files = folder ? unzipSync(bytes) : { [`mine/labels${extensions[0]}`]: bytes };
    if (folder) {
      expect(Object.keys(files).every((path) => path.startsWith('walks-labels/'))).toBe(true);
      expect(readdirSync(join(root, 'cache', 'exports'))).toEqual([]);
    } else {
      for (const picture of pictures)
        files[`mine/pictures/walk/${picture}`] = readFileSync(join(root, 'pictures', 'walk', picture));
    }
    const id = await send(other, files);
    const path = `${imports}/${id}`;
    const reading = await other.post<LabelReading>(`${path}/read`, { format: name });
    expect(reading, name).toMatchObject({ frames: 2, points: 6, replaced: 0, same: 0, keypoints });
    expect(JSON.stringify(reading)).not.toContain('/imports/');
    expect((await other.get<LabelsAnswer>('/api/labels')).frames).toEqual([]);
    const taken = await other.post<LabelsTaken>(`${path}/take`, { format: name });
    expect(taken).toMatchObject({ frames: 2, points: 6 });
    expect(pointsOf(await other.get<LabelsAnswer>('/api/labels')), name).toEqual(before);
    expect(await events.until('labels')).toMatchObject({ revision: 1 });
    expect((await other.ask(path, { method: 'DELETE' })).status).toBe(404);
    // Read again, all of it is here.
    const again = await send(other, files);
    const second = await other.post<LabelReading>(`${imports}/${again}/read`, { format: name });
    expect(second, name).toMatchObject({ frames: 2, same: 2, replaced: 0 });
    await other.close();
  }
}, 120_000);

it('says which file, where in it, what was expected and what to do, and changes nothing', async () => {
  const { root, server } = await labeled();
  const errorOf = async (files: Readonly<Record<string, string>>): Promise<unknown> => {
    const id = await send(server, files);
    const answer = await server.ask(`${imports}/${id}/read`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(422);
    expect((await server.ask(`${imports}/${id}`, { method: 'DELETE' })).status).toBe(200);
    return ((await answer.json()) as { error: unknown }).error;
  };
  const head = 'scorer,A,A\nbodyparts,nose,nose\ncoords,x,y\n';
  expect(await errorOf({ 'labels.csv': `${head}labeled-data/walk/img1.png,1,far\n` })).toMatchObject({
    where: expect.stringMatching(/^labels\.csv/),
    got: expect.stringContaining('far'),
  });
  expect(await errorOf({ 'labels.csv': `${head}labeled-data/walk/img1.png,1,2\n` })).toMatchObject({
    message: 'a labeled picture is missing',
    where: 'labeled-data/walk/img1.png',
    fix: expect.any(String),
  });
  expect(await errorOf({ 'a/notes.csv': 'a,b\n1,2\n', 'a/other.csv': 'a,b\n1,2\n' })).toMatchObject({
    where: 'a',
    expected: expect.stringContaining('DeepLabCut project'),
  });
  expect(existsSync(join(root, 'cache', 'imports')) && readdirSync(join(root, 'cache', 'imports'))).toEqual(
    [],
  );
  for (const path of ['../x.csv', '/etc/x', 'a/../../x', '', 'a\\b', 'a//b']) {
    const { id } = await server.post<LabelImportBegun>(imports, {});
    const init = { method: 'PUT', body: 'x' };
    const refused = await server.ask(`${imports}/${id}/file?path=${encodeURIComponent(path)}`, init);
    expect(refused.status, path).toBe(400);
  }
  expect((await server.ask('/api/labels/export?format=pickle')).status).toBe(400);
});

/** Tracks as the contract says: files in `tracks`, whatever tool wrote them, one track an animal. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writePose } from '../../src/formats/index.ts';
import { trackArrays, type ProjectOverview, type TrackOverview } from '../../src/server/api.ts';
import { poseTrack } from '../../src/signal/pose.ts';
import { skeleton } from '../../src/signal/skeleton.ts';
import { regularTime } from '../../src/signal/time.ts';
import { keypoints, listen, projectWithVideo, serve, testFolder } from './served.ts';

const frames = 6;
const provenance = { step: 'test' };

/** x = 100 animal + 10 frame + keypoint, y = -x; one point is missing. */
function track(individuals: readonly string[], frames = 6) {
  const points = frames * individuals.length * keypoints.length;
  const positions = new Float32Array(2 * points);
  for (let i = 0; i < points; i++) {
    const k = i % keypoints.length;
    const animal = Math.floor(i / keypoints.length) % individuals.length;
    const t = Math.floor(i / keypoints.length / individuals.length);
    positions.set([100 * animal + 10 * t + k, -(100 * animal + 10 * t + k)], 2 * i);
  }
  positions.fill(NaN, 0, 2);
  return poseTrack({
    skeleton: skeleton(keypoints),
    individuals,
    positions,
    confidence: Float32Array.from({ length: points }, (_, i) => (i + 1) / (points + 1)),
    time: regularTime(frames, 30),
    provenance,
  });
}

it('gives the numbers of a track, and the video that it is of', async () => {
  const root = await projectWithVideo(testFolder(), frames);
  await writePose(join(root, 'tracks', 'walk.csv'), track(['individual']));
  await writePose(join(root, 'tracks', 'walkDLC_resnet50.h5'), track(['individual']));
  await writePose(join(root, 'tracks', 'elsewhere.csv'), track(['individual']));
  writeFileSync(join(root, 'tracks', 'broken.csv'), 'scorer,a\nbodyparts,nose\n');
  writeFileSync(join(root, 'tracks', 'notes.txt'), 'no track');
  const { ask, get } = await serve({ root });
  const { tracks, notes } = await get<ProjectOverview>('/api/project');
  expect(Object.fromEntries(tracks.map(({ id, video }) => [id, video]))).toEqual({
    'file-elsewhere.csv': undefined,
    'file-walk.csv': 'walk',
    'file-walkDLC_resnet50.h5': 'walk',
  });
  expect(notes.join('\n')).toMatch(/^The track broken\.csv cannot be shown/m);
  for (const { id } of tracks) {
    const overview = await get<TrackOverview>(`/api/tracks/${encodeURIComponent(id)}`);
    expect(overview).toMatchObject({ keypoints, frames, covariance: false });
    const bytes = await (await ask(`/api/tracks/${encodeURIComponent(id)}/values`)).arrayBuffer();
    expect(bytes.byteLength).toBe(frames * keypoints.length * 3 * 4);
    const { positions, confidence } = trackArrays(overview, bytes);
    expect(positions[0]).toBeNaN();
    for (let i = 1; i < frames * keypoints.length; i++) {
      const x = 10 * Math.floor(i / keypoints.length) + (i % keypoints.length);
      expect([...positions.subarray(2 * i, 2 * i + 2)]).toEqual([x, -x]);
      expect(confidence[i]).toBeCloseTo((i + 1) / (frames * keypoints.length + 1), 5);
    }
  }
});

it('gives each animal of a track apart', async () => {
  const root = await projectWithVideo(testFolder(), frames);
  await writePose(join(root, 'tracks', 'walk.csv'), track(['black', 'white']));
  const { ask, get } = await serve({ root });
  const { tracks } = await get<ProjectOverview>('/api/project');
  expect(tracks.map(({ name }) => name)).toEqual(['walk.csv, black', 'walk.csv, white']);
  for (const [animal, overview] of tracks.entries()) {
    const bytes = await (await ask(`/api/tracks/${encodeURIComponent(overview.id)}/values`)).arrayBuffer();
    const { positions } = trackArrays(overview, bytes);
    // Frame 2, the second keypoint.
    expect(positions[2 * (2 * keypoints.length + 1)]).toBe(100 * animal + 21);
  }
});

it('tells of the project while a large track is read, and of the track when it has come', async () => {
  const root = await projectWithVideo(testFolder(), frames);
  await writePose(join(root, 'tracks', 'walk.csv'), track(['individual'], 80_000));
  writeFileSync(join(root, 'tracks', 'broken.csv'), 'scorer,a\n'.padEnd(9 << 20, 'x,y\n'));
  const server = await serve({ root });
  const events = await listen(server);
  const first = await server.get<ProjectOverview>('/api/project');
  expect(first.tracks).toEqual([]);
  expect(first.notes).toContain('The track walk.csv is being read.');
  await events.until('project');
  await expect
    .poll(() => server.get<ProjectOverview>('/api/project').then(({ tracks }) => tracks), { timeout: 60_000 })
    .toMatchObject([{ id: 'file-walk.csv', frames: 80_000 }]);
  await expect
    .poll(() => server.get<ProjectOverview>('/api/project').then(({ notes }) => notes), { timeout: 60_000 })
    .toEqual([expect.stringMatching(/^The track broken\.csv cannot be shown/)]);
});

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writePose } from '../../src/formats/index.ts';
import { arm, loadPhysics } from '../../src/model/body/index.ts';
import { poseTrack } from '../../src/signal/pose.ts';
import { skeleton } from '../../src/signal/skeleton.ts';
import { regularTime } from '../../src/signal/time.ts';
import { Project } from '../../src/project/index.ts';
import { projectWithVideo, testFolder } from '../server/served.ts';
import { marey } from './marey.ts';
import { folderForAll } from './temporary.ts';

const folder = folderForAll();
const frames = 60;
const keypoints = [
  'sternum',
  'c7',
  'acromion',
  'deltoid_tip',
  'epicondyle_lateral',
  'epicondyle_medial',
  'radial_styloid',
  'ulnar_styloid',
  'knuckle_index',
  'knuckle_little',
];
/** Elbow flexion, rad, as it truly was. */
const elbow = Float64Array.from(
  { length: frames },
  (_, t) => 1.2 + 0.4 * Math.sin((2 * Math.PI * t) / frames),
);

beforeAll(async () => {
  const physics = await loadPhysics();
  using model = physics.compile(arm(), { name: 'arm' });
  using simulation = model.simulate();
  const { nq } = model.sizes;
  const hinge = model.joints.find((j) => j.name === 'elbow_flexion')!;
  const positions = new Float64Array(frames * keypoints.length * 3);
  for (let t = 0; t < frames; t++) {
    const qpos = Float64Array.from({ length: nq }, (_, k) => [0.7, 0.15, -0.1, 1.2, 0.3, 0, 0][k] ?? 0);
    qpos[hinge.position] = elbow[t];
    simulation.set('qpos', qpos);
    simulation.forward();
    const sites = simulation.get('site_xpos');
    keypoints.forEach((name, k) => {
      const site = model.index('sites', name);
      positions.set(sites.subarray(3 * site, 3 * site + 3), 3 * (t * keypoints.length + k));
    });
  }
  const track = poseTrack({
    skeleton: skeleton(keypoints, [], []),
    space: 3,
    unit: 'm',
    positions,
    time: regularTime(frames, 100),
    provenance: { step: 'test' },
  });
  await writePose(join(folder, 'arm.trc'), track);
});

describe('marey fit-body', () => {
  it('goes from points in space to joint angles, muscles and a report', async () => {
    const run = marey(folder, ['fit-body', 'arm.trc', '--body', 'arm', '--out', 'fitted']);
    expect(run.err).toMatch(/Fitted 60 frames/);
    expect(run.code).toBe(0);
    const out = (name: string): string => join(folder, 'fitted', name);
    const text = readFileSync(out('angles.mot'), 'utf8');
    const rows = text
      .slice(text.indexOf('endheader') + 10)
      .trim()
      .split('\n');
    const column = rows[0].trim().split(/\s+/).indexOf('elbow_flexion');
    rows.slice(1).forEach((row, t) => {
      const degrees = Number(row.trim().split(/\s+/)[column]);
      expect(Math.abs(degrees - (elbow[t] * 180) / Math.PI)).toBeLessThan(1);
    });
    expect(rows).toHaveLength(frames + 1);
    const page = readFileSync(out('report.html'), 'utf8');
    expect(page).toContain('Joint angles');
    expect(page).not.toMatch(/src="http|<script/);
    expect(existsSync(out('muscle-lengths.sto'))).toBe(true);
  });

  it("shows the body beside a project's video, and knows the project's videos", async () => {
    const root = await projectWithVideo(testFolder(), 4);
    const argv = ['fit-body', join(folder, 'arm.trc'), '--body', 'arm', '--out', 'fitted', '--project', root];
    expect(marey(root, [...argv, '--video', 'walk.mp4']).code).toBe(0);
    await using project = await Project.open(root, { readOnly: true });
    const body = await project.bodies.read('walk');
    expect(body).toMatchObject({
      frames,
      activity: { what: expect.stringContaining('static optimization') },
    });
    expect(body!.muscles.length).toBe(19);
    const wrong = marey(root, [...argv, '--video', 'other']);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringMatching(/no such video.*walk/s)]);
  });

  it.each([
    [
      ['fit-body', 'arm.trc', '--body', 'nobody', '--out', 'a'],
      /no body called "nobody".*planar-arm, arm, quadruped/s,
    ],
    [['fit-body', 'none.trc', '--body', 'arm', '--out', 'a'], /none\.trc.*no such file/s],
    [['fit-body', 'ragged.trc', '--body', 'arm', '--out', 'a'], /ragged\.trc/],
    [['fit-body', 'other.trc', '--body', 'arm', '--out', 'a'], /no marker for "elbow_of_another".*--rename/s],
  ])('%j says what is wrong and writes nothing', (argv, message) => {
    const lines = readFileSync(join(folder, 'arm.trc'), 'utf8').split('\n');
    writeFileSync(
      join(folder, 'ragged.trc'),
      lines.map((line, i) => (i === 9 ? line.split('\t').slice(0, 7).join('\t') : line)).join('\n'),
    );
    writeFileSync(
      join(folder, 'other.trc'),
      lines.map((line) => line.replace('epicondyle_lateral', 'elbow_of_another')).join('\n'),
    );
    const { code, err } = marey(folder, argv);
    expect(code).toBeGreaterThan(0);
    expect(err).toMatch(message);
    expect(existsSync(join(folder, 'a'))).toBe(false);
  });
});

/** A project of one hour: a low-resolution video, its track of 1.3 million points, 10 million samples and 200 units beside it. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { numberArray, writeArrays, writePose } from '../../src/formats/index.ts';
import { Random } from '../../src/math/random.ts';
import { openFrames } from '../../src/media/index.ts';
import { Project } from '../../src/project/index.ts';
import { poseTrack } from '../../src/signal/pose.ts';
import { skeleton } from '../../src/signal/skeleton.ts';
import { irregularTime } from '../../src/signal/time.ts';

export const [width, height, rate, seconds] = [320, 240, 30, 3600];
export const keypoints = Array.from({ length: 12 }, (_, k) => `point ${k + 1}`);
const samples = 10_000_000;
const units = 200;
const spikesOfUnit = 5000;

/** Makes it in `root` where it is not there yet; takes the `ffmpeg` program, 200 MB of disk and a minute or two. */
export async function hourProject(root: string): Promise<void> {
  if (existsSync(join(root, 'made'))) return;
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, 'videos'), { recursive: true });
  const [minute, video] = [join(root, 'minute.mp4'), join(root, 'videos', 'hour.mp4')];
  const ffmpeg = (...argv: string[]): void => void execFileSync('ffmpeg', ['-v', 'error', '-y', ...argv]);
  const source = `testsrc2=size=${width}x${height}:rate=${rate}:duration=60`;
  const encoding = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '60'];
  ffmpeg('-f', 'lavfi', '-i', source, ...encoding, minute);
  ffmpeg('-stream_loop', `${seconds / 60 - 1}`, '-i', minute, '-c', 'copy', video);
  rmSync(minute);
  await using project = await Project.create(root, { name: 'hour', skeleton: skeleton(keypoints) });
  await project.addVideos([video]);
  await using frames = await openFrames(video);
  await writeTrack(join(root, 'tracks', 'hour.csv'), frames.info.times);
  await writeRecorded(project);
  mkdirSync(join(root, 'made'));
}

async function writeTrack(path: string, times: Float64Array): Promise<void> {
  const random = new Random(1);
  const points = times.length * keypoints.length;
  const positions = new Float32Array(2 * points);
  for (let i = 0; i < points; i++) {
    const [t, k] = [Math.floor(i / keypoints.length), i % keypoints.length];
    positions[2 * i] = width / 2 + 80 * Math.cos(t / 200) + 4 * k + random.normal() * 0.3;
    positions[2 * i + 1] = height / 2 + 60 * Math.sin(t / 170) + 4 * k + random.normal() * 0.3;
  }
  const track = poseTrack({
    skeleton: skeleton(keypoints),
    positions,
    confidence: Float32Array.from({ length: points }, () => 0.8 + 0.2 * random.uniform()),
    time: irregularTime(times),
    provenance: { step: 'bench' },
  });
  await writePose(path, track);
}

async function writeRecorded(project: Project): Promise<void> {
  const random = new Random(2);
  const emg = Float32Array.from({ length: samples }, (_, i) => Math.sin(i / 5e4) + random.uniform());
  const spikes = Array.from({ length: units }, (_, u) => {
    const times = Float64Array.from({ length: spikesOfUnit }, () => random.uniform() * seconds);
    return [`unit ${u + 1}`, numberArray(times.sort())] as const;
  });
  const path = (name: string): string => join(project.root, name);
  await writeArrays(path('emg.npz'), { triceps: numberArray(emg) });
  await writeArrays(path('units.npz'), Object.fromEntries(spikes));
  await project.addData('hour', {
    path: path('emg.npz'),
    kind: 'signal',
    unit: 'mV',
    rate: samples / seconds,
  });
  await project.addData('hour', { path: path('units.npz'), kind: 'spikes' });
}

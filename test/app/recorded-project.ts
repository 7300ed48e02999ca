/** A project whose recording has a short video and much beside it; a real server shows it with the built page. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { numberArray, writeArrays, type NamedArrays } from '../../src/formats/index.ts';
import { Random } from '../../src/math/random.ts';
import { Project, type DataFile } from '../../src/project/index.ts';
import { projectWithVideo } from '../server/served.ts';

/** The video's frames, 30 a second. */
export const frames = 300;
export const emgRate = 20_000;
export const emgSamples = 200_000;
/** One sample, 20 times as high as the noise around it. */
export const planted = 123_457;
export const unitCount = 200;

/** Makes it in `folder`; returns its root. */
export async function recordedProject(folder: string): Promise<string> {
  const root = await projectWithVideo(folder, frames);
  const random = new Random(7);
  const emg = Float32Array.from(
    { length: emgSamples },
    (_, i) => 0.3 * Math.sin(i / 4000) + 0.2 * random.normal(),
  );
  emg[planted] = 20;
  emg.fill(NaN, 40_000, 60_000);
  const imu = Object.fromEntries(
    ['x', 'y', 'z'].map((axis, a) => [
      axis,
      numberArray(Float64Array.from({ length: 1000 }, (_, i) => 9.81 * Math.sin(i / (20 + 9 * a)))),
    ]),
  );
  const units: NamedArrays = Object.fromEntries(
    Array.from({ length: unitCount }, (_, u) => {
      const times = Float64Array.from(
        { length: 60 + u },
        () => 10 * random.uniform() ** (1 + (u % 5) / 6),
      ).sort();
      return [`unit ${u}`, numberArray(times)];
    }),
  );
  await writeArrays(join(root, 'emg.npz'), { triceps: numberArray(emg) });
  await writeArrays(join(root, 'imu.mat'), imu);
  await writeArrays(join(root, 'units.npz'), units);
  const bouts = ['start,end,behavior'];
  for (let t = 0.1; t < 9.5; t += 0.4 + random.uniform()) {
    bouts.push(`${t},${t + 0.3 + 0.2 * random.uniform()},${['walk', 'rear', 'groom'][random.integer(3)]}`);
  }
  writeFileSync(join(root, 'behavior.csv'), bouts.join('\n'));
  writeFileSync(join(root, 'stimuli.csv'), 'onset\n1\n2.5\n4\n5.5\n7\n8.5\n');
  writeFileSync(join(root, 'milliseconds.csv'), 'unit,t\na,500\na,7500\nb,1\n');
  writeFileSync(join(root, 'unsorted.csv'), 'unit,t\na,2\na,1\n');
  const files: DataFile[] = [
    { path: 'emg.npz', kind: 'signal', name: 'EMG', unit: 'mV', rate: emgRate },
    { path: 'imu.mat', kind: 'signal', name: 'IMU', unit: 'm/s^2', rate: 100 },
    { path: 'units.npz', kind: 'spikes', name: 'M1' },
    { path: 'behavior.csv', kind: 'events' },
    { path: 'stimuli.csv', kind: 'events', name: 'light' },
    { path: 'milliseconds.csv', kind: 'spikes', name: 'other clock' },
    { path: 'unsorted.csv', kind: 'spikes' },
    { path: 'gone.csv', kind: 'signal', rate: 10 },
    { path: 'stimuli.csv', kind: 'signal', name: 'odd unit', unit: 'furlong', rate: 1 },
  ];
  await using project = await Project.open(root);
  for (const file of files) await project.addData('walk', { ...file, path: join(root, file.path) });
  return root;
}

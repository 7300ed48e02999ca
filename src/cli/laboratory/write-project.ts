import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePose, writeTable } from '../../formats/index.ts';
import { table, type Column } from '../../formats/table.ts';
import type { Film, Laboratory, Session } from '../../lab/index.ts';
import { encodePng, openVideoWriter } from '../../media/index.ts';
import { Project } from '../../project/index.ts';
import type { Clock } from '../../signal/clock.ts';
import { soleIndividual, type LabeledFrame } from '../../signal/labels.ts';
import { Recording } from '../../signal/recording.ts';
import { serialize } from '../../signal/serialize.ts';
import type { Signal } from '../../signal/signal.ts';
import { timesOf } from '../../signal/time.ts';
import type { Context } from '../command.ts';
import type { Aligned } from './align.ts';

export interface WriteOptions {
  /** How many frames of each camera are labeled from the truth. */
  readonly labeled: number;
}

/**
 * Writes an experiment as a project: videos, what the devices recorded (their own times, with the clocks that were found), labels of some frames,
 * and the truth in a folder of its own:
 *
 *     videos/camera-1.mp4        data/camera-1-frames.csv (number, device time)      data/calibration.json
 *     data/emg.parquet           data/spikes.csv      data/stimuli.csv               data/sync-<device>.csv
 *     truth/truth.marey          truth/camera-1.csv   truth/neurons.json             truth/clocks.json
 */
export async function writeLaboratory(
  root: string,
  lab: Laboratory,
  session: Session,
  films: readonly Film[],
  aligned: readonly Aligned[],
  { labeled }: WriteOptions,
  context: Context,
): Promise<void> {
  const { experiment, settings } = lab;
  const name = experiment.name;
  await using project = await Project.create(root, { name, skeleton: experiment.skeleton });
  for (const folder of ['videos', 'data', 'truth', join('cache', 'labeled')]) {
    await mkdir(join(root, folder), { recursive: true });
  }
  const videos: string[] = [];
  for (const film of films) videos.push(await writeVideo(root, film, settings.frameRate, context));
  const data = await writeDevices(root, session, aligned);
  await writeTruth(root, lab, session, films);
  if (films.length > 0 && labeled > 0) {
    const frames: LabeledFrame[] = [];
    for (const [i, film] of films.entries())
      frames.push(...(await labelsOf(root, film, videos[i], name, labeled)));
    await project.importLabels(
      {
        skeleton: experiment.skeleton,
        individuals: [soleIndividual],
        frames,
        root,
        notes: [],
        provenance: lab.provenance,
      },
      { by: 'lab' },
    );
  }
  await project.editConfig(({ recordings }) => {
    const at = recordings.findIndex((r) => r.name === name);
    const entry = { name, videos, data };
    return at < 0 ? [[['recordings'], [...recordings, entry]]] : [[['recordings', at], entry]];
  });
}

const fileName = (name: string): string => name.replaceAll(' ', '-');

async function writeVideo(
  root: string,
  film: Film,
  framesPerSecond: number,
  { console, signal }: Context,
): Promise<string> {
  const { width, height, name } = film.camera;
  const path = `videos/${fileName(name)}.mp4`;
  await using writer = await openVideoWriter(join(root, path), { width, height, framesPerSecond });
  for (let index = 0; index < film.frameCount; index++) {
    signal.throwIfAborted();
    if (index % 20 === 0) console.progress({ what: `Filming, ${name}`, fraction: index / film.frameCount });
    await writer.write(film.frame(index));
  }
  await writer.close();
  return path;
}

/** Frames spread evenly over the film, with their true points as a careful person would place them. */
async function labelsOf(
  root: string,
  film: Film,
  video: string,
  recording: string,
  count: number,
): Promise<LabeledFrame[]> {
  const frames: LabeledFrame[] = [];
  const n = film.pose.skeleton.keypoints.length;
  const { width, height } = film.camera;
  const wanted = Math.min(count, film.frameCount);
  for (let k = 0; k < wanted; k++) {
    const frame = Math.floor(((k + 0.5) * film.frameCount) / wanted);
    const image = `cache/labeled/${fileName(film.camera.name)}-${String(frame).padStart(6, '0')}.png`;
    await writeFile(join(root, image), await encodePng(film.frame(frame)));
    const points = film.pose.skeleton.keypoints.map((_, p) => {
      const [x, y] = [0, 1].map((c) => film.pose.positions.at(frame, 0, p, c));
      const inside = x >= 0 && y >= 0 && x <= width - 1 && y <= height - 1;
      const visibility = film.visible[frame * n + p] ? ('visible' as const) : ('occluded' as const);
      return inside ? { x, y, visibility } : null;
    });
    frames.push({
      picture: { image, video, frame },
      recording,
      instances: [{ individual: soleIndividual, points }],
    });
  }
  return frames;
}

/** Writes what the devices have, and returns their entries for `marey.yaml`. */
async function writeDevices(root: string, session: Session, aligned: readonly Aligned[]): Promise<object[]> {
  const clockCalled = (name: string): Clock => aligned.find((a) => a.name === name)!.clock;
  const path = (file: string): string => join(root, 'data', file);
  for (const { name, frameNumbers, timestamps, strobes } of session.cameras) {
    await writeTable(
      path(`${fileName(name)}-frames.csv`),
      table([
        { name: 'frame_number', values: Float64Array.from(frameNumbers) },
        { name: 'time', values: timestamps },
      ]),
    );
    await writeTable(path(`${fileName(name)}-strobes.csv`), table([{ name: 'time', values: strobes }]));
  }
  await writeTable(path('sync-master.csv'), table([{ name: 'time', values: session.edges }]));
  const entries: object[] = [];
  const [first] = session.cameras;
  /** Pairs of device time and time of the first camera's video, at the knots of the device's clock. */
  const pairs = (device: string): object => {
    if (!first) return {};
    const { device: own, master } = clockCalled(device);
    const video = clockCalled(first.name);
    return {
      clock: Array.from(own, (t, k) => [t, video.toDevice(master[k]) - first.timestamps[0]]),
    };
  };
  for (const { name, edges, signals, spikes, events } of session.devices) {
    await writeTable(path(`sync-${fileName(name)}.csv`), table([{ name: 'time', values: edges! }]));
    for (const signal of signals) {
      await writeTable(path(`${signal.name}.parquet`), table(columnsOf(signal)));
      entries.push({
        path: `data/${signal.name}.parquet`,
        kind: 'signal',
        unit: signal.unit,
        time: 'time',
        ...pairs(name),
      });
    }
    for (const train of spikes) {
      const rows = train.units.flatMap((unit) => Array.from(train.unit(unit), (t) => ({ unit, t })));
      if (rows.length === 0) continue;
      await writeTable(
        path('spikes.csv'),
        table([
          { name: 'time', values: Float64Array.from(rows, (r) => r.t) },
          { name: 'unit', values: rows.map((r) => r.unit) },
        ]),
      );
      entries.push({ path: 'data/spikes.csv', kind: 'spikes', ...pairs(name) });
    }
    for (const list of events) {
      if (list.count === 0) continue;
      await writeTable(
        path(`${list.name}.csv`),
        table([
          { name: 'onset', values: list.starts },
          { name: 'label', values: list.labels },
        ]),
      );
      entries.push({
        path: `data/${list.name}.csv`,
        kind: 'events',
        time: 'onset',
        label: 'label',
        ...pairs(name),
      });
    }
  }
  return entries;
}

function columnsOf(signal: Signal): Column[] {
  const values = signal.contiguous();
  const [count, channels] = signal.shape;
  return [
    { name: 'time', values: timesOf(signal.time!) },
    ...Array.from({ length: channels }, (_, c) => ({
      name: signal.dimensions[1].labels![c],
      values: Float64Array.from({ length: count }, (_v, t) => values[t * channels + c]),
    })),
  ];
}

async function writeTruth(
  root: string,
  lab: Laboratory,
  session: Session,
  films: readonly Film[],
): Promise<void> {
  const { truth, experiment, settings, provenance, driver } = lab;
  const path = (file: string): string => join(root, 'truth', file);
  const recording = new Recording({
    name: `true ${experiment.name}`,
    subject: { id: 'simulated', species: experiment.species },
    signals: [
      truth.jointAngles,
      truth.markers.positions,
      truth.activations,
      truth.muscleLengths,
      truth.muscleVelocities,
      truth.forces,
      truth.primaries,
      truth.secondaries,
      truth.tendonOrgans,
    ],
    events: [truth.events],
    notes: { settings: { ...settings, driver: driver.name } },
    provenance,
  });
  await writeFile(path('truth.marey'), serialize('Recording', recording));
  const json = async (file: string, value: unknown): Promise<void> =>
    writeFile(file, `${JSON.stringify(value, undefined, 1)}\n`);
  for (const film of films) await writePose(path(`${fileName(film.camera.name)}.csv`), film.pose);
  // What a calibration would find; the cameras are known here.
  await json(
    join(root, 'data', 'calibration.json'),
    films.map(({ camera }) => ({
      ...camera,
      rotation: Array.from(camera.rotation),
      translation: Array.from(camera.translation),
    })),
  );
  await json(
    path('neurons.json'),
    session.neurons.map(({ name, hypothesis, variables, weights }) => ({
      name,
      hypothesis,
      weights: Object.fromEntries(variables.map((v, c) => [v, weights[c]]).filter(([, w]) => w !== 0)),
    })),
  );
  await json(
    path('clocks.json'),
    [...session.cameras, ...session.devices].map(({ name, trueClock: { device, master } }) => ({
      name,
      device: Array.from(device),
      master: Array.from(master),
    })),
  );
  await json(path('stimuli.json'), Array.from(session.stimuli));
}

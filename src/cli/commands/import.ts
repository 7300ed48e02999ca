import { resolve } from 'node:path';
import { z } from 'zod';
import {
  dataFileSchema,
  dataName,
  importProject,
  Project,
  readRecorded,
  recordedWords,
  type DataFile,
} from '../../project/index.ts';
import { UsageError } from '../../signal/error.ts';
import { command } from '../command.ts';
import type { Console } from '../console.ts';

export const importCommand = command({
  positionals: [{ name: 'PATH', description: 'the project folder or label file', required: true }],
  options: z.object({
    to: z.string().optional().describe('the Marey project to put them in; made where there is none'),
    format: z.string().optional().describe('the format, where it is not recognized'),
    as: z
      .enum(['signal', 'events', 'spikes', 'recording'])
      .optional()
      .describe(
        "what was recorded beside a video: signal, events, spikes, or a recording in Marey's own form",
      ),
    recording: z
      .string()
      .optional()
      .describe('with --as: the recording that it belongs to (default: the only one)'),
    name: z.string().optional().describe('with --as: what it is called'),
    unit: z.string().optional().describe('with --as signal: the unit of its values, for instance mV'),
    rate: z.coerce
      .number()
      .positive()
      .optional()
      .describe('with --as: samples a second, where the file has no times'),
    offset: z.coerce.number().optional().describe("with --as: the videos' time at the file's time zero, s"),
    channels: z.string().optional().describe('with --as: columns or arrays to take, separated by commas'),
    time: z.string().optional().describe('with --as: the column or array of the times'),
    timeUnit: z
      .enum(['s', 'ms', 'us', 'min', 'sample'])
      .optional()
      .describe('with --as: what the times count (default s)'),
  }),
  details: `Pictures are copied into the project. Done again, it changes nothing. With --as the file stays where it is: it is read once,
to see that it can be, and listed in marey.yaml under its recording ("data"), where more can be said of it.

Examples:
  marey import my-dlc-project --to mouse
  marey import labels.slp --to mouse
  marey import emg.csv --as signal --unit mV --rate 2000 --offset 1.25
  marey import units.mat --as spikes --time-unit ms --recording day1`,
  async run({ PATH }, options, { cwd, console }) {
    const from = resolve(cwd, PATH[0]);
    const root = resolve(cwd, options.to ?? options.project ?? '.');
    if (options.as !== undefined) return importData(from, root, dataFileOf(from, options), options, console);
    const {
      project: imported,
      videos,
      ...report
    } = await importProject(from, root, {
      format: options.format,
    });
    await using project = imported;
    const notes = [
      ...report.notes,
      ...videos.map((path) => `${path} was listed in marey.yaml for "marey run"; it stays where it is.`),
    ];
    for (const note of notes) console.warn(note);
    return {
      project: root,
      frames: report.frames,
      points: report.points,
      replaced: report.replaced,
      pictures: report.pictures,
      bytes: report.bytes,
      keypoints: project.config.skeleton.keypoints,
      videos,
      notes,
    };
  },
  print({ project, frames, points, pictures, keypoints, data }, console) {
    if (data !== undefined) {
      for (const line of data as readonly string[]) console.line(line);
      console.line('Next: marey open');
      return;
    }
    console.line(`${String(frames)} labeled frames with ${String(points)} points are in ${String(project)}.`);
    console.line(
      `${String(pictures)} pictures copied. Keypoints: ${(keypoints as readonly string[]).join(', ')}.`,
    );
    console.line('Next: marey train');
  },
});

interface DataOptions {
  readonly as?: 'signal' | 'events' | 'spikes' | 'recording';
  readonly name?: string;
  readonly unit?: string;
  readonly rate?: number;
  readonly offset?: number;
  readonly channels?: string;
  readonly time?: string;
  readonly timeUnit?: DataFile['timeUnit'];
}

function dataFileOf(path: string, options: DataOptions): DataFile {
  const { as, name, unit, rate, offset, channels, time, timeUnit } = options;
  const said = {
    path,
    kind: as === 'recording' ? undefined : as,
    name,
    unit,
    channels: channels
      ?.split(',')
      .map((channel) => channel.trim())
      .filter(Boolean),
    time,
    timeUnit,
    rate,
    offsetSeconds: offset,
  };
  return dataFileSchema.parse(Object.fromEntries(Object.entries(said).filter(([, v]) => v !== undefined)));
}

async function importData(
  path: string,
  root: string,
  file: DataFile,
  { recording }: { readonly recording?: string },
  console: Console,
): Promise<Record<string, unknown>> {
  const read = await readRecorded(path, file);
  await using project = await Project.open(root);
  const names = project.config.recordings.map((r) => r.name);
  if (recording === undefined && names.length !== 1) {
    throw new UsageError('it is not said to which recording this belongs', {
      where: 'marey import --as',
      expected:
        names.length === 0 ? '--recording with a new name' : `--recording with one of ${names.join(', ')}`,
    });
  }
  const belongs = recording ?? names[0];
  await project.addData(belongs, file);
  for (const warning of read.warnings) console.warn(warning);
  return {
    project: root,
    recording: belongs,
    name: dataName(file),
    data: recordedWords(read),
    notes: read.warnings,
  };
}

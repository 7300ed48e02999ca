import { resolve } from 'node:path';
import { z } from 'zod';
import { importProject } from '../../project/index.ts';
import { command } from '../command.ts';

export const importCommand = command({
  positionals: [{ name: 'PATH', description: 'the project folder or label file', required: true }],
  options: z.object({
    to: z.string().optional().describe('the Marey project to put them in; made where there is none'),
    format: z.string().optional().describe('the format, where it is not recognized'),
  }),
  details: `Pictures are copied into the project. Done again, it changes nothing.

Examples:
  marey import my-dlc-project --to mouse
  marey import labels.slp --to mouse`,
  async run({ PATH }, options, { cwd, console }) {
    const from = resolve(cwd, PATH[0]);
    const root = resolve(cwd, options.to ?? options.project ?? '.');
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
  print({ project, frames, points, pictures, keypoints }, console) {
    console.line(`${String(frames)} labeled frames with ${String(points)} points are in ${String(project)}.`);
    console.line(
      `${String(pictures)} pictures copied. Keypoints: ${(keypoints as readonly string[]).join(', ')}.`,
    );
    console.line('Next: marey train');
  },
});

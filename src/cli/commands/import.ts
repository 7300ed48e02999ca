import { basename, resolve } from 'node:path';
import { z } from 'zod';
import { readLabels } from '../../formats/index.ts';
import { isProject, Project } from '../../project/index.ts';
import { command } from '../command.ts';

export const importCommand = command({
  name: 'import',
  summary: 'takes over labels: a DeepLabCut, SLEAP or Lightning Pose project, COCO keypoints',
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
    const labels = await readLabels(from, { format: options.format });
    await using project = (await isProject(root))
      ? await Project.open(root)
      : await Project.create(root, { name: basename(root) });
    const report = await project.importLabels(labels);
    for (const note of report.notes) console.warn(note);
    return {
      project: root,
      frames: report.frames,
      points: report.points,
      replaced: report.replaced,
      pictures: report.pictures,
      bytes: report.bytes,
      keypoints: project.config.skeleton.keypoints,
      notes: report.notes,
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

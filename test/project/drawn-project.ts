/** A small project of drawn animals on disk, with a folder of pictures that counts as a video. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePng } from '../../src/media/index.ts';
import { Project } from '../../src/project/index.ts';
import { drawnLabels, height, width } from '../measure/pose/drawn-animals.ts';

export interface DrawnProjectOptions {
  readonly labeled: number;
  /** Pictures of the video `walk`; none by default. */
  readonly video?: number;
}

/** Makes the project in `root`. The caller disposes it. */
export async function drawnProject(
  root: string,
  { labeled, video = 0 }: DrawnProjectOptions,
): Promise<Project> {
  const { labels, drawn } = drawnLabels(labeled, 1);
  const from = join(root, 'from');
  mkdirSync(from, { recursive: true });
  for (const [i, { data }] of drawn.entries())
    writeFileSync(join(from, `${i}.png`), await encodePng({ width, height, channels: 1, data }));
  const project = await Project.create(join(root, 'project'), { name: 'drawn' });
  await project.importLabels({ ...labels, root: from });
  if (video > 0) {
    const folder = join(project.root, 'videos', 'walk');
    mkdirSync(folder, { recursive: true });
    for (const [i, { data }] of drawnLabels(video, 2).drawn.entries())
      writeFileSync(join(folder, `${100 + i}.png`), await encodePng({ width, height, channels: 1, data }));
    await project.addVideos([folder]);
  }
  return project;
}

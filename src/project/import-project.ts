import { basename, join } from 'node:path';
import { isVideoName, readLabels } from '../formats/index.ts';
import { exists, namesIn } from './folder.ts';
import type { ImportReport } from './import-labels.ts';
import { isProject, Project } from './project.ts';

export interface ImportedProject extends ImportReport {
  /** Open for writing; the caller disposes it. */
  readonly project: Project;
  /** Videos that were found beside the labels and listed in `marey.yaml`; they stay where they are. */
  readonly videos: readonly string[];
}

/**
 * Takes over the labels at `from` (another tool's project or a file) and the videos beside them into the project in `root`, which
 * is made where there is none. Done again, it changes nothing. Throws what reading labels and opening projects throw.
 */
export async function importProject(
  from: string,
  root: string,
  { format }: { readonly format?: string } = {},
): Promise<ImportedProject> {
  const labels = await readLabels(from, { format });
  const project = (await isProject(root))
    ? await Project.open(root)
    : await Project.create(root, { name: basename(root) });
  try {
    const report = await project.importLabels(labels);
    const videos = await project.addVideos(await videosBeside(from));
    return { ...report, project, videos };
  } catch (error) {
    await project[Symbol.asyncDispose]();
    throw error;
  }
}

/** The videos in the folder `videos` of another tool's project, where it has one. */
async function videosBeside(from: string): Promise<string[]> {
  const folder = join(from, 'videos');
  if (!(await exists(folder))) return [];
  return (await namesIn(folder)).filter(isVideoName).map((name) => join(folder, name));
}

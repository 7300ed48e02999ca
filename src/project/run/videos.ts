import { basename, extname } from 'node:path';
import type { Project, ProjectVideo } from '../project.ts';

/** A video with the name that its results go by. */
export interface NamedVideo extends ProjectVideo {
  readonly name: string;
}

/** The videos that `marey.yaml` lists; those with one file name in several recordings are told apart by the recording. */
export async function namedVideos(project: Project): Promise<NamedVideo[]> {
  const videos = await project.videos();
  const bare = videos.map(({ path }) => basename(path, extname(path)));
  const taken = new Set<string>();
  return videos.map((video, i) => {
    const twice = bare.filter((name) => name === bare[i]).length > 1;
    const wanted = (twice ? `${video.recording}-${bare[i]}` : bare[i]).replaceAll(/[^\p{L}\p{N}_ .-]/gu, '-');
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}-${n}`;
    taken.add(name);
    return { ...video, name };
  });
}

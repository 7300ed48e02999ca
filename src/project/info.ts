import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../signal/provenance.ts';
import { lockHolder } from './lock.ts';
import { readManifest } from './manifest.ts';
import type { Project } from './project.ts';
import { bytesBelow } from './size.ts';

export interface ModelInfo {
  readonly name: string;
  readonly key: string;
  /** When the name was given, ISO 8601. */
  readonly at: string;
  /** The step that made it and its options; undefined where the output is gone. */
  readonly op?: string;
  readonly params?: { readonly [name: string]: Json };
}

/** What is in a project: a plain object, as `marey info --json` prints it. */
export interface ProjectInfo {
  readonly root: string;
  readonly name: string;
  readonly keypoints: readonly string[];
  readonly individuals: readonly string[];
  readonly recordings: readonly {
    readonly name: string;
    readonly videos: readonly { readonly path: string; readonly found: boolean; readonly bytes: number }[];
    readonly labeledFrames: number;
  }[];
  readonly labels: {
    readonly frames: number;
    readonly instances: number;
    readonly points: number;
    readonly occluded: number;
    /** Records in the journal. */
    readonly records: number;
    /** Damaged places of the journal. */
    readonly problems: number;
  };
  readonly models: readonly ModelInfo[];
  /** The model that was named last. */
  readonly lastTraining?: ModelInfo;
  readonly outputs: number;
  /** Runs of training that were not finished. */
  readonly unfinishedRuns: readonly string[];
  /** Sizes by folder, bytes. */
  readonly bytes: { readonly [folder: string]: number };
  /** Who is writing to it now. */
  readonly writer?: { readonly pid: number; readonly host: string };
  /** What a person should hear, for instance that a video was found elsewhere. */
  readonly notes: readonly string[];
}

export async function projectInfo(project: Project): Promise<ProjectInfo> {
  const { config, labels, layout, root } = project;
  const videos = await project.videos();
  const frames = labels.keys().map((key) => labels.frame(key)!);
  const animals = frames.flatMap((f) => [...f.instances.values()]);
  const points = animals.flatMap((a) => [...a.values()]);
  const recordings = [];
  for (const { name } of config.recordings) {
    const own = [];
    for (const { recording, path, found } of videos) {
      if (recording === name) own.push({ path, found, bytes: found ? (await stat(path)).size : 0 });
    }
    recordings.push({
      name,
      videos: own,
      labeledFrames: frames.filter((f) => f.recording === name).length,
    });
  }
  const models = await modelsOf(project);
  const { labels: journal, pictures, objects, checkpoints, tracks, cache, logs } = layout;
  const folders = {
    labels: journal,
    pictures,
    objects,
    models: layout.models,
    results: layout.results,
    checkpoints,
    tracks,
    cache,
    logs,
  };
  const bytes: { [folder: string]: number } = {};
  for (const [name, folder] of Object.entries(folders)) bytes[name] = await bytesBelow(folder);
  const writer = await lockHolder(layout.lock);
  return {
    root,
    name: config.name,
    keypoints: config.skeleton.keypoints,
    individuals: config.individuals,
    recordings,
    labels: {
      frames: frames.length,
      instances: animals.length,
      points: points.length,
      occluded: points.filter((p) => p.visibility === 'occluded').length,
      records: labels.recordCount,
      problems: labels.problems.filter((p) => p.kind === 'damaged').length,
    },
    models,
    lastTraining: models.reduce<ModelInfo | undefined>(
      (a, b) => (a === undefined || b.at > a.at ? b : a),
      undefined,
    ),
    outputs: (await project.outputs.keys()).length,
    unfinishedRuns: (await project.checkpoints.runs()).filter((run) => !run.endsWith('-curve')),
    bytes,
    ...(writer === undefined ? {} : { writer: { pid: writer.pid, host: writer.host } }),
    notes: videos.flatMap((v) => v.note ?? []),
  };
}

async function modelsOf({ models, outputs, layout }: Project): Promise<ModelInfo[]> {
  const found: ModelInfo[] = [];
  for (const name of await models.names()) {
    const key = await models.get(name);
    const at = (await stat(join(layout.models, `${name}.json`))).mtime.toISOString();
    const manifest = await readManifest(outputs.folderOf(key));
    const made =
      typeof manifest === 'object' ? { op: manifest.recipe.op, params: manifest.recipe.params } : {};
    found.push({ name, key, at, ...made });
  }
  return found;
}

import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { InputError } from '../signal/error.ts';
import type { LabeledFrame, LabelSet } from '../signal/labels.ts';
import { folderNameOf, type Config } from './config.ts';
import { baseName, frameKey, labelsIn, type Edit, type FrameLabels } from './edits.ts';
import { exists } from './folder.ts';
import { nearest } from './nearest.ts';
import { isAbsoluteAnywhere, projectPath } from './paths.ts';
import { bytesToCopy, copyPicture, wouldCopy } from './pictures.ts';
import { requireSpace } from './space.ts';

export interface ImportReport {
  readonly frames: number;
  /** Frames that had other labels, which the set's labels replaced. The journal keeps what they were. */
  readonly replaced: number;
  /** Points that are placed, over all frames and animals. */
  readonly points: number;
  /** Pictures that were copied into the project now, and their size. */
  readonly pictures: number;
  readonly bytes: number;
  /** What the reader of the format and this import had to decide, in words. */
  readonly notes: readonly string[];
}

/** What an import would do, before it is done. */
export interface ImportPreview extends ImportReport {
  /** Frames that are labeled here in the very same way. */
  readonly same: number;
  /** What of `marey.yaml` it would change, in words. */
  readonly changes: readonly string[];
}

export function previewOf({ edits, changes, report }: ImportPlan, config: Config): ImportPreview {
  const words = changes(config).flatMap(([path, value]): string[] => {
    switch (path.join('.')) {
      case 'skeleton.keypoints':
        return [`The skeleton becomes that of the file: ${(value as string[]).join(', ')}.`];
      case 'skeleton.edges':
      case 'skeleton.symmetries':
        return [];
      case 'individuals':
        return [`The animals become ${(value as string[]).join(', ')}.`];
      default:
        return [
          typeof value === 'object' && value !== null && 'name' in value
            ? `A recording is added: ${String(value.name)}.`
            : `Videos are added to a recording: ${(value as string[]).map(baseName).join(', ')}.`,
        ];
    }
  });
  return { ...report, same: report.frames - edits.length, changes: words };
}

type ConfigChange = readonly [path: readonly (string | number)[], value: unknown];

export interface ImportPlan {
  readonly edits: readonly Edit[];
  readonly changes: (config: Config) => ConfigChange[];
  readonly report: ImportReport;
}

/**
 * What an import of `set` into the project at `root` does: copies the pictures, and returns the edits of the labels and the
 * changes of `marey.yaml`. Done again, it changes nothing. An empty project takes the skeleton and the animals of the set;
 * another one must have all its keypoints.
 *
 * @param options.isPreview pictures are only looked at: nothing at all is changed.
 *
 * Throws `InputError` where a picture is missing or the keypoints do not fit, `MachineError` where the disk has too little room for
 * the pictures: nothing is changed then.
 */
export async function planImport(
  root: string,
  config: Config,
  labels: { frame(key: string): FrameLabels | undefined },
  set: LabelSet,
  { isPreview = false }: { readonly isPreview?: boolean } = {},
): Promise<ImportPlan> {
  const copyOf = isPreview ? wouldCopy : copyPicture;
  checkKeypoints(config, set);
  const images = set.frames.flatMap(({ picture: { image }, recording }) =>
    image === undefined ? [] : [{ recording: folderNameOf(recording), from: resolve(set.root, image) }],
  );
  await requireSpace(resolve(root, 'pictures'), await bytesToCopy(root, images), 'the labeled pictures');
  const notes = [...set.notes];
  const edits: Edit[] = [];
  const individuals = new Set<string>();
  let replaced = 0;
  const videos = new Map<string, Set<string>>();
  let points = 0;
  let pictures = 0;
  let bytes = 0;
  for (const frame of set.frames) {
    const { image, video } = frame.picture;
    const recording = folderNameOf(frame.recording);
    const picture = { ...frame.picture };
    if (!videos.has(recording)) videos.set(recording, new Set());
    if (image !== undefined) {
      const copy = await copyOf(root, recording, resolve(set.root, image));
      picture.image = copy.image;
      if (copy.copied) {
        pictures++;
        bytes += copy.bytes;
      }
    }
    if (video !== undefined) {
      picture.video = baseName(video);
      videos.get(recording)!.add(await videoPath(root, set.root, video));
    }
    const key = frameKey(recording, picture);
    const instances = instancesOf(frame, set, key, notes);
    points += instances.reduce((sum, i) => sum + i.points.length, 0);
    for (const i of instances) individuals.add(i.individual);
    const edit: Edit = { op: 'frame', frame: key, recording, picture, instances };
    const before = labels.frame(key);
    if (before !== undefined && isDeepStrictEqual(before, labelsIn(edit))) continue;
    if (before !== undefined && before.instances.size > 0) replaced++;
    edits.push(edit);
  }
  if (replaced > 0)
    notes.push(
      `The labels of ${replaced} frames ${isPreview ? 'are other ones now and are' : 'were other ones before and were'} replaced.`,
    );
  if (pictures > 0)
    notes.push(
      `${pictures} pictures (${(bytes / 1e6).toFixed(1)} MB) ${isPreview ? 'are' : 'were'} copied into the project.`,
    );
  const report = { frames: set.frames.length, replaced, points, pictures, bytes, notes };
  return { edits, changes: (now) => configChanges(now, set, [...individuals], videos), report };
}

function checkKeypoints(config: Config, set: LabelSet): void {
  const known = config.skeleton.keypoints;
  if (known.length === 0) return;
  const unknown = set.skeleton.keypoints.filter((k) => !known.includes(k));
  if (unknown.length === 0) return;
  const guess = nearest(unknown[0], known, (near) => `Did you mean "${near}"?`);
  throw new InputError(`the labels have keypoints that the project does not know: ${unknown.join(', ')}`, {
    where: set.root,
    expected: `keypoints among ${known.join(', ')}`,
    fix: `${guess ?? ''} Add them to skeleton.keypoints in marey.yaml, or import into a new project.`.trim(),
  });
}

function instancesOf(
  frame: LabeledFrame,
  set: LabelSet,
  key: string,
  notes: string[],
): Extract<Edit, { op: 'frame' }>['instances'][number][] {
  const taken = new Set<string>();
  return frame.instances.map(({ individual, points }) => {
    const name = firstFree(individual, [...set.individuals], taken);
    taken.add(name);
    if (name !== individual) notes.push(`${key} has "${individual}" twice; the second became "${name}".`);
    return {
      individual: name,
      points: points.flatMap((p, k): [string, number, number, 'visible' | 'occluded'][] => {
        if (p === null) return [];
        const keypoint = set.skeleton.keypoints[k];
        if (Number.isFinite(p.x) && Number.isFinite(p.y)) return [[keypoint, p.x, p.y, p.visibility]];
        throw new InputError(`"${keypoint}" of "${individual}" has no place`, {
          where: key,
          expected: 'two numbers, px, or no point',
          got: `${p.x}, ${p.y}`,
        });
      }),
    };
  });
}

function firstFree(name: string, others: readonly string[], taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const free = others.find((other) => !taken.has(other));
  if (free !== undefined) return free;
  for (let n = 2; ; n++) if (!taken.has(`${name}-${n}`)) return `${name}-${n}`;
}

function configChanges(
  config: Config,
  set: LabelSet,
  individuals: readonly string[],
  videos: ReadonlyMap<string, ReadonlySet<string>>,
): ConfigChange[] {
  const changes: ConfigChange[] = [];
  const empty = config.skeleton.keypoints.length === 0;
  if (empty) {
    const { keypoints } = set.skeleton;
    const names = (pairs: readonly (readonly [number, number])[]): string[][] =>
      pairs.map(([a, b]) => [keypoints[a], keypoints[b]]);
    changes.push([['skeleton', 'keypoints'], keypoints]);
    changes.push([['skeleton', 'edges'], names(set.skeleton.edges)]);
    changes.push([['skeleton', 'symmetries'], names(set.skeleton.symmetries)]);
  }
  // The animals of an empty project are a guess; those of one with labels are what a person said.
  const known = empty ? [] : [...config.individuals];
  const wanted = [...new Set([...known, ...set.individuals, ...individuals])];
  if (wanted.length > 0 && wanted.join('\n') !== config.individuals.join('\n'))
    changes.push([['individuals'], wanted]);
  let added = config.recordings.length;
  for (const [name, paths] of videos) {
    const at = config.recordings.findIndex((r) => r.name === name);
    if (at < 0) {
      changes.push([['recordings', added++], { name, videos: [...paths] }]);
      continue;
    }
    const there = config.recordings[at].videos;
    const names = new Set(there.map(baseName));
    const missing = [...paths].filter((path) => !names.has(baseName(path)));
    if (missing.length > 0)
      changes.push([
        ['recordings', at, 'videos'],
        [...there, ...missing],
      ]);
  }
  return changes;
}

/** How the project should name a video that a label set names: by where it is, or as it was named where it is nowhere. */
async function videoPath(root: string, setRoot: string, video: string): Promise<string> {
  const path = isAbsoluteAnywhere(video) ? video : resolve(setRoot, video);
  if (await exists(path)) return projectPath(root, path);
  return isAbsoluteAnywhere(video) ? video : `videos/${baseName(video)}`;
}

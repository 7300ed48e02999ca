import { copyFile, mkdir } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { InputError, UsageError } from '../../signal/error.ts';
import type { LabeledFrame, LabelSet } from '../../signal/labels.ts';
import { skeleton } from '../../signal/skeleton.ts';
import { exists, isFolder, namesIn, readBytes, sha256, writeBytes } from '../file.ts';
import type { FolderFormat, ReadOptions, Source, WriteOptions } from '../format.ts';
import { writeHdf5 } from '../hdf5/open.ts';
import { isVideoName } from '../video-names.ts';
import { formatConfig, parseConfig, type DeepLabCutConfig } from './config.ts';
import { formatDeepLabCutCsv, parseDeepLabCutCsv } from './csv.ts';
import { uniqueIndividual, type DataFrame } from './frame.ts';
import { readFrame } from './hdf5-record.ts';
import { treeFromFrame } from './hdf5.ts';
import { few, frameFromLabels, labelsFromFrame } from './labels.ts';

/** A DeepLabCut project: `config.yaml`, and a table of labels beside the pictures of each video in `labeled-data/`. */
export const deeplabcutProject: FolderFormat = {
  kind: 'folder',
  name: 'deeplabcut-project',
  title: 'DeepLabCut project (labels)',
  sniff: (names) => names.includes('config.yaml') && names.includes('labeled-data'),
  readLabels: readProject,
  writeLabels: writeProject,
};

/**
 * Reads the labels of all videos of a project. What lies in the folder counts: absolute paths in `config.yaml` come from
 * whichever machine wrote it and are never followed; videos are found beside the project by their names. Pictures that are
 * missing, disagreements between CSV and HDF5, and whatever else was decided is said in the notes.
 * Throws `InputError` where a table names a bodypart that the configuration does not, or nothing is labeled.
 */
async function readProject(folder: string, options: ReadOptions): Promise<LabelSet> {
  const configPath = join(folder, 'config.yaml');
  const configBytes = await readBytes(configPath);
  const config = parseConfig(configBytes, configPath);
  const notes: string[] = [];
  const videos = await findVideos(folder, config, notes);
  const sets: LabelSet[] = [];
  const without: string[] = [];
  for (const video of await namesIn(join(folder, 'labeled-data'))) {
    const path = join(folder, 'labeled-data', video);
    // DeepLabCut keeps pictures with drawn labels in folders of this ending.
    if (video.endsWith('_labeled') || !(await isFolder(path))) continue;
    const read = await readVideoFolder(path, config, notes, options);
    if (read === undefined) without.push(video);
    else sets.push(inProject(read, folder, video, config, videos.get(video), notes));
  }
  if (without.length > 0)
    notes.push(`No labels in ${without.length} folders of labeled-data: ${few(without)}.`);
  const frames = sets.flatMap((set) => set.frames);
  if (frames.length === 0) {
    throw new InputError('the project has no labeled frame', {
      where: join(folder, 'labeled-data'),
      expected: 'at least one CollectedData table with labels',
      fix: 'Label some frames first.',
    });
  }
  const used = new Set(frames.flatMap((f) => f.instances.map((i) => i.individual)));
  return {
    skeleton: projectSkeleton(config, notes),
    individuals: [...config.individuals, ...[...used].filter((name) => !config.individuals.includes(name))],
    frames,
    root: folder,
    notes,
    provenance: {
      step: 'import',
      source: folder,
      options: { format: 'deeplabcut-project', scorer: config.scorer },
      inputs: [
        { step: 'file', source: configPath, sha256: sha256(configBytes) },
        ...sets.map((set) => set.provenance),
      ],
    },
  };
}

function projectSkeleton(config: DeepLabCutConfig, notes: string[]): LabelSet['skeleton'] {
  const known = (edge: readonly [string, string]): boolean =>
    edge.every((name) => config.bodyparts.includes(name));
  const unknown = config.edges.filter((edge) => !known(edge));
  if (unknown.length > 0) {
    notes.push(
      `The skeleton joins unknown bodyparts, left out: ${few(unknown.map((edge) => edge.join('-')))}.`,
    );
  }
  return skeleton(config.bodyparts, config.edges.filter(known));
}

/** Base names of the project's videos -> their paths below the folder. */
async function findVideos(
  folder: string,
  config: DeepLabCutConfig,
  notes: string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const place of ['videos', '.']) {
    if (place !== '.' && !(await exists(join(folder, place)))) continue;
    for (const name of (await namesIn(join(folder, place))).filter(isVideoName)) {
      if (!found.has(stem(name))) found.set(stem(name), place === '.' ? name : `${place}/${name}`);
    }
  }
  const listed = config.videos.map((path) => path.replaceAll('\\', '/')).filter((path) => isVideoName(path));
  const missing = listed.filter((path) => !found.has(stem(basename(path))));
  const elsewhere = listed.filter((path) => !missing.includes(path) && isAbsolutePath(path));
  if (elsewhere.length > 0) {
    notes.push(
      `config.yaml names ${elsewhere.length} videos by paths of another place (${few(elsewhere, 1)}); those of the same names beside the project are used.`,
    );
  }
  if (missing.length > 0) notes.push(`${missing.length} videos are not beside the project: ${few(missing)}.`);
  return found;
}

function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:\//.test(path);
}

function stem(name: string): string {
  return name.slice(0, name.length - extname(name).length);
}

interface VideoFolder {
  readonly labels: LabelSet;
  readonly frame: DataFrame;
  readonly pictures: ReadonlySet<string>;
}

/** The labels of one video's folder: HDF5 is DeepLabCut's own truth, CSV its copy. */
async function readVideoFolder(
  folder: string,
  config: DeepLabCutConfig,
  notes: string[],
  options: ReadOptions,
): Promise<VideoFolder | undefined> {
  const names = await namesIn(folder);
  const tables = names.filter((name) => /^CollectedData_.*\.(csv|h5)$/.test(name));
  if (tables.length === 0) return undefined;
  const own = tables.filter((name) => stem(name) === `CollectedData_${config.scorer}`);
  const scorers = [...new Set((own.length > 0 ? own : tables).map(stem))];
  if (scorers.length > 1) {
    throw new InputError('several people have labeled this video, none of them the scorer of the project', {
      where: folder,
      expected: `CollectedData_${config.scorer}`,
      got: few(scorers),
      fix: 'Set the scorer in config.yaml to the one whose labels count.',
    });
  }
  if (own.length === 0) {
    notes.push(
      `${basename(folder)}: the labels are ${scorers[0]}, not the scorer of config.yaml (${config.scorer}).`,
    );
  }
  const source = async (extension: string): Promise<{ bytes: Uint8Array; source: Source } | undefined> => {
    const name = `${scorers[0]}${extension}`;
    if (!tables.includes(name)) return undefined;
    const path = join(folder, name);
    const bytes = await readBytes(path);
    return {
      bytes,
      source: { name: path, provenance: { step: 'file', source: path, sha256: sha256(bytes) } },
    };
  };
  const [h5, csv] = [await source('.h5'), await source('.csv')];
  const fromCsv = csv && ((): DataFrame => parseDeepLabCutCsv(csv.bytes, csv.source.name));
  const pictures = new Set(names);
  if (!h5) return { labels: labelsFromFrame(fromCsv!(), csv!.source), frame: fromCsv!(), pictures };
  let frame: DataFrame;
  try {
    frame = await readFrame(h5.bytes, h5.source, options);
  } catch (error) {
    if (!(error instanceof InputError) || !fromCsv) throw error;
    notes.push(`The CSV is used, because the HDF5 file beside it cannot be read: ${error.message}`);
    return { labels: labelsFromFrame(fromCsv(), csv.source), frame: fromCsv(), pictures };
  }
  if (fromCsv) {
    const difference = compare(frame, fromCsv());
    if (difference)
      notes.push(
        `${basename(folder)}: CSV and HDF5 disagree (${difference}); HDF5 is used, as DeepLabCut does.`,
      );
  }
  return { labels: labelsFromFrame(frame, h5.source), frame, pictures };
}

/** px: CSV copies may be written with fewer digits. */
const sameWithinPixels = 1e-3;

function compare(h5: DataFrame, csv: DataFrame): string | undefined {
  const cells = (frame: DataFrame): Map<string, number> => {
    const out = new Map<string, number>();
    const paths = frame.index.kind === 'pictures' ? frame.index.paths : [];
    paths.forEach((path, r) =>
      frame.columns.forEach((c, k) => {
        const value = frame.values[r * frame.columns.length + k];
        const key = [path.replaceAll('\\', '/'), c.individual, c.bodypart, c.coordinate].join('\u0000');
        if (!Number.isNaN(value)) out.set(key, value);
      }),
    );
    return out;
  };
  const [a, b] = [cells(h5), cells(csv)];
  const onlyA = [...a.keys()].filter((key) => !b.has(key)).length;
  const onlyB = [...b.keys()].filter((key) => !a.has(key)).length;
  const moved = [...a].filter(
    ([key, value]) => Math.abs((b.get(key) ?? value) - value) > sameWithinPixels,
  ).length;
  if (onlyA + onlyB + moved === 0) return undefined;
  return `${onlyA} coordinates only in HDF5, ${onlyB} only in CSV, ${moved} with other values`;
}

/** Puts the labels of one video on the project's skeleton, pictures and video. */
function inProject(
  { labels, frame, pictures }: VideoFolder,
  folder: string,
  video: string,
  config: DeepLabCutConfig,
  videoPath: string | undefined,
  notes: string[],
): LabelSet {
  const { keypoints } = labels.skeleton;
  const unknown = keypoints.find((name) => !config.bodyparts.includes(name));
  if (unknown !== undefined) {
    throw new InputError(`the labels name a bodypart "${unknown}" that config.yaml does not`, {
      where: frame.place(
        -1,
        frame.columns.findIndex((c) => c.bodypart === unknown),
      ),
      expected: `one of ${config.bodyparts.join(', ')}`,
      fix: `Add "${unknown}" to the bodyparts in ${join(folder, 'config.yaml')}, or rename it in the labels.`,
    });
  }
  const absent = config.bodyparts.filter((name) => !keypoints.includes(name));
  if (absent.length > 0) notes.push(`${video}: no labels for ${few(absent)}, which config.yaml names.`);
  notes.push(...labels.notes.map((note) => `${video}: ${note}`));
  const from = config.bodyparts.map((name) => keypoints.indexOf(name));
  let relocated = 0;
  const frames = labels.frames.map((labeled): LabeledFrame => {
    const stored = labeled.picture.image!;
    const name = basename(stored);
    const image = `labeled-data/${video}/${name}`;
    if (stored !== image) relocated++;
    const number = /^img0*(\d+)\.\w+$/.exec(name);
    return {
      picture: { image, ...(videoPath && { video: videoPath, ...(number && { frame: Number(number[1]) }) }) },
      recording: video,
      instances: labeled.instances.map((instance) => ({
        individual: instance.individual,
        points: from.map((k) => (k < 0 ? null : instance.points[k])),
      })),
    };
  });
  if (relocated > 0) {
    notes.push(
      `${video}: ${relocated} rows name pictures by paths of another place; those of the same names in its folder are used.`,
    );
  }
  const missing = frames.map((f) => basename(f.picture.image!)).filter((name) => !pictures.has(name));
  if (missing.length > 0) {
    notes.push(
      `${video}: ${missing.length} of ${frames.length} labeled pictures are not there: ${few(missing)}.`,
    );
  }
  return { ...labels, frames };
}

/**
 * Writes a project that DeepLabCut opens: `config.yaml`, and for each recording a folder with its pictures and its labels as CSV
 * and HDF5. Pictures are copied from the label set's root where they are there. Throws `UsageError` where two pictures of a
 * recording have one name, or a frame has no picture.
 */
async function writeProject(folder: string, labels: LabelSet, options: WriteOptions): Promise<void> {
  const scorer = options.scorer ?? 'marey';
  await refuseForeign(folder, scorer);
  const recordings = new Map<string, LabeledFrame[]>();
  for (const frame of labels.frames) {
    const name = frame.recording.replaceAll(/[\\/:*?"<>|]|^\.+/g, '_') || 'recording';
    recordings.set(name, [...(recordings.get(name) ?? []), frame]);
  }
  for (const [recording, frames] of recordings) {
    const placed = new Set<string>();
    const moved = frames.map((frame): LabeledFrame => {
      const { image } = frame.picture;
      if (image === undefined) return frame;
      const target = `labeled-data/${recording}/${basename(image)}`;
      if (placed.has(target)) {
        throw new UsageError(`two pictures of the recording "${recording}" are called "${basename(image)}"`, {
          where: image,
          fix: 'Rename one of them.',
        });
      }
      placed.add(target);
      return { ...frame, picture: { ...frame.picture, image: target } };
    });
    const table = frameFromLabels({ ...labels, frames: moved }, options);
    const beside = join(folder, 'labeled-data', recording);
    await mkdir(beside, { recursive: true });
    for (const { picture } of frames) {
      const from = resolve(labels.root, picture.image!);
      if (await exists(from)) await copyFile(from, join(beside, basename(picture.image!)));
    }
    await writeBytes(join(beside, `CollectedData_${scorer}.csv`), formatDeepLabCutCsv(table));
    await writeBytes(join(beside, `CollectedData_${scorer}.h5`), await writeHdf5(treeFromFrame(table)));
  }
  const videos = [...new Set(labels.frames.flatMap((f) => f.picture.video ?? []))];
  const config = formatConfig(labels, basename(folder), scorer, uniqueKeypoints(labels), videos);
  await writeBytes(join(folder, 'config.yaml'), new TextEncoder().encode(config));
}

/** A project that somebody labels in is not written over: its configuration would be lost. */
async function refuseForeign(folder: string, scorer: string): Promise<void> {
  const path = join(folder, 'config.yaml');
  if (!(await exists(path))) return;
  const there = parseConfig(await readBytes(path), path).scorer;
  if (there === scorer) return;
  throw new UsageError('there is a DeepLabCut project already', {
    where: folder,
    expected: `a new folder, or a project written before (scorer "${scorer}")`,
    got: `a project of the scorer "${there}"`,
    fix: 'Name another folder.',
  });
}

/** Keypoints that were only ever placed for the individual `single`: DeepLabCut's unique bodyparts. */
function uniqueKeypoints(labels: LabelSet): readonly string[] {
  const of = (unique: boolean): Set<number> =>
    new Set(
      labels.frames.flatMap((f) =>
        f.instances
          .filter((i) => (i.individual === uniqueIndividual) === unique)
          .flatMap((i) => i.points.flatMap((p, k) => (p ? [k] : []))),
      ),
    );
  const animals = of(false);
  return [...of(true)].filter((k) => !animals.has(k)).map((k) => labels.skeleton.keypoints[k]);
}

import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InputError, UsageError } from '../../signal/error.ts';
import type { LabelSet } from '../../signal/labels.ts';
import { formatDeepLabCutCsv, parseDeepLabCutCsv } from '../deeplabcut/csv.ts';
import { few, frameFromLabels, labelsFromFrame } from '../deeplabcut/labels.ts';
import { exists, namesIn, readBytes, sha256, writeBytes } from '../file.ts';
import type { FolderFormat, WriteOptions } from '../format.ts';

const isTable = (name: string): boolean => /^CollectedData.*\.csv$/.test(name);

/** A Lightning Pose data folder: tables of labels at its top, pictures below it, in DeepLabCut's way of writing them. */
export const lightningPoseProject: FolderFormat = {
  kind: 'folder',
  name: 'lightning-pose-project',
  title: 'Lightning Pose data folder (labels)',
  sniff: (names) => names.some(isTable),
  readLabels,
  writeLabels,
};

/** Reads the labels of a data folder. Throws `InputError` where it has several tables, one for each view. */
async function readLabels(folder: string): Promise<LabelSet> {
  const tables = (await namesIn(folder)).filter(isTable);
  if (tables.length !== 1) {
    throw new InputError('the folder has several tables of labels, one for each view', {
      where: folder,
      expected: 'one CollectedData table',
      got: few(tables),
      fix: 'Give the table of one view.',
    });
  }
  const path = join(folder, tables[0]);
  const bytes = await readBytes(path);
  const provenance = {
    step: 'import',
    source: path,
    sha256: sha256(bytes),
    options: { format: 'lightning-pose-project' },
  };
  const labels = labelsFromFrame(parseDeepLabCutCsv(bytes, path), { name: path, provenance });
  const images = labels.frames.map((frame) => frame.picture.image!);
  const found = await Promise.all(images.map((image) => exists(join(folder, image))));
  const missing = images.filter((_, i) => !found[i]);
  const notes =
    missing.length > 0
      ? [`${missing.length} of ${images.length} labeled pictures are not there: ${few(missing)}.`]
      : [];
  return { ...labels, root: folder, notes: [...labels.notes, ...notes] };
}

/** Writes `CollectedData.csv` and copies the pictures below the folder. Throws `UsageError` for paths that leave it. */
async function writeLabels(folder: string, labels: LabelSet, options: WriteOptions): Promise<void> {
  const table = frameFromLabels(labels, options);
  for (const { picture } of labels.frames) {
    const image = picture.image!;
    const to = resolve(folder, image);
    if (!to.startsWith(`${resolve(folder)}/`) && !to.startsWith(`${resolve(folder)}\\`)) {
      throw new UsageError('a picture lies outside the label set', {
        where: image,
        expected: 'a path below its root',
      });
    }
    const from = resolve(labels.root, image);
    if (from === to || !(await exists(from))) continue;
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to);
  }
  await writeBytes(join(folder, 'CollectedData.csv'), formatDeepLabCutCsv(table));
}

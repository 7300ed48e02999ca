import { InputError, UsageError } from '../../signal/error.ts';
import {
  soleIndividual,
  type LabeledFrame,
  type LabeledInstance,
  type LabelSet,
} from '../../signal/labels.ts';
import { skeleton } from '../../signal/skeleton.ts';
import type { Source, WriteOptions } from '../format.ts';
import { pointLayout, pointPairs, type DataFrame, type PointColumn } from './frame.ts';

/**
 * The labels in one of DeepLabCut's `CollectedData` tables. An empty cell is a point nobody placed; a row without any point is a
 * picture without labels and is left out, and said in the notes. The label set's `root` is left to the caller.
 * Throws `InputError` where only one of a point's coordinates is given, or no picture has a label.
 */
export function labelsFromFrame(frame: DataFrame, source: Source): LabelSet {
  const layout = pointLayout(frame);
  if (frame.index.kind !== 'pictures' && frame.values.length > 0) {
    throw new InputError('the rows are numbered frames, not pictures', {
      where: source.name,
      expected: 'labels: rows named by pictures',
      fix: 'This is a table of predictions: read it as pose.',
    });
  }
  const paths = frame.index.kind === 'pictures' ? frame.index.paths : [];
  const frames: LabeledFrame[] = [];
  const empty: string[] = [];
  const seen = new Map<string, number>();
  paths.forEach((stored, r) => {
    const path = stored.replaceAll('\\', '/');
    const before = seen.get(path);
    if (before !== undefined) {
      throw new InputError(`the picture "${path}" has two rows`, {
        where: frame.place(r, 0),
        expected: 'each picture once',
        fix: 'Remove one of them.',
      });
    }
    seen.set(path, r);
    const instances: LabeledInstance[] = [];
    for (const individual of layout.individuals) {
      const points = layout.bodyparts.map((bodypart) => {
        const [cx, cy] = ['x', 'y'].map((c) => layout.column(individual, bodypart, c));
        if (cx < 0) return null;
        const x = frame.values[r * frame.columns.length + cx];
        const y = frame.values[r * frame.columns.length + cy];
        if (Number.isNaN(x) !== Number.isNaN(y)) {
          throw new InputError(`only one coordinate of "${bodypart}" is given`, {
            where: frame.place(r, Number.isNaN(x) ? cx : cy),
            expected: 'x and y, or neither',
            fix: 'Label the point again or empty both cells.',
          });
        }
        return Number.isNaN(x) ? null : { x, y, visibility: 'visible' as const };
      });
      if (points.some((p) => p !== null))
        instances.push({ individual: individual || soleIndividual, points });
    }
    if (instances.length === 0) empty.push(path);
    else frames.push({ picture: { image: path }, recording: recordingOf(path), instances });
  });
  if (frames.length === 0) {
    throw new InputError('no frame has a label', {
      where: source.name,
      expected: 'at least one picture with a labeled point',
      got: `${paths.length} rows, all empty`,
      fix: 'Label some frames first, or give the file that holds the labels.',
    });
  }
  const notes =
    empty.length > 0 ? [`${empty.length} rows without any label were left out: ${few(empty)}.`] : [];
  return {
    skeleton: skeleton(layout.bodyparts),
    individuals: layout.individuals.map((name) => name || soleIndividual),
    frames,
    root: '',
    notes,
    provenance: source.provenance,
  };
}

/** The recording that a labeled picture comes from: the folder it lies in. */
export function recordingOf(path: string): string {
  return path.split('/').at(-2) ?? '';
}

/** The first few names of a list, and how many more there are. */
export function few(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** DeepLabCut's table of a label set. Throws `UsageError` where a frame has no picture file. */
export function frameFromLabels(labels: LabelSet, options: WriteOptions): DataFrame {
  const { individuals } = labels;
  const { keypoints } = labels.skeleton;
  const multi = individuals.length > 1 || individuals[0] !== soleIndividual;
  const placed = new Set<number>();
  const paths = labels.frames.map(({ picture, instances }, r) => {
    if (picture.image === undefined) {
      throw new UsageError("DeepLabCut's labels belong to picture files", {
        where: `labeled frame ${r} of ${picture.video ?? 'an unnamed video'}`,
        expected: 'the path of a picture',
        fix: 'Extract the labeled frames as pictures first.',
      });
    }
    for (const { individual, points } of instances) {
      const i = individuals.indexOf(individual);
      if (i < 0) {
        throw new UsageError(`the label set does not list the individual "${individual}"`, {
          where: picture.image,
          expected: `one of ${individuals.join(', ')}`,
        });
      }
      points.forEach((point, k) => point && placed.add(i * keypoints.length + k));
    }
    return picture.image;
  });
  const pairs = pointPairs(individuals, keypoints, (i, k) => placed.has(i * keypoints.length + k));
  const columns: PointColumn[] = pairs.flatMap(([i, k]) =>
    ['x', 'y'].map((coordinate) => ({
      individual: multi ? individuals[i] : '',
      bodypart: keypoints[k],
      coordinate,
    })),
  );
  const columnOf = new Map(pairs.map(([i, k], p) => [i * keypoints.length + k, 2 * p]));
  const values = new Float64Array(paths.length * columns.length).fill(NaN);
  labels.frames.forEach(({ instances }, r) => {
    for (const { individual, points } of instances) {
      const i = individuals.indexOf(individual);
      points.forEach((point, k) => {
        if (point)
          values.set([point.x, point.y], r * columns.length + columnOf.get(i * keypoints.length + k)!);
      });
    }
  });
  return {
    scorer: options.scorer ?? 'marey',
    columns,
    index: { kind: 'pictures', paths },
    values,
    place: (row, column) => `labeled frame ${row}, column ${column}`,
  };
}

import { z } from 'zod';
import { InputError } from '../../signal/error.ts';
import {
  soleIndividual,
  type LabeledFrame,
  type LabeledInstance,
  type LabeledPoint,
  type LabelSet,
} from '../../signal/labels.ts';
import { skeleton } from '../../signal/skeleton.ts';
import { decodeText } from '../csv/cells.ts';
import { recordingOf } from '../deeplabcut/labels.ts';
import type { Source } from '../format.ts';

const id = z.union([z.number(), z.string()]);
const schema = z.object({
  images: z.array(z.object({ id, file_name: z.string() })),
  annotations: z.array(
    z.object({
      image_id: id,
      category_id: id,
      keypoints: z.array(z.number().nullable()).optional(),
      track_id: id.nullish(),
    }),
  ),
  categories: z.array(
    z.object({
      id,
      name: z.string().optional(),
      keypoints: z.array(z.string()).optional(),
      skeleton: z.array(z.tuple([z.number().int(), z.number().int()])).nullish(),
    }),
  ),
});
type Coco = z.infer<typeof schema>;
type Annotation = Coco['annotations'][number];

/**
 * Reads labels in COCO's keypoint format. Visibility 0 is a point nobody placed, 1 an occluded one, 2 a visible one; where a file
 * never writes 2, its 1 is taken for visible. Edges count from 1, as COCO has it, unless one names 0. Animals are named by
 * `track_id` where every annotation has one, else by their order in the picture. Throws `InputError`.
 */
export function parseCoco(bytes: Uint8Array, source: Source): LabelSet {
  const where = source.name;
  const data = check(bytes, where);
  const annotations = data.annotations.filter((a) => a.keypoints !== undefined);
  const category = categoryOf(data, annotations, where);
  const names = category.keypoints!;
  const notes: string[] = [];
  if (annotations.length === 0) {
    throw new InputError('no annotation has keypoints', { where, expected: 'annotations with "keypoints"' });
  }
  const flags = new Set(annotations.flatMap((a) => a.keypoints!.filter((_, i) => i % 3 === 2)));
  const oneIsVisible = !flags.has(2) && flags.has(1);
  if (oneIsVisible) notes.push('Visibility is written as 0 and 1: 1 is taken for visible.');

  const point = (annotation: Annotation, k: number, at: string): LabeledPoint | null => {
    const [x, y, v] = annotation.keypoints!.slice(3 * k, 3 * k + 3);
    if (!v || x === null || y === null) return null;
    if (v !== 1 && v !== 2) {
      throw new InputError(`the visibility of "${names[k]}" is unknown`, {
        where: at,
        expected: '0, 1 or 2',
        got: `${v}`,
      });
    }
    return { x, y, visibility: v === 2 || oneIsVisible ? 'visible' : 'occluded' };
  };
  const byImage = new Map<string | number, Annotation[]>();
  const images = new Set(data.images.map((image) => image.id));
  annotations.forEach((annotation, i) => {
    const at = `${where}, annotations[${i}]`;
    if (annotation.keypoints!.length !== 3 * names.length) {
      throw new InputError('an annotation has another number of keypoints than its category', {
        where: at,
        expected: `${3 * names.length} numbers`,
        got: `${annotation.keypoints!.length}`,
      });
    }
    if (!images.has(annotation.image_id)) {
      throw new InputError('an annotation belongs to no image', {
        where: at,
        got: `image_id ${annotation.image_id}`,
      });
    }
    byImage.set(annotation.image_id, [...(byImage.get(annotation.image_id) ?? []), annotation]);
  });
  const most = Math.max(...Array.from(byImage.values(), (list) => list.length));
  const tracked = annotations.every((a) => a.track_id !== undefined && a.track_id !== null);
  const nameOf = (a: Annotation, i: number): string =>
    tracked ? String(a.track_id) : most === 1 ? soleIndividual : `animal${i + 1}`;
  if (!tracked && most > 1)
    notes.push('Animals are named by their order in each picture, which is no identity.');

  const individuals = new Set<string>();
  const frames = data.images.flatMap((image): LabeledFrame[] => {
    const instances = (byImage.get(image.id) ?? []).map((annotation, i): LabeledInstance => {
      const individual = nameOf(annotation, i);
      individuals.add(individual);
      const at = `${where}, image "${image.file_name}"`;
      return { individual, points: names.map((_, k) => point(annotation, k, at)) };
    });
    if (!instances.some(({ points }) => points.some((p) => p !== null))) return [];
    const path = image.file_name.replaceAll('\\', '/');
    return [{ picture: { image: path }, recording: recordingOf(path), instances }];
  });
  if (frames.length === 0) throw new InputError('no image has a labeled point', { where });
  return {
    skeleton: skeleton(names, edges(category, where, notes)),
    individuals: [...individuals],
    frames,
    root: '',
    notes,
    provenance: source.provenance,
  };
}

function check(bytes: Uint8Array, where: string): Coco {
  let json: unknown;
  try {
    json = JSON.parse(decodeText(bytes, where));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new InputError('the JSON cannot be read', { where, got: cause.message, cause });
  }
  const checked = schema.safeParse(json);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new InputError(`this is not COCO's keypoint format (${issue.message})`, {
    where: `${where}, ${issue.path.join('.') || 'the top level'}`,
    expected: 'images, annotations and categories',
  });
}

function categoryOf(
  data: Coco,
  annotations: readonly Annotation[],
  where: string,
): Coco['categories'][number] {
  const used = new Set(annotations.map((a) => a.category_id));
  const withPoints = data.categories.filter(
    (c) => (c.keypoints?.length ?? 0) > 0 && (used.size === 0 || used.has(c.id)),
  );
  if (withPoints.length !== 1 || used.size > 1) {
    throw new InputError('the labels are not of one category with keypoints', {
      where: `${where}, categories`,
      expected: 'one category with a list of keypoints, which all annotations belong to',
      got: `${withPoints.length} categories, ${used.size} in use`,
      fix: 'Export each category to a file of its own.',
    });
  }
  const [category] = withPoints;
  const twice = category.keypoints!.find((name, i, all) => all.indexOf(name) !== i);
  if (twice !== undefined)
    throw new InputError(`the keypoint "${twice}" is named twice`, { where: `${where}, categories` });
  return category;
}

function edges(category: Coco['categories'][number], where: string, notes: string[]): [string, string][] {
  const pairs = category.skeleton ?? [];
  const fromZero = pairs.some(([a, b]) => a === 0 || b === 0);
  if (fromZero) notes.push('The edges of the skeleton count from 0, where COCO counts from 1.');
  const names = category.keypoints!;
  return pairs.map(([a, b]): [string, string] => {
    const pair = [a, b].map((i) => names[i - (fromZero ? 0 : 1)]);
    if (pair.includes(undefined as never)) {
      throw new InputError('an edge joins a keypoint that is not there', {
        where: `${where}, categories.skeleton`,
        expected: `1 to ${names.length}`,
        got: `${a}-${b}`,
      });
    }
    return [pair[0], pair[1]];
  });
}

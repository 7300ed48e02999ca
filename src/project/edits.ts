import { z } from 'zod';
import { UsageError } from '../signal/error.ts';
import type { LabeledPoint, PictureReference } from '../signal/labels.ts';

/**
 * What can be done to labels. Every edit says what holds afterwards, not what changes, so that doing it again changes
 * nothing. Frames, animals and keypoints go by name: the order of the skeleton may change under old labels.
 */
export type Edit = z.infer<typeof editSchema>;

const visibility = z.enum(['visible', 'occluded']);
const points = z.array(z.tuple([z.string(), z.number(), z.number(), visibility])).readonly();
const instances = z.array(z.strictObject({ individual: z.string(), points })).readonly();

const frame = z.string().min(1);
const individual = z.string().min(1);
const keypoint = z.string().min(1);

export const editSchema = z.discriminatedUnion('op', [
  /** The frame is labeled so, whatever was there before. */
  z.strictObject({
    op: z.literal('frame'),
    frame,
    recording: z.string(),
    picture: z.strictObject({
      image: z.string().optional(),
      video: z.string().optional(),
      frame: z.number().int().nonnegative().optional(),
    }),
    instances,
  }),
  z.strictObject({ op: z.literal('remove-frame'), frame }),
  /** The animal has these points and no others. */
  z.strictObject({ op: z.literal('instance'), frame, individual, points }),
  z.strictObject({ op: z.literal('remove-instance'), frame, individual }),
  /** The point is here; makes the animal where the frame has none of that name. Picture coordinates, px. */
  z.strictObject({
    op: z.literal('place'),
    frame,
    individual,
    keypoint,
    x: z.number(),
    y: z.number(),
    visibility,
  }),
  z.strictObject({ op: z.literal('erase'), frame, individual, keypoint }),
]);

/** The animals of a frame by name, each with its points by keypoint. */
export type Instances = ReadonlyMap<string, ReadonlyMap<string, LabeledPoint>>;

export interface FrameLabels {
  readonly picture: PictureReference;
  readonly recording: string;
  readonly instances: Instances;
}

/** All labels: frames by key (see `frameKey`). */
export type LabelState = Map<string, FrameLabels>;

/**
 * The name of a frame that lasts: the recording with the picture's file, or with the video's name and the frame's index.
 * Folders are left out, so that it holds when a project or a video moves.
 */
export function frameKey(recording: string, picture: PictureReference): string {
  const { image, video, frame } = picture;
  if (video !== undefined && frame !== undefined) return `${recording}/${baseName(video)}#${frame}`;
  if (image !== undefined) return `${recording}/${baseName(image)}`;
  throw new UsageError('a labeled frame needs a picture', {
    where: `recording ${recording}`,
    expected: 'the path of an image, or a video with the index of a frame',
  });
}

/** The last part of a path as any system writes it. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/**
 * Does the edits to `state`, all or none, and returns the edits that undo them.
 * Throws `UsageError` where one names a frame, animal or point that is not there, or a coordinate is not a number.
 */
export function applyEdits(state: LabelState, edits: readonly Edit[]): Edit[] {
  const undo: Edit[] = [];
  try {
    for (const edit of edits) undo.unshift(applyEdit(state, edit));
  } catch (error) {
    for (const edit of undo) applyEdit(state, edit);
    throw error;
  }
  return undo;
}

function applyEdit(state: LabelState, edit: Edit): Edit {
  switch (edit.op) {
    case 'frame': {
      const before = state.get(edit.frame);
      state.set(edit.frame, labelsIn(edit));
      return before === undefined ? { op: 'remove-frame', frame: edit.frame } : frameEdit(edit.frame, before);
    }
    case 'remove-frame': {
      const before = labelsOf(state, edit.frame);
      state.delete(edit.frame);
      return frameEdit(edit.frame, before);
    }
    case 'instance': {
      const { frame, individual } = edit;
      const before = labelsOf(state, frame).instances.get(individual);
      setInstance(state, frame, individual, pointsOf(frame, edit.points));
      if (before === undefined) return { op: 'remove-instance', frame, individual };
      return { op: 'instance', frame, individual, points: tuplesOf(before) };
    }
    case 'remove-instance': {
      const { frame, individual } = edit;
      const before = instanceOf(state, frame, individual);
      setInstance(state, frame, individual, undefined);
      return { op: 'instance', frame, individual, points: tuplesOf(before) };
    }
    case 'place': {
      const { frame, individual, keypoint } = edit;
      const instance = labelsOf(state, frame).instances.get(individual);
      const [placed] = pointsOf(frame, [[keypoint, edit.x, edit.y, edit.visibility]]);
      setInstance(state, frame, individual, new Map([...(instance ?? []), placed]));
      if (instance === undefined) return { op: 'remove-instance', frame, individual };
      const before = instance.get(keypoint);
      if (before === undefined) return { op: 'erase', frame, individual, keypoint };
      return { op: 'place', frame, individual, keypoint, ...before };
    }
    case 'erase': {
      const { frame, individual, keypoint } = edit;
      const instance = new Map(instanceOf(state, frame, individual));
      const before = instance.get(keypoint);
      if (before === undefined) {
        throw new UsageError(`"${keypoint}" of "${individual}" is not placed`, { where: frame });
      }
      instance.delete(keypoint);
      setInstance(state, frame, individual, instance);
      return { op: 'place', frame, individual, keypoint, ...before };
    }
    default:
      return edit satisfies never;
  }
}

/** The labels that a `frame` edit gives its frame. */
export function labelsIn(edit: Extract<Edit, { op: 'frame' }>): FrameLabels {
  return {
    picture: edit.picture,
    recording: edit.recording,
    instances: new Map(edit.instances.map((i) => [i.individual, pointsOf(edit.frame, i.points)])),
  };
}

/** The edit that makes a frame as it is now. */
export function frameEdit(frame: string, labels: FrameLabels): Edit {
  return {
    op: 'frame',
    frame,
    recording: labels.recording,
    picture: labels.picture,
    instances: [...labels.instances].map(([individual, points]) => ({
      individual,
      points: tuplesOf(points),
    })),
  };
}

function labelsOf(state: LabelState, frame: string): FrameLabels {
  const labels = state.get(frame);
  if (labels === undefined) {
    throw new UsageError('this frame is not among the labeled ones', { where: frame, fix: 'Add it first.' });
  }
  return labels;
}

function instanceOf(state: LabelState, frame: string, individual: string): ReadonlyMap<string, LabeledPoint> {
  const { instances } = labelsOf(state, frame);
  const instance = instances.get(individual);
  if (instance !== undefined) return instance;
  throw new UsageError(`there is no "${individual}" in this frame`, {
    where: frame,
    expected: `one of ${[...instances.keys()].join(', ') || '(none)'}`,
  });
}

function setInstance(
  state: LabelState,
  frame: string,
  individual: string,
  points: ReadonlyMap<string, LabeledPoint> | undefined,
): void {
  const labels = labelsOf(state, frame);
  const instances = new Map(labels.instances);
  if (points === undefined) instances.delete(individual);
  else instances.set(individual, points);
  state.set(frame, { ...labels, instances });
}

type PointTuple = z.infer<typeof points>[number];

function pointsOf(frame: string, tuples: readonly PointTuple[]): Map<string, LabeledPoint> {
  return new Map(
    tuples.map(([keypoint, x, y, visibility]) => {
      if (Number.isFinite(x) && Number.isFinite(y)) {
        // JSON has no -0: what is read back must be what is in memory.
        return [keypoint, { x: x + 0, y: y + 0, visibility }];
      }
      throw new UsageError(`"${keypoint}" has no place`, {
        where: frame,
        expected: 'two numbers, px',
        got: `${x}, ${y}`,
        fix: 'Leave a point out that cannot be placed.',
      });
    }),
  );
}

function tuplesOf(instance: ReadonlyMap<string, LabeledPoint>): PointTuple[] {
  return [...instance].map(([keypoint, { x, y, visibility }]) => [keypoint, x, y, visibility]);
}

import { mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Hono } from 'hono';
import { z } from 'zod';
import { encodePng, openFrames } from '../media/index.ts';
import { writeAtomic } from '../project/atomic.ts';
import { baseName, editSchema, frameEdit, frameKey, type Edit } from '../project/edits.ts';
import { folderNameOf } from '../project/config.ts';
import { exists, insidePath, type Project } from '../project/index.ts';
import { UsageError } from '../signal/error.ts';
import { labelsRequest, type LabelsAnswer, type LabelsReceipt } from './api.ts';
import { MissingError } from './failure.ts';
import type { OpenedProject } from './opened-project.ts';
import { jsonBody } from './request.ts';
import { binary, type Videos } from './videos.ts';

type FrameEdit = Extract<Edit, { op: 'frame' }>;

/** `/api/labels`: every edit is in the journal, on the disk, before it is answered; then every page hears of it. */
export function labelRoutes(app: Hono, opened: () => OpenedProject): void {
  app.get('/api/labels', async (c) => {
    await opened().refresh();
    return c.json(labelsOf(opened().project));
  });

  app.post('/api/labels', async (c) => {
    const { edits: sent, by, page } = await jsonBody(c, labelsRequest);
    const edits = editsOf(sent);
    const current = opened();
    const project = await current.writable();
    const whole: Edit[] = [];
    for (const edit of edits)
      whole.push(edit.op === 'frame' ? await withPicture(project, current.videos, edit) : edit);
    const { sequence, undo } = await project.labels.edit(whole, { by });
    current.events.publish('labels', { revision: sequence, edits: whole, page });
    return c.json({ revision: sequence, undo } satisfies LabelsReceipt);
  });

  app.get('/api/labels/picture', async (c) => {
    const key = c.req.query('frame') ?? '';
    const { project, videos } = opened();
    const labels = project.labels.frame(key);
    if (!labels) throw new MissingError('this frame is not labeled', { got: key });
    const { image, video, frame } = labels.picture;
    if (image !== undefined) {
      const path = await insidePath(project.root, image, key);
      await using source = await openFrames(path);
      return binary(
        c,
        (await encodePng(await source.frame(0), { compression: 2 })) as Uint8Array<ArrayBuffer>,
        'image/png',
      );
    }
    const known = await videoNamed(videos, labels.recording, video);
    if (known === undefined || frame === undefined)
      throw new MissingError('the picture of this frame is not there', { where: key, got: video });
    const reader = await videos.reader(known);
    return binary(c, await reader.picture({ index: frame, format: 'jpeg' }, c.req.raw.signal), 'image/jpeg');
  });
}

/** Every labeled frame as the edit that makes it. */
export function labelsOf({ labels }: Project): LabelsAnswer {
  return {
    revision: labels.recordCount,
    frames: labels.keys().map((key) => frameEdit(key, labels.frame(key)!) as FrameEdit),
  };
}

function editsOf(sent: readonly unknown[]): Edit[] {
  const parsed = z.array(editSchema).min(1).safeParse(sent);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError('this is no edit of labels', {
    where: `edit ${issue.path.join('.')}`,
    got: issue.message,
  });
}

/**
 * A frame of a video that is labeled for the first time gets its picture copied into the project: networks learn from it, and the
 * labels outlive the video. Throws `UsageError` where the name or the place of the picture does not fit.
 */
async function withPicture(project: Project, videos: Videos, edit: FrameEdit): Promise<FrameEdit> {
  const { picture, recording } = edit;
  if (picture.image !== undefined) await insidePath(project.root, picture.image, edit.frame);
  if (project.labels.frame(edit.frame)) return edit;
  const key = frameKey(recording, picture);
  if (key !== edit.frame)
    throw new UsageError('a frame is named by its recording and picture', { expected: key, got: edit.frame });
  const { video, frame } = picture;
  if (picture.image !== undefined || video === undefined || frame === undefined) return edit;
  const known = await videoNamed(videos, recording, video);
  if (known === undefined)
    throw new UsageError('the project has no such video in this recording', { where: recording, got: video });
  const folder = folderNameOf(recording);
  const stem = folderNameOf(baseName(video).slice(0, baseName(video).length - extname(video).length));
  const image = `pictures/${folder}/${stem}-${String(frame).padStart(6, '0')}.png`;
  const path = await insidePath(project.root, image, edit.frame);
  if (!(await exists(path))) {
    const reader = await videos.reader(known);
    const png = await encodePng(await reader.decoded(frame));
    await mkdir(join(project.layout.pictures, folder), { recursive: true });
    await writeAtomic(path, png);
  }
  return { ...edit, picture: { ...picture, image } };
}

async function videoNamed(
  videos: Videos,
  recording: string,
  video: string | undefined,
): Promise<string | undefined> {
  if (video === undefined) return undefined;
  const all = await videos.list();
  return all.find((v) => v.recording === recording && baseName(v.named) === baseName(video))?.name;
}

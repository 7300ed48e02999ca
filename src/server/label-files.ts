/**
 * Labels from files of other tools and to them. The page sends the files into a folder in the project's cache, is told what they hold, and
 * then says whether that is taken in. Nothing outside the project is read.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { Hono } from 'hono';
import { formats, identify, readLabels } from '../formats/index.ts';
import type { Format } from '../formats/format.ts';
import { folderFormats } from '../formats/registry.ts';
import { makeFolder } from '../project/folder.ts';
import { requireSpace } from '../project/index.ts';
import { InputError, MareyError, UsageError } from '../signal/error.ts';
import type { LabelSet } from '../signal/labels.ts';
import {
  labelReadRequest,
  type LabelFileFormat,
  type LabelFormatsAnswer,
  type LabelImportBegun,
  type LabelReading,
} from './api.ts';
import { MissingError } from './failure.ts';
import { zipOfFolder } from './folder-zip.ts';
import type { OpenedProject } from './opened-project.ts';
import { jsonBody } from './request.ts';

export function labelFileRoutes(app: Hono, opened: () => OpenedProject): void {
  const stages = (): string => join(opened().project.layout.cache, 'imports');
  const begun = new Set<string>();
  const stageOf = (id: string): string => {
    if (begun.has(id)) return join(stages(), id);
    throw new MissingError('this import is over', { got: id, fix: 'Choose the files again.' });
  };

  app.get('/api/labels/formats', (c) => c.json(formatsOf()));

  app.post('/api/labels/imports', async (c) => {
    await opened().writable();
    // What an earlier server, or a page that was closed, left.
    if (begun.size === 0) await rm(stages(), { recursive: true, force: true });
    const id = randomUUID();
    begun.add(id);
    await makeFolder(join(stages(), id));
    return c.json({ id } satisfies LabelImportBegun);
  });

  app.put('/api/labels/imports/:id/file', async (c) => {
    const path = join(stageOf(c.req.param('id')), ...partsOf(c.req.query('path') ?? ''));
    const bytes = Number(c.req.header('content-length') ?? NaN);
    await makeFolder(dirname(path));
    if (Number.isFinite(bytes)) await requireSpace(dirname(path), bytes, 'the files');
    const body = c.req.raw.body ?? new ReadableStream({ start: (controller) => controller.close() });
    await pipeline(Readable.fromWeb(body as NodeReadableStream), createWriteStream(path));
    return c.json({});
  });

  app.post('/api/labels/imports/:id/read', async (c) => {
    const stage = stageOf(c.req.param('id'));
    const { format } = await jsonBody(c, labelReadRequest);
    await opened().refresh();
    return c.json(
      await inStage(stage, async () => {
        const { set, title } = await labelsIn(stage, format);
        const preview = await opened().project.previewImport(set);
        const { keypoints } = set.skeleton;
        return { ...preview, format: title, keypoints, individuals: set.individuals } satisfies LabelReading;
      }),
    );
  });

  app.post('/api/labels/imports/:id/take', async (c) => {
    const stage = stageOf(c.req.param('id'));
    const { format, by } = await jsonBody(c, labelReadRequest);
    const current = opened();
    const project = await current.writable();
    const report = await inStage(stage, async () => {
      const { set, name } = await labelsIn(stage, format);
      return project.importLabels(set, {
        by: `${by === undefined ? '' : `${by}, `}import of ${name}`,
        onEdit: (revision, edits) => current.events.publish('labels', { revision, edits }),
      });
    });
    begun.delete(c.req.param('id'));
    await rm(stage, { recursive: true, force: true });
    current.events.publish('project', {});
    return c.json(report);
  });

  app.delete('/api/labels/imports/:id', async (c) => {
    const stage = stageOf(c.req.param('id'));
    begun.delete(c.req.param('id'));
    await rm(stage, { recursive: true, force: true });
    return c.json({});
  });

  app.get('/api/labels/export', async (c) => {
    await opened().refresh();
    const { project } = opened();
    const asked = c.req.query('format') ?? '';
    const format = writing().find(({ name }) => name === asked);
    if (!format) {
      const expected = writing().map(({ name }) => name);
      throw new UsageError('there is no such format of labels', {
        expected: expected.join(', '),
        got: asked,
      });
    }
    const set = project.labels.labelSet();
    if (set.frames.length === 0)
      throw new InputError('nothing is labeled yet', { where: project.root, fix: 'Label a frame first.' });
    const name = `${project.config.name.replaceAll(/[^\p{L}\p{N}._-]/gu, '-')}-labels`;
    c.header('content-type', 'application/octet-stream');
    c.header(
      'content-disposition',
      `attachment; filename*=UTF-8''${encodeURIComponent(name + writtenAs(format))}`,
    );
    if (format.kind === 'file')
      return c.body((await format.labels!.write!(set, {})) as Uint8Array<ArrayBuffer>);
    const folder = join(project.layout.cache, 'exports', randomUUID());
    const clear = (): Promise<void> => rm(folder, { recursive: true, force: true });
    try {
      await makeFolder(dirname(folder));
      await format.writeLabels!(folder, set, {});
      return c.body(zipOfFolder(folder, name, clear));
    } catch (error) {
      await clear();
      throw error;
    }
  });
}

/** Formats that labels are written in: files, and folders that are sent as an archive. */
const writing = (): Format[] =>
  formats.filter((format) => (format.kind === 'file' ? format.labels?.write : format.writeLabels));

const writtenAs = (format: Format): string => (format.kind === 'file' ? format.extensions[0] : '.zip');

function formatsOf(): LabelFormatsAnswer {
  const facts = (format: Format): LabelFileFormat => ({
    name: format.name,
    title: format.title,
    extensions: format.kind === 'file' ? format.extensions : [],
  });
  const reading = formats.filter((format) =>
    format.kind === 'folder' ? format.readLabels : format.labels?.read,
  );
  return {
    read: reading.map(facts),
    write: writing().map((format) => ({ ...facts(format), extensions: [writtenAs(format)] })),
  };
}

/** The names of a path that was chosen in the page. Throws `UsageError` where one leads elsewhere. */
function partsOf(path: string): string[] {
  const parts = path.split('/');
  const plain =
    parts.length <= 12 && parts.every((part) => /^(?!\.{1,2}$)[^\\:*?"<>|\p{Cc}/]{1,200}$/u.test(part));
  if (plain) return parts;
  throw new UsageError('this is no path of a file to import', {
    expected: 'plain names with / between them',
    got: `"${path}"`,
  });
}

const pictures = new Set(['.png', '.jpg', '.jpeg', '.tif', '.tiff', '.bmp']);

/** Labels of what was sent: one file or project, or of a folder of files the one that is no picture. */
async function labelsIn(
  stage: string,
  format: string | undefined,
): Promise<{ readonly set: LabelSet; readonly title: string; readonly name: string }> {
  const [first, ...others] = await readdir(stage, { withFileTypes: true });
  if (!first) throw new UsageError('no file has come', { fix: 'Choose a file or a folder.' });
  const name = others.length === 0 ? first.name : 'several files';
  if (others.length === 0 && first.isFile()) return readOne(join(stage, name), name, format);
  const folder = others.length === 0 ? join(stage, name) : stage;
  const entries = await readdir(folder, { withFileTypes: true });
  const isProject = folderFormats.some((f) => f.sniff(entries.map((entry) => entry.name)));
  const files = entries.filter((e) => e.isFile() && !pictures.has(extname(e.name).toLowerCase()));
  const path = !isProject && files.length === 1 ? join(folder, files[0].name) : folder;
  return readOne(path, name, format);
}

async function readOne(
  path: string,
  name: string,
  format: string | undefined,
): Promise<{ readonly set: LabelSet; readonly title: string; readonly name: string }> {
  const set = await readLabels(path, { format });
  const named = formats.find((f) => f.name === format);
  return { set, title: named?.title ?? (await identify(path)).title, name };
}

/** Says what went wrong with the names that the person knows, without the folder in which they lie for now. */
async function inStage<T>(stage: string, run: () => Promise<T>): Promise<T> {
  try {
    return JSON.parse(JSON.stringify(await run()).replaceAll(`${stage}/`, '')) as T;
  } catch (error) {
    if (!(error instanceof MareyError)) throw error;
    const plain = (text: string | undefined): string | undefined =>
      text?.replaceAll(`${stage}/`, '').replaceAll(stage, 'what was chosen');
    const { where, expected, got, fix } = error.facts;
    const Kind = error.constructor as new (what: string, facts: object) => MareyError;
    throw new Kind(plain(error.what)!, {
      where: plain(where),
      expected: plain(expected),
      got: plain(got),
      fix: plain(fix),
    });
  }
}

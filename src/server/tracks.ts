import { stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Hono } from 'hono';
import { namesIn, sha256OfFile } from '../project/index.ts';
import { readManifest } from '../project/manifest.ts';
import { MachineError, MareyError, UsageError } from '../signal/error.ts';
import type { TrackOverview } from './api.ts';
import { MissingError } from './failure.ts';
import type { OpenedProject } from './opened-project.ts';
import type { TrackArrays } from './work-calls.ts';
import type { Work } from './work.ts';
import { binary } from './videos.ts';

/** Files in the folder `tracks` that may be tracks. */
const endings = ['.csv', '.h5', '.slp', '.parquet'];
/** The file of a track in the output of the step `track`. */
const storedFile = 'track.marey';
/** A file of this size is read while the overview is told without it: text of an hour takes seconds. Bytes. */
const largeBytes = 8 << 20;
/** Arrays of tracks kept, bytes. */
const keptBytes = 256 << 20;

/** What the step `kinematics` publishes beside the track of a video: measures, no track. */
const tableOf = (name: string): string => `${name}-kinematics.csv`;

/** Where a track lies. */
export interface TrackFile {
  readonly id: string;
  readonly name: string;
  readonly video?: string;
  readonly path: string;
  /** An output of the step `track`, in Marey's own form. */
  readonly stored: boolean;
  /** The name that its corrections are kept under. */
  readonly corrections: string;
  /** The key of the output. Of a file nobody knows how it was made: its hash is taken when it is read. */
  readonly key?: string;
}

interface ReadFile {
  readonly key: string;
  readonly parts: readonly TrackArrays[];
}

interface Track extends TrackFile {
  readonly overview: TrackOverview;
  readonly values: Float32Array<ArrayBuffer>;
}

/** The tracks of a project: outputs of its step `track`, and files in its folder `tracks`. */
export class Tracks {
  readonly #opened: OpenedProject;
  readonly #work: Work;
  readonly #read = new Map<string, Promise<ReadFile>>();
  /** What is in the files that were read, or why they could not be: told without their values. */
  readonly #known = new Map<string, readonly TrackOverview[] | MareyError>();

  constructor(opened: OpenedProject, work: Work) {
    this.#opened = opened;
    this.#work = work;
  }

  /** Where they lie, outputs of the step first. A file that was published from an output is not listed again. */
  async files(): Promise<TrackFile[]> {
    const { project, videos } = this.#opened;
    const named = await videos.list();
    const found: TrackFile[] = [];
    const published = new Map<string, number>();
    const results = await project.results.names();
    for (const result of results) {
      const key = await project.results.get(result);
      const folder = project.outputs.folderOf(key);
      const name = /^track (.*)$/.exec(result)?.[1];
      const file = /^export (.*)$/.exec(result)?.[1];
      if (name === undefined && file === undefined) continue;
      const manifest = await readManifest(folder);
      if (typeof manifest !== 'object') continue;
      if (file !== undefined) published.set(file, manifest.files[0]?.bytes ?? -1);
      if (name === undefined) continue;
      const video = named.find((v) => v.name === name)?.name;
      found.push({
        id: `step-${name}`,
        name,
        video,
        path: join(folder, storedFile),
        stored: true,
        corrections: name,
        key,
      });
    }
    const steps = new Set(found.map(({ name }) => name));
    const tables = new Set(
      results.flatMap((result) => /^kinematics (.*)$/.exec(result)?.slice(1).map(tableOf) ?? []),
    );
    for (const name of await namesIn(project.layout.tracks)) {
      const ending = extname(name);
      if (name.startsWith('.') || !endings.includes(ending) || tables.has(name)) continue;
      const path = join(project.layout.tracks, name);
      const facts = await stat(path);
      if (!facts.isFile()) continue;
      const stem = basename(name, ending);
      if (steps.has(stem) && published.get(name) === facts.size) continue;
      found.push({
        id: `file-${name}`,
        name,
        video: videoOf(stem, named),
        path,
        stored: false,
        corrections: `tracks/${name}`,
      });
    }
    return found;
  }

  /**
   * All that can be read; `notes` say what cannot. Large files that are not here yet are read meanwhile, and the pages hear of it when
   * they have come.
   */
  async overview(): Promise<{ tracks: TrackOverview[]; notes: string[] }> {
    const notes: string[] = [];
    const tracks: TrackOverview[] = [];
    for (const file of await this.files()) {
      try {
        const overviews = await this.#overviewsOf(file);
        if (overviews) tracks.push(...overviews);
        else notes.push(`The track ${file.name} is being read.`);
      } catch (error) {
        if (!(error instanceof MareyError)) throw error;
        notes.push(`The track ${file.name} cannot be shown: ${error.what}.`);
      }
    }
    return { tracks, notes };
  }

  /** Throws `MissingError` where there is no such track, `InputError` where it cannot be read. */
  async find(id: string): Promise<Track> {
    for (const file of await this.files()) {
      if (id !== file.id && !id.startsWith(`${file.id}~`)) continue;
      const track = (await this.#tracksIn(file)).find(({ overview }) => overview.id === id);
      if (track) return track;
    }
    throw new MissingError('there is no such track in the project', { got: id });
  }

  /** The animals of all tracks whose corrections are kept under this name. */
  async individuals(corrections: string): Promise<string[]> {
    const files = (await this.files()).filter((file) => file.corrections === corrections);
    const tracks = await Promise.all(files.map((file) => this.#tracksIn(file)));
    return tracks.flat().map(({ overview }) => overview.individual);
  }

  /** Undefined for a large file that is on its way. Throws as reading it does. */
  async #overviewsOf(file: TrackFile): Promise<readonly TrackOverview[] | undefined> {
    const key = await keyOf(file.path);
    const known = this.#known.get(key);
    if (known instanceof MareyError) throw known;
    if (known) return known;
    const isNew = !this.#read.has(key);
    const reading = this.#tracksIn(file).then((tracks) => {
      const overviews = tracks.map(({ overview }) => overview);
      this.#known.set(key, overviews);
      return overviews;
    });
    if ((await stat(file.path)).size < largeBytes) return reading;
    if (isNew) {
      const told = (): void => this.#opened.events.publish('project', {});
      reading.then(told, (error: unknown) => {
        this.#known.set(key, error instanceof MareyError ? error : new MachineError(String(error)));
        told();
      });
    } else reading.catch(() => undefined);
    return undefined;
  }

  async #tracksIn(file: TrackFile): Promise<Track[]> {
    const key = await keyOf(file.path);
    let reading = this.#read.get(key);
    if (!reading) {
      reading = this.#readFile(file);
      this.#read.set(key, reading);
      reading.catch(() => this.#read.delete(key));
      await this.#forget();
    }
    const read = await reading;
    return read.parts.map(({ individual, keypoints, frames, covariance, values }) => {
      const [id, name] =
        read.parts.length === 1
          ? [file.id, file.name]
          : [`${file.id}~${individual}`, `${file.name}, ${individual}`];
      const { video, corrections } = file;
      const overview = {
        id,
        name,
        video,
        keypoints,
        frames,
        covariance,
        individual,
        corrections,
        key: read.key,
      };
      return { ...file, values, overview };
    });
  }

  async #readFile({ path, stored, key }: TrackFile): Promise<ReadFile> {
    const parts = await this.#work.call('track', path, stored);
    return { key: key ?? (await sha256OfFile(path)), parts };
  }

  /** Lets go of what was read first where it has become too much. */
  async #forget(): Promise<void> {
    const sizes = await Promise.all(
      [...this.#read].map(async ([key, reading]) => {
        const { parts } = await reading.catch(() => ({ parts: [] }));
        return [key, parts.reduce((sum, { values }) => sum + values.byteLength, 0)] as const;
      }),
    );
    let total = sizes.reduce((sum, [, size]) => sum + size, 0);
    for (const [key, size] of sizes.slice(0, -1)) {
      if (total <= keptBytes) return;
      this.#read.delete(key);
      total -= size;
    }
  }
}

async function keyOf(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  return `${path}\n${size}\n${mtimeMs}`;
}

/** The video that a track's name begins with: other tools put their network's name behind it. */
function videoOf(
  stem: string,
  videos: readonly { readonly name: string; readonly path: string }[],
): string | undefined {
  const stems = videos.map(({ name, path }) => ({ name, stem: basename(path, extname(path)) }));
  const exact = stems.find((v) => v.stem === stem || v.name === stem);
  if (exact) return exact.name;
  return stems
    .filter((v) => stem.startsWith(v.stem))
    .sort((a, b) => b.stem.length - a.stem.length)
    .at(0)?.name;
}

/** `GET /api/tracks/...` */
export function trackRoutes(app: Hono, opened: () => OpenedProject): void {
  app.get('/api/tracks/:id', async (c) => c.json((await opened().tracks.find(c.req.param('id'))).overview));
  app.get('/api/tracks/:id/values', async (c) => {
    const { values } = await opened().tracks.find(c.req.param('id'));
    if (values.length === 0) throw new UsageError('the track has no frame', { got: c.req.param('id') });
    return binary(c, new Uint8Array(values.buffer));
  });
}

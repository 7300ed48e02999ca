import type { Hono } from 'hono';
import { stat } from 'node:fs/promises';
import { suggestFrames } from '../measure/pose/index.ts';
import { baseName } from '../project/edits.ts';
import { Random } from '../math/random.ts';
import { UsageError } from '../signal/error.ts';
import type { Suggestion } from './api.ts';
import type { OpenedProject } from './opened-project.ts';
import type { Work } from './work.ts';

/** Frames of a video that are compared, at most: more take longer and are more alike. */
const mostCompared = 240;
/** Frames apart that a suggestion must be from a labeled frame. */
const apart = 5;
/** Of the suggestions, what a track says is wrong; the rest are frames that stand for many. */
const trackShare = 0.5;

interface Thumbnails {
  readonly frames: readonly number[];
  readonly thumbnails: readonly Float32Array[];
}

/** Frames that are worth labeling. */
export class Suggestions {
  readonly #opened: OpenedProject;
  readonly #work: Work;
  readonly #thumbnails = new Map<string, Promise<Thumbnails>>();

  constructor(opened: OpenedProject, work: Work) {
    this.#opened = opened;
    this.#work = work;
  }

  /**
   * Frames of a video that are not labeled yet: those where its track is doubtful, the worst first, then those that stand for groups of
   * alike frames. Throws `MissingError` for an unknown video.
   */
  async of(id: string, count: number): Promise<Suggestion[]> {
    const video = await this.#opened.videos.find(id);
    const taken = this.#labeled(video.recording, baseName(video.named));
    const free = (frame: number): boolean => taken.every((t) => Math.abs(t - frame) >= apart);
    const suggestions: Suggestion[] = [];
    const add = (frame: number, reason: string): void => {
      suggestions.push({ video: id, frame, reason });
      taken.push(frame);
    };
    const tracks = (await this.#opened.tracks.files()).filter((t) => t.video === id);
    if (tracks.length > 0) {
      const [{ path, stored }] = tracks;
      const ranked = await this.#work.call('ranking', path, stored, 4 * count);
      for (const { frame, reasons } of ranked) {
        if (suggestions.length >= count * trackShare) break;
        if (reasons.length > 0 && free(frame)) add(frame, few(reasons));
      }
    }
    const { frames, thumbnails } = await this.#thumbnailsOf(id);
    const open = frames.map((_, i) => i).filter((i) => free(frames[i]));
    const wanted = Math.min(count - suggestions.length, open.length);
    if (wanted > 0) {
      const chosen = suggestFrames(
        open.map((i) => thumbnails[i]),
        { count: wanted, random: new Random(`suggest/${id}`) },
      );
      for (const i of chosen) add(frames[open[i]], 'Typical of a group of frames');
    }
    return suggestions;
  }

  #labeled(recording: string, video: string): number[] {
    const { labels } = this.#opened.project;
    return labels.keys().flatMap((key) => {
      const { picture, recording: own } = labels.frame(key)!;
      const same = own === recording && picture.video !== undefined && baseName(picture.video) === video;
      return same && picture.frame !== undefined ? [picture.frame] : [];
    });
  }

  async #thumbnailsOf(id: string): Promise<Thumbnails> {
    const { path } = await this.#opened.videos.find(id);
    const { size, mtimeMs } = await stat(path);
    const key = `${path}\n${size}\n${mtimeMs}`;
    const known = this.#thumbnails.get(key);
    if (known) return known;
    const { frameCount } = (await this.#opened.videos.reader(id)).info;
    const every = Math.max(1, frameCount / mostCompared);
    const frames = Array.from({ length: Math.min(frameCount, mostCompared) }, (_, i) =>
      Math.floor(i * every),
    );
    const making = this.#work
      .call('thumbnails', path, frames, this.#opened.project.layout.cache)
      .then((thumbnails) => ({ frames, thumbnails }));
    this.#thumbnails.set(key, making);
    making.catch(() => this.#thumbnails.delete(key));
    return making;
  }
}

function few(reasons: readonly string[]): string {
  const [first, second] = reasons;
  if (second === undefined) return capital(first);
  const more = reasons.length - 2;
  return capital(`${first}, ${second}${more > 0 ? ` and ${more} more` : ''}`);
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** `GET /api/suggestions` */
export function suggestionRoutes(app: Hono, opened: () => OpenedProject): void {
  app.get('/api/suggestions', async (c) => {
    const count = Number(c.req.query('count') ?? '20');
    if (!(Number.isInteger(count) && count >= 1 && count <= 200))
      throw new UsageError('so many frames cannot be suggested', {
        expected: '1 to 200',
        got: c.req.query('count'),
      });
    return c.json(await opened().suggestions.of(c.req.query('video') ?? '', count));
  });
}

/**
 * One video, at the frame of the page's cursor, with its track and the labels of people. Picture, drawing and number are always
 * of the same frame: until the picture of a new frame is here, all stay at the old one and the line above says so.
 */
import { frameKey, type FrameLabels } from '../../../project/edits.ts';
import type { VideoOverview } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import { frameAtTime } from '../../core/frame-times.ts';
import type { Video, Workbench } from '../../core/workbench.ts';
import type { LabelsModel } from '../label/labels-model.ts';
import { labelsOf } from '../label/labels-of.ts';
import { proofreadingOf, type Proofreading } from '../proofread/proofreading.ts';
import { FrameCache, framesToAsk } from './frame-cache.ts';
import { keypointColor, keypointShape } from './keypoint-colors.ts';
import { drawLabel, drawTracked } from './marks.ts';
import { PictureStage, type Drag } from './picture-stage.ts';
import { TrackOverlay, overlayDefaults, type OverlayOptions } from './track-overlay.ts';
import { toScreen, type Point, type Viewport } from './viewport.ts';

/** Pictures kept of one video, at most so many bytes of them. */
const cacheBytes = 256e6;
const picturesAhead = 12;
/** In motion a picture may be so far behind the cursor, s; it is shown as the frame that it is. */
const mostBehindSeconds = 0.5;
/** The cursor counts as at rest after so long without a move, ms. */
const restMs = 200;

export class VideoPane {
  readonly stage: PictureStage;
  readonly #workbench: Workbench;
  readonly #overview: VideoOverview;
  readonly #main: string;
  readonly #labels: LabelsModel;
  readonly #proofreading: Proofreading;
  readonly #status = document.createElement('div');
  readonly #where = document.createElement('span');
  readonly #coordinates = document.createElement('span');
  readonly #message = document.createElement('div');
  readonly #unsubscribe: (() => void)[] = [];
  #video: Video | undefined;
  #mainTimes: Float64Array | undefined;
  #cache: FrameCache<ImageBitmap> | undefined;
  /** Whose picture is on the canvas. */
  #holder: FrameCache<ImageBitmap> | undefined;
  /** Holds it still, until the first of another size is here. */
  #outgoing: FrameCache<ImageBitmap> | undefined;
  /** Pictures are asked for at this fraction of their width: 1, 1/2, 1/4, 1/8. */
  #reduced = 1;
  #overlay: TrackOverlay | undefined;
  #options: OverlayOptions = overlayDefaults;
  /** The frame whose picture is on the canvas. */
  #shown = -1;
  #wanted = -1;
  #movedAt = 0;
  #speed = 0;
  #resting: ReturnType<typeof setTimeout> | undefined;
  /** A point of the track on its way to where a person puts it. Picture px. */
  #moving: { readonly keypoint: string; readonly at: Point } | undefined;
  #trackId: string | undefined;
  #disposed = false;

  /** @param main The video whose frames the page's cursor counts. */
  constructor(
    hosts: { readonly stage: HTMLElement; readonly status: HTMLElement },
    workbench: Workbench,
    overview: VideoOverview,
    main: string,
  ) {
    this.#workbench = workbench;
    this.#main = main;
    this.#overview = overview;
    this.#labels = labelsOf(workbench);
    this.#proofreading = proofreadingOf(workbench);
    this.stage = new PictureStage(hosts.stage, {
      label: `Video ${overview.name}. Plus and minus zoom, F fits, Shift with arrows moves.`,
      draw: (context, viewport) => this.#draw(context, viewport),
      hover: (point) => this.#hover(point),
      click: (_, screen) => this.#choose(screen),
      grab: (screen) => this.#grab(screen),
    });
    this.#message.className = 'stage-message';
    this.#status.className = 'stage-status';
    this.#status.append(this.#where, this.#coordinates);
    this.stage.element.append(this.#message);
    hosts.status.append(this.#status);
    this.#unsubscribe.push(
      workbench.store.subscribe((state, before) => {
        if (state.keypoint !== before.keypoint || state.individual !== before.individual) {
          this.stage.invalidate();
        }
        if (state.track !== before.track) void this.#loadTrack();
        if (state.frame !== before.frame) this.#seek();
      }),
      this.#labels.subscribe(() => this.stage.invalidate()),
      workbench.project.subscribe(() => void this.#loadTrack()),
      workbench.corrections.subscribe(() => void this.#loadTrack()),
    );
    void this.#open();
  }

  set options(options: OverlayOptions) {
    this.#options = options;
    this.stage.invalidate();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#resting);
    for (const end of this.#unsubscribe) end();
    this.stage.show(undefined);
    this.stage.dispose();
    this.#status.remove();
    this.#cache?.dispose();
    this.#outgoing?.dispose();
  }

  async #open(): Promise<void> {
    const { problem, id } = this.#overview;
    if (problem !== undefined) {
      this.#say(`This video cannot be shown: ${problem}`);
      return;
    }
    this.#say('Opening the video');
    try {
      // The picture does not wait for its track.
      await Promise.all([this.#openVideo(id), this.#loadTrack()]);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#say(error.message);
    }
  }

  async #openVideo(id: string): Promise<void> {
    const [video, mainVideo] = await Promise.all([
      this.#workbench.video(id),
      this.#workbench.video(this.#main),
    ]);
    if (this.#disposed) return;
    this.#video = video;
    this.#mainTimes = this.#main === id ? undefined : mainVideo.times;
    this.#reduced = reductionFor(video.width, this.stage.element.clientWidth * devicePixelRatio);
    this.#cache = this.#newCache(video);
    this.#seek();
  }

  #newCache(video: Video): FrameCache<ImageBitmap> {
    const width = this.#reduced === 1 ? undefined : Math.ceil(video.width * this.#reduced);
    const bytes = 4 * video.width * video.height * this.#reduced ** 2;
    const made: FrameCache<ImageBitmap> = new FrameCache(
      (index, signal) => client.frame(video.id, index, { signal, width }),
      {
        capacity: Math.min(96, Math.max(picturesAhead + 4, Math.round(cacheBytes / bytes))),
        onPicture: (index) => {
          if (made !== this.#cache) return;
          if (index === this.#wanted) this.#show(index);
          else this.#showOnTheWay();
        },
        onFailure: (index, error) =>
          made === this.#cache && index === this.#wanted && this.#say(`Frame ${index}: ${error.message}`),
      },
    );
    return made;
  }

  /** Asks for pictures as large as they are seen, and no larger: a small pane of a large video plays several times as fast. */
  #fitPictures({ scale }: Viewport): void {
    const video = this.#video;
    if (!video || !this.#cache) return;
    const reduced = reductionFor(video.width, video.width * scale * devicePixelRatio);
    if (reduced === this.#reduced) return;
    this.#reduced = reduced;
    const before = this.#cache;
    if (before === this.#holder) this.#outgoing = before;
    else before.dispose();
    this.#cache = this.#newCache(video);
    this.#ask();
  }

  async #loadTrack(): Promise<void> {
    const { state } = this.#workbench.store;
    const { tracks } = this.#workbench.project.value;
    const { id } = this.#overview;
    const chosen = tracks.find((t) => t.id === state.track && (t.video === undefined || t.video === id));
    const track = chosen?.id ?? tracks.find((t) => t.video === id)?.id;
    this.#trackId = track;
    const loaded = track === undefined ? undefined : await this.#workbench.track(track);
    if (this.#trackId !== track || this.#disposed) return;
    if (loaded !== undefined && loaded === this.#overlay?.track) return;
    this.#overlay = loaded && new TrackOverlay(loaded, this.#workbench.project.value.skeleton);
    this.stage.invalidate();
    this.#tell();
  }

  /** The time at the page's cursor, s, where that counts frames of another video. */
  #otherSeconds(): number | undefined {
    const times = this.#mainTimes;
    return times && times[Math.min(this.#workbench.store.state.frame, times.length - 1)];
  }

  /** The frame of this video at the page's cursor; undefined where this video does not reach. */
  #frameNow(video: Video): number | undefined {
    const seconds = this.#otherSeconds();
    if (seconds !== undefined) return frameAtTime(video.times, seconds);
    return Math.min(this.#workbench.store.state.frame, video.frameCount - 1);
  }

  #seek(): void {
    const [video, cache] = [this.#video, this.#cache];
    if (!video || !cache) return;
    const frame = this.#frameNow(video);
    if (frame === undefined) return this.#showNone(video);
    const now = performance.now();
    const [moved, elapsed] = [frame - this.#wanted, now - this.#movedAt];
    // Leaps are no motion: what lies ahead of them is not known.
    const isMotion = this.#wanted >= 0 && elapsed < restMs && Math.abs(moved) <= 30;
    const speed = isMotion ? moved / (Math.max(1, elapsed) / 1000) : 0;
    this.#speed = this.#speed === 0 || speed === 0 ? speed : 0.8 * this.#speed + 0.2 * speed;
    this.#wanted = frame;
    this.#movedAt = now;
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      this.#speed = 0;
      this.#ask();
    }, restMs);
    if (cache.get(frame)) this.#show(frame);
    else {
      this.#tell();
      this.#showOnTheWay();
    }
    this.#ask();
  }

  /** A picture of another time would be taken for one of now. */
  #showNone(video: Video): void {
    clearTimeout(this.#resting);
    [this.#wanted, this.#shown, this.#speed] = [-1, -1, 0];
    this.stage.show(undefined);
    this.#where.textContent = '';
    this.stage.element.removeAttribute('data-waiting');
    const isOver = (this.#otherSeconds() ?? 0) > video.times[0];
    const edge = isOver ? ['ended', video.times.at(-1)!] : ['begins', video.times[0]];
    this.#say(`No picture at this time: this video ${edge[0]} at ${(edge[1] as number).toFixed(3)} s.`);
  }

  /** How far behind the cursor a picture may be while it moves: a frame before it, in the direction of its motion. */
  #behind(video: Video): number {
    return this.#wanted - Math.sign(this.#speed) * Math.ceil(mostBehindSeconds * video.framesPerSecond);
  }

  /** Where pictures come slower than the cursor moves, the nearest that is here is shown, with its own number and its own track. */
  #showOnTheWay(): void {
    const [video, cache] = [this.#video, this.#cache];
    if (!video || !cache || this.#speed === 0) return;
    const way = Math.sign(this.#speed);
    const behind = this.#behind(video);
    const isNear = way * (this.#shown - behind) > 0 && way * (this.#wanted - this.#shown) > 0;
    const frame = cache.nearest(isNear ? this.#shown : behind, this.#wanted);
    if (frame !== undefined) this.#show(frame);
  }

  #ask(): void {
    const [video, cache] = [this.#video, this.#cache];
    if (!video || !cache) return;
    const indices = framesToAsk({
      frame: this.#wanted,
      frameCount: video.frameCount,
      speed: this.#speed,
      secondsPerPicture: cache.secondsPerPicture,
      parallel: cache.parallel,
      count: picturesAhead,
    });
    cache.want(indices, this.#behind(video));
  }

  #show(frame: number): void {
    const picture = this.#cache?.get(frame);
    if (!picture || !this.#video) return;
    this.#say('');
    this.#shown = frame;
    const outgoing = this.#outgoing;
    this.#outgoing = undefined;
    // To show it may ask for another size, and so for another cache, at once.
    this.#holder = this.#cache;
    this.stage.show(picture, this.#video, String(frame));
    outgoing?.dispose();
    this.#tell();
  }

  #tell(): void {
    const video = this.#video;
    if (!video) return;
    const waiting = this.#shown !== this.#wanted;
    const seconds = this.#shown < 0 ? '' : `, ${video.times[this.#shown].toFixed(3)} s${this.#lag(video)}`;
    const shown = this.#shown < 0 ? '' : `Frame ${this.#shown} of ${video.frameCount}${seconds}`;
    const corrected = this.#overlay?.isCorrectedFrame(this.#shown) ? ', corrected' : '';
    this.#where.textContent = waiting ? `${shown} (waiting for frame ${this.#wanted})` : shown + corrected;
    this.stage.element.toggleAttribute('data-waiting', waiting);
  }

  /** How far the shown frame of another camera is from the cursor's time: cameras do not take their pictures at once. */
  #lag(video: Video): string {
    const seconds = this.#otherSeconds();
    if (seconds === undefined) return '';
    const ms = Math.round(1000 * (video.times[this.#shown] - seconds));
    return ` (${ms < 0 ? '−' : '+'}${Math.abs(ms)} ms)`;
  }

  #say(message: string): void {
    this.#message.textContent = message;
    this.#message.hidden = message === '';
  }

  #hover(point: Point | undefined): void {
    const inside =
      point &&
      this.#video &&
      point.x >= -0.5 &&
      point.y >= -0.5 &&
      point.x < this.#video.width &&
      point.y < this.#video.height;
    this.#coordinates.textContent = inside ? `x ${point.x.toFixed(1)}, y ${point.y.toFixed(1)} px` : '';
  }

  #choose(screen: Point): void {
    const keypoint = this.#overlay?.at(this.stage.viewport, this.#shown, screen, this.#options);
    if (keypoint !== undefined) this.#workbench.store.set({ keypoint });
  }

  /** A point of the track that a person takes to correct it; its frame is the one that was seen. */
  #grab(screen: Point): Drag | undefined {
    const [frame, overlay] = [this.#shown, this.#overlay];
    if (!this.#proofreading.active || overlay?.track.id !== this.#proofreading.track?.id) return undefined;
    const keypoint = overlay?.at(this.stage.viewport, frame, screen, this.#options);
    if (keypoint === undefined) return undefined;
    this.#workbench.player.pause();
    this.#workbench.store.set({ keypoint });
    return {
      move: (at) => {
        this.#moving = { keypoint, at };
        this.stage.invalidate();
      },
      end: () => {
        const moving = this.#moving;
        this.#moving = undefined;
        if (moving) this.#proofreading.move(frame, keypoint, moving.at);
        this.stage.invalidate();
      },
    };
  }

  #labelsShown(): FrameLabels | undefined {
    const { recording, name } = this.#overview;
    return this.#labels.frame(frameKey(recording, { video: name, frame: this.#shown }));
  }

  #draw(context: CanvasRenderingContext2D, viewport: Viewport): void {
    this.#fitPictures(viewport);
    const { keypoint } = this.#workbench.store.state;
    this.#overlay?.draw(context, viewport, this.#shown, this.#options, keypoint);
    const { keypoints } = this.#workbench.project.value.skeleton;
    if (this.#moving) {
      const place = keypoints.indexOf(this.#moving.keypoint);
      const style = { color: keypointColor(place), shape: keypointShape(place), radius: 7, chosen: true };
      drawTracked(context, toScreen(viewport, this.#moving.at), style);
    }
    if (!this.#options.labels) return;
    for (const points of this.#labelsShown()?.instances.values() ?? []) {
      for (const [name, point] of points) {
        const place = keypoints.indexOf(name);
        drawLabel(context, toScreen(viewport, point), {
          color: keypointColor(place),
          shape: keypointShape(place),
          radius: 6,
          occluded: point.visibility === 'occluded',
        });
      }
    }
  }
}

/** The smallest of 1, 1/2, 1/4 and 1/8 that still gives each of so many columns of the screen a pixel of its own. */
export function reductionFor(width: number, columns: number): number {
  for (const reduced of [1 / 8, 1 / 4, 1 / 2]) if (width * reduced >= columns) return reduced;
  return 1;
}

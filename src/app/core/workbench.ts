/** What every view gets: the state, the project, its data (asked for once, kept), and the jobs. */
import {
  trackArrays,
  type JobState,
  type ProjectOverview,
  type TrackOverview,
  type VideoInfo,
} from '../../server/api.ts';
import { client } from './client.ts';
import { CorrectedFile, CorrectionsModel } from './corrections.ts';
import { Observable } from './observable.ts';
import { Player } from './player.ts';
import type { StateStore } from './state.ts';

type TrackArrays = ReturnType<typeof trackArrays>;

/** A track as people corrected it. */
export interface Track extends TrackOverview {
  readonly values: TrackArrays;
  /** Where each point comes from, [frame, keypoint], positions in `origins` of `measure/pose/correct.ts`; none where nothing is corrected. */
  readonly origins?: Uint8Array;
  /** As the network gave it, where that differs. */
  readonly raw?: TrackArrays;
  /** Corrections that were made on another output of the network and do not hold for this one. */
  readonly leftOut?: number;
}

export interface Video extends VideoInfo {
  readonly times: Float64Array;
}

export { Observable, useObservable } from './observable.ts';

/** What the server says without being asked. It outlives a project: jobs run before there is one. */
export class ServerNews {
  readonly jobs = new Observable<readonly JobState[]>([]);
  /** Whether the server answers. */
  readonly connected = new Observable(true);
}

export class Workbench {
  readonly store: StateStore;
  readonly project: Observable<ProjectOverview>;
  readonly jobs: Observable<readonly JobState[]>;
  /** Whether the server answers. */
  readonly connected: Observable<boolean>;
  /** The clock of playback. */
  readonly player: Player;
  readonly #videos = new Map<string, Promise<Video>>();
  /** What people corrected in tracks; `track` has it. */
  readonly corrections: CorrectionsModel;
  readonly #files = new Map<string, Promise<CorrectedFile>>();
  #started: Promise<void> | undefined;

  constructor(store: StateStore, project: ProjectOverview, news = new ServerNews()) {
    this.store = store;
    this.project = new Observable(project);
    this.jobs = news.jobs;
    this.connected = news.connected;
    this.corrections = new CorrectionsModel(
      (name) => this.project.value.tracks.find(({ corrections }) => corrections === name)?.id,
    );
    this.player = new Player(store, async (id) => (await this.video(id)).times);
  }

  video(id: string): Promise<Video> {
    return kept(this.#videos, id, async () => {
      const [info, times] = await Promise.all([client.video(id), client.times(id)]);
      return { ...info, times };
    });
  }

  /** The track as people have corrected it so far: ask again when `corrections` or `project` changed. */
  async track(id: string): Promise<Track> {
    this.#started ??= this.corrections.start();
    const all = this.project.value.tracks;
    const overview = all.find((track) => track.id === id) ?? (await client.track(id));
    const siblings = all.filter(({ corrections }) => corrections === overview.corrections);
    const name = `${overview.corrections} ${overview.key}`;
    const [file] = await Promise.all([
      kept(this.#files, name, async () => {
        const wanted = siblings.length === 0 ? [overview] : siblings;
        return new CorrectedFile(await Promise.all(wanted.map(readTrack)));
      }),
      this.#started,
    ]);
    return file.track(overview, this.corrections.state);
  }

  /** The chosen track, or the one of the chosen video. */
  trackOf({
    video,
    track,
  }: {
    readonly video: string | null;
    readonly track: string | null;
  }): string | undefined {
    const { tracks } = this.project.value;
    return (tracks.find(({ id }) => id === track) ?? tracks.find((t) => t.video === video && video !== null))
      ?.id;
  }

  /** Asks for the overview again; tracks are read anew. */
  async refresh(): Promise<void> {
    const project = await client.project();
    this.#files.clear();
    this.project.set(project);
  }

  dispose(): void {
    this.player.dispose();
  }
}

async function readTrack(overview: TrackOverview): Promise<Track> {
  return { ...overview, values: trackArrays(overview, await client.trackValues(overview.id)) };
}

// What failed is not kept: the next one who asks tries again.
function kept<T>(map: Map<string, Promise<T>>, id: string, load: () => Promise<T>): Promise<T> {
  const known = map.get(id);
  if (known) return known;
  const loading = load();
  map.set(id, loading);
  loading.catch(() => map.delete(id));
  return loading;
}

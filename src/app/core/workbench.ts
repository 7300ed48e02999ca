/** What every view gets: the state, the project, its data (asked for once, kept), and the jobs. */
import {
  trackArrays,
  type JobState,
  type ProjectOverview,
  type TrackOverview,
  type VideoInfo,
} from '../../server/api.ts';
import { client } from './client.ts';
import { Observable } from './observable.ts';
import { Player } from './player.ts';
import type { StateStore } from './state.ts';

export interface Track extends TrackOverview {
  readonly values: ReturnType<typeof trackArrays>;
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
  readonly #tracks = new Map<string, Promise<Track>>();

  constructor(store: StateStore, project: ProjectOverview, news = new ServerNews()) {
    this.store = store;
    this.project = new Observable(project);
    this.jobs = news.jobs;
    this.connected = news.connected;
    this.player = new Player(store, async (id) => (await this.video(id)).times);
  }

  video(id: string): Promise<Video> {
    return kept(this.#videos, id, async () => {
      const [info, times] = await Promise.all([client.video(id), client.times(id)]);
      return { ...info, times };
    });
  }

  track(id: string): Promise<Track> {
    return kept(this.#tracks, id, async () => {
      const [overview, bytes] = await Promise.all([client.track(id), client.trackValues(id)]);
      return { ...overview, values: trackArrays(overview, bytes) };
    });
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
    this.#tracks.clear();
    this.project.set(project);
  }

  dispose(): void {
    this.player.dispose();
  }
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

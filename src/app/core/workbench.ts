/** What every view gets: the state, the project, its data (asked for once, kept), and the jobs. */
import { useSyncExternalStore } from 'react';
import {
  trackArrays,
  type JobState,
  type ProjectOverview,
  type TrackOverview,
  type VideoInfo,
} from '../../server/api.ts';
import { client } from './client.ts';
import type { StateStore } from './state.ts';

export interface Track extends TrackOverview {
  readonly values: ReturnType<typeof trackArrays>;
}

export interface Video extends VideoInfo {
  readonly times: Float64Array;
}

/** A value that changes and tells: for what the server says. */
export class Observable<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(
    (changed) => observable.subscribe(changed),
    () => observable.value,
  );
}

export class Workbench {
  readonly store: StateStore;
  readonly project: Observable<ProjectOverview>;
  readonly jobs = new Observable<readonly JobState[]>([]);
  /** Whether the server answers. */
  readonly connected = new Observable(true);
  readonly #videos = new Map<string, Promise<Video>>();
  readonly #tracks = new Map<string, Promise<Track>>();

  constructor(store: StateStore, project: ProjectOverview) {
    this.store = store;
    this.project = new Observable(project);
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

  /** Asks for the overview again; tracks that it no longer describes are forgotten. */
  async refresh(): Promise<void> {
    this.#tracks.clear();
    this.project.set(await client.project());
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

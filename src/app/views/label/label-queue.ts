/** The list of pictures that a person goes through, and where in it they are. */
import type { Suggestion } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import type { Workbench } from '../../core/workbench.ts';
import type { LabelsModel } from './labels-model.ts';
import {
  labeledQueue,
  placedCount,
  queueKinds,
  suggestedQueue,
  worstQueue,
  type QueueEntry,
  type QueueKind,
} from './queue.ts';
import { targetOf, videoTarget, type Target } from './target.ts';

const suggestionCount = 20;

export class LabelQueue {
  readonly #workbench: Workbench;
  readonly #labels: LabelsModel;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: (() => void)[];
  #kind: QueueKind | undefined;
  #entries: readonly QueueEntry[] = [];
  /** What it says where there is no entry. */
  #message = 'Choosing frames to label.';
  #made = false;
  /** Suggestions stay the same while they are worked on: only so does "12 of 20" mean something. */
  #suggestions: { readonly video: string; readonly list: readonly Suggestion[] } | undefined;
  #version = 0;
  #asked = 0;

  constructor(workbench: Workbench, labels: LabelsModel) {
    this.#workbench = workbench;
    this.#labels = labels;
    let size = -1;
    this.#unsubscribe = [
      labels.subscribe(() => {
        // The order of the worst stays while a person works through them.
        const isNew = labels.state.size !== size && (this.kind === 'labeled' || size < 0);
        size = labels.loaded ? labels.state.size : -1;
        if (isNew) void this.refresh();
        else this.#changed();
      }),
      workbench.store.subscribe((state, before) => {
        if (state.labelFrame !== before.labelFrame) this.#changed();
        if (state.video !== before.video || this.#keptKind() !== this.#kind) void this.refresh();
      }),
    ];
    void this.refresh();
  }

  get version(): number {
    return this.#version;
  }

  /** The chosen kind; without a video only what is labeled can be gone through. */
  get kind(): QueueKind {
    return this.#keptKind() ?? (this.#videos.length > 0 ? 'suggested' : 'labeled');
  }

  get entries(): readonly QueueEntry[] {
    return this.#entries;
  }

  get message(): string {
    return this.#message;
  }

  /** Whether the list has been made once: suggestions of a long video take some seconds. */
  get made(): boolean {
    return this.#made;
  }

  /** How many of the entries have a point. */
  get done(): number {
    return this.#entries.filter(({ target }) => placedCount(this.#labels.frame(target.key)) > 0).length;
  }

  /** The picture that the page's state names; else the cursor's frame, else the first of the list. */
  get current(): Target | undefined {
    const { labelFrame, video, frame } = this.#workbench.store.state;
    const { videos } = this.#workbench.project.value;
    if (labelFrame !== null) {
      const named = targetOf(labelFrame, this.#labels.state, videos);
      if (named) return named;
    }
    if (this.#entries.length > 0) return this.#entries[0].target;
    const overview = this.#videos.find(({ id }) => id === video);
    return overview && videoTarget(overview, frame);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  choose(kind: QueueKind): void {
    this.#workbench.store.setView('label', { queue: kind });
  }

  /** Shows a picture; the cursor of the page goes with it. */
  goTo(key: string): void {
    const { store, project } = this.#workbench;
    const target = targetOf(key, this.#labels.state, project.value.videos);
    if (!target) return;
    store.set({
      labelFrame: key,
      ...(target.at && { video: target.at.video, frame: target.at.frame }),
    });
  }

  /** The entry so many places away. Returns whether there is one. */
  step(by: 1 | -1): boolean {
    const key = this.current?.key;
    const at = this.#entries.findIndex(({ target }) => target.key === key);
    const next = at < 0 ? this.#entries[0] : this.#entries[at + by];
    if (next === undefined) return false;
    this.goTo(next.target.key);
    return true;
  }

  /** The pictures after and before the current one, the likelier first. */
  neighbors(): Target[] {
    const key = this.current?.key;
    const at = this.#entries.findIndex(({ target }) => target.key === key);
    return [at + 1, at + 2, at - 1].flatMap((i) =>
      i !== at && this.#entries[i] ? [this.#entries[i].target] : [],
    );
  }

  /** Asks for other suggestions. */
  async renew(): Promise<void> {
    this.#suggestions = undefined;
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    this.#kind = this.#keptKind();
    let entries: readonly QueueEntry[] = [];
    let message = '';
    try {
      [entries, message] = await this.#load();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      message = error.message;
    }
    if (asked !== this.#asked) return;
    this.#entries = entries;
    this.#message = message;
    this.#made = true;
    this.#changed();
  }

  dispose(): void {
    for (const end of this.#unsubscribe) end();
  }

  get #videos() {
    return this.#workbench.project.value.videos.filter(({ problem }) => problem === undefined);
  }

  #keptKind(): QueueKind | undefined {
    const kept = this.#workbench.store.state.views.label as { readonly queue?: unknown } | undefined;
    return queueKinds.find((kind) => kind === kept?.queue);
  }

  async #load(): Promise<[readonly QueueEntry[], string]> {
    const { store, project } = this.#workbench;
    const { videos, skeleton } = project.value;
    const video = this.#videos.find(({ id }) => id === store.state.video) ?? this.#videos[0];
    switch (this.kind) {
      case 'labeled':
        return [labeledQueue(this.#labels.state, videos), 'No frame is labeled yet.'];
      case 'suggested': {
        if (!video) return [[], 'Frames are suggested from videos, and this project has none.'];
        if (this.#suggestions?.video !== video.id) {
          this.#suggestions = {
            video: video.id,
            list: await client.suggestions(video.id, suggestionCount),
          };
        }
        return [suggestedQueue(this.#suggestions.list, videos), 'No frame is suggested.'];
      }
      case 'worst': {
        const { track } = store.state;
        const id = video && this.#workbench.trackOf({ video: video.id, track });
        if (!video || id === undefined) {
          return [[], 'The worst frames are found by a track: train a model and track this video first.'];
        }
        const [{ times }, loaded] = await Promise.all([
          this.#workbench.video(video.id),
          this.#workbench.track(id),
        ]);
        const queue = worstQueue(this.#labels.state, videos, loaded, video, times, skeleton.keypoints);
        return [queue, 'The model is sure of every frame, and no frame of this video is labeled.'];
      }
      default:
        return this.kind satisfies never;
    }
  }

  #changed(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}

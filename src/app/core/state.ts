/** All that the page shows, as one value: it is the URL, so that a link or a reload shows the same. */
import { useSyncExternalStore } from 'react';

export interface WorkbenchState {
  /** Which page: an id of the view registry, or `start` and `home`. */
  readonly page: string;
  /** Views shown beside each other on the `workspace` page, by id. */
  readonly panels: readonly string[];
  readonly video: string | null;
  readonly track: string | null;
  /** Frame index of the video: the one cursor, which all views follow. */
  readonly frame: number;
  /** Chosen interval of frames, both ends included. */
  readonly selection: readonly [first: number, last: number] | null;
  readonly keypoint: string | null;
  readonly individual: string | null;
  /** Key of the labeled frame that is being worked on. */
  readonly labelFrame: string | null;
  /** What single views keep: zoom, contrast, chosen signals. Plain JSON, by view id. */
  readonly views: Readonly<Record<string, unknown>>;
}

export const emptyState: WorkbenchState = {
  page: 'home',
  panels: ['video', 'timeline'],
  video: null,
  track: null,
  frame: 0,
  selection: null,
  keypoint: null,
  individual: null,
  labelFrame: null,
  views: {},
};

/** The state as the part of a URL after `#`; only what differs from the empty state. */
export function encodeState(state: WorkbenchState): string {
  const changed = Object.entries(state).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(emptyState[key as keyof WorkbenchState]),
  );
  return changed.map(([key, value]) => `${key}=${encodeURIComponent(JSON.stringify(value))}`).join('&');
}

/** The state of a URL; what cannot be read is as in the empty state. */
export function decodeState(hash: string): WorkbenchState {
  const state: Record<string, unknown> = { ...emptyState };
  for (const part of hash.replace(/^#/, '').split('&')) {
    const at = part.indexOf('=');
    const key = part.slice(0, at);
    if (at < 0 || !Object.hasOwn(emptyState, key)) continue;
    try {
      const value: unknown = JSON.parse(decodeURIComponent(part.slice(at + 1)));
      if (fits(key as keyof WorkbenchState, value)) state[key] = value;
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof URIError)) throw error;
    }
  }
  return state as unknown as WorkbenchState;
}

function fits(key: keyof WorkbenchState, value: unknown): boolean {
  switch (key) {
    case 'page':
      return typeof value === 'string';
    case 'panels':
      return Array.isArray(value) && value.every((v) => typeof v === 'string');
    case 'frame':
      return Number.isInteger(value) && (value as number) >= 0;
    case 'selection':
      return (
        value === null ||
        (Array.isArray(value) && value.length === 2 && value.every((v) => Number.isInteger(v)))
      );
    case 'views':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'video':
    case 'track':
    case 'keypoint':
    case 'individual':
    case 'labelFrame':
      return value === null || typeof value === 'string';
    default:
      return key satisfies never;
  }
}

type Listener = (state: WorkbenchState, before: WorkbenchState) => void;

/** Holds the state. Canvas views subscribe; React components use `useWorkbench`. */
export class StateStore {
  #state: WorkbenchState;
  readonly #listeners = new Set<Listener>();

  constructor(initial: WorkbenchState = emptyState) {
    this.#state = initial;
  }

  get state(): WorkbenchState {
    return this.#state;
  }

  /** Changes some of it and tells everyone, at once. */
  set(change: Partial<WorkbenchState>): void {
    const before = this.#state;
    const keys = Object.keys(change) as (keyof WorkbenchState)[];
    if (keys.every((key) => Object.is(before[key], change[key]))) return;
    this.#state = { ...before, ...change };
    for (const listener of this.#listeners) listener(this.#state, before);
  }

  /** Changes what one view keeps. */
  setView(view: string, change: Readonly<Record<string, unknown>>): void {
    const old = (this.#state.views[view] ?? {}) as Record<string, unknown>;
    this.set({ views: { ...this.#state.views, [view]: { ...old, ...change } } });
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** A part of the state in a component, which is drawn again when that part changes. */
export function useStore<T>(store: StateStore, part: (state: WorkbenchState) => T): T {
  return useSyncExternalStore(
    (changed) => store.subscribe(changed),
    () => part(store.state),
  );
}

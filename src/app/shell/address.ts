/** The state and the page's address say the same: a reload, a link and the browser's back show what was shown. */
import { decodeState, encodeState, type StateStore, type WorkbenchState } from '../core/state.ts';

/** Browsers slow pages down that write their address more than some hundred times in 30 s. */
const writeEveryMs = 200;

/** Returns what ends it. */
export function followAddress(store: StateStore): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let reading = false;
  const hashOf = (state: WorkbenchState): string => `#${encodeState(state)}`;

  const write = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
    const hash = hashOf(store.state);
    if (hash !== (location.hash || '#')) history.replaceState(null, '', hash);
  };

  const changed = (state: WorkbenchState, before: WorkbenchState): void => {
    if (reading) return;
    if (state.page !== before.page) {
      // The page that is left keeps the cursor it had last.
      if (waiting !== undefined) history.replaceState(null, '', hashOf(before));
      clearTimeout(waiting);
      waiting = undefined;
      history.pushState(null, '', hashOf(state));
    } else waiting ??= setTimeout(write, writeEveryMs);
  };

  const read = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
    reading = true;
    store.set(decodeState(location.hash));
    reading = false;
  };

  const unsubscribe = store.subscribe(changed);
  window.addEventListener('popstate', read);
  window.addEventListener('pagehide', write);
  return () => {
    write();
    unsubscribe();
    window.removeEventListener('popstate', read);
    window.removeEventListener('pagehide', write);
  };
}

/** The state with names that the project has: an address may be of another project, or older than a deletion. */
export function fitting(
  state: WorkbenchState,
  project: {
    readonly videos: readonly { readonly id: string; readonly problem?: string }[];
    readonly tracks: readonly { readonly id: string }[];
  },
): Partial<WorkbenchState> {
  const change: { -readonly [K in keyof WorkbenchState]?: WorkbenchState[K] } = {};
  if (!project.videos.some(({ id }) => id === state.video)) {
    const first = project.videos.find(({ problem }) => problem === undefined) ?? project.videos[0];
    change.video = first?.id ?? null;
    if (state.video !== null) Object.assign(change, { frame: 0, selection: null });
  }
  if (state.track !== null && !project.tracks.some(({ id }) => id === state.track)) change.track = null;
  return change;
}

/** The chosen frames in words, and the way from one run of them to the next: each becomes the interval that is played. */
import type { ChosenFrames } from '../../core/chosen-frames.ts';
import { useStore } from '../../core/state.ts';
import { useObservable, type Observable, type Video, type Workbench } from '../../core/workbench.ts';

export function ChosenRuns({
  workbench,
  chosen: observable,
  video,
}: {
  readonly workbench: Workbench;
  readonly chosen: Observable<ChosenFrames | null>;
  readonly video: Video | undefined;
}): React.ReactNode {
  const { store } = workbench;
  const chosen = useObservable(observable);
  const selection = useStore(store, (state) => state.selection);
  if (!chosen || !video || chosen.video !== video.id) return null;
  const { runs, count, title } = chosen;
  const at = runs.findIndex(([first, last]) => selection?.[0] === first && selection[1] === last);
  const go = (by: number): void => {
    // From no run, on to the first after the cursor or back to the last before it.
    const { frame } = store.state;
    const near =
      by > 0 ? runs.findIndex(([first]) => first >= frame) : runs.findLastIndex(([, last]) => last <= frame);
    const next = at < 0 ? near : at + by;
    const [first, last] = runs[(Math.max(-1, next) + runs.length) % runs.length];
    store.set({ selection: [first, last], frame: first });
  };
  return (
    <span className="panel-chosen" title={title}>
      {count.toLocaleString('en')} frames chosen{' '}
      {runs.length > 1 && (
        <>
          <button type="button" aria-label="Previous run of chosen frames" onClick={() => go(-1)}>
            ‹
          </button>
          <span>
            {at < 0 ? '' : `${(at + 1).toLocaleString('en')} of `}
            {runs.length.toLocaleString('en')} runs
          </span>
          <button type="button" aria-label="Next run of chosen frames" onClick={() => go(1)}>
            ›
          </button>
        </>
      )}
      <button
        type="button"
        onClick={() => {
          observable.set(null);
          store.set({ selection: null });
        }}
      >
        Clear
      </button>
    </span>
  );
}

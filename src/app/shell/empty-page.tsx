/** Nothing to show yet: why, and the next step. */
import { Button } from 'react-aria-components';
import type { StateStore } from '../core/state.ts';
import type { EmptyState } from '../core/view.ts';

export function Empty({
  empty,
  store,
}: {
  readonly empty: EmptyState;
  readonly store: StateStore;
}): React.ReactNode {
  const { what, next } = empty;
  return (
    <div className="empty">
      <p>{what}</p>
      {next ? (
        <Button data-kind="primary" onPress={() => store.set({ page: next.page })}>
          {next.title}
        </Button>
      ) : null}
    </div>
  );
}

export function EmptyPage({
  title,
  empty,
  store,
}: {
  readonly title: string;
  readonly empty: EmptyState;
  readonly store: StateStore;
}): React.ReactNode {
  return (
    <div className="page stack">
      <h1>{title}</h1>
      <Empty empty={empty} store={store} />
    </div>
  );
}

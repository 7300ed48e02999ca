/** One edit that was done. */
export interface Done<E> {
  /** The edit that undoes it, which is itself something that was done. */
  readonly undo: E;
  /** Makes the state as if it had never been done. Only while nothing was done after it. */
  revert(): void;
}

/** Several edits that were done as one: what undoes them, in order, and what makes the state as before. */
export interface AllDone<E> {
  readonly undo: E[];
  revert(): void;
}

/** Does the edits to `state`, all or none. */
export function allOrNone<S, E>(
  state: S,
  edits: readonly E[],
  apply: (state: S, edit: E) => Done<E>,
): AllDone<E> {
  const done: Done<E>[] = [];
  const revert = (): void => {
    for (const one of done.toReversed()) one.revert();
  };
  try {
    for (const edit of edits) done.push(apply(state, edit));
  } catch (error) {
    revert();
    throw error;
  }
  return { undo: done.map(({ undo }) => undo).toReversed(), revert };
}

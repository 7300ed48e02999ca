/** A value that changes and tells: for what the server says, and for what the page keeps outside its address. */
import { useSyncExternalStore } from 'react';

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
    if (Object.is(value, this.#value)) return;
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

/**
 * What people edit together, as this page knows it. An edit shows at once, is sent in order, and counts as saved when the server has answered.
 *
 * Two states are kept: what the server is known to hold (`#base`, which advances by journal record, in the journal's order), and
 * what the page shows: that with the unanswered edits done on top. Records of other pages enter below one's own unanswered edits,
 * as they do in the journal.
 */
import { MareyError } from '../../signal/error.ts';

/** What the model needs of the server, and what edits do. */
export interface EditsSource<S, E> {
  /** All that the server holds, up to a record of its journal. */
  load(): Promise<{ readonly revision: number; readonly state: S }>;
  send(edits: readonly E[], by?: string): Promise<{ readonly revision: number; readonly undo: readonly E[] }>;
  empty(): S;
  copy(state: S): S;
  /** All or none; returns the edits that undo them. Throws `UsageError` where one does not fit. */
  apply(state: S, edits: readonly E[]): readonly E[];
}

export type SaveState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'saved' }
  | { readonly kind: 'saving'; readonly waiting: number }
  /** The last edits were taken back: how many, and why. */
  | { readonly kind: 'failed'; readonly takenBack: number; readonly message: string; readonly fix?: string };

/** One thing that a person did, in words. */
export interface Done {
  readonly what: string;
}

interface Step<E, D extends Done> {
  readonly done: D;
  /** What takes it back; the server's word once it has answered. */
  undo: readonly E[];
}

interface Pending<E, D extends Done> {
  readonly edits: readonly E[];
  readonly step: Step<E, D>;
  /** What could be undone and redone before it, for when it fails. */
  readonly before: History<E, D>;
  /** Its record, once the server has answered. */
  revision?: number;
}

interface History<E, D extends Done> {
  readonly done: readonly Step<E, D>[];
  readonly undone: readonly Step<E, D>[];
}

export class EditsModel<S, E, D extends Done = Done> {
  readonly #source: EditsSource<S, E>;
  readonly #page: string | undefined;
  readonly #by: string | undefined;
  #base: S;
  #shown: S;
  #revision = 0;
  /** Records that came before those they follow. */
  readonly #early = new Map<number, readonly E[]>();
  #pending: Pending<E, D>[] = [];
  #history: History<E, D> = { done: [], undone: [] };
  #save: SaveState = { kind: 'loading' };
  #sending: Promise<void> | undefined;
  #loading: Promise<void> | undefined;
  #loaded = false;
  #version = 0;
  readonly #listeners = new Set<() => void>();

  /** @param page Name under which this page's own edits come back by the events. */
  constructor(
    source: EditsSource<S, E>,
    { page, by }: { readonly page?: string; readonly by?: string } = {},
  ) {
    this.#source = source;
    this.#base = source.empty();
    this.#shown = source.empty();
    this.#page = page;
    this.#by = by;
  }

  /** Counts up with every change: a snapshot for React. */
  get version(): number {
    return this.#version;
  }

  get save(): SaveState {
    return this.#save;
  }

  /** Whether what there is has been read: before that nothing can be edited. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** As it is shown, unanswered edits included. Only `edit`, `undo` and `redo` change it. */
  get state(): S {
    return this.#shown;
  }

  /** What the next undo and redo would take back or do again. */
  get undoes(): string | undefined {
    return this.#history.done.at(-1)?.done.what;
  }

  get redoes(): string | undefined {
    return this.#history.undone.at(-1)?.done.what;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Asks for everything, at the start and after a lost connection. Unanswered edits stay on top. */
  load(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /**
   * Does the edits, all or none, as one step that can be undone.
   * Throws `UsageError` (and changes nothing) where one does not fit.
   */
  perform(done: D, edits: readonly E[]): void {
    if (edits.length === 0) return;
    const step = { done, undo: [] };
    this.#do(edits, step, { done: [...this.#history.done, step], undone: [] });
  }

  /** Takes the last step back, as an edit of its own. Returns what it was; undefined where there is none. */
  undo(): D | undefined {
    const { done, undone } = this.#history;
    const last = done.at(-1);
    if (last === undefined) return undefined;
    const back = { ...last, undo: [] };
    // Where it cannot be done any more (another page removed what it was done to), the step is gone and the caller is told why.
    this.#history = { done: done.slice(0, -1), undone };
    this.#do(last.undo, back, { done: done.slice(0, -1), undone: [...undone, back] }, { done, undone });
    return last.done;
  }

  /** Does again what was undone last. */
  redo(): D | undefined {
    const { done, undone } = this.#history;
    const last = undone.at(-1);
    if (last === undefined) return undefined;
    const again = { ...last, undo: [] };
    this.#history = { done, undone: undone.slice(0, -1) };
    this.#do(last.undo, again, { done: [...done, again], undone: undone.slice(0, -1) }, { done, undone });
    return last.done;
  }

  /** Says that what there is could not be asked for. */
  failedToLoad(error: Error): void {
    this.#save = { kind: 'failed', takenBack: 0, message: error.message };
    this.#changed();
  }

  /** What other pages did, and one's own edits as they come back. */
  heard({
    revision,
    edits,
    page,
  }: {
    readonly revision: number;
    readonly edits: readonly E[];
    readonly page?: string;
  }): void {
    if (page !== undefined && page === this.#page) return;
    this.#record(revision, edits);
  }

  /** Resolves when nothing is on its way. */
  async settled(): Promise<void> {
    while (this.#sending !== undefined || this.#loading !== undefined) {
      await Promise.allSettled([this.#sending, this.#loading]);
    }
  }

  async #load(): Promise<void> {
    const { revision, state } = await this.#source.load();
    this.#base = state;
    this.#revision = revision;
    this.#pending = this.#pending.filter((p) => p.revision === undefined || p.revision > revision);
    for (const early of this.#early.keys()) if (early <= revision) this.#early.delete(early);
    this.#catchUp();
    this.#rebuild();
    const save = this.#save;
    if (save.kind === 'loading' || (save.kind === 'failed' && save.takenBack === 0))
      this.#save = { kind: 'saved' };
    this.#loaded = true;
    this.#changed();
  }

  #do(edits: readonly E[], step: Step<E, D>, after: History<E, D>, before = this.#history): void {
    step.undo = this.#source.apply(this.#shown, edits);
    this.#history = after;
    this.#pending.push({ edits, step, before });
    this.#save = { kind: 'saving', waiting: this.#unanswered };
    this.#changed();
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  get #unanswered(): number {
    return this.#pending.filter((p) => p.revision === undefined).length;
  }

  async #send(): Promise<void> {
    for (;;) {
      const next = this.#pending.find((p) => p.revision === undefined);
      if (next === undefined) return;
      try {
        const { revision, undo } = await this.#source.send(next.edits, this.#by);
        next.revision = revision;
        next.step.undo = undo;
        const waiting = this.#unanswered;
        this.#save = waiting > 0 ? { kind: 'saving', waiting } : { kind: 'saved' };
        this.#record(revision, next.edits);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        await this.#takeBack(next, error);
        return;
      }
    }
  }

  /** What came after the failed edit was built on it, and the server has not seen it: all of that goes back. */
  async #takeBack(failed: Pending<E, D>, error: Error): Promise<void> {
    const lost = this.#pending.splice(this.#pending.indexOf(failed));
    this.#history = failed.before;
    this.#rebuild();
    const fix = 'facts' in error ? (error.facts as { fix?: string }).fix : undefined;
    this.#save = { kind: 'failed', takenBack: lost.length, message: error.message, fix };
    this.#changed();
    try {
      // An answer can be lost after the edit was written: what holds is asked for.
      await this.load();
    } catch (again) {
      // The failure is already said; what the server holds is asked for again when it answers again.
      if (!(again instanceof Error)) throw again;
    }
  }

  /** Record `revision` of the journal did `edits`; it counts when all before it are here. */
  #record(revision: number, edits: readonly E[]): void {
    if (revision > this.#revision) this.#early.set(revision, edits);
    const calm = this.#catchUp();
    if (!calm) this.#rebuild();
    this.#changed();
    if (this.#early.size > 0 && this.#loading === undefined) void this.#askForGap();
  }

  // Events and answers come by different ways and may overtake each other: a gap gets a moment to close by itself.
  async #askForGap(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (this.#early.size === 0) return;
    try {
      await this.load();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  }

  /** Takes in the records that follow. Returns whether what is shown stays right as it is. */
  #catchUp(): boolean {
    let calm = true;
    for (;;) {
      const edits = this.#early.get(this.#revision + 1);
      if (edits === undefined) return calm;
      try {
        this.#source.apply(this.#base, edits);
      } catch (error) {
        // Something was missed: the record stays among the early ones, and everything is asked for anew.
        if (!(error instanceof MareyError)) throw error;
        return false;
      }
      this.#revision++;
      this.#early.delete(this.#revision);
      if (this.#pending[0]?.revision === this.#revision) this.#pending.shift();
      else calm = false;
    }
  }

  #rebuild(): void {
    this.#shown = this.#source.copy(this.#base);
    for (const { edits } of this.#pending) {
      try {
        this.#source.apply(this.#shown, edits);
      } catch (error) {
        // Another page took away what this edit needs: the server will refuse it, and then it is taken back.
        if (!(error instanceof MareyError)) throw error;
      }
    }
  }

  #changed(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}

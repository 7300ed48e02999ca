/**
 * A person marking behavior: keys that are held while it lasts, the bout that is looked at, and what each command does. Knows no browser.
 * Every command says in words what happened.
 */
import { timedBouts, type TimedBout } from '../../../project/behavior-events.ts';
import { videoKey, type Behavior, type BehaviorEdit, type Bout } from '../../../project/behavior.ts';
import { MareyError } from '../../../signal/error.ts';
import { Events } from '../../../signal/events.ts';
import { behaviorOf, type BehaviorModel, type Marked } from '../../core/behavior.ts';
import { frameEnd } from '../../core/frame-times.ts';
import type { Video, Workbench } from '../../core/workbench.ts';

const known = new WeakMap<Workbench, Marking>();

/** One for all views of a page. */
export function markingOf(workbench: Workbench): Marking {
  let made = known.get(workbench);
  if (!made) known.set(workbench, (made = new Marking(workbench)));
  return made;
}

export class Marking {
  readonly model: BehaviorModel;
  readonly #workbench: Workbench;
  readonly #listeners = new Set<() => void>();
  /** The frame at which each behavior's key went down. */
  readonly #held = new Map<string, number>();
  #video: Video | undefined;
  #current: string | undefined;
  #said = '';
  #version = 0;
  #events: { readonly version: number; readonly video: Video; readonly events: Events } | undefined;
  #bouts:
    { readonly version: number; readonly video?: Video; readonly bouts: readonly TimedBout[] } | undefined;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
    this.model = behaviorOf(workbench);
    this.model.subscribe(() => this.#changed());
    workbench.store.subscribe((state, before) => {
      if (state.video !== before.video) void this.#load();
      else if (state.frame !== before.frame && this.#held.size > 0) this.#changed();
    });
    void this.#load();
  }

  get version(): number {
    return this.#version;
  }

  get behaviors(): readonly Behavior[] {
    return [...this.model.state.behaviors.values()];
  }

  /** The bouts of the video, in their order. The same array as long as they are the same. */
  get bouts(): readonly TimedBout[] {
    const [{ version }, video, key] = [this.model, this.#video, this.#key];
    if (this.#bouts?.version !== version || this.#bouts.video !== video) {
      const bouts = video && key ? timedBouts(this.model.state, key, video.times) : [];
      this.#bouts = { version, video, bouts };
    }
    return this.#bouts.bouts;
  }

  /** The one that was made or chosen last. */
  get current(): TimedBout | undefined {
    return this.bouts.find(({ id }) => id === this.#current);
  }

  /** What was done last, in words. */
  get said(): string {
    return this.#said;
  }

  /** Its id, once it is here. */
  get video(): string | undefined {
    return this.#video?.id;
  }

  /** How long the video is, s. */
  get durationSeconds(): number {
    return this.#video?.durationSeconds ?? 0;
  }

  isHeld({ name }: Behavior): boolean {
    return this.#held.has(name);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Bouts of a video on its clock, those that are held now until the cursor. The same object as long as nothing changed. */
  eventsOf(video: Video): Events {
    const kept = this.#events;
    if (kept?.version === this.#version && kept.video === video) return kept.events;
    const key = this.#keyOf(video.id);
    const { frame } = this.#workbench.store.state;
    const held = video === this.#video ? [...this.#held] : [];
    const bouts = [
      ...(key === undefined ? [] : timedBouts(this.model.state, key, video.times)),
      ...held.map(([behavior, from]) => ({
        behavior,
        startSeconds: video.times[Math.min(from, frame)],
        endSeconds: frameEnd(video.times, Math.max(from, Math.min(frame, video.times.length - 1))),
      })),
    ];
    const events = new Events(
      bouts.map(({ behavior: label, startSeconds, endSeconds }) => ({
        startSeconds,
        endSeconds,
        label,
        source: 'person',
      })),
      { name: 'behavior', provenance: { step: 'behavior' } },
    );
    this.#events = { version: this.#version, video, events };
    return events;
  }

  /** The key went down: a point is marked at the cursor, a bout begins there. */
  press(behavior: Behavior): void {
    if (!this.#allowed() || this.#held.has(behavior.name)) return;
    const { frame } = this.#workbench.store.state;
    if (behavior.kind === 'point') {
      const bout = { behavior: behavior.name, first: frame, last: frame };
      this.#mark(bout, `${behavior.name} at frame ${frame}`);
      return;
    }
    this.#held.set(behavior.name, frame);
    this.say(`${behavior.name} since frame ${frame}: let go where it ends.`);
  }

  /** The key went up: the bout ends at the cursor. */
  release({ name }: Behavior): void {
    const from = this.#held.get(name);
    if (from === undefined) return;
    this.#held.delete(name);
    const { frame } = this.#workbench.store.state;
    const [first, last] = [Math.min(from, frame), Math.max(from, frame)];
    this.#mark({ behavior: name, first, last }, `${name} in ${framesText(first, last)}`);
  }

  /** Shows a bout, and makes it the one that commands are about. */
  goTo(bout: Bout): void {
    this.#current = bout.id;
    this.#workbench.player.pause();
    this.#workbench.store.set({ frame: bout.first, selection: [bout.first, bout.last] });
    this.say(`${bout.behavior} in ${framesText(bout.first, bout.last)}.`);
  }

  /** The bout after the chosen one, or the one before. */
  next(by: 1 | -1): void {
    const { bouts, current } = this;
    if (bouts.length === 0) return this.say('No behavior is marked in this video yet.');
    const at = current ? bouts.indexOf(current) + by : by > 0 ? 0 : bouts.length - 1;
    if (!bouts[at]) return this.say(by > 0 ? 'This is the last bout.' : 'This is the first bout.');
    return this.goTo(bouts[at]);
  }

  /** The chosen bout begins or ends at the cursor. */
  end(which: 'first' | 'last'): void {
    const { current } = this;
    const { frame } = this.#workbench.store.state;
    if (!current) return this.say('Choose a bout first.');
    const { id, video, behavior } = current;
    const point = current.kind === 'point';
    const [first, last] =
      which === 'first'
        ? [frame, point ? frame : Math.max(frame, current.last)]
        : [point ? frame : Math.min(frame, current.first), frame];
    const edit: BehaviorEdit = { op: 'bout', id, video, behavior, first, last };
    const done = this.#do(`${behavior} is in ${framesText(first, last)} now`, [edit], frame);
    if (done && !point) this.#workbench.store.set({ selection: [first, last] });
    return undefined;
  }

  remove(bout = this.current): void {
    if (!bout) return this.say('Choose a bout first.');
    const { id, behavior, first, last } = bout;
    const what = `${behavior} in ${framesText(first, last)} deleted`;
    this.#do(what, [{ op: 'remove-bout', id }], first);
    return undefined;
  }

  /** Adds a behavior, or changes its key or color. */
  define(behavior: Behavior): boolean {
    const isNew = !this.model.state.behaviors.has(behavior.name);
    return this.#do(`${behavior.name} ${isNew ? 'added' : 'changed'}`, [{ op: 'define', ...behavior }]);
  }

  forget({ name }: Behavior): void {
    this.#do(`${name} removed`, [{ op: 'forget', name }]);
  }

  /** Takes in what was read from a file. */
  take(edits: readonly BehaviorEdit[], what: string): boolean {
    return this.#do(what, edits);
  }

  undo(): void {
    this.#step('Undone', 'Nothing to undo.', () => this.model.undo());
  }

  redo(): void {
    this.#step('Redone', 'Nothing to redo.', () => this.model.redo());
  }

  say(what: string): void {
    this.#said = what;
    this.#changed();
  }

  get #key(): string | undefined {
    return this.#video && this.#keyOf(this.#video.id);
  }

  #keyOf(id: string): string | undefined {
    const named = this.#workbench.project.value.videos.find((video) => video.id === id);
    return named && videoKey(named.recording, named.name);
  }

  /** A bout that touches others of its behavior becomes one with them: nothing is counted twice. */
  #mark({ behavior, first, last }: Pick<Bout, 'behavior' | 'first' | 'last'>, what: string): void {
    const video = this.#key;
    if (video === undefined) return;
    const touched = this.bouts.filter(
      (bout) => bout.behavior === behavior && bout.first <= last && bout.last >= first,
    );
    const [kept, ...others] = touched;
    const id = kept?.id ?? crypto.randomUUID();
    const bout = {
      first: Math.min(first, ...touched.map((b) => b.first)),
      last: Math.max(last, ...touched.map((b) => b.last)),
    };
    const joined = touched.length > 0 ? ', joined with what was marked there' : '';
    const made = this.#do(
      `${what}${joined}`,
      [
        ...others.map((other): BehaviorEdit => ({ op: 'remove-bout', id: other.id })),
        { op: 'bout', id, video, behavior, ...bout },
      ],
      first,
    );
    if (made) this.#current = id;
  }

  #allowed(): boolean {
    const { readOnly } = this.#workbench.project.value;
    if (readOnly !== undefined) this.say(`Behavior cannot be marked: ${readOnly}`);
    else if (!this.model.loaded) this.say('The behavior is still being read.');
    else if (!this.#video) this.say('There is no video at the cursor.');
    else return true;
    return false;
  }

  /** Does the edits where that is allowed, as one step. */
  #do(what: string, edits: readonly BehaviorEdit[], frame?: number): boolean {
    if (!this.#allowed()) return false;
    const at = frame === undefined ? undefined : { video: this.#video!.id, frame };
    return this.#try(() => {
      this.model.perform({ what, at }, edits);
      this.say(`${what}.`);
    });
  }

  #step(how: string, nothing: string, step: () => Marked | undefined): void {
    this.#try(() => {
      const done = step();
      if (done?.at) this.#workbench.store.set(done.at);
      this.say(done ? `${how}: ${done.what}.` : nothing);
    });
  }

  #try(what: () => void): boolean {
    try {
      what();
      return true;
    } catch (error) {
      if (!(error instanceof MareyError)) throw error;
      this.say(error.message);
      return false;
    }
  }

  async #load(): Promise<void> {
    const { video: id } = this.#workbench.store.state;
    this.#held.clear();
    this.#video = undefined;
    this.#changed();
    if (id === null) return;
    try {
      const video = await this.#workbench.video(id);
      if (this.#workbench.store.state.video === id) this.#video = video;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#said = `The video cannot be read: ${error.message}`;
    }
    this.#changed();
  }

  #changed(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}

export const framesText = (first: number, last: number): string =>
  first === last ? `frame ${first}` : `frames ${first} to ${last}`;

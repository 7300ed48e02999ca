/**
 * A person proofreading a track: the suspicious moments, the interval and the point that a command is about, and what each command does.
 * Knows no browser. Every command says in words what happened.
 */
import { origins, type Change } from '../../../measure/pose/correct.ts';
import { suspects, type Suspect } from '../../../measure/pose/suspects.ts';
import type { CorrectionEdit } from '../../../project/corrections.ts';
import { frameKey, type Edit } from '../../../project/edits.ts';
import { MareyError } from '../../../signal/error.ts';
import { soleIndividual } from '../../../signal/labels.ts';
import { together, type Corrected } from '../../core/corrections.ts';
import type { Track, Workbench } from '../../core/workbench.ts';
import { labelsOf } from '../label/labels-of.ts';
import { trackPoint } from '../video/track-overlay.ts';

const known = new WeakMap<Workbench, Proofreading>();

/** One for all views of a page. */
export function proofreadingOf(workbench: Workbench): Proofreading {
  let made = known.get(workbench);
  if (!made) known.set(workbench, (made = new Proofreading(workbench)));
  return made;
}

/** Origins of points of which a person has said that they are right as they are. */
const settled = new Set(
  ['checked', 'moved', 'interpolated', 'deleted'].map((name) => origins.indexOf(name as never)),
);

export class Proofreading {
  /** Whether its panel is shown: points can be dragged then. */
  active = false;
  readonly #workbench: Workbench;
  readonly #listeners = new Set<() => void>();
  #track: Track | undefined;
  #animals: readonly Track[] = [];
  /** Looked for when somebody first asks: through an hour of frames it takes a while. */
  #suspects: readonly Suspect[] | undefined;
  #current: Suspect | undefined;
  /** Where the current one was in the list, for when it is corrected and gone. */
  #place = -1;
  #said = '';
  #version = 0;
  #loading = 0;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
    workbench.store.subscribe((state, before) => {
      if (state.track !== before.track || state.video !== before.video) void this.#load();
      if (state.selection !== before.selection || state.keypoint !== before.keypoint) this.#changed();
      else if (state.frame !== before.frame && state.selection === null) this.#changed();
    });
    workbench.corrections.subscribe(() => void this.#load());
    workbench.project.subscribe(() => void this.#load());
    void this.#load();
  }

  get version(): number {
    return this.#version;
  }

  get track(): Track | undefined {
    return this.#track;
  }

  /** The worst first. */
  get suspects(): readonly Suspect[] {
    return (this.#suspects ??= this.#track ? this.#look(this.#track, this.#animals) : []);
  }

  /** The one that is looked at. */
  get current(): Suspect | undefined {
    return this.#current;
  }

  /** What was done last, in words. */
  get said(): string {
    return this.#said;
  }

  /** The frames that a command is about: the selection, or the frame of the cursor. */
  get interval(): readonly [first: number, last: number] {
    const { selection, frame } = this.#workbench.store.state;
    return selection ?? [frame, frame];
  }

  /** The points that a command is about: the chosen one, or all. */
  get keypoints(): readonly string[] {
    const { keypoint } = this.#workbench.store.state;
    const all = this.#track?.keypoints ?? [];
    return keypoint !== null && all.includes(keypoint) ? [keypoint] : all;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Goes to a suspicious moment and chooses its frames and its point. */
  goTo(suspect: Suspect): void {
    this.#current = suspect;
    this.#place = this.suspects.indexOf(suspect);
    const { first, last, keypoints } = suspect;
    this.#workbench.player.pause();
    this.#workbench.store.set({ frame: first, selection: [first, last], keypoint: keypoints[0] ?? null });
    this.say(`${this.#place + 1} of ${this.suspects.length}: ${suspect.reasons.join('; ')}.`);
  }

  /** The next suspicious moment of the list, or the one before. */
  next(by: 1 | -1): void {
    const list = this.suspects;
    if (list.length === 0) {
      this.say('There is no suspicious moment.');
      return;
    }
    const at = this.#current === undefined ? -1 : list.indexOf(this.#current);
    // What was corrected is not in the list any more: the next one has its place.
    const wanted = at >= 0 ? at + by : by > 0 ? Math.max(0, this.#place) : this.#place - 1;
    if (wanted < 0 || wanted >= list.length)
      this.say(by > 0 ? 'This is the last moment of the list.' : 'This is the worst moment.');
    else this.goTo(list[wanted]);
  }

  /** One end of the interval is where the cursor is. */
  mark(end: 'first' | 'last'): void {
    const { frame, selection } = this.#workbench.store.state;
    const other = selection?.[end === 'first' ? 1 : 0] ?? frame;
    const [first, last] = end === 'first' ? [frame, Math.max(frame, other)] : [Math.min(frame, other), frame];
    this.#workbench.store.set({ selection: [first, last] });
    this.say(`Selected ${this.#frames()}.`);
  }

  /** Left and right twins change names: those of the chosen point, or all where none is chosen or it is asked for. */
  swap(which: 'chosen' | 'all' = 'chosen'): void {
    const track = this.#track;
    if (!track) return this.#nothing();
    const { skeleton } = this.#workbench.project.value;
    const all = skeleton.symmetries
      .map(([a, b]) => [skeleton.keypoints[a], skeleton.keypoints[b]] as const)
      .filter((pair) => pair.every((name) => track.keypoints.includes(name)));
    const { keypoint } = this.#workbench.store.state;
    const pairs = which === 'all' || keypoint === null ? all : all.filter((pair) => pair.includes(keypoint));
    if (all.length === 0) {
      return this.say(
        'No keypoint of this skeleton has a left or right twin: name symmetries in marey.yaml.',
      );
    }
    if (pairs.length === 0) return this.say(`${keypoint} has no twin: choose a point that has one.`);
    const [first, last] = this.interval;
    const { individual } = track;
    const names = pairs.map((pair) => pair.join(' and ')).join(', ');
    this.#do(`${names} swapped in ${this.#frames()}`, [
      { kind: 'swap keypoints', first, last, individual, pairs },
    ]);
  }

  /** This animal and another one of the same file change names. */
  swapWith(other: string): void {
    const track = this.#track;
    if (!track) return this.#nothing();
    const [first, last] = this.interval;
    const pair = [track.individual, other] as const;
    this.#do(`${pair.join(' and ')} swapped in ${this.#frames()}`, [
      { kind: 'swap individuals', first, last, pair },
    ]);
  }

  delete(): void {
    const track = this.#track;
    if (!track) return this.#nothing();
    const [first, last] = this.interval;
    const { keypoints } = this;
    this.#do(`${this.#points()} deleted in ${this.#frames()}`, [
      { kind: 'delete', first, last, individual: track.individual, keypoints },
    ]);
  }

  check(): void {
    const track = this.#track;
    if (!track) return this.#nothing();
    const [first, last] = this.interval;
    const { individual } = track;
    this.#do(`${this.#frames(true)} checked`, [{ kind: 'check', first, last, individual }]);
  }

  /**
   * Puts the points of the interval on a straight line between the nearest ones outside it; an end of the interval that a person placed or
   * checked stays and is where the line begins or ends.
   */
  interpolate(): void {
    const track = this.#track;
    if (!track) return this.#nothing();
    const changes: Change[] = [];
    const without: string[] = [];
    for (const keypoint of this.keypoints) {
      const from = this.#anchor(track, keypoint, -1);
      const to = this.#anchor(track, keypoint, 1);
      if (!from || !to) without.push(keypoint);
      else if (to.frame - from.frame > 1)
        changes.push({ kind: 'interpolate', individual: track.individual, keypoint, from, to });
    }
    if (changes.length === 0) {
      const why =
        without.length > 0 ? `${without.join(', ')} has no point before or after it` : 'it is too short';
      return this.say(`Nothing to interpolate: ${why}.`);
    }
    this.#do(`${this.#points()} interpolated in ${this.#frames()}`, changes);
  }

  move(frame: number, keypoint: string, { x, y }: { readonly x: number; readonly y: number }): void {
    const track = this.#track;
    if (!track) return this.#nothing();
    const digits = (v: number): number => Math.round(v * 100) / 100;
    const change = {
      kind: 'move',
      frame,
      keypoint,
      individual: track.individual,
      x: digits(x),
      y: digits(y),
    } as const;
    this.#do(`${keypoint} moved in frame ${frame}`, [change]);
  }

  /** Moves the chosen point of the cursor's frame by so many px. */
  nudge(dx: number, dy: number): void {
    const { keypoint, frame } = this.#workbench.store.state;
    const track = this.#track;
    if (!track) return this.#nothing();
    const point = keypoint === null ? undefined : trackPoint(track, frame, track.keypoints.indexOf(keypoint));
    if (keypoint === null || !point) return this.say('Choose a point that is there in this frame first.');
    this.move(frame, keypoint, { x: point.x + dx, y: point.y + dy });
  }

  /** Says that the posture at the cursor is right, and makes it a label: the next training learns from it. */
  label(): void {
    const track = this.#track;
    const { project, store } = this.#workbench;
    const { frame } = store.state;
    const video = project.value.videos.find(({ id }) => id === (store.state.video ?? track?.video));
    if (!track || !video || frame >= track.frames) return this.#nothing();
    const labels = labelsOf(this.#workbench);
    if (!labels.loaded) return this.say('The labels are still being read.');
    const picture = { video: video.name, frame };
    const key = frameKey(video.recording, picture);
    const { skeleton, individuals } = project.value;
    const individual = individuals.includes(track.individual)
      ? track.individual
      : (individuals[0] ?? soleIndividual);
    const before = labels.frame(key)?.instances.get(individual);
    const points = skeleton.keypoints.flatMap((name): [string, number, number, 'visible' | 'occluded'][] => {
      const point = trackPoint(track, frame, track.keypoints.indexOf(name));
      return point ? [[name, point.x, point.y, before?.get(name)?.visibility ?? 'visible']] : [];
    });
    if (points.length === 0) return this.say('There is no point in this frame to make a label of.');
    const making: Edit[] = labels.frame(key)
      ? []
      : [{ op: 'frame', frame: key, recording: video.recording, picture, instances: [] }];
    const what = `Frame ${frame} is a label now: ${points.length} points`;
    const check = { kind: 'check', first: frame, last: frame, individual: track.individual } as const;
    if (!this.#do(what, [check])) return undefined;
    labels.edit(what, [...making, { op: 'instance', frame: key, individual, points }]);
    return undefined;
  }

  undo(): void {
    this.#step('Undone', 'Nothing to undo.', () => this.#workbench.corrections.undo());
  }

  redo(): void {
    this.#step('Redone', 'Nothing to redo.', () => this.#workbench.corrections.redo());
  }

  say(what: string): void {
    this.#said = what;
    this.#changed();
  }

  #nothing(): void {
    this.say('There is no track at the cursor.');
  }

  /** Does the changes where that is allowed, as one step. */
  #do(what: string, changes: readonly Change[]): boolean {
    const track = this.#track!;
    const { project, corrections } = this.#workbench;
    const { readOnly } = project.value;
    if (readOnly !== undefined) {
      this.say(`Tracks cannot be corrected: ${readOnly}`);
      return false;
    }
    if (!corrections.loaded) {
      this.say('The corrections are still being read.');
      return false;
    }
    const edits = changes.map((change): CorrectionEdit => ({
      op: 'correct',
      track: track.corrections,
      id: crypto.randomUUID(),
      on: track.key,
      change,
    }));
    try {
      corrections.perform({ what, track: track.corrections, frame: this.interval[0] }, edits);
    } catch (error) {
      if (!(error instanceof MareyError)) throw error;
      this.say(error.message);
      return false;
    }
    this.say(`${what}.`);
    return true;
  }

  #step(how: string, nothing: string, step: () => Corrected | undefined): void {
    try {
      const done = step();
      if (done) this.#workbench.store.set({ frame: done.frame });
      this.say(done ? `${how}: ${done.what}.` : nothing);
    } catch (error) {
      if (!(error instanceof MareyError)) throw error;
      this.say(error.message);
    }
  }

  #anchor(track: Track, keypoint: string, by: 1 | -1): { frame: number; x: number; y: number } | undefined {
    const k = track.keypoints.indexOf(keypoint);
    const end = Math.min(this.interval[by < 0 ? 0 : 1], track.frames - 1);
    const origin = track.origins?.[end * track.keypoints.length + k] ?? 0;
    for (let frame = settled.has(origin) ? end : end + by; frame >= 0 && frame < track.frames; frame += by) {
      const point = trackPoint(track, frame, k);
      if (point) return { frame, x: point.x, y: point.y };
    }
    return undefined;
  }

  #frames(isFirst = false): string {
    const [first, last] = this.interval;
    const frame = isFirst ? 'Frame' : 'frame';
    return first === last ? `${frame} ${first}` : `${frame}s ${first} to ${last}`;
  }

  #points(): string {
    const { keypoints } = this;
    return keypoints.length === 1 ? keypoints[0] : 'all points';
  }

  async #load(): Promise<void> {
    const loading = ++this.#loading;
    const { workbench, all } = { workbench: this.#workbench, all: this.#workbench.project.value.tracks };
    const id = workbench.trackOf(workbench.store.state);
    const overview = all.find((track) => track.id === id);
    const siblings = all.filter(({ corrections }) => corrections === overview?.corrections);
    try {
      const tracks = overview ? await Promise.all(siblings.map((track) => workbench.track(track.id))) : [];
      if (loading !== this.#loading) return;
      const track = tracks.find((one) => one.id === id);
      if (track !== this.#track) this.#take(track, tracks);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.say(`The track cannot be read: ${error.message}`);
      return;
    }
    this.#changed();
  }

  #take(track: Track | undefined, animals: readonly Track[]): void {
    this.#track = track;
    this.#animals = animals;
    this.#suspects = undefined;
    const current = this.#current;
    // The same moment may have other frames or reasons now.
    this.#current =
      current && this.suspects.find(({ first, kind }) => first === current.first && kind === current.kind);
  }

  #look(track: Track, animals: readonly Track[]): Suspect[] {
    const { skeleton } = this.#workbench.project.value;
    const places = (pairs: readonly (readonly [number, number])[]): [number, number][] =>
      pairs
        .map((pair) => pair.map((k) => track.keypoints.indexOf(skeleton.keypoints[k])) as [number, number])
        .filter((pair) => pair.every((k) => k >= 0));
    return suspects(together(animals), {
      individual: track.individual,
      edges: places(skeleton.edges),
      symmetries: places(skeleton.symmetries),
      isSettled: (frame, k) => settled.has(track.origins?.[frame * track.keypoints.length + k] ?? 0),
    });
  }

  #changed(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}

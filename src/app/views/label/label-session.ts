/**
 * A person labeling: which picture, animal and keypoint, where the keyboard's cross is, and what each command does. Knows no
 * browser; the canvas and the panels show it. Every command says in words what happened.
 */
import type { Edit, FrameLabels } from '../../../project/edits.ts';
import { MareyError } from '../../../signal/error.ts';
import { soleIndividual, type LabeledPoint } from '../../../signal/labels.ts';
import type { StateStore } from '../../core/state.ts';
import type { Draft } from './drafts.ts';
import type { Done, LabelsModel } from './labels-model.ts';
import type { Target } from './target.ts';

export interface LabelScheme {
  readonly keypoints: readonly string[];
  readonly individuals: readonly string[];
  /** Why labels cannot be changed. */
  readonly readOnly?: string;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

const noPoints: ReadonlyMap<string, LabeledPoint> = new Map();
/** A point that is moved by keys counts as put down after so long, ms: one edit for many steps. */
const restMs = 400;

export class LabelSession {
  readonly labels: LabelsModel;
  readonly #store: StateStore;
  readonly #scheme: () => LabelScheme;
  readonly #listeners = new Set<() => void>();
  #target: Target | undefined;
  #size = { width: 0, height: 0 };
  #draft: Draft = new Map();
  #cross: Place = { x: 0, y: 0 };
  #moving: { readonly keypoint: string; readonly x: number; readonly y: number } | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #said = '';
  #version = 0;
  /** Where something was last placed, for copies. */
  #lastWorked: string | undefined;

  constructor(labels: LabelsModel, store: StateStore, scheme: () => LabelScheme) {
    this.labels = labels;
    this.#store = store;
    this.#scheme = scheme;
  }

  get version(): number {
    return this.#version;
  }

  get target(): Target | undefined {
    return this.#target;
  }

  /** What was done last, in words. */
  get said(): string {
    return this.#said;
  }

  get cross(): Place {
    return this.#cross;
  }

  get draft(): Draft {
    return this.#draft;
  }

  get keypoints(): readonly string[] {
    return this.#scheme().keypoints;
  }

  /** The animal that is labeled: the chosen one, or the only one of the picture, or the project's first. */
  get individual(): string {
    const { individual } = this.#store.state;
    const { individuals } = this.#scheme();
    const present = [...(this.#labeled?.instances.keys() ?? [])];
    const known = [...individuals, ...present];
    if (individual !== null && known.includes(individual)) return individual;
    return present[0] ?? individuals[0] ?? soleIndividual;
  }

  /** The keypoint that the next command is about. */
  get keypoint(): string | undefined {
    const { keypoint } = this.#store.state;
    if (keypoint !== null && this.keypoints.includes(keypoint)) return keypoint;
    return this.#missing()[0] ?? this.keypoints[0];
  }

  /** The animal's points, with the one that is being moved where it is now. */
  get points(): ReadonlyMap<string, LabeledPoint> {
    const saved = this.#saved;
    const moving = this.#moving;
    const old = moving && saved.get(moving.keypoint);
    if (!moving || !old) return saved;
    return new Map([...saved, [moving.keypoint, { ...old, x: moving.x, y: moving.y }]]);
  }

  /** Points of the other animals of the picture. */
  get others(): readonly ReadonlyMap<string, LabeledPoint>[] {
    const own = this.individual;
    return [...(this.#labeled?.instances ?? [])].flatMap(([name, points]) => (name === own ? [] : [points]));
  }

  /** Whether the draft has a point that is not placed yet. */
  get hasDraft(): boolean {
    return this.#missing().some((name) => this.#draft.has(name));
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Goes to a picture. Its size and draft follow when they are known. */
  open(target: Target | undefined): void {
    if (target?.key === this.#target?.key) return;
    this.settle();
    if (this.#target && this.#saved.size > 0) this.#lastWorked = this.#target.key;
    this.#target = target;
    this.#draft = new Map();
    const [next] = this.#missing();
    this.#store.set({ keypoint: next ?? this.keypoints[0] ?? null });
    this.#changed();
  }

  setSize(width: number, height: number): void {
    const first = this.#size.width === 0;
    this.#size = { width, height };
    if (first) this.#cross = { x: Math.round(width / 2), y: Math.round(height / 2) };
    this.#jumpCross();
    this.#changed();
  }

  setDraft(key: string, draft: Draft): void {
    if (key !== this.#target?.key) return;
    this.#draft = draft;
    this.#jumpCross();
    this.#changed();
  }

  choose(keypoint: string): void {
    this.settle();
    this.#store.set({ keypoint });
    this.#jumpCross();
    this.say(`${keypoint}, ${this.stateOf(keypoint)}`);
  }

  /** The next keypoint of the skeleton, or the one before. Returns whether there was one. */
  chooseNext(by: 1 | -1): boolean {
    const next = this.keypoints[this.keypoints.indexOf(this.keypoint ?? '') + by];
    if (next !== undefined) this.choose(next);
    return next !== undefined;
  }

  /** In words, for lists and screen readers. */
  stateOf(keypoint: string): string {
    const point = this.points.get(keypoint);
    if (!point) return this.#draft.has(keypoint) ? 'draft' : 'missing';
    return point.visibility === 'visible' ? 'placed' : 'occluded';
  }

  /** Puts the chosen keypoint here where it is missing, else the next missing one. */
  place({ x, y }: Place, visibility: LabeledPoint['visibility'] = 'visible'): void {
    this.settle();
    const chosen = this.keypoint;
    const missing = this.#missing();
    const keypoint = chosen !== undefined && missing.includes(chosen) ? chosen : missing[0];
    if (keypoint === undefined) {
      this.say('Every keypoint is placed. Drag a point to move it, or choose it and use the arrows.');
      return;
    }
    if (!this.#contains({ x, y })) {
      this.say('That is outside the picture.');
      return;
    }
    const occluded = visibility === 'occluded' ? ' as occluded' : '';
    const at = `${x.toFixed(1)}, ${y.toFixed(1)}`;
    if (
      !this.#edit(`${keypoint} placed${occluded} at ${at}`, [this.#placing(keypoint, { x, y }, visibility)])
    ) {
      return;
    }
    this.#goOn(keypoint);
  }

  placeAtCross(visibility?: LabeledPoint['visibility']): void {
    this.place(this.#cross, visibility);
  }

  /** Shows a point on its way; `settle` puts it down. */
  move(keypoint: string, place: Place): void {
    if (this.#refused()) return;
    clearTimeout(this.#resting);
    if (this.#moving && this.#moving.keypoint !== keypoint) this.settle();
    this.#moving = { keypoint, ...this.#clamped(place) };
    this.#changed();
  }

  /** Moves the chosen point by so many px, or the cross where that keypoint is not placed. */
  nudge(dx: number, dy: number): void {
    const { keypoint } = this;
    const point = keypoint === undefined ? undefined : this.points.get(keypoint);
    if (keypoint === undefined || !point) {
      this.#cross = this.#clamped({ x: this.#cross.x + dx, y: this.#cross.y + dy });
      this.#changed();
      return;
    }
    this.move(keypoint, { x: point.x + dx, y: point.y + dy });
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.settle(), restMs);
  }

  /** Puts down what is being moved. */
  settle(): void {
    clearTimeout(this.#resting);
    const moving = this.#moving;
    this.#moving = undefined;
    const old = moving && this.#saved.get(moving.keypoint);
    if (!moving || !old || (old.x === moving.x && old.y === moving.y)) return;
    const { keypoint, x, y } = moving;
    this.#edit(`${keypoint} moved to ${x.toFixed(1)}, ${y.toFixed(1)}`, [
      this.#placing(keypoint, { x, y }, old.visibility),
    ]);
  }

  erase(keypoint = this.keypoint): void {
    this.settle();
    const target = this.#target;
    if (!target || keypoint === undefined) return;
    if (!this.#saved.has(keypoint)) {
      this.say(`${keypoint} is not placed.`);
      return;
    }
    const { individual } = this;
    const last = this.#saved.size === 1;
    const edit: Edit = last
      ? { op: 'remove-instance', frame: target.key, individual }
      : { op: 'erase', frame: target.key, individual, keypoint };
    if (this.#edit(`${keypoint} deleted`, [edit])) this.#store.set({ keypoint });
  }

  /** Marks the point as occluded, or as visible again. One that is missing is placed at the cross, as occluded. */
  toggleOccluded(keypoint = this.keypoint): void {
    this.settle();
    if (keypoint === undefined) return;
    const point = this.#saved.get(keypoint);
    if (!point) {
      this.#store.set({ keypoint });
      this.placeAtCross('occluded');
      return;
    }
    const visibility = point.visibility === 'visible' ? 'occluded' : 'visible';
    this.#edit(`${keypoint} is ${visibility}`, [this.#placing(keypoint, point, visibility)]);
  }

  /** Puts every missing point where it was in the picture labeled last. */
  copyLast(): void {
    this.settle();
    const from = this.#lastLabeled();
    const points = from && this.#animalOf(from[1]);
    if (!from || !points) {
      this.say('No other picture is labeled yet: there is nothing to copy.');
      return;
    }
    this.#fill(`copied from ${from[0]}`, points);
  }

  /** Puts the chosen keypoint where the model predicts it. */
  copyPrediction(): void {
    this.settle();
    const { keypoint } = this;
    const predicted = keypoint === undefined ? undefined : this.#draft.get(keypoint);
    if (keypoint === undefined || !predicted) {
      this.say(`There is no prediction of ${keypoint ?? 'this keypoint'} here.`);
      return;
    }
    const visibility = this.#saved.get(keypoint)?.visibility ?? 'visible';
    const edit = this.#placing(keypoint, predicted, visibility);
    if (this.#edit(`${keypoint} placed where it is predicted`, [edit])) this.#goOn(keypoint);
  }

  /** Places every missing point of the prediction. */
  accept(): void {
    this.settle();
    if (!this.hasDraft) {
      this.say('There is no prediction of a missing point.');
      return;
    }
    const points = [...this.#draft].map(
      ([name, { x, y }]) => [name, { x, y, visibility: 'visible' as const }] as const,
    );
    this.#fill('accepted from the prediction', new Map(points));
  }

  /** Returns what was undone, so that its picture can be shown. */
  undo(): Done | undefined {
    return this.#step('Undone', 'Nothing to undo.', () => this.labels.undo());
  }

  redo(): Done | undefined {
    return this.#step('Redone', 'Nothing to redo.', () => this.labels.redo());
  }

  say(what: string): void {
    this.#said = what;
    this.#changed();
  }

  dispose(): void {
    this.settle();
    this.#listeners.clear();
  }

  get #labeled(): FrameLabels | undefined {
    return this.#target && this.labels.frame(this.#target.key);
  }

  get #saved(): ReadonlyMap<string, LabeledPoint> {
    return this.#labeled?.instances.get(this.individual) ?? noPoints;
  }

  #missing(): string[] {
    const saved = this.#saved;
    return this.keypoints.filter((name) => !saved.has(name));
  }

  #placing(keypoint: string, { x, y }: Place, visibility: LabeledPoint['visibility']): Edit {
    return { op: 'place', frame: this.#target!.key, individual: this.individual, keypoint, x, y, visibility };
  }

  #fill(how: string, points: ReadonlyMap<string, LabeledPoint>): void {
    const missing = this.#missing().filter((name) => points.has(name));
    if (missing.length === 0) {
      this.say('Every keypoint is placed already.');
      return;
    }
    const edits = missing.map((name) => this.#placing(name, points.get(name)!, points.get(name)!.visibility));
    if (this.#edit(`${missing.length} points ${how}`, edits)) this.#goOn(missing.at(-1)!);
  }

  /** Chooses the next missing keypoint after this one, round to the first; stays where none is missing. */
  #goOn(placed: string): void {
    const missing = this.#missing();
    const { keypoints } = this;
    const next = missing.find((name) => keypoints.indexOf(name) > keypoints.indexOf(placed)) ?? missing[0];
    this.#store.set({ keypoint: next ?? placed });
    this.#jumpCross();
    this.say(`${this.#said} ${next === undefined ? 'Every keypoint is placed.' : `Next: ${next}.`}`);
  }

  /** The cross starts where the chosen keypoint is likely to be. */
  #jumpCross(): void {
    const { keypoint } = this;
    if (keypoint === undefined) return;
    const likely = this.#draft.get(keypoint) ?? this.points.get(keypoint);
    if (likely) this.#cross = this.#clamped({ x: Math.round(likely.x), y: Math.round(likely.y) });
  }

  #lastLabeled(): [key: string, labels: FrameLabels] | undefined {
    const own = this.#target?.key;
    const usable = (key: string): boolean =>
      key !== own && this.#animalOf(this.labels.frame(key)) !== undefined;
    const last = this.#lastWorked;
    const key = last !== undefined && usable(last) ? last : [...this.labels.state.keys()].findLast(usable);
    return key === undefined ? undefined : [key, this.labels.frame(key)!];
  }

  #animalOf(labels: FrameLabels | undefined): ReadonlyMap<string, LabeledPoint> | undefined {
    const points = labels?.instances.get(this.individual);
    return points && points.size > 0 ? points : undefined;
  }

  /** Does the edits where that is allowed; makes the picture known first. */
  #edit(what: string, edits: readonly Edit[]): boolean {
    const target = this.#target;
    if (!target || this.#refused()) return false;
    const { key, recording, picture } = target;
    const isNew = this.labels.frame(key) === undefined;
    const making: Edit = { op: 'frame', frame: key, recording, picture, instances: [] };
    try {
      this.labels.edit(what, isNew ? [making, ...edits] : edits);
    } catch (error) {
      if (!(error instanceof MareyError)) throw error;
      this.say(error.message);
      return false;
    }
    // A list that is still being made must not lead away from the picture that is worked on.
    this.#store.set({ labelFrame: key });
    this.say(`${what}.`);
    return true;
  }

  #refused(): boolean {
    const { readOnly } = this.#scheme();
    if (readOnly !== undefined) this.say(`Labels cannot be changed: ${readOnly}`);
    else if (!this.labels.loaded) this.say('The labels are still being read.');
    else return false;
    return true;
  }

  #step(how: string, nothing: string, step: () => Done | undefined): Done | undefined {
    this.settle();
    if (this.#refused()) return undefined;
    try {
      const done = step();
      this.say(done ? `${how}: ${done.what}.` : nothing);
      return done;
    } catch (error) {
      if (!(error instanceof MareyError)) throw error;
      this.say(error.message);
      return undefined;
    }
  }

  #contains({ x, y }: Place): boolean {
    const { width, height } = this.#size;
    return x >= -0.5 && y >= -0.5 && x <= width - 0.5 && y <= height - 0.5;
  }

  #clamped({ x, y }: Place): Place {
    const { width, height } = this.#size;
    return { x: Math.min(width - 0.5, Math.max(-0.5, x)), y: Math.min(height - 0.5, Math.max(-0.5, y)) };
  }

  #changed(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}

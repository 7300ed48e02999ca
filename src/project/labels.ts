import { dirname } from 'node:path';
import { z } from 'zod';
import { MareyError, UsageError } from '../signal/error.ts';
import type { LabeledFrame, LabeledPoint, LabelSet, PictureReference } from '../signal/labels.ts';
import type { Json, Provenance } from '../signal/provenance.ts';
import type { Skeleton } from '../signal/skeleton.ts';
import { applyEdits, editSchema, frameKey, type Edit, type FrameLabels, type LabelState } from './edits.ts';
import { Journal, type JournalOptions } from './journal.ts';
import { nearest } from './nearest.ts';
import { naturalOrder } from './order.ts';
import type { JournalProblem, ReadRecord } from './records.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';

/** A snapshot is worth its writing after so many records. */
const recordsPerSnapshot = 500;

const transactionSchema = z.object({ edits: z.array(editSchema) });

/** What the labels belong to: names that an edit may use, and the places that a label set is given. */
export interface LabelScheme {
  readonly skeleton: Skeleton;
  readonly individuals: readonly string[];
  /** The folder that picture paths start from. */
  readonly root: string;
  /** The path of a recording's video with this file name, relative to `root` where it lies inside. */
  videoPath(recording: string, name: string): string | undefined;
}

/** What an edit became: where it stands in the journal, and the edits that undo it. */
export interface EditReceipt {
  readonly sequence: number;
  readonly undo: readonly Edit[];
}

export interface EditOptions {
  /** Who or what made it, kept in the journal: a person's name, `import ~/project`, `undo`. */
  readonly by?: string;
}

/** Does the edits of `records` to `state`. A record that cannot be done is reported and passed over. */
export function replay(
  state: LabelState,
  records: readonly ReadRecord[],
): { readonly state: LabelState; readonly problems: readonly JournalProblem[] } {
  const problems: JournalProblem[] = [];
  for (const { sequence, line, content } of records) {
    // Record 0 says what the journal is.
    if (sequence === 0) continue;
    const transaction = transactionSchema.safeParse(content);
    if (!transaction.success) {
      problems.push({ kind: 'damaged', line, what: `record ${sequence} is no edit that this Marey knows` });
      continue;
    }
    try {
      applyEdits(state, transaction.data.edits);
    } catch (error) {
      if (!(error instanceof MareyError)) throw error;
      problems.push({ kind: 'damaged', line, what: `record ${sequence} cannot be done: ${error.message}` });
    }
  }
  return { state, problems };
}

/**
 * The labels of a project. Every change is a record in the journal; a promise that resolved is on the disk and survives a
 * crash. Changes show at once in what is read here, and vanish again where writing them fails.
 */
export class Labels implements AsyncDisposable {
  readonly #journal: Journal;
  readonly #folder: string;
  readonly #state: LabelState;
  readonly #scheme: () => LabelScheme;
  /** What could not be read of the journal, with line numbers; the rest was read. */
  readonly problems: readonly JournalProblem[];
  /** Undo edits of the transactions that are on their way to the disk, the oldest first. */
  readonly #pending: (readonly Edit[])[];
  #sinceSnapshot: number;
  #snapshotting: Promise<void> | undefined;

  private constructor(
    journal: Journal,
    state: LabelState,
    problems: readonly JournalProblem[],
    scheme: () => LabelScheme,
    pending: (readonly Edit[])[],
    sinceSnapshot: number,
  ) {
    this.#journal = journal;
    this.#folder = dirname(journal.path);
    this.#state = state;
    this.#scheme = scheme;
    this.problems = problems;
    this.#pending = pending;
    this.#sinceSnapshot = sinceSnapshot;
  }

  /** Replays the journal at `path`, from the newest snapshot where it has one. */
  static async open(path: string, scheme: () => LabelScheme, options: JournalOptions = {}): Promise<Labels> {
    const snapshot = await readSnapshot(dirname(path));
    const pending: (readonly Edit[])[] = [];
    // A failed write takes back everything that is not on the disk (see `Journal.append`).
    const onFailure = (): void => {
      for (const undo of pending.splice(0).toReversed()) applyEdits(state, undo);
    };
    const journal = await Journal.open(path, { ...options, from: snapshot?.position, onFailure });
    const problems = [...journal.problems];
    if (snapshot !== undefined && !journal.resumed) {
      const what = `does not go on from snapshot-${snapshot.position.sequence}.json, which is newer or of another journal`;
      problems.push({ kind: 'damaged', line: journal.position.lines, what });
    }
    const state = snapshot !== undefined && journal.resumed ? snapshot.state : new Map<string, FrameLabels>();
    const records = journal.takeRecords();
    problems.push(...replay(state, records).problems);
    return new Labels(
      journal,
      state,
      problems,
      scheme,
      pending,
      records.filter((r) => r.sequence > 0).length,
    );
  }

  /** How many frames are labeled. */
  get size(): number {
    return this.#state.size;
  }

  /** How many records the journal has confirmed. */
  get recordCount(): number {
    return this.#journal.position.sequence - 1;
  }

  /** The frame's labels now, or undefined where it has none. */
  frame(key: string): FrameLabels | undefined {
    return this.#state.get(key);
  }

  /** The keys of the labeled frames, in natural order. */
  keys(): string[] {
    return [...this.#state.keys()].sort(naturalOrder);
  }

  /**
   * Does the edits, all or none, as one record. Resolves when they are on the disk.
   * Throws `UsageError` where one does not fit the labels or the skeleton, `MachineError` where it cannot be written.
   */
  async edit(edits: readonly Edit[], { by }: EditOptions = {}): Promise<EditReceipt> {
    for (const edit of edits) this.#checkNames(edit);
    const undo = applyEdits(this.#state, edits);
    this.#pending.push(undo);
    const at = new Date().toISOString();
    const content = { at, ...(by === undefined ? {} : { by }), edits } as unknown as Json;
    const sequence = await this.#journal.append(content);
    this.#pending.shift();
    this.#sinceSnapshot++;
    if (this.#sinceSnapshot >= recordsPerSnapshot) this.#trySnapshot();
    return { sequence, undo };
  }

  /** Makes a frame known, with no animal labeled in it yet. Does nothing where it is known. Returns its key. */
  async addFrame(recording: string, picture: PictureReference, options?: EditOptions): Promise<string> {
    const key = frameKey(recording, picture);
    const known = this.#state.get(key);
    if (known === undefined) {
      await this.edit([{ op: 'frame', frame: key, recording, picture, instances: [] }], options);
    } else if (known.picture.image !== picture.image && picture.image !== undefined) {
      throw new UsageError('another picture of this name is labeled', { where: key, got: picture.image });
    }
    return key;
  }

  /** Places a point, or moves it where it was placed. Picture coordinates, px. */
  async place(
    at: { readonly frame: string; readonly individual: string; readonly keypoint: string },
    point: { readonly x: number; readonly y: number; readonly visibility?: LabeledPoint['visibility'] },
    options?: EditOptions,
  ): Promise<EditReceipt> {
    const before = this.#state.get(at.frame)?.instances.get(at.individual)?.get(at.keypoint);
    const visibility = point.visibility ?? before?.visibility ?? 'visible';
    return this.edit([{ op: 'place', ...at, x: point.x, y: point.y, visibility }], options);
  }

  /** Says whether a placed point can be seen. Throws `UsageError` where it is not placed. */
  async setVisibility(
    at: { readonly frame: string; readonly individual: string; readonly keypoint: string },
    visibility: LabeledPoint['visibility'],
    options?: EditOptions,
  ): Promise<EditReceipt> {
    const before = this.#state.get(at.frame)?.instances.get(at.individual)?.get(at.keypoint);
    if (before === undefined) {
      throw new UsageError(`"${at.keypoint}" of "${at.individual}" is not placed`, { where: at.frame });
    }
    return this.edit([{ op: 'place', ...at, ...before, visibility }], options);
  }

  /**
   * The labels as a label set: frames in natural order of their keys, animals in the order of the project, points in the
   * order of the skeleton. A frame in which nobody labeled an animal has no instances. Points of keypoints that the
   * skeleton does not have stay in the journal, are left out here, and are counted in `notes`.
   */
  labelSet(): LabelSet {
    const { skeleton, individuals, root, videoPath } = this.#scheme();
    const leftOut = new Map<string, number>();
    const names = [...individuals];
    const frames = this.keys().map((key): LabeledFrame => {
      const { picture, recording, instances } = this.#state.get(key)!;
      for (const points of instances.values()) {
        for (const keypoint of points.keys()) {
          if (skeleton.keypoints.includes(keypoint)) continue;
          leftOut.set(keypoint, (leftOut.get(keypoint) ?? 0) + 1);
        }
      }
      for (const name of instances.keys()) if (!names.includes(name)) names.push(name);
      const video =
        picture.video === undefined ? undefined : (videoPath(recording, picture.video) ?? picture.video);
      return {
        picture: video === undefined ? picture : { ...picture, video },
        recording,
        instances: [...instances]
          .map(([individual, points]) => ({
            individual,
            points: skeleton.keypoints.map((keypoint) => points.get(keypoint) ?? null),
          }))
          .sort((a, b) => names.indexOf(a.individual) - names.indexOf(b.individual)),
      };
    });
    const notes = [...leftOut].map(
      ([keypoint, count]) =>
        `${count} points of "${keypoint}", which the skeleton does not have, were left out.`,
    );
    return { skeleton, individuals: names, frames, root, notes, provenance: this.provenance() };
  }

  /** Where a label set of now comes from: the journal up to its last record. */
  provenance(): Provenance {
    const { sequence } = this.#journal.position;
    return { step: 'label', source: 'labels/journal.jsonl', options: { records: sequence - 1 } };
  }

  /** Waits for what is on its way, then closes the journal. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#snapshotting;
    await this.#journal[Symbol.asyncDispose]();
  }

  #checkNames(edit: Edit): void {
    const { skeleton, individuals } = this.#scheme();
    const check = (kind: string, name: string, known: readonly string[], frame: string): void => {
      if (known.includes(name)) return;
      throw new UsageError(`the project has no ${kind} "${name}"`, {
        where: frame,
        expected: `one of ${known.join(', ') || '(none)'}`,
        fix: nearest(name, known, (near) => `Did you mean "${near}"?`) ?? `Add it to marey.yaml.`,
      });
    };
    switch (edit.op) {
      case 'frame':
        for (const { individual, points } of edit.instances) {
          check('individual', individual, individuals, edit.frame);
          for (const [keypoint] of points) check('keypoint', keypoint, skeleton.keypoints, edit.frame);
        }
        return;
      case 'instance':
        check('individual', edit.individual, individuals, edit.frame);
        for (const [keypoint] of edit.points) check('keypoint', keypoint, skeleton.keypoints, edit.frame);
        return;
      case 'place':
        check('individual', edit.individual, individuals, edit.frame);
        check('keypoint', edit.keypoint, skeleton.keypoints, edit.frame);
        return;
      case 'remove-frame':
      case 'remove-instance':
      case 'erase':
        return;
      default:
        edit satisfies never;
    }
  }

  /** Where the journal is damaged, every opening should read it whole and say so: no snapshot then. */
  #trySnapshot(): void {
    const damaged = this.problems.some((p) => p.kind === 'damaged');
    if (this.#pending.length > 0 || damaged || this.#snapshotting !== undefined) return;
    this.#sinceSnapshot = 0;
    const snapshot = { state: new Map(this.#state), position: this.#journal.position };
    this.#snapshotting = writeSnapshot(this.#folder, snapshot)
      .catch((error: unknown) => {
        // The journal holds everything: a snapshot that could not be written only makes the next opening slower.
        if (!(error instanceof MareyError)) throw error;
      })
      .finally(() => {
        this.#snapshotting = undefined;
      });
  }
}

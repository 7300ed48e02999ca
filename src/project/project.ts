import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { z } from 'zod';
import { UsageError } from '../signal/error.ts';
import type { LabelSet } from '../signal/labels.ts';
import { flushFolder, writeAtomic } from './atomic.ts';
import { behaviorKind, type BehaviorEdit, type BehaviorState } from './behavior.ts';
import { CheckpointStore } from './checkpoints.ts';
import { Bodies } from './bodies.ts';
import { Controllers } from './controllers.ts';
import { ConfigFile, configText, editConfig, folderNameOf, type Config } from './config.ts';
import { correctionKind, type CorrectionEdit, type CorrectionState } from './corrections.ts';
import { baseName, type Edit } from './edits.ts';
import { exists, makeFolder } from './folder.ts';
import { planImport, previewOf, type ImportPreview, type ImportReport } from './import-labels.ts';
import { Journal } from './journal.ts';
import { JournaledEdits } from './journaled-edits.ts';
import { Labels, type LabelScheme } from './labels.ts';
import { foldersOf, layoutOf, type Layout } from './layout.ts';
import { Lock, verifyToken } from './lock.ts';
import { Models } from './models.ts';
import { findPath, projectPath, type FoundPath } from './paths.ts';
import { dataName, type DataFile } from './recorded/data-file.ts';
import { ObjectStore } from './store.ts';
import { unfinishedFiles } from './sweep.ts';

export interface OpenOptions {
  /** Take no lock and write nothing: possible while another process writes, and on a read-only disk. */
  readonly readOnly?: boolean;
  /**
   * The `pass` of a process that has the project open for writing and started this one. Outputs, models, results and states of
   * long work can then be written, each of which appears whole; labels and `marey.yaml` are that process's and are only read.
   */
  readonly within?: string;
}

/** A video of a recording, and where it was found. */
export interface ProjectVideo extends FoundPath {
  readonly recording: string;
  readonly framesPerSecond?: number;
}

/** A file with what was recorded beside the videos of a recording, and where it was found. */
export interface ProjectData extends FoundPath {
  readonly recording: string;
  readonly file: DataFile;
}

/**
 * A project: a folder with its configuration, labels, outputs and models (see `layout.ts`). One process writes at a time,
 * any number read. Dispose it to let the next one write; a process that is killed lets go by itself.
 */
export class Project implements AsyncDisposable {
  readonly root: string;
  /** Nothing can be written: neither labels nor outputs. */
  readonly readOnly: boolean;
  readonly layout: Layout;
  readonly labels: Labels;
  /** What people corrected in tracks, which themselves stay as they were made. */
  readonly corrections: JournaledEdits<CorrectionState, CorrectionEdit>;
  /** Behaviors that people look for, and the bouts in which they saw them. */
  readonly behavior: JournaledEdits<BehaviorState, BehaviorEdit>;
  readonly outputs: ObjectStore;
  readonly models: Models;
  /** What the steps made last, by the step's name. */
  readonly results: Models;
  /** States of training runs under way. */
  readonly checkpoints: CheckpointStore;
  readonly controllers: Controllers;
  readonly bodies: Bodies;
  readonly #lock: Lock | undefined;
  #configFile: ConfigFile;

  private constructor(
    layout: Layout,
    configFile: ConfigFile,
    { labels, corrections, behavior }: Pick<Project, 'labels' | 'corrections' | 'behavior'>,
    { lock, within }: { readonly lock?: Lock; readonly within?: string },
  ) {
    this.root = layout.root;
    this.layout = layout;
    this.readOnly = lock === undefined && within === undefined;
    this.labels = labels;
    this.corrections = corrections;
    this.behavior = behavior;
    this.outputs = new ObjectStore(layout.objects);
    this.models = new Models(layout.models);
    this.results = new Models(layout.results);
    this.checkpoints = new CheckpointStore(layout.checkpoints);
    this.controllers = new Controllers(layout.controllers);
    this.bodies = new Bodies(layout.bodies);
    this.#configFile = configFile;
    this.#lock = lock;
  }

  /**
   * Makes a project in the folder `root`, which may have other files in it, and opens it.
   * Throws `UsageError` where there is a project already.
   */
  static async create(root: string, config: Partial<Config> = {}): Promise<Project> {
    const layout = layoutOf(resolve(root));
    const text = configText(config);
    ConfigFile.parse(layout.config, text);
    if (await exists(layout.config)) {
      throw new UsageError('there is a project already', { where: layout.root, fix: 'Name another folder.' });
    }
    for (const folder of foldersOf(layout)) await makeFolder(folder);
    await flushFolder(layout.root);
    await Journal.create(layout.journal);
    // Last: a folder with a marey.yaml has everything else.
    await writeAtomic(layout.config, text);
    return Project.open(layout.root);
  }

  /**
   * Opens the project in the folder `root`. For writing it takes the lock, repairs what a crash left and sweeps up.
   * Throws `InputError` where the folder is no project, its configuration does not fit (with the line) or a newer Marey
   * wrote it (nothing is touched then), `MachineError` where another process writes or the folder is read-only.
   */
  static async open(root: string, { readOnly = false, within }: OpenOptions = {}): Promise<Project> {
    const layout = layoutOf(resolve(root));
    const configFile = await ConfigFile.read(layout.config);
    if (within !== undefined) await verifyToken(layout.lock, within);
    const lock = readOnly || within !== undefined ? undefined : await Lock.acquire(layout.lock);
    try {
      const project: { current?: Project } = {};
      const scheme = (): LabelScheme => schemeOf(layout, project.current?.config ?? configFile.config);
      const journals = { readOnly: lock === undefined, guard: () => lock!.verify() };
      const labels = await Labels.open(layout.journal, scheme, journals);
      const corrections = await JournaledEdits.open(layout.corrections, correctionKind, journals);
      const behavior = await JournaledEdits.open(layout.behavior, behaviorKind, journals);
      project.current = new Project(layout, configFile, { labels, corrections, behavior }, { lock, within });
      if (lock !== undefined) {
        await project.current.outputs.sweep();
        for (const path of await unfinishedFiles(layout)) await rm(path, { force: true });
      }
      return project.current;
    } catch (error) {
      await lock?.[Symbol.asyncDispose]();
      throw error;
    }
  }

  get config(): Config {
    return this.#configFile.config;
  }

  /** What lets processes that this one starts write outputs (see `OpenOptions.within`); undefined where the lock is not its own. */
  get pass(): string | undefined {
    return this.#lock?.token;
  }

  /** Reads `marey.yaml` again, which a person may have edited. Throws `InputError` where it does not fit; what was read before holds. */
  async rereadConfig(): Promise<void> {
    this.#configFile = await ConfigFile.read(this.layout.config);
  }

  /** The options of a step, checked by its schema; an `InputError` names the line in `marey.yaml`. */
  stepOptions<S extends z.ZodType>(step: string, options: S): z.output<S> {
    return this.#configFile.stepOptions(step, options);
  }

  /**
   * Changes `marey.yaml`: `changes` gets it as it is now and returns paths with their new values. Comments stay.
   * Throws `InputError` where the result would not fit; the file is then as before.
   */
  async editConfig(
    changes: (now: Config) => readonly (readonly [path: readonly (string | number)[], value: unknown])[],
  ): Promise<void> {
    this.#mustWrite();
    await this.#lock?.verify();
    this.#configFile = await editConfig(this.layout.config, changes);
  }

  /**
   * Takes over a label set: copies its pictures, adds what `marey.yaml` lacks, and enters all labels as one record. Killed
   * half-way it leaves no labels; done again it changes nothing. See `planImport` for what does not fit.
   */
  async importLabels(
    set: LabelSet,
    {
      by = `import ${set.root}`,
      onEdit,
    }: { readonly by?: string; onEdit?(sequence: number, edits: readonly Edit[]): void } = {},
  ): Promise<ImportReport> {
    this.#mustWrite();
    const { edits, changes, report } = await planImport(this.root, this.config, this.labels, set);
    await this.editConfig(changes);
    if (edits.length === 0) return report;
    const { sequence } = await this.labels.edit(edits, { by });
    onEdit?.(sequence, edits);
    return report;
  }

  /** What `importLabels` would do, in words and numbers; throws what it would throw. Nothing is changed. */
  async previewImport(set: LabelSet): Promise<ImportPreview> {
    const plan = await planImport(this.root, this.config, this.labels, set, { isPreview: true });
    return previewOf(plan, this.config);
  }

  /**
   * Lists videos that `marey.yaml` does not name yet, each as a recording of its own, by their paths: nothing is copied. Returns
   * those that were added.
   */
  async addVideos(paths: readonly string[]): Promise<string[]> {
    let added: string[] = [];
    await this.editConfig(({ recordings }) => {
      const known = new Set(recordings.flatMap((r) => r.videos.map(baseName)));
      added = paths.filter((path) => !known.has(baseName(path)));
      const names = [...new Set(added.map(recordingOf))];
      let next = recordings.length;
      return names.map((name) => {
        const videos = added
          .filter((path) => recordingOf(path) === name)
          .map((p) => projectPath(this.root, p));
        const at = recordings.findIndex((r) => r.name === name);
        return at < 0
          ? [['recordings', next++], { name, videos }]
          : [
              ['recordings', at, 'videos'],
              [...recordings[at].videos, ...videos],
            ];
      });
    });
    return added;
  }

  /** Every video of every recording, found or not. Throws `InputError` where a path leads out of the project. */
  async videos(): Promise<ProjectVideo[]> {
    const videos: ProjectVideo[] = [];
    for (const [r, { name, videos: named, framesPerSecond }] of this.config.recordings.entries()) {
      for (const [v, path] of named.entries()) {
        const found = await findPath(this.root, path, this.#configFile.where(['recordings', r, 'videos', v]));
        videos.push({ recording: name, framesPerSecond, ...found });
      }
    }
    return videos;
  }

  /** Every data file of every recording, found or not. Throws `InputError` where a path leads out of the project. */
  async data(): Promise<ProjectData[]> {
    const found: ProjectData[] = [];
    for (const [r, { name, data }] of this.config.recordings.entries()) {
      for (const [d, file] of (data ?? []).entries()) {
        const where = this.#configFile.where(['recordings', r, 'data', d, 'path']);
        found.push({ recording: name, file, ...(await findPath(this.root, file.path, where)) });
      }
    }
    return found;
  }

  /**
   * Lists a data file under a recording, which is made where there is none; one of the same name there is replaced. Throws as
   * `editConfig` does.
   */
  async addData(recording: string, file: DataFile): Promise<void> {
    const entry = { ...file, path: projectPath(this.root, file.path) };
    await this.editConfig(({ recordings }) => {
      const at = recordings.findIndex((r) => r.name === recording);
      if (at < 0)
        return [[['recordings', recordings.length], { name: recording, videos: [], data: [entry] }]];
      const others = (recordings[at].data ?? []).filter((d) => dataName(d) !== dataName(entry));
      return [
        [
          ['recordings', at, 'data'],
          [...others, entry],
        ],
      ];
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.labels[Symbol.asyncDispose]();
    await this.corrections[Symbol.asyncDispose]();
    await this.behavior[Symbol.asyncDispose]();
    await this.#lock?.[Symbol.asyncDispose]();
  }

  #mustWrite(): void {
    if (this.#lock !== undefined) return;
    throw new UsageError(
      this.readOnly
        ? 'the project is open for reading only'
        : 'labels and marey.yaml belong to the process that started this one',
      { where: this.root },
    );
  }
}

/** Whether the folder `root` is a project: has a `marey.yaml`. */
export function isProject(root: string): Promise<boolean> {
  return exists(layoutOf(resolve(root)).config);
}

/** The recording that a video is of where nobody said: one of its own name. */
function recordingOf(video: string): string {
  return folderNameOf(baseName(video).replace(/\.[^.]+$/, ''));
}

function schemeOf(layout: Layout, { skeleton, individuals, recordings }: Config): LabelScheme {
  return {
    skeleton,
    individuals,
    root: layout.root,
    videoPath: (recording, name) =>
      recordings.find((r) => r.name === recording)?.videos.find((path) => baseName(path) === name),
  };
}

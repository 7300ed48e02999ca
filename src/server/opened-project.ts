import { stat } from 'node:fs/promises';
import { isMissing } from '../project/disk.ts';
import { lockHolder } from '../project/lock.ts';
import { Project } from '../project/index.ts';
import { MachineError, MareyError } from '../signal/error.ts';
import type { Events } from './events.ts';
import { ConflictError } from './failure.ts';
import { RecordedLanes } from './recorded/lanes.ts';
import { Suggestions } from './suggestions.ts';
import { Tracks } from './tracks.ts';
import { Videos } from './videos.ts';
import type { Work } from './work.ts';

interface OpenedWith {
  readonly events: Events;
  readonly work: Work;
}

/**
 * The project that the server shows. It is open for writing where it can be; else for reading, with the reason, and then each look
 * at it shows what the process that writes has made of it, and takes over when that one has ended.
 */
export class OpenedProject implements AsyncDisposable {
  readonly root: string;
  readonly videos: Videos;
  readonly tracks: Tracks;
  readonly suggestions: Suggestions;
  readonly recorded: RecordedLanes;
  readonly events: Events;
  #project: Project;
  #readOnly: string | undefined;
  #held: string | undefined;
  #configProblem: string | undefined;
  /** What `marey.yaml` and the journal were when they were read, for a project that another process writes. */
  #seen = '';
  #refreshing: Promise<void> | undefined;

  private constructor(
    project: Project,
    readOnly: string | undefined,
    held: string | undefined,
    { events, work }: OpenedWith,
  ) {
    this.root = project.root;
    this.#project = project;
    this.#readOnly = readOnly;
    this.#held = held;
    this.events = events;
    this.videos = new Videos(this);
    this.tracks = new Tracks(this, work);
    this.suggestions = new Suggestions(this, work);
    this.recorded = new RecordedLanes(this);
  }

  /**
   * Throws what `Project.open` throws where the project cannot even be read.
   * @param options.held why it is not to be written though it could be, until `release`.
   */
  static async open(
    root: string,
    { held, ...means }: OpenedWith & { readonly held?: string },
  ): Promise<OpenedProject> {
    const { project, readOnly } = await openToWrite(root, held);
    const opened = new OpenedProject(project, readOnly, held, means);
    opened.#seen = await opened.#marks();
    return opened;
  }

  get project(): Project {
    return this.#project;
  }

  /** Why labels cannot be changed, in words. */
  get readOnly(): string | undefined {
    return this.#readOnly;
  }

  /** What is wrong with `marey.yaml` since it was edited, in words; what it said before holds. */
  get configProblem(): string | undefined {
    return this.#configProblem;
  }

  /** Nothing speaks against writing any more. */
  async release(): Promise<void> {
    this.#held = undefined;
    await this.refresh();
  }

  /** The project for a change. Throws `ConflictError` where it is open for reading only. */
  async writable(): Promise<Project> {
    await this.refresh();
    if (this.#readOnly === undefined) return this.#project;
    throw new ConflictError('the project can only be read', {
      where: this.root,
      got: this.#readOnly,
      fix: 'Close it there; the next change is then taken.',
    });
  }

  /** Takes in what a person changed in `marey.yaml`, and of a project that another process writes all that it wrote. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.videos[Symbol.asyncDispose]();
    await this.recorded[Symbol.asyncDispose]();
    await this.#project[Symbol.asyncDispose]();
  }

  async #refresh(): Promise<void> {
    const marks = await this.#marks();
    if (this.#readOnly === undefined) {
      if (marks !== this.#seen) await this.#rereadConfig();
      this.#seen = marks;
      return;
    }
    const free = this.#held === undefined && (await lockHolder(this.#project.layout.lock)) === undefined;
    if (!free && marks === this.#seen) return;
    const { project, readOnly } = await openToWrite(this.root, this.#held);
    const before = this.#project;
    this.#project = project;
    this.#readOnly = readOnly;
    this.#seen = await this.#marks();
    await before[Symbol.asyncDispose]();
  }

  async #rereadConfig(): Promise<void> {
    try {
      await this.#project.rereadConfig();
      this.#configProblem = undefined;
    } catch (error) {
      if (!(error instanceof MareyError)) throw error;
      this.#configProblem = error.message;
    }
  }

  async #marks(): Promise<string> {
    const { config, journal, corrections, behavior } = this.#project.layout;
    // A project that this server writes changes its own journals.
    const files = this.#readOnly === undefined ? [config] : [config, journal, corrections, behavior];
    return (await Promise.all(files.map(markOf))).join('\n');
  }
}

async function markOf(file: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(file);
    return `${size} ${mtimeMs}`;
  } catch (error) {
    // Reading it will say so in full.
    if (isMissing(error)) return 'missing';
    throw error;
  }
}

async function openToWrite(
  root: string,
  held: string | undefined,
): Promise<{ project: Project; readOnly?: string }> {
  if (held !== undefined) return { project: await Project.open(root, { readOnly: true }), readOnly: held };
  try {
    return { project: await Project.open(root) };
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    return { project: await Project.open(root, { readOnly: true }), readOnly: error.message };
  }
}

import { resolve } from 'node:path';
import { freePath } from '../project/folder.ts';
import { exists, isProject, Project } from '../project/index.ts';
import { layoutOf } from '../project/layout.ts';
import type { JobState, Session } from './api.ts';
import { Events } from './events.ts';
import { ConflictError } from './failure.ts';
import type { CommandLine } from './jobs/command-line.ts';
import { Jobs } from './jobs/jobs.ts';
import { OpenedProject } from './opened-project.ts';
import { projectOverview } from './overview.ts';
import { Work } from './work.ts';

/** How often it is looked whether the demo has made its project, ms. */
const lookMs = 400;

const heldByDemo = 'The demo is at work: labels can be changed when it has ended.';

export interface ServerOptions {
  readonly version: string;
  /** Where paths that a person names start, and what the start page shows first. */
  readonly folder: string;
  readonly commandLine: CommandLine;
  /** An upload of which nothing comes for so long is given up, ms. Default 60 s. */
  readonly uploadPatienceMs?: number;
}

/** What the server has in hand: the open project, if any, its jobs, and who listens. */
export class ServerState implements AsyncDisposable {
  readonly options: ServerOptions;
  readonly events = new Events();
  readonly work = new Work();
  readonly jobs: Jobs;
  #current: OpenedProject | undefined;
  #looking: NodeJS.Timeout | undefined;

  constructor(options: ServerOptions) {
    this.options = options;
    this.jobs = new Jobs(options.commandLine, this.events);
  }

  get current(): OpenedProject | undefined {
    return this.#current;
  }

  /** Throws `ConflictError` while no project is open. */
  opened(): OpenedProject {
    if (this.#current) return this.#current;
    throw new ConflictError('no project is open yet', { fix: 'Open or make one on the start page.' });
  }

  /** Throws `ConflictError` where a project is open: one server shows one. */
  mustBeFree(): void {
    if (!this.#current) return;
    throw new ConflictError('a project is open already', {
      where: this.#current.root,
      fix: 'Start another "marey open" for another project.',
    });
  }

  /** Opens a project for the pages. Throws what `Project.open` throws where it cannot even be read. */
  async open(root: string, held?: string): Promise<void> {
    this.mustBeFree();
    const { events, work } = this;
    const opened = await OpenedProject.open(root, { events, work, held });
    if (this.#current) {
      await opened[Symbol.asyncDispose]();
      this.mustBeFree();
    }
    this.#current = opened;
    void opened.videos.openFirst();
    await this.jobs.load(layoutOf(root).logs);
    events.publish('project', {});
  }

  async session(): Promise<Session> {
    const { version } = this.options;
    if (!this.#current) return { version };
    return { version, project: await projectOverview(this.#current, this.jobs) };
  }

  /**
   * Starts the demo in a new folder and shows its project as soon as there is one; it can be read while the demo works on it, and
   * changed afterwards.
   */
  async startDemo(folder: string): Promise<JobState> {
    this.mustBeFree();
    const root = await freePath(resolve(this.options.folder, folder));
    const { logs } = layoutOf(root);
    const state = await this.jobs.start(
      { kind: 'demo' },
      {
        root,
        videos: [],
        logs,
        pass: undefined,
        onEnd: async () => {
          clearInterval(this.#looking);
          if (this.#current) await this.#current.release();
          else await this.#showDemo(root);
        },
      },
    );
    let looking = false;
    this.#looking = setInterval(() => {
      if (looking) return;
      looking = true;
      void this.#showDemo(root, heldByDemo).finally(() => (looking = false));
    }, lookMs);
    this.#looking.unref();
    return state;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#looking);
    await this.jobs.stop();
    this.events.end();
    await this.#current?.[Symbol.asyncDispose]();
    await this.work[Symbol.asyncDispose]();
  }

  /** Opens the demo's project once it has labels: before, there is nothing to see. */
  async #showDemo(root: string, held?: string): Promise<void> {
    if (!(await isProject(root)) || !(await exists(layoutOf(root).journal))) return;
    {
      await using project = await Project.open(root, { readOnly: true });
      if (project.labels.size === 0) return;
    }
    clearInterval(this.#looking);
    if (!this.#current) await this.open(root, held);
  }
}

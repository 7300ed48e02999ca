import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { errorCode, isMissing } from '../../project/disk.ts';
import { makeFolder } from '../../project/folder.ts';
import { MareyError } from '../../signal/error.ts';
import type { JobRequest, JobState } from '../api.ts';
import type { Events } from '../events.ts';
import { ConflictError, MissingError } from '../failure.ts';
import { commandOf, type CommandLine, type JobPlace } from './command-line.ts';
import { logIn, readJobs, serverStopped, writeJobs } from './job-file.ts';
import { JobProcess, type CurvePoint, type Progress } from './job-process.ts';

/** Points of a running training's curve, at most. */
const mostPoints = 2000;
/** How long a command may take to keep its state when the server stops. */
const patienceMs = 30_000;

interface Running {
  readonly id: string;
  readonly process: JobProcess;
  readonly curve: CurvePoint[];
  readonly done: Promise<void>;
}

/** Takes away every other point, but for those that tell of held-out frames. */
function thin(curve: CurvePoint[]): void {
  const kept = curve.filter(({ heldOutPx }, i) => i % 2 === 0 || heldOutPx !== undefined);
  curve.splice(0, curve.length, ...kept);
}

/** Where a job is run and kept. */
export interface JobSetting extends JobPlace {
  readonly logs: string;
  readonly pass: string | undefined;
  /** Called when it has ended, before the pages hear of it. */
  readonly onEnd?: (state: JobState) => Promise<void>;
}

/**
 * Long work: one command at a time, in a process of its own, so that the server goes on answering. What became of each is kept in the
 * project's `logs` folder.
 */
export class Jobs {
  readonly #commandLine: CommandLine;
  readonly #events: Events;
  #states: JobState[] = [];
  #logs: string | undefined;
  #running: Running | undefined;
  #starting = false;
  #cancelled = false;
  #stopping = false;

  constructor(commandLine: CommandLine, events: Events) {
    this.#commandLine = commandLine;
    this.#events = events;
  }

  /** Takes up the jobs that a project has seen; those of this server stay. */
  async load(logs: string): Promise<void> {
    const own = this.#states;
    const before = await readJobs(logs);
    this.#states = [...before.filter(({ id }) => !own.some((job) => job.id === id)), ...own];
    this.#logs = logs;
  }

  get busy(): boolean {
    return this.#running !== undefined || this.#starting || this.#stopping;
  }

  /** The newest last. */
  list(): readonly JobState[] {
    return this.#states;
  }

  /** The learning curve that the job at work has told of so far. */
  runningCurve(): { readonly id: string; readonly curve: readonly CurvePoint[] } | undefined {
    return this.#running && { id: this.#running.id, curve: this.#running.curve };
  }

  /** Throws `ConflictError` while another one runs, and what `commandOf` throws. */
  async start(request: JobRequest, setting: JobSetting): Promise<JobState> {
    if (this.busy) {
      throw new ConflictError('another job is under way', { fix: 'Wait until it has ended, or cancel it.' });
    }
    const command = commandOf(request, setting);
    const id = `${Date.now().toString(36)}-${randomBytes(3).toString('hex')}`;
    const state: JobState = { id, request, state: 'running', startedAt: new Date().toISOString() };
    this.#starting = true;
    try {
      this.#logs = setting.logs;
      await makeFolder(setting.logs);
      await writeJobs(setting.logs, [...this.#states, state]);
      const curve: CurvePoint[] = [];
      const process = new JobProcess({
        command,
        commandLine: this.#commandLine,
        pass: setting.pass,
        cwd: setting.root,
        log: logIn(setting.logs, id),
        onProgress: (progress) => this.#progress(id, curve, progress),
      });
      this.#cancelled = false;
      this.#put(state);
      this.#running = { id, process, curve, done: this.#follow(id, process, setting) };
    } finally {
      this.#starting = false;
    }
    return state;
  }

  /** Asks a job to stop, as Ctrl-C does; it can be started again and goes on. Throws `MissingError`, `ConflictError`. */
  cancel(id: string): JobState {
    const state = this.#find(id);
    if (this.#running?.id !== id) throw new ConflictError('this job has ended', { got: state.state });
    this.#cancelled = true;
    this.#running.process.interrupt();
    return state;
  }

  /** What a job said. */
  async log(id: string): Promise<string> {
    this.#find(id);
    if (this.#logs === undefined) return '';
    try {
      return await readFile(logIn(this.#logs, id), 'utf8');
    } catch (error) {
      if (isMissing(error)) return '';
      throw error;
    }
  }

  /** Stops the job at work and waits until it has kept its state. No other is started any more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const running = this.#running;
    if (!running) return;
    running.process.interrupt();
    const patience = setTimeout(() => running.process.kill(), patienceMs);
    await running.done;
    clearTimeout(patience);
  }

  async #follow(id: string, process: JobProcess, { logs, onEnd }: JobSetting): Promise<void> {
    const { ok, result, error } = await process.ended;
    const how = ok ? 'done' : this.#cancelled ? 'cancelled' : 'failed';
    const { progress: _, ...before } = this.#find(id);
    const state: JobState = {
      ...before,
      state: how,
      endedAt: new Date().toISOString(),
      ...(ok ? { result } : how === 'failed' ? { error: this.#stopping ? serverStopped : error } : {}),
    };
    try {
      await onEnd?.(state);
      this.#set(state);
      await writeJobs(logs, this.#states);
    } catch (trouble) {
      // The work itself is done and kept: that its end cannot be written down must not end the server.
      if (!(trouble instanceof MareyError) && errorCode(trouble) === undefined) throw trouble;
      const message = trouble instanceof Error ? trouble.message : String(trouble);
      this.#set({ ...state, error: state.error ?? { message } });
    }
    // Whoever hears that it has ended may start the next one.
    this.#running = undefined;
    this.#events.publish('job', this.#find(id));
    this.#events.publish('project', {});
  }

  #progress(id: string, curve: CurvePoint[], { training, ...progress }: Progress): void {
    if (training) {
      curve.push(training);
      if (curve.length > mostPoints) thin(curve);
    }
    this.#put({ ...this.#find(id), progress });
  }

  #put(state: JobState): void {
    this.#set(state);
    this.#events.publish('job', state);
  }

  #set(state: JobState): void {
    const at = this.#states.findIndex(({ id }) => id === state.id);
    this.#states = at < 0 ? [...this.#states, state] : this.#states.with(at, state);
  }

  #find(id: string): JobState {
    const state = this.#states.find((job) => job.id === id);
    if (state) return state;
    throw new MissingError('there is no such job', { got: id });
  }
}

import { stat } from 'node:fs/promises';
import { around, type Around } from '../../math/around.ts';
import { dataName, type ProjectData } from '../../project/index.ts';
import { InputError, MareyError, UsageError } from '../../signal/error.ts';
import { timesOf } from '../../signal/time.ts';
import type { RecordedLane } from '../api.ts';
import { failureAnswer, MissingError } from '../failure.ts';
import type { OpenedProject } from '../opened-project.ts';
import { Work } from '../work.ts';
import type { LaneData } from './lane-data.ts';

/** Values of data files kept in memory, bytes; what was looked at longest ago goes first and is read again when it is asked for. */
const keptBytes = 512 << 20;

interface Kept {
  readonly lanes: Promise<readonly LaneData[]>;
  bytes: number;
}

/** Samples `from` (included) to `to` (excluded) of one level of a channel. */
export interface Stretch {
  readonly series: number;
  readonly level: number;
  readonly from: number;
  readonly to: number;
}

/** What was recorded beside the videos: read once, in a thread of its own, and given out piece by piece. */
export class RecordedLanes implements AsyncDisposable {
  readonly #opened: OpenedProject;
  readonly #work = new Work();
  readonly #kept = new Map<string, Kept>();

  constructor(opened: OpenedProject) {
    this.#opened = opened;
  }

  /** All lanes of a recording. A file that cannot be read is a lane that says why. Throws `MissingError` for an unknown recording. */
  async of(recording: string): Promise<RecordedLane[]> {
    const lanes: RecordedLane[] = [];
    for (const data of await this.#dataOf(recording)) lanes.push(...(await this.#listed(data)));
    return lanes;
  }

  /** float32: samples at level 0, else minimum and maximum of each block of 8^level samples. Throws `UsageError` outside. */
  async stretch(
    recording: string,
    lane: string,
    { series, level, from, to }: Stretch,
  ): Promise<Float32Array> {
    const { series: all } = await this.#find(recording, lane);
    const levels = all?.[series];
    const values = levels?.[level];
    const per = level === 0 ? 1 : 2;
    const count = (values?.length ?? 0) / per;
    if (!values || !(from >= 0 && from <= to && to <= count)) {
      throw new UsageError('the lane has no such values', {
        where: lane,
        expected: levels
          ? `a level from 0 to ${levels.length - 1}, and a range within 0 to ${count}`
          : 'a channel of a signal',
        got: `channel ${series}, level ${level}, ${from} to ${to}`,
      });
    }
    return values.subarray(from * per, to * per);
  }

  /** float64: see `laneValues` in `api.ts`. Throws `UsageError` for a signal. */
  async values(recording: string, lane: string): Promise<Float64Array> {
    const { values } = await this.#find(recording, lane);
    if (values) return values;
    throw new UsageError('the values of a signal are asked for by level and range', { where: lane });
  }

  /** The times of all samples of a signal, float64 seconds. Throws `UsageError` where there are none. */
  async times(recording: string, lane: string): Promise<Float64Array> {
    const { time } = await this.#find(recording, lane);
    if (time) return timesOf(time);
    throw new UsageError('only signals have times of samples', { where: lane });
  }

  /** A channel around events: see `around`. Throws `UsageError` where there is no such channel. */
  async around(
    recording: string,
    lane: string,
    {
      series,
      events,
      ...window
    }: { series: number; events: readonly number[]; before: number; after: number },
  ): Promise<Around> {
    const { series: all, time } = await this.#find(recording, lane);
    const values = all?.[series]?.[0];
    if (!values || !time)
      throw new UsageError('the lane has no such channel', { where: lane, got: `${series}` });
    return around({ values, time }, events, window);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kept.clear();
    await this.#work[Symbol.asyncDispose]();
  }

  async #dataOf(recording: string): Promise<ProjectData[]> {
    await this.#opened.refresh();
    const { project } = this.#opened;
    if (!project.config.recordings.some(({ name }) => name === recording))
      throw new MissingError('there is no such recording in the project', { got: recording });
    return (await project.data()).filter((data) => data.recording === recording);
  }

  async #listed(data: ProjectData): Promise<RecordedLane[]> {
    const group = dataName(data.file);
    try {
      return (await this.#read(data)).map(({ lane }) => ({ ...lane, id: idOf(group, lane.id), group }));
    } catch (error) {
      if (!(error instanceof MareyError)) throw error;
      const content = { kind: 'problem', error: failureAnswer(error).error } as const;
      const provenance = `From ${data.file.path}`;
      return [{ id: idOf(group, ''), title: group, group, provenance, warnings: [], content }];
    }
  }

  async #find(recording: string, id: string): Promise<LaneData> {
    for (const data of await this.#dataOf(recording)) {
      const group = dataName(data.file);
      if (id !== group && !id.startsWith(`${group}/`)) continue;
      const found = (await this.#read(data)).find(({ lane }) => idOf(group, lane.id) === id);
      if (found) return found;
    }
    throw new MissingError('there is no such lane in the recording', { where: recording, got: id });
  }

  async #read({ path, file, found }: ProjectData): Promise<readonly LaneData[]> {
    if (!found) {
      throw new InputError('the file is not there', {
        where: path,
        fix: 'Put it back, or correct its path in marey.yaml.',
      });
    }
    const { size, mtimeMs } = await stat(path);
    const key = JSON.stringify([path, size, mtimeMs, file]);
    const known = this.#kept.get(key);
    const kept = known ?? { lanes: this.#work.call('lanes', path, file), bytes: 0 };
    // The one used last stands last.
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    try {
      const lanes = await kept.lanes;
      if (!known) {
        kept.bytes = lanes.reduce((sum, lane) => sum + bytesOf(lane), 0);
        this.#forget();
      }
      return lanes;
    } catch (error) {
      // What failed is not kept: the next one who asks tries again.
      this.#kept.delete(key);
      throw error;
    }
  }

  #forget(): void {
    let total = [...this.#kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [key, { bytes }] of [...this.#kept].slice(0, -1)) {
      if (total <= keptBytes) return;
      this.#kept.delete(key);
      total -= bytes;
    }
  }
}

/** Files may hold lanes of one name: the file's own comes first. */
function idOf(group: string, lane: string): string {
  return lane === '' || lane === group ? group : `${group}/${lane}`;
}

function bytesOf({ series = [], values, time }: LaneData): number {
  const levels = series.flat().reduce((sum, { byteLength }) => sum + byteLength, 0);
  return levels + (values?.byteLength ?? 0) + (time?.kind === 'irregular' ? time.times.byteLength : 0);
}

import { z } from 'zod';

const seconds = z.number();

/**
 * A file of a recording with what was recorded beside its videos, as `marey.yaml` names it:
 *
 *     data:
 *       - {path: data/emg.csv, kind: signal, unit: mV, rate: 2000, offsetSeconds: 1.25}
 *       - {path: data/units.mat, kind: spikes, channels: [spikes], timeUnit: ms}
 *       - {path: data/stimuli.tsv, kind: events, time: onset, label: trial_type}
 *       - {path: data/session.marey}
 */
export const dataFileSchema = z.strictObject({
  /** CSV, TSV, Parquet, npy, npz, MATLAB, or Marey's own form. Relative to the project, or a whole path. */
  path: z.string().min(1),
  /** Left out for files in Marey's own form, which say it themselves. */
  kind: z.enum(['signal', 'events', 'spikes']).optional(),
  /** What it is called; default: the file's name without its ending. */
  name: z.string().min(1).optional(),
  /** Unit of a signal's values, default `au` (arbitrary). */
  unit: z.string().min(1).optional(),
  /**
   * Which columns or arrays are taken: the channels of a signal, the units of spikes that have an array each (`spikes` stands for
   * all cells of a MATLAB cell array). Default: all but the times.
   */
  channels: z.array(z.string().min(1)).min(1).optional(),
  /** Column or array of the times; default: one that is called time, t, onset, ... */
  time: z.string().min(1).optional(),
  /** What the times count; `sample`: by `rate`. Default `s`. */
  timeUnit: z.enum(['s', 'ms', 'us', 'min', 'sample']).optional(),
  /** Samples a second, for signals without times and times in samples. */
  rate: z.number().positive().optional(),
  /** Columns of events: where they end, or how long they last, and what they are. */
  end: z.string().min(1).optional(),
  duration: z.string().min(1).optional(),
  label: z.string().min(1).optional(),
  /** Column or array that says of which unit each spike is. */
  spikeUnit: z.string().min(1).optional(),
  /** Time of the videos at this file's time zero. Default 0. */
  offsetSeconds: seconds.optional(),
  /** Instead of an offset: pairs of [time of this file, time of the videos], seconds; linear between them (`Clock`). */
  clock: z
    .array(z.tuple([seconds, seconds]))
    .min(1)
    .optional(),
});

export type DataFile = z.output<typeof dataFileSchema>;

/** What a data file is called where nobody said. */
export function dataName({ name, path }: Pick<DataFile, 'name' | 'path'>): string {
  const base = path.split(/[\\/]/).at(-1)!;
  return name ?? (base.replace(/\.[^.]+$/, '') || base);
}

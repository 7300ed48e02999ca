import { basename, extname, join } from 'node:path';
import type { Variables } from '../../inquire/index.ts';
import { readPose } from '../../formats/index.ts';
import { matrix } from '../../math/index.ts';
import { binSignal, binSpikes, series, spikeDoubts, type Bins } from '../../relate/index.ts';
import { InputError } from '../../signal/error.ts';
import type { Events } from '../../signal/events.ts';
import type { Signal } from '../../signal/signal.ts';
import type { Spikes } from '../../signal/spikes.ts';
import { timeCount, timeOf } from '../../signal/time.ts';
import { sha256OfFile } from '../digest.ts';
import { namesIn } from '../folder.ts';
import { Project } from '../project.ts';
import { readRecorded } from '../recorded/read.ts';
import type { ReadVariables } from './read-variables.ts';

/**
 * What a recording of a project holds, in bins of master time that all of it covers: its signals and spikes under their names, each track in the
 * project's folder `tracks` under its file's name without ending, a channel a keypoint and coordinate.
 *
 * A bin of a signal is the mean of its samples; a bin that was not observed is missing. Throws `InputError` where there is no such recording or
 * nothing in it, and where what is named has no time in common.
 *
 * @param wanted the names that the bins must cover.
 */
export async function projectVariables(
  root: string,
  recording: string | undefined,
  binSeconds: number,
  wanted: readonly string[],
): Promise<ReadVariables> {
  await using project = await Project.open(root, { readOnly: true });
  const { signals, spikes, inputs: files, notes } = await recordedOf(project, recording);
  const inputs = [...files];
  const all = new Map<string, Signal | Spikes>([...signals, ...spikes].map((read) => [read.name, read]));
  for (const file of await namesIn(project.layout.tracks)) {
    const stem = basename(file, extname(file));
    if (!wanted.includes(stem)) continue;
    const path = join(project.layout.tracks, file);
    all.set(stem, (await readPose(path)).positions);
    inputs.push({ path: `tracks/${file}`, sha256: await sha256OfFile(path) });
  }
  if (all.size === 0) {
    throw new InputError('nothing was recorded beside the videos', {
      where: root,
      expected: 'signals or spikes',
      fix: 'Name their files under "data" in marey.yaml.',
    });
  }
  const used = [...all].filter(([n]) => wanted.includes(n)).map(([, v]) => v);
  const others = [...all.values()].filter((v) => !('times' in v)).map(spanOf);
  const span = others.length > 0 && {
    startSeconds: Math.min(...others.map(([from]) => from)),
    endSeconds: Math.max(...others.map(([, to]) => to)),
  };
  for (const [n, v] of all)
    if ('times' in v && wanted.includes(n)) notes.push(...spikeDoubts(v, span || undefined));
  const bins = binsOver(used.length > 0 ? used : [...all.values()], binSeconds, root);
  const variables: Variables = new Map(
    [...all].map(([n, v]) => {
      const binned = 'times' in v ? binSpikes(v, bins) : binSignal(v, bins);
      const columns = binned.values.length / bins.count;
      const values = matrix(bins.count, columns, Float64Array.from(binned.contiguous()));
      return [n, series(values, channelNames(binned, n))];
    }),
  );
  return { startSeconds: bins.startSeconds, variables, inputs, notes };
}

/** All that was recorded beside the videos of one recording, on the clock of the videos. */
export interface RecordedData {
  readonly signals: readonly Signal[];
  readonly events: readonly Events[];
  readonly spikes: readonly Spikes[];
  readonly inputs: readonly { readonly path: string; readonly sha256: string }[];
  readonly notes: string[];
}

/** Throws `InputError` where there is no such recording, or a file cannot be read. */
export async function recordedOf(project: Project, recording: string | undefined): Promise<RecordedData> {
  const name = recordingOf(project, recording);
  const found = { signals: [] as Signal[], events: [] as Events[], spikes: [] as Spikes[] };
  const inputs: { path: string; sha256: string }[] = [];
  const notes: string[] = [];
  for (const { recording: of, file, path, note } of await project.data()) {
    if (of !== name) continue;
    const { signals, events, spikes, warnings } = await readRecorded(path, file);
    found.signals.push(...signals);
    found.events.push(...events);
    found.spikes.push(...spikes);
    notes.push(...(note === undefined ? [] : [note]), ...warnings);
    inputs.push({ path: file.path, sha256: await sha256OfFile(path) });
  }
  return { ...found, inputs, notes };
}

function recordingOf({ config, root }: Project, wanted: string | undefined): string {
  const names = config.recordings.map((r) => r.name);
  if (wanted === undefined && names.length === 1) return names[0];
  if (wanted !== undefined && names.includes(wanted)) return wanted;
  throw new InputError(
    wanted === undefined ? 'it is not said which recording is meant' : 'there is no such recording',
    {
      where: root,
      expected: `"recording" to be one of ${names.join(', ') || '(none)'}`,
      got: wanted,
    },
  );
}

function binsOver(all: readonly (Signal | Spikes)[], widthSeconds: number, where: string): Bins {
  let [start, end] = [-Infinity, Infinity];
  for (const v of all) {
    const [from, to] = spanOf(v);
    start = Math.max(start, from);
    end = Math.min(end, to);
  }
  const count = Math.floor((end - start) / widthSeconds);
  if (count >= 1) return { startSeconds: start, widthSeconds, count };
  throw new InputError('what is named was not recorded at the same time', {
    where,
    expected: `at least ${widthSeconds} s in common`,
    got: all
      .map(
        (v) =>
          `${v.name} ${spanOf(v)
            .map((t) => t.toFixed(2))
            .join(' to ')} s`,
      )
      .join(', '),
    fix: 'Correct the clocks in marey.yaml.',
  });
}

function spanOf(v: Signal | Spikes): [number, number] {
  if ('times' in v) {
    let [from, to] = [Infinity, -Infinity];
    v.units.forEach((_, u) => {
      if (v.ends[u] === v.starts[u]) return;
      from = Math.min(from, v.times[v.starts[u]]);
      to = Math.max(to, v.times[v.ends[u] - 1]);
    });
    return [from, to];
  }
  return [timeOf(v.time!, 0), timeOf(v.time!, timeCount(v.time!) - 1)];
}

/** Labels of the dimensions after time, for instance `paw x`. */
function channelNames({ dimensions }: Signal, name: string): string[] {
  const labeled = dimensions.slice(1).filter(({ size, labels }) => size > 1 || labels === undefined);
  const names = (labeled.length > 0 ? labeled : dimensions.slice(1)).reduce<string[]>(
    (all, { size, labels }) =>
      all.flatMap((before) =>
        Array.from({ length: size }, (_, i) => [before, labels?.[i] ?? `${i + 1}`].filter(Boolean).join(' ')),
      ),
    [''],
  );
  return names.map((n) => (n === '' ? name : n));
}

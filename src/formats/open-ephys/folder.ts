import { join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { InputError } from '../../signal/error.ts';
import type { Events } from '../../signal/events.ts';
import { type Edge, eventsOfEdges } from '../edges.ts';
import { exists, readBytes, sha256 } from '../file.ts';
import type { FolderFormat, ReadOptions } from '../format.ts';
import { parseNpy } from '../npy/npy.ts';

const structureSchema = z.object({
  events: z.array(
    z.object({
      folder_name: z.string(),
      stream_name: z.string().optional(),
      channel_name: z.string().optional(),
      sample_rate: z.number().positive(),
    }),
  ),
});
type EventFolder = z.infer<typeof structureSchema>['events'][number];

/**
 * Digital lines of a recording in Open Ephys' binary format (the folder that holds `structure.oebin`), of the stream that `options.stream`
 * names where there are several. States are +n where line n rises and -n where it falls: `states.npy` with `sample_numbers.npy` since
 * version 0.6, `channel_states.npy` with samples in `timestamps.npy` before. Times are samples over the sampling rate: seconds of the
 * device since acquisition began, before the program's own synchronization. Throws `InputError`.
 */
async function readLines(folder: string, options: ReadOptions): Promise<Events> {
  const streams = await streamsOf(folder);
  const names = streams.map(nameOf);
  const chosen = options.stream === undefined ? streams : streams.filter((s) => nameOf(s) === options.stream);
  if (chosen.length !== 1) {
    throw new InputError(
      streams.length === 0
        ? 'the recording has no digital lines'
        : 'the recording has several streams of digital lines',
      {
        where: folder,
        expected: streams.length === 0 ? 'a folder of TTL events' : `one of ${names.join(', ')}`,
        got: options.stream ?? 'no choice',
        fix: streams.length === 0 ? undefined : 'Say which one (stream).',
      },
    );
  }
  const [stream] = chosen;
  const at = resolve(folder, 'events', stream.folder_name);
  if (relative(folder, at).startsWith('..')) {
    throw new InputError('the folder of the events lies outside the recording', {
      where: folder,
      got: stream.folder_name,
    });
  }
  const isNew = await exists(join(at, 'states.npy'));
  const states = await numbers(join(at, isNew ? 'states.npy' : 'channel_states.npy'));
  const samples = await numbers(join(at, isNew ? 'sample_numbers.npy' : 'timestamps.npy'));
  if (states.values.length !== samples.values.length) {
    throw new InputError('there is not one sample number a change', {
      where: at,
      expected: `${states.values.length}`,
      got: `${samples.values.length}`,
    });
  }
  const edges = states.values.map((state, i): Edge => ({
    seconds: samples.values[i] / stream.sample_rate,
    line: `line ${Math.abs(state)}`,
    rises: state > 0,
  }));
  return eventsOfEdges(edges, {
    name: nameOf(stream),
    source: 'Open Ephys',
    clock: options.clock,
    provenance: {
      step: 'import',
      source: at,
      sha256: states.sha256,
      options: { format: 'open-ephys', rate: stream.sample_rate },
    },
  });
}

const nameOf = ({ stream_name, folder_name }: EventFolder): string =>
  stream_name ?? folder_name.replace(/\/?TTL(_\d+)?\/?$/, '').replace(/\/$/, '');

async function streamsOf(folder: string): Promise<EventFolder[]> {
  const path = join(folder, 'structure.oebin');
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(await readBytes(path)));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new InputError('the file is no JSON', { where: path, got: cause.message, cause });
  }
  const structure = structureSchema.safeParse(parsed);
  if (!structure.success) {
    const [issue] = structure.error.issues;
    throw new InputError('the file does not describe its events as Open Ephys does', {
      where: `${path}, ${issue.path.join('.')}`,
      got: issue.message,
    });
  }
  return structure.data.events.filter((e) => /(^|\/)TTL(_\d+)?\/?$/.test(e.folder_name));
}

async function numbers(path: string): Promise<{ readonly values: number[]; readonly sha256: string }> {
  const bytes = await readBytes(path);
  const array = parseNpy(bytes, path);
  if (array.kind !== 'number' || array.shape.filter((size) => size !== 1).length > 1) {
    throw new InputError('the array is not a list of numbers', { where: path, got: array.shape.join(' x ') });
  }
  return { values: Array.from(array.values as ArrayLike<number | bigint>, Number), sha256: sha256(bytes) };
}

/** A recording of Open Ephys in its binary format. */
export const openEphys: FolderFormat = {
  kind: 'folder',
  name: 'open-ephys',
  title: 'Open Ephys binary recording (digital lines)',
  sniff: (names) => names.includes('structure.oebin'),
  readEvents: readLines,
};

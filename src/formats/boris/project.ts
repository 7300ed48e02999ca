/** A project of BORIS (`.boris`): JSON with the ethogram (`behaviors_conf`) and the events of its observations. */
import { z } from 'zod';
import { InputError } from '../../signal/error.ts';
import { Events } from '../../signal/events.ts';
import type { ReadOptions, Source } from '../format.ts';
import { decodeText } from '../csv/cells.ts';
import { paired, type Mark } from './tabular.ts';

const project = z.object({
  behaviors_conf: z.record(z.string(), z.object({ code: z.string().min(1), type: z.string() })),
  observations: z.record(
    z.string(),
    z.object({
      file: z.unknown(),
      // Time (s), subject, behavior, and what is not read: modifiers, comment, frame.
      events: z.array(z.tuple([z.number(), z.string(), z.string().min(1)]).rest(z.unknown())),
    }),
  ),
});

/**
 * Events of one observation: that of the video (`options.video`) or the only one. In a project every second event of a state ends what the one
 * before began, for each subject. Throws `InputError` where the observation cannot be told, or a state does not end.
 */
export function readBorisProject(bytes: Uint8Array, source: Source, { video }: ReadOptions): Events {
  const { name: where, provenance } = source;
  let json: unknown;
  try {
    json = JSON.parse(decodeText(bytes, where));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new InputError('this is no project of BORIS', { where, expected: 'JSON', got: cause.message });
  }
  const parsed = project.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError('this is no project of BORIS', {
      where: [where, ...issue.path].join(' '),
      got: issue.message,
    });
  }
  const { behaviors_conf: ethogram, observations } = parsed.data;
  const all = Object.entries(observations);
  const ofVideo = video === undefined ? [] : all.filter(([, o]) => filesOf(o.file).includes(fileName(video)));
  const fitting = ofVideo.length > 0 ? ofVideo : all;
  if (fitting.length !== 1) {
    throw new InputError(
      all.length === 0 ? 'the project has no observation' : 'the project has several observations',
      {
        where,
        expected: video === undefined ? 'one observation' : `one observation of ${fileName(video)}`,
        got: all.map(([name]) => name).join(', ') || undefined,
        fix: 'Export the one as tabular events and read that file.',
      },
    );
  }
  const [[name, { events }]] = fitting;
  const isState = new Map(
    Object.values(ethogram).map(({ code, type }) => [code, /state/i.test(type)] as const),
  );
  const on = new Set<string>();
  const marks = events
    .toSorted((a, b) => a[0] - b[0])
    .map(([at, subject, label]): Mark => {
      const state = isState.get(label);
      if (state === undefined)
        throw new InputError(`"${label}" is not in the ethogram`, { where: `${where}, observation ${name}` });
      const key = JSON.stringify([subject, label]);
      const status = !state ? 'POINT' : on.has(key) ? 'STOP' : 'START';
      if (status === 'START') on.add(key);
      if (status === 'STOP') on.delete(key);
      return { at, label, status, subject, where: `${where}, observation ${name}, at ${at} s` };
    });
  return new Events(paired(marks), { name: 'behavior', provenance });
}

/** The last part of a path as any system writes it. */
const fileName = (path: string): string => path.split(/[\\/]/).at(-1)!;

/** Names of the media files, which stand in lists by player. */
function filesOf(file: unknown): string[] {
  if (typeof file === 'string') return [fileName(file)];
  if (typeof file !== 'object' || file === null) return [];
  return Object.values(file).flatMap(filesOf);
}

import { InputError } from '../../signal/error.ts';
import type { PoseTrack } from '../../signal/pose.ts';
import { Recording } from '../../signal/recording.ts';
import type { FileFormat, ReadOptions, Source } from '../format.ts';
import { readHdf5, writeHdf5 } from '../hdf5/open.ts';
import type { Session } from '../session.ts';
import { sessionFromTree } from './read.ts';
import { sessionTree } from './write.ts';

async function readSession(bytes: Uint8Array, source: Source, options: ReadOptions): Promise<Session> {
  const { timeLimitSeconds } = options;
  const tree = await readHdf5(bytes, source.name, { leaveOut: ['specifications'], timeLimitSeconds });
  return sessionFromTree(tree, source);
}

/** The file's track, or the one that `options.video` names. */
async function readPose(bytes: Uint8Array, source: Source, options: ReadOptions): Promise<PoseTrack> {
  const { poses, notes } = await readSession(bytes, source, options);
  const names = poses.map((p) => p.positions.name);
  const chosen =
    options.video === undefined ? poses : poses.filter((p) => p.positions.name === options.video);
  if (chosen.length === 1) return chosen[0];
  throw new InputError(
    poses.length === 0 ? 'the file holds no pose that can be read' : 'the file holds several tracks',
    {
      where: source.name,
      expected: poses.length === 0 ? 'a PoseEstimation (ndx-pose)' : `one of ${names.join(', ')}`,
      got: poses.length === 0 ? notes.join(' ') || 'none' : (options.video ?? 'no choice'),
      fix: poses.length === 0 ? undefined : 'Say which one (video).',
    },
  );
}

/** Neurodata Without Borders 2 with ndx-pose: a whole session in one HDF5 file. */
export const nwb: FileFormat = {
  kind: 'file',
  name: 'nwb',
  title: 'NWB 2 with ndx-pose (postures, signals, spikes, events)',
  extensions: ['.nwb'],
  sniff: async (head) => {
    const names = await head.hdf5Names();
    return (
      names.includes('session_description') && names.includes('identifier') && names.includes('acquisition')
    );
  },
  pose: {
    read: readPose,
    write: (track) =>
      writeHdf5(
        sessionTree({
          recording: new Recording({
            name: track.positions.name,
            subject: { id: 'unknown' },
            provenance: track.positions.provenance,
          }),
          poses: [track],
          stimuli: [],
          streams: [],
          notes: [],
        }),
      ),
  },
  session: {
    read: readSession,
    write: (session) => writeHdf5(sessionTree(session)),
  },
};

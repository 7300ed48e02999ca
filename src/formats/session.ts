import type { PoseTrack } from '../signal/pose.ts';
import type { Recording } from '../signal/recording.ts';
import type { SignalStream } from '../signal/stream.ts';

/** A whole session in one file: what was recorded, the postures with their skeletons, and what should be known of both. */
export interface Session {
  /** Signals other than postures, events, spikes, clocks. */
  readonly recording: Recording;
  /** One track a camera (or one in space), of any number of individuals; names are distinct. */
  readonly poses: readonly PoseTrack[];
  /** Names of the recording's signals that are stimuli. */
  readonly stimuli: readonly string[];
  /** Signals too large for memory, read block by block from the file: only where it was opened and not read whole. */
  readonly streams: readonly SignalStream[];
  /** What could not be represented or was left out, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * The data that flows through Marey: clocks, signals, events, spikes, labels, poses, with units and provenance.
 *
 * Missing values. A missing number is NaN, in floating-point signals only; integer and byte signals have no missing value. A
 * point of which one coordinate is missing is missing. No method invents a value for a missing one unless it is named for that
 * (gap filling), and then it says which. Statistics leave missing values out and say how many they used; where nothing is
 * left they are NaN, never 0. Algebra that cannot leave values out (factorizations, clustering, splines) refuses them with an
 * error. Confidence is not absence: a sample with low confidence stays until the caller drops it. Times are never missing:
 * a sample without a time is not a sample. A keypoint that a person did not place is `null` in labels and NaN in a signal. NaN
 * bits survive views, copies and storage.
 */
export { Clock, identityClock, type ClockParts } from './clock.ts';
export { clockFromEvents, clockFromPairs, type ClockFitOptions } from './clock-fit.ts';
export { crc32 } from './checksum.ts';
export {
  CancelledError,
  InputError,
  MachineError,
  MareyError,
  UsageError,
  type ErrorFacts,
} from './error.ts';
export { Events, type Event, type EventsParts } from './events.ts';
export { Sha256, sha256 } from './hash.ts';
export {
  soleIndividual,
  type LabeledFrame,
  type LabeledInstance,
  type LabeledPoint,
  type LabelSet,
  type PictureReference,
} from './labels.ts';
export { countMissing, missingMask, missingRuns, type MissingRun } from './missing.ts';
export { poseTrack, type PoseTrack, type PoseTrackParts } from './pose.ts';
export { canonicalJson, derived, sources, type Json, type Provenance } from './provenance.ts';
export { clockFromPulses, type PulseMatch, type PulseOptions } from './pulses.ts';
export { Recording, type RecordingParts, type Source, type Subject } from './recording.ts';
export {
  deserialize,
  isStorable,
  serialize,
  storedKind,
  type Storable,
  type StorableKind,
} from './serialize.ts';
export { Signal, type Dimension, type SignalParts, type Values } from './signal.ts';
export { skeleton, twinsByName, type Skeleton } from './skeleton.ts';
export { Spikes, type SpikesParts } from './spikes.ts';
export {
  collect,
  concatenate,
  mapBlocks,
  reduceBlocks,
  streamOf,
  type BlockContext,
  type MapBlocksOptions,
  type SignalStream,
} from './stream.ts';
export { deserializeStream, serializeStream } from './stream-file.ts';
export {
  indexAt,
  irregularTime,
  masterClock,
  medianInterval,
  regularTime,
  sliceTime,
  timeCount,
  timeOf,
  timesOf,
  type TimeAxis,
} from './time.ts';
export { commensurable, conversionFactor, perUnit, squaredUnit, type Unit } from './units.ts';

/** Files in and out: what other tools write is read, and what Marey holds is written so that they can read it. */
export {
  eventsIn,
  readArrays,
  readEvents,
  readLabels,
  readPose,
  readSession,
  readSpikes,
  readTable,
} from './read.ts';
export {
  checkPosePath,
  writeArrays,
  writeEvents,
  writeLabels,
  writePose,
  writeSession,
  writeTable,
} from './write.ts';
export { readSortedUnits, type SortedUnits, type SortedUnitsOptions } from './phy/folder.ts';
export { openNwb, type OpenOptions } from './nwb/open.ts';
export type { Session } from './session.ts';
export { identify, type Identity } from './identify.ts';
export { formats } from './registry.ts';
export { readEmbeddedPictures, type EmbeddedPicture } from './sleap/pictures.ts';
export { readMatlab } from './matlab/record.ts';
export type { MatlabValue, MatlabVariables } from './matlab/value.ts';
export { isVideoName } from './video-names.ts';
export { frameClock } from './frames.ts';
export { numberArray, textArray, type NamedArray, type NamedArrays, type NumberArray } from './array.ts';
export { findColumn, table, type Column, type ColumnValues, type Table } from './table.ts';
export {
  contentsOf,
  type Codec,
  type Content,
  type FileFormat,
  type FolderFormat,
  type Format,
  type ReadOptions,
  type WriteOptions,
} from './format.ts';

import { bento } from './bento/record.ts';
import { borisProject, borisTable } from './boris/record.ts';
import { c3d } from './c3d/record.ts';
import { coco } from './coco/record.ts';
import { csv } from './csv/record.ts';
import { deeplabcutCsv } from './deeplabcut/csv-record.ts';
import { deeplabcutHdf5 } from './deeplabcut/hdf5-record.ts';
import { deeplabcutProject } from './deeplabcut/project.ts';
import type { FileFormat, FolderFormat, Format } from './format.ts';
import { lightningPoseProject } from './lightning-pose/project.ts';
import { matlab } from './matlab/record.ts';
import { npy } from './npy/npy-record.ts';
import { npz } from './npy/npz-record.ts';
import { nwb } from './nwb/record.ts';
import { openEphys } from './open-ephys/folder.ts';
import { openSimStorage } from './opensim-storage/record.ts';
import { parquet } from './parquet/record.ts';
import { phy } from './phy/folder.ts';
import { sleapAnalysis } from './sleap/analysis-record.ts';
import { sleapSlp } from './sleap/slp-record.ts';
import { spikeGlx } from './spikeglx/folder.ts';
import { trc } from './trc/record.ts';

/**
 * Every format, the specific before the general: the first that recognizes a file reads it, and the first with a file's
 * extension writes it. A new format is one more record here.
 */
export const formats: readonly Format[] = [
  deeplabcutProject,
  lightningPoseProject,
  phy,
  openEphys,
  spikeGlx,
  bento,
  borisProject,
  borisTable,
  deeplabcutCsv,
  sleapSlp,
  sleapAnalysis,
  deeplabcutHdf5,
  nwb,
  coco,
  trc,
  openSimStorage,
  c3d,
  parquet,
  npy,
  npz,
  matlab,
  csv,
];

export const fileFormats: readonly FileFormat[] = formats.filter((f) => f.kind === 'file');
export const folderFormats: readonly FolderFormat[] = formats.filter((f) => f.kind === 'folder');

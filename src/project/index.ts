/** The folder on disk: configuration, labels that are never lost, outputs addressed by their content, models. */
export { replaceFile, writeAtomic } from './atomic.ts';
export { CheckpointStore } from './checkpoints.ts';
export { ConfigFile, type Config, type RecordingConfig } from './config.ts';
export { sha256OfBytes, sha256OfFile, sha256OfJson } from './digest.ts';
export { doctor, type Finding } from './doctor/index.ts';
export { exists, namesIn } from './folder.ts';
export { frameKey, type Edit, type FrameLabels } from './edits.ts';
export type { ImportReport } from './import-labels.ts';
export { importProject, type ImportedProject } from './import-project.ts';
export { projectInfo, type ModelInfo, type ProjectInfo } from './info.ts';
export type { EditReceipt, Labels } from './labels.ts';
export { requireSpace } from './space.ts';
export { configName, layoutOf, type Layout } from './layout.ts';
export type { Manifest } from './manifest.ts';
export type { Models } from './models.ts';
export { findPath, insidePath, projectPath, type FoundPath } from './paths.ts';
export { isProject, Project, type OpenOptions, type ProjectVideo } from './project.ts';
export { keyOf, ObjectStore, type Recipe, type RunOptions, type StoredOutput } from './store.ts';

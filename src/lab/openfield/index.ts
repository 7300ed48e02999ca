export { mouseSkeleton, type OpenFieldTruth, type PawTruth } from './truth.ts';
export { pawNames } from './gait.ts';
export type { OpenFieldOptions, OpenFieldSettings } from './options.ts';
export {
  simulateOpenField,
  type OpenField,
  type OpenFieldFrame,
  type OpenFieldInfo,
  type OpenFieldSource,
} from './openfield.ts';

/**
 * Proprioception as a task: movements of handwriting through muscles and spindles, networks trained to tell the character or to follow the hand from what the spindles
 * say, and what their units do (after Sandbrink et al. 2023, eLife 12:e81499).
 */
export { characters, penPath, type Character, type PenPoint } from './characters.ts';
export type { Arm, Reach, WritingPlane } from './arms/arm.ts';
export { planarArm } from './arms/planar.ts';
export {
  handwriting,
  write,
  writtenPath,
  type HandwritingOptions,
  type Movements,
  type Steps,
  type Writing,
} from './handwriting.ts';
export { afferents, type Afferents } from './afferents.ts';

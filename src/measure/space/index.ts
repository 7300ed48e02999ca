/** Posture in space from the pictures of calibrated cameras. */
export { inStep } from './in-step.ts';
export { triangulate, type CameraTrack, type Triangulated, type TriangulateOptions } from './triangulate.ts';

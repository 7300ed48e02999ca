export type { Frame, FrameSource, FrameSourceInfo } from './frame.ts';
export { openFrames } from './open.ts';
export type { OpenOptions } from './open.ts';
export { openVideo } from './video/open-video.ts';
export type { VideoOptions } from './video/open-video.ts';
export type { VideoInfo } from './video/video-source.ts';
export type { DamagePolicy } from './video/stream.ts';
export { fromArray } from './array.ts';
export type { ArrayOptions } from './array.ts';

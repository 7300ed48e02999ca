import type { VideoRecipe } from './make-video.ts';

const x264 = (params: string, maxBFrames = 0): VideoRecipe => ({
  maxBFrames,
  codecOptions: { preset: 'veryfast', 'x264-params': `keyint=25:bframes=${maxBFrames}:b-adapt=0:${params}` },
});
const irregular = (frame: number) => 33 * frame + ((frame * frame * 7) % 29) + (frame > 50 ? 5000 : 0);

/** The kinds of files that cameras and tools of the field write, by what makes each hard. */
export const RECIPES: Readonly<Record<string, VideoRecipe>> = {
  'constant.mp4': x264('scenecut=0'),
  'variable.mp4': { ...x264('scenecut=0', 2), ticks: irregular },
  'variable.mkv': { ...x264('scenecut=0', 2), ticks: irregular },
  'b-frames.mp4': x264('b-pyramid=normal', 3),
  'b-frames.avi': { ...x264('', 2), ticksPerSecond: 25 },
  'open-gop.mp4': x264('open-gop=1', 3),
  'open-gop.mkv': x264('open-gop=1', 3),
  'open-gop.ts': x264('open-gop=1', 3),
  'open-gop-hevc.mp4': {
    codec: 'libx265',
    maxBFrames: 3,
    codecOptions: {
      preset: 'ultrafast',
      'x265-params': 'log-level=none:open-gop=1:keyint=20:bframes=3:pools=none',
    },
  },
  'intra-refresh.mp4': x264('intra-refresh=1'),
  'no-times.h264': x264('', 2),
  'late-start.ts': { ...x264(''), ticks: (frame) => 5000 + 40 * frame },
  'vp8-hidden.webm': {
    codec: 'libvpx',
    codecOptions: { 'auto-alt-ref': '1', 'lag-in-frames': '16', deadline: 'good', 'cpu-used': '5' },
  },
  'vp9-odd.webm': {
    codec: 'libvpx-vp9',
    width: 99,
    height: 65,
    codecOptions: { deadline: 'realtime', 'cpu-used': '8' },
  },
  'motion-jpeg.avi': { codec: 'mjpeg', pixelFormat: 'yuvj420p', ticksPerSecond: 25 },
  'mpeg4.avi': { codec: 'mpeg4', maxBFrames: 2, ticksPerSecond: 25 },
  'mpeg4-odd.mp4': { codec: 'mpeg4', width: 97, height: 63 },
  'mpeg2.ts': { codec: 'mpeg2video', maxBFrames: 2, ticksPerSecond: 25 },
  'gray-8.mp4': { ...x264(''), pixelFormat: 'gray' },
  'gray-10.mp4': { ...x264(''), pixelFormat: 'gray10le' },
  'gray-16.mkv': { codec: 'ffv1', pixelFormat: 'gray16le' },
  'raw-gray.avi': { codec: 'rawvideo', pixelFormat: 'gray', ticksPerSecond: 25 },
  'color-10.mkv': { ...x264(''), pixelFormat: 'yuv420p10le' },
};

const extensions = [
  '.mp4',
  '.avi',
  '.mov',
  '.mkv',
  '.m4v',
  '.webm',
  '.mpg',
  '.mpeg',
  '.mjpeg',
  '.wmv',
  '.flv',
  '.ogv',
];

/** Whether a file's name is that of a video. */
export function isVideoName(name: string): boolean {
  const lower = name.toLowerCase();
  return extensions.some((extension) => lower.endsWith(extension));
}

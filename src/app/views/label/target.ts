/** A picture to label: a frame of a video, or an image that came with a project. */
import { baseName, frameKey, type FrameLabels } from '../../../project/edits.ts';
import type { VideoOverview } from '../../../server/api.ts';
import type { PictureReference } from '../../../signal/labels.ts';

export interface Target {
  /** Its name in the labels. */
  readonly key: string;
  readonly recording: string;
  readonly picture: PictureReference;
  /** The frame of a video of the project, where it is one. */
  readonly at?: { readonly video: string; readonly frame: number };
}

export function videoTarget({ id, recording, name }: VideoOverview, frame: number): Target {
  const picture = { video: name, frame };
  return { key: frameKey(recording, picture), recording, picture, at: { video: id, frame } };
}

/** The picture of this name; undefined where it is neither labeled nor a frame of one of the videos. */
export function targetOf(
  key: string,
  labels: ReadonlyMap<string, FrameLabels>,
  videos: readonly VideoOverview[],
): Target | undefined {
  const known = labels.get(key);
  if (known) {
    const { recording, picture } = known;
    const { video, frame } = picture;
    if (video === undefined || frame === undefined) return { key, recording, picture };
    const own = videos.find((v) => v.recording === recording && baseName(v.name) === baseName(video));
    return { key, recording, picture, at: own && !own.problem ? { video: own.id, frame } : undefined };
  }
  for (const video of videos) {
    const name = `${video.recording}/${baseName(video.name)}#`;
    if (!key.startsWith(name) || !/^\d+$/.test(key.slice(name.length))) continue;
    return videoTarget(video, Number(key.slice(name.length)));
  }
  return undefined;
}

/** Its name for people. */
export function targetName({ key, picture }: Target): string {
  if (picture.video !== undefined && picture.frame !== undefined) {
    return `${baseName(picture.video)}, frame ${picture.frame}`;
  }
  return key.slice(key.indexOf('/') + 1);
}

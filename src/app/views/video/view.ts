import type { View } from '../../core/view.ts';
import { VideoView } from './video.tsx';

export const videoView: View = {
  id: 'video',
  title: 'Video',
  summary: 'The video at the cursor, frame by frame, with its track and the labels drawn on it.',
  place: 'panel',
  empty: ({ videos }) =>
    videos.length > 0
      ? undefined
      : { what: 'This project has no video. Add one to its recordings in marey.yaml, or start from videos.' },
  Component: VideoView,
};

/** The 3D view. Its parts are large and come only when it is shown. */
import { lazy, Suspense } from 'react';
import type { View } from '../../core/view.ts';
import type { Workbench } from '../../core/workbench.ts';

const Panel = lazy(async () => ({ default: (await import('./space-panel.tsx')).SpacePanel }));

function Space({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  return (
    <Suspense fallback={<p className="dim">Loading the 3D view&hellip;</p>}>
      <Panel workbench={workbench} />
    </Suspense>
  );
}

export const spaceView: View = {
  id: 'space',
  title: '3D',
  summary: 'Posture in space over time, with the cameras that saw it',
  place: 'panel',
  empty: ({ videos, tracks }) =>
    videos.length === 0
      ? {
          what: 'This project has no video, so there are no frames. Add one to its recordings in marey.yaml.',
        }
      : tracks.length === 0 && !videos.some(({ hasBody }) => hasBody)
        ? {
            what: 'No video has a track yet. Train a network and track a video; its posture is shown here then.',
            next: { title: 'See what is next', page: 'home' },
          }
        : undefined,
  Component: Space,
};

/** The videos of the project, each by its first frame. */
import { useState } from 'react';
import type { VideoOverview } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import { useObservable, type Workbench } from '../../core/workbench.ts';
import { Button } from 'react-aria-components';

/** Videos that are shown at first: a picture of each has to be decoded. */
const first = 9;
/** Of the pictures, px: twice what they take on the page. */
const pictureWidth = 400;

export function Videos({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const { videos, tracks } = useObservable(workbench.project);
  const [all, setAll] = useState(false);
  return (
    <section className="card stack" aria-labelledby="home-videos">
      <h2 id="home-videos">Videos</h2>
      {videos.length === 0 ? (
        <p className="dim">
          This project names no video. List the paths of some in its <code>marey.yaml</code>, under{' '}
          <code>recordings</code>: they appear here as soon as the file is saved.
        </p>
      ) : null}
      <ul className="home-videos">
        {(all ? videos : videos.slice(0, first)).map((video) => (
          <Video
            key={video.id}
            video={video}
            tracked={tracks.some((track) => track.video === video.id)}
            onOpen={() =>
              workbench.store.set({
                page: 'workspace',
                video: video.id,
                track: null,
                frame: 0,
                selection: null,
              })
            }
          />
        ))}
      </ul>
      {videos.length > first ? (
        <div>
          <Button onPress={() => setAll(!all)}>
            {all ? 'Show fewer' : `Show all ${videos.length} videos`}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function Video({
  video: { id, name, recording, problem },
  tracked,
  onOpen,
}: {
  readonly video: VideoOverview;
  readonly tracked: boolean;
  onOpen(): void;
}): React.ReactNode {
  const [failed, setFailed] = useState(false);
  const shown = problem === undefined && !failed;
  return (
    <li>
      <button type="button" className="home-video" disabled={problem !== undefined} onClick={onOpen}>
        <span className="home-picture">
          {shown ? (
            <img
              src={client.framePath(id, 0, pictureWidth)}
              alt=""
              loading="lazy"
              onError={() => setFailed(true)}
            />
          ) : (
            <span className="dim">{problem === undefined ? 'No picture' : 'Not there'}</span>
          )}
        </span>
        <strong>{name}</strong>
        <span className="dim">
          {problem ?? `${recording === '' ? '' : `${recording}, `}${tracked ? 'tracked' : 'not tracked yet'}`}
        </span>
      </button>
    </li>
  );
}

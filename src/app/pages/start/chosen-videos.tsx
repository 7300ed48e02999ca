/** The videos of a new project: named where they lie, or dropped into the page and sent to the server's disk. */
import { useCallback, useState } from 'react';
import { Button, DropZone, FileTrigger, Text, type FileDropItem } from 'react-aria-components';
import type { FolderListing } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import { Failure } from '../../shell/failure.tsx';
import { Progress } from '../../shell/progress.tsx';
import { FolderBrowser } from './folder-browser.tsx';
import { baseName, within } from './paths.ts';

export interface ChosenVideo {
  /** Distinct for each choice, the same through its upload. */
  readonly key: string;
  readonly name: string;
  /** On the server's machine, once it is whole there. */
  readonly path?: string;
  readonly fraction?: number;
  readonly failure?: unknown;
  readonly stop?: AbortController;
}

interface Props {
  readonly videos: readonly ChosenVideo[];
  onChange(change: (videos: readonly ChosenVideo[]) => readonly ChosenVideo[]): void;
}

export function ChosenVideos({ videos, onChange }: Props): React.ReactNode {
  const [browsing, setBrowsing] = useState(false);
  const send = (file: File): void => {
    const key = crypto.randomUUID();
    const stop = new AbortController();
    const told = (change: Partial<ChosenVideo>): void =>
      onChange((all) => all.map((video) => (video.key === key ? { ...video, ...change } : video)));
    onChange((all) => [...all, { key, name: file.name, fraction: 0, stop }]);
    client
      .upload(file, { signal: stop.signal, onFraction: (fraction) => told({ fraction }) })
      .then(({ path }) => told({ path, fraction: undefined }))
      .catch((failure: unknown) => told({ failure, fraction: undefined }));
  };
  return (
    <div className="stack">
      <DropZone
        className="drop"
        getDropOperation={() => 'copy'}
        onDrop={({ items }) => {
          for (const item of items)
            if (item.kind === 'file') void (item as FileDropItem).getFile().then(send);
        }}
      >
        <Text slot="label">Drop videos here, or</Text>
        <FileTrigger
          allowsMultiple
          acceptedFileTypes={['video/*', '.avi', '.mkv', '.mp4', '.mov']}
          onSelect={(files) => {
            for (const file of files ?? []) send(file);
          }}
        >
          <Button>Choose files to copy</Button>
        </FileTrigger>
        <Button aria-expanded={browsing} onPress={() => setBrowsing(!browsing)}>
          Name files where they lie
        </Button>
      </DropZone>
      {browsing ? <VideosOfFolder videos={videos} onChange={onChange} /> : null}
      <ul className="videos" aria-label="Chosen videos">
        {videos.map((video) => (
          <li key={video.key}>
            <div className="row">
              <span>{video.name}</span>
              <span className="dim">{video.path ?? ''}</span>
              <Button
                data-kind="quiet"
                data-size="small"
                aria-label={`Leave out ${video.name}`}
                onPress={() => {
                  video.stop?.abort();
                  onChange((all) => all.filter(({ key }) => key !== video.key));
                }}
              >
                Leave out
              </Button>
            </div>
            {video.fraction === undefined ? null : (
              <Progress label={`Copying ${video.name}`} fraction={video.fraction} />
            )}
            {video.failure === undefined ? null : (
              <Failure error={video.failure} title={`${video.name} could not be copied`} />
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function VideosOfFolder({ videos, onChange }: Props): React.ReactNode {
  const [listing, setListing] = useState<FolderListing>();
  const shown = useCallback((found: FolderListing) => setListing(found), []);
  const files = listing?.videos.filter((name) => !name.endsWith('.slp')) ?? [];
  return (
    <FolderBrowser label="Folder with videos (they stay there)" listing={listing} onListing={shown}>
      <fieldset className="choices browser-found">
        <legend>Videos in it</legend>
        {files.length === 0 ? <p className="dim">There is no video in this folder.</p> : null}
        {files.map((name) => {
          const path = within(listing!.path, name);
          return (
            <label key={name}>
              <input
                type="checkbox"
                checked={videos.some((video) => video.path === path)}
                onChange={({ target }) =>
                  onChange((all) =>
                    target.checked
                      ? [...all, { key: path, name: baseName(path), path }]
                      : all.filter((video) => video.path !== path),
                  )
                }
              />{' '}
              {name}
            </label>
          );
        })}
      </fieldset>
    </FolderBrowser>
  );
}

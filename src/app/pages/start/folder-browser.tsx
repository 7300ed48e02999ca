/** Walks through the folders of the server's machine. */
import { useCallback, useEffect, useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import type { FolderListing } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import { Failure } from '../../shell/failure.tsx';
import { within } from './paths.ts';

interface Props {
  /** What stands over the path. */
  readonly label: string;
  readonly listing: FolderListing | undefined;
  onListing(listing: FolderListing): void;
  /** What is shown of a folder below its own folders. */
  readonly children?: React.ReactNode;
}

export function FolderBrowser({ label, listing, onListing, children }: Props): React.ReactNode {
  const [typed, setTyped] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const go = useCallback(
    async (path?: string): Promise<void> => {
      setFailure(undefined);
      try {
        const found = await client.folders(path);
        setTyped(found.path);
        onListing(found);
      } catch (error) {
        setFailure(error);
      }
    },
    [onListing],
  );
  useEffect(() => void go(), [go]);
  return (
    <div className="browser">
      <form
        className="browser-path"
        onSubmit={(event) => {
          event.preventDefault();
          void go(typed);
        }}
      >
        <TextField value={typed} onChange={setTyped}>
          <Label>{label}</Label>
          <Input spellCheck={false} autoComplete="off" />
        </TextField>
        <Button type="submit">Show</Button>
      </form>
      {failure === undefined ? null : <Failure error={failure} title="The folder cannot be shown" />}
      {listing ? (
        <div className="browser-lists" role="group" aria-label={`In ${listing.path}`}>
          <ul className="browser-list" aria-label="Folders">
            {listing.parent === undefined ? null : (
              <li>
                <Button data-kind="quiet" onPress={() => void go(listing.parent)}>
                  <span aria-hidden="true">{'\u2191'}</span> Folder above
                </Button>
              </li>
            )}
            {listing.folders.map((name) => (
              <li key={name}>
                <Button data-kind="quiet" onPress={() => void go(within(listing.path, name))}>
                  <span aria-hidden="true">{'\u25b8'}</span> {name}
                </Button>
              </li>
            ))}
            {listing.folders.length === 0 ? <li className="dim browser-none">No folders in it</li> : null}
          </ul>
          {children}
        </div>
      ) : null}
    </div>
  );
}

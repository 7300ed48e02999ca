/** A project that exists: one of Marey's is opened, one of another tool is copied into a new one. */
import { useState } from 'react';
import { Button, Input, Label, TextField, Text } from 'react-aria-components';
import type { FolderListing, StartRequest } from '../../../server/api.ts';
import { FolderBrowser } from './folder-browser.tsx';
import { baseName, within } from './paths.ts';

const tools = {
  marey: 'a Marey project',
  deeplabcut: 'a DeepLabCut project',
  sleap: 'SLEAP labels',
  'lightning-pose': 'a Lightning Pose project',
} as const;

interface Props {
  readonly busy: boolean;
  onStart(request: StartRequest): void;
}

export function OpenDoor({ busy, onStart }: Props): React.ReactNode {
  const [listing, setListing] = useState<FolderListing>();
  const [to, setTo] = useState('');
  const [chosen, setChosen] = useState<string>();
  const labelFiles = listing?.videos.filter((name) => name.endsWith('.slp')) ?? [];
  const kind = listing?.kind;
  const file = chosen !== undefined && labelFiles.includes(chosen) ? chosen : labelFiles[0];
  const path =
    listing && (kind === 'sleap' && file !== undefined ? within(listing.path, file) : listing.path);

  return (
    <div className="stack">
      <FolderBrowser label="Folder of the project" listing={listing} onListing={setListing}>
        <div className="stack browser-found">
          {kind === undefined ? (
            <p className="dim">
              This folder is no project. Go to the folder that holds <code>marey.yaml</code>,{' '}
              <code>config.yaml</code> of DeepLabCut, the <code>.slp</code> file of SLEAP, or a Lightning Pose
              project.
            </p>
          ) : (
            <p>
              <strong>This is {tools[kind]}.</strong>
            </p>
          )}
          {kind === 'sleap' && labelFiles.length > 1 ? (
            <fieldset className="choices">
              <legend>Which labels</legend>
              {labelFiles.map((name) => (
                <label key={name}>
                  <input type="radio" name="slp" checked={name === file} onChange={() => setChosen(name)} />{' '}
                  {name}
                </label>
              ))}
            </fieldset>
          ) : null}
          {kind === 'marey' && path !== undefined ? (
            <div>
              <Button data-kind="primary" isDisabled={busy} onPress={() => onStart({ door: 'open', path })}>
                Open {baseName(path)}
              </Button>
            </div>
          ) : null}
          {kind !== undefined && kind !== 'marey' && path !== undefined ? (
            <>
              <TextField value={to} onChange={setTo}>
                <Label>New folder for it</Label>
                <Input
                  spellCheck={false}
                  autoComplete="off"
                  placeholder={`${path.replace(/\.slp$/, '')}-marey`}
                />
                <Text slot="description">
                  Labels and skeleton are copied there; videos stay where they are, and your project is not
                  changed. Left empty, it is made beside the project.
                </Text>
              </TextField>
              <div>
                <Button
                  data-kind="primary"
                  isDisabled={busy}
                  onPress={() =>
                    onStart({ door: 'import', path, ...(to.trim() === '' ? {} : { to: to.trim() }) })
                  }
                >
                  Take over {baseName(path)}
                </Button>
              </div>
            </>
          ) : null}
        </div>
      </FolderBrowser>
    </div>
  );
}

/** A project from one's own videos: which, what to follow in them, and where the project shall lie. */
import { useState } from 'react';
import { Button, Input, Label, Text, TextField } from 'react-aria-components';
import type { StartRequest } from '../../../server/api.ts';
import { ChosenVideos, type ChosenVideo } from './chosen-videos.tsx';
import { Keypoints, namesOf, type Edge } from './keypoints.tsx';

interface Props {
  readonly busy: boolean;
  onStart(request: StartRequest): void;
}

export function NewDoor({ busy, onStart }: Props): React.ReactNode {
  const [videos, setVideos] = useState<readonly ChosenVideo[]>([]);
  const [text, setText] = useState('');
  const [edges, setEdges] = useState<readonly Edge[]>([]);
  const [folder, setFolder] = useState('');
  const names = [...new Set(namesOf(text))];
  const sending = videos.some(({ fraction }) => fraction !== undefined);
  const failed = videos.some(({ failure }) => failure !== undefined);
  const missing = [
    ...(videos.length === 0 ? ['choose a video'] : []),
    ...(sending ? ['wait until the videos are copied'] : []),
    ...(failed ? ['leave out the video that could not be copied'] : []),
    ...(names.length === 0 ? ['name a keypoint'] : []),
    ...(folder.trim() === '' ? ['name the folder'] : []),
  ];
  return (
    <ol className="door-steps">
      <li>
        <h2>Videos</h2>
        <ChosenVideos videos={videos} onChange={setVideos} />
      </li>
      <li>
        <h2>What to follow</h2>
        <Keypoints text={text} edges={edges} onText={setText} onEdges={setEdges} />
      </li>
      <li>
        <h2>Folder</h2>
        <TextField value={folder} onChange={setFolder}>
          <Label>Folder of the project</Label>
          <Input spellCheck={false} autoComplete="off" placeholder="my-project" />
          <Text slot="description">
            It is made, and its last name is the project&rsquo;s name. Without a beginning like <code>/</code>{' '}
            or <code>C:\</code> it lies in the folder where <code>marey open</code> was started.
          </Text>
        </TextField>
      </li>
      <li className="door-go">
        <Button
          data-kind="primary"
          isDisabled={busy || missing.length > 0}
          onPress={() =>
            onStart({
              door: 'new',
              folder: folder.trim(),
              videos: videos.flatMap(({ path }) => path ?? []),
              keypoints: names,
              edges: edges
                .filter((edge) => edge.every((name) => names.includes(name)))
                .map(([a, b]): [string, string] => [a, b]),
            })
          }
        >
          Make the project and label frames
        </Button>
        <span className="dim">{missing.length === 0 ? '' : `Still to do: ${missing.join(', ')}.`}</span>
      </li>
    </ol>
  );
}

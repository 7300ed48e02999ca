/** Behavior from files of BORIS and to them. What was read is shown before it is taken in. */
import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { BehaviorReading } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import type { Workbench } from '../../core/workbench.ts';
import { DialogButton } from '../../shell/dialog-button.tsx';
import { download } from '../../shell/download.ts';
import { Failure } from '../../shell/failure.tsx';
import type { Marking } from './marking.ts';

interface Props {
  readonly workbench: Workbench;
  readonly marking: Marking;
  readonly fixed: boolean;
}

export function BehaviorFiles({ workbench, marking, fixed }: Props): React.ReactNode {
  const video = marking.video;
  return (
    <>
      <DialogButton name="Import…" title="Behavior from a file" isDisabled={fixed || !video}>
        {(close) => <Import video={video!} marking={marking} close={close} />}
      </DialogButton>
      <DialogButton name="Export…" title="Behavior to a file" isDisabled={!video}>
        {(close) => <Export workbench={workbench} video={video!} marking={marking} close={close} />}
      </DialogButton>
    </>
  );
}

function Import({
  video,
  marking,
  close,
}: {
  readonly video: string;
  readonly marking: Marking;
  close(): void;
}): React.ReactNode {
  const [reading, setReading] = useState<{ readonly file: string; readonly found: BehaviorReading }>();
  const [failure, setFailure] = useState<unknown>();
  const read = async (file: File): Promise<void> => {
    setReading(undefined);
    setFailure(undefined);
    try {
      setReading({
        file: file.name,
        found: await client.readBehavior({ video, file: file.name, text: await file.text() }),
      });
    } catch (error) {
      setFailure(error);
    }
  };
  const take = (): void => {
    const { file, found } = reading!;
    if (marking.take(found.edits, `${counted(found.added, 'bout')} from ${file} taken in`)) close();
    else setFailure(new Error(marking.said));
  };
  return (
    <>
      <p>
        A file of BORIS (exported events as tabular or aggregated <code>.csv</code> or <code>.tsv</code>, or a
        project, <code>.boris</code>), or a table of <code>start</code>, <code>end</code> and{' '}
        <code>behavior</code>. It is read for the video that is shown; times count from its begin.
      </p>
      <label className="file-choice">
        <span className="react-aria-Label">File</span>
        <input
          type="file"
          accept=".csv,.tsv,.txt,.boris"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file) void read(file);
          }}
        />
      </label>
      {failure === undefined ? null : <Failure error={failure} title="The file cannot be taken in" />}
      {reading ? <Found {...reading} /> : null}
      <div className="row">
        <Button data-kind="primary" isDisabled={!reading || reading.found.edits.length === 0} onPress={take}>
          {reading ? `Take in ${counted(reading.found.added, 'bout')}` : 'Take in'}
        </Button>
        <Button onPress={close}>Cancel</Button>
      </div>
    </>
  );
}

function Found({
  file,
  found: { edits, added, known, outside, overlapping, behaviors },
}: {
  readonly file: string;
  readonly found: BehaviorReading;
}): React.ReactNode {
  const keys = edits.flatMap((edit) => (edit.op === 'define' ? [`${edit.name} (key ${edit.key})`] : []));
  return (
    <div role="status">
      <p>
        <strong>{`${file}: ${counted(added, 'new bout')}.`}</strong>
      </p>
      <ul>
        {behaviors.length > 0 && <li>{`New behaviors: ${keys.join(', ')}.`}</li>}
        {known > 0 && <li>{`${counted(known, 'bout')} here already, left out.`}</li>}
        {outside > 0 && <li>{`${counted(outside, 'event')} outside the video, left out.`}</li>}
        {overlapping > 0 && <li>{`${counted(overlapping, 'bout')} over another of the same behavior.`}</li>}
        {edits.length === 0 && <li>Nothing in it is new.</li>}
      </ul>
    </div>
  );
}

function Export({
  workbench,
  video,
  marking,
  close,
}: Omit<Props, 'fixed'> & { readonly video: string; close(): void }): React.ReactNode {
  const [failure, setFailure] = useState<unknown>();
  const name = workbench.project.value.videos.find(({ id }) => id === video)?.name ?? video;
  const save = async (format: 'boris' | 'csv'): Promise<void> => {
    setFailure(undefined);
    try {
      download(await client.behaviorTable(video, format), `${name}-behavior-${format}.csv`);
      close();
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <>
      <p>{`${counted(marking.bouts.length, 'bout')} of ${name}.`}</p>
      {failure === undefined ? null : <Failure error={failure} title="The file cannot be written" />}
      <div className="row">
        <Button data-kind="primary" onPress={() => void save('boris')}>
          As events of BORIS
        </Button>
        <Button onPress={() => void save('csv')}>As a table of start, end, behavior</Button>
        <Button onPress={close}>Cancel</Button>
      </div>
    </>
  );
}

const counted = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

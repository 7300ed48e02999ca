/** Labels from files of other tools and to them. What was read is shown before it is taken in. */
import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { LabelFileFormat, LabelFormatsAnswer, LabelReading } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import { useObservable, type Workbench } from '../../core/workbench.ts';
import { DialogButton } from '../../shell/dialog-button.tsx';
import { download } from '../../shell/download.ts';
import { Failure } from '../../shell/failure.tsx';

export function LabelFiles({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const { readOnly, labeledFrames } = useObservable(workbench.project);
  return (
    <div className="label-files" role="group" aria-label="Files of other tools">
      <DialogButton name="Import…" title="Labels from another tool" isDisabled={readOnly !== undefined}>
        {(close) => <Import close={close} />}
      </DialogButton>
      <DialogButton name="Export…" title="Labels for another tool">
        {(close) => <Export name={workbench.project.value.name} labeled={labeledFrames} close={close} />}
      </DialogButton>
    </div>
  );
}

/** What belongs to labels: of a chosen folder nothing else is sent, above all no video. */
const belongs = /\.(csv|h5|hdf5|hdf|slp|json|ya?ml|png|jpe?g|tiff?|bmp)$/i;

type Step =
  | { readonly kind: 'choose' }
  | { readonly kind: 'sending'; readonly sent: number; readonly of: number }
  | { readonly kind: 'reading' | 'taking' }
  | { readonly kind: 'read'; readonly reading: LabelReading }
  | { readonly kind: 'taken'; readonly frames: number };

function Import({ close }: { close(): void }): React.ReactNode {
  const formats = useFormats();
  const [step, setStep] = useState<Step>({ kind: 'choose' });
  const [failure, setFailure] = useState<unknown>();
  const begun = useRef<string>(undefined);
  const choices = useRef<HTMLDivElement>(null);
  /** A field that names a choice no more in hand would lead astray. */
  const empty = (but?: HTMLInputElement): void => {
    for (const field of choices.current?.querySelectorAll('input') ?? []) if (field !== but) field.value = '';
  };
  const giveUp = (): void => {
    const { current } = begun;
    begun.current = undefined;
    // The server sweeps what is left when the next import begins.
    if (current !== undefined) client.endLabelImport(current).catch(() => undefined);
  };
  useEffect(() => giveUp, []);
  const attempt = async (run: () => Promise<void>): Promise<void> => {
    setFailure(undefined);
    try {
      await run();
    } catch (error) {
      setFailure(error);
      setStep({ kind: 'choose' });
      empty();
      giveUp();
    }
  };
  const choose = (field: HTMLInputElement): Promise<void> =>
    attempt(async () => {
      empty(field);
      const files = [...(field.files ?? [])].filter(
        ({ name }) => belongs.test(name) && !name.startsWith('.'),
      );
      if (files.length === 0) throw new Error('No file of labels is among those that were chosen.');
      giveUp();
      const { id } = await client.beginLabelImport();
      begun.current = id;
      for (const [sent, file] of files.entries()) {
        setStep({ kind: 'sending', sent, of: files.length });
        await client.sendLabelFile(id, file.webkitRelativePath || file.name, file);
      }
      setStep({ kind: 'reading' });
      setStep({ kind: 'read', reading: await client.readLabelFiles(id) });
    });
  const take = (): Promise<void> =>
    attempt(async () => {
      setStep({ kind: 'taking' });
      const { frames } = await client.takeLabelFiles(begun.current!);
      begun.current = undefined;
      setStep({ kind: 'taken', frames });
    });
  const nothing = step.kind === 'read' && step.reading.same === step.reading.frames;
  const titles = formats?.read.map(({ title }) => title.replace(/ \(.*\)$/, '')) ?? [];
  return (
    <>
      <p>
        {titles.length === 0 ? 'Files of other tools' : titles.join(', ')}. Labels that name pictures need
        them: choose the whole folder then. Videos are not sent; they stay where they are.
      </p>
      <div className="row" ref={choices}>
        <label className="file-choice">
          <span className="react-aria-Label">Files</span>
          <input
            type="file"
            multiple
            aria-label="Files of labels"
            onChange={(event) => void choose(event.target)}
          />
        </label>
        <label className="file-choice">
          <span className="react-aria-Label">or a folder</span>
          <input
            type="file"
            aria-label="Folder of labels"
            ref={(input) => input?.setAttribute('webkitdirectory', '')}
            onChange={(event) => void choose(event.target)}
          />
        </label>
      </div>
      {failure === undefined ? null : <Failure error={failure} title="The labels cannot be taken in" />}
      <div role="status">
        <Progress step={step} />
      </div>
      <div className="row">
        {step.kind === 'taken' ? (
          <Button data-kind="primary" onPress={close}>
            Done
          </Button>
        ) : (
          <>
            <Button
              data-kind="primary"
              isDisabled={step.kind !== 'read' || nothing}
              onPress={() => void take()}
            >
              {step.kind === 'read'
                ? `Take in ${counted(step.reading.frames - step.reading.same, 'frame')}`
                : 'Take in'}
            </Button>
            <Button onPress={close}>Cancel</Button>
          </>
        )}
      </div>
    </>
  );
}

function Progress({ step }: { readonly step: Step }): React.ReactNode {
  switch (step.kind) {
    case 'choose':
      return null;
    case 'sending':
      return <p>{`Sending file ${step.sent + 1} of ${step.of} …`}</p>;
    case 'reading':
      return <p>Reading …</p>;
    case 'taking':
      return <p>Taking in …</p>;
    case 'read':
      return <Reading reading={step.reading} />;
    case 'taken':
      return <p>{`${counted(step.frames, 'labeled frame')} are in the project's journal.`}</p>;
    default:
      return step satisfies never;
  }
}

function Reading({ reading }: { readonly reading: LabelReading }): React.ReactNode {
  const { format, frames, points, same, replaced, keypoints, individuals, changes, notes } = reading;
  const facts: readonly (readonly [string, string])[] = [
    ['Read as', format],
    ['Frames', `${frames} (${frames - same - replaced} new, ${replaced} replaced, ${same} here already)`],
    ['Points', `${points}`],
    ['Keypoints', keypoints.join(', ')],
    ['Animals', individuals.join(', ')],
  ];
  const all = [...changes, ...notes];
  return (
    <>
      <dl className="label-reading">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {all.length > 0 && (
        <ul>
          {all.slice(0, 12).map((note) => (
            <li key={note}>{note}</li>
          ))}
          {all.length > 12 && <li>{`and ${all.length - 12} more notes`}</li>}
        </ul>
      )}
    </>
  );
}

function Export({
  name,
  labeled,
  close,
}: {
  readonly name: string;
  readonly labeled: number;
  close(): void;
}): React.ReactNode {
  const formats = useFormats();
  const [failure, setFailure] = useState<unknown>();
  const save = async ({ name: format, extensions }: LabelFileFormat): Promise<void> => {
    setFailure(undefined);
    try {
      download(await client.labelFile(format), `${name}-labels${extensions[0]}`);
      close();
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <>
      <p>
        {`${counted(labeled, 'labeled frame')}. Folders of other tools, with the labeled pictures, come as one archive; `}
        <code>marey export FOLDER --format deeplabcut-project</code> writes them in place.
      </p>
      {failure === undefined ? null : <Failure error={failure} title="The labels cannot be written" />}
      <div className="stack">
        {formats?.write.map((format) => (
          <div key={format.name}>
            <Button onPress={() => void save(format)}>
              {format.title.replace(/ \(.*\)$/, '')} ({format.extensions[0]})
            </Button>
          </div>
        ))}
      </div>
      <div className="row">
        <Button onPress={close}>Cancel</Button>
      </div>
    </>
  );
}

function useFormats(): LabelFormatsAnswer | undefined {
  const [formats, setFormats] = useState<LabelFormatsAnswer>();
  useEffect(() => {
    let shown = true;
    client.labelFormats().then(
      (answer) => shown && setFormats(answer),
      // The dialog works without the list.
      () => undefined,
    );
    return () => {
      shown = false;
    };
  }, []);
  return formats;
}

const counted = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

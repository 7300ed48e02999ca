/** Where there is no project: three doors. */
import { useState } from 'react';
import { Button, Input, Label, Tab, TabList, TabPanel, Tabs, Text, TextField } from 'react-aria-components';
import type { Session, StartRequest } from '../../../server/api.ts';
import { client } from '../../core/client.ts';
import { useObservable, type ServerNews } from '../../core/workbench.ts';
import { Failure } from '../../shell/failure.tsx';
import { StopButton } from '../../shell/jobs-button.tsx';
import { progressText } from '../../shell/jobs.ts';
import { Progress } from '../../shell/progress.tsx';
import { NewDoor } from './new-door.tsx';
import { OpenDoor } from './open-door.tsx';
import './start.css';

interface StartProps {
  readonly news: ServerNews;
  /** The project is open: show it, on this page. */
  onStarted(session: Session, page: string): void;
}

export function Start({ news, onStarted }: StartProps): React.ReactNode {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const start = async (request: StartRequest): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      const session = await client.start(request);
      if (session.project) onStarted(session, request.door === 'new' ? 'label' : 'home');
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const door = { busy, onStart: (request: StartRequest) => void start(request) };
  return (
    <div className="page start">
      <div className="start-title">
        <h1>Measure movement in your videos</h1>
        <p className="dim">
          Label some frames, let a network learn from them, and get the posture in every frame with what
          follows from it: speed, gait, posture over time. All stays on this machine.
        </p>
      </div>
      {failure === undefined ? null : (
        <Failure
          error={failure}
          title="The project could not be opened"
          onClose={() => setFailure(undefined)}
        />
      )}
      <Tabs className="react-aria-Tabs doors">
        <TabList aria-label="How to start" className="react-aria-TabList door-list">
          <Tab id="demo" className="react-aria-Tab door">
            <strong>Try the demo</strong>
            <span>A simulated mouse in an open field, with the truth to compare with</span>
          </Tab>
          <Tab id="open" className="react-aria-Tab door">
            <strong>Open a project</strong>
            <span>Of Marey, DeepLabCut, SLEAP or Lightning Pose</span>
          </Tab>
          <Tab id="new" className="react-aria-Tab door">
            <strong>Start from my videos</strong>
            <span>Choose videos, name the points of the body, and label</span>
          </Tab>
        </TabList>
        <TabPanel id="demo" className="react-aria-TabPanel card">
          <DemoDoor news={news} {...door} />
        </TabPanel>
        <TabPanel id="open" className="react-aria-TabPanel card">
          <OpenDoor {...door} />
        </TabPanel>
        <TabPanel id="new" className="react-aria-TabPanel card" shouldForceMount>
          <NewDoor {...door} />
        </TabPanel>
      </Tabs>
    </div>
  );
}

function DemoDoor({
  news,
  busy,
  onStart,
}: {
  readonly news: ServerNews;
  readonly busy: boolean;
  onStart(request: StartRequest): void;
}): React.ReactNode {
  const [folder, setFolder] = useState('marey-demo');
  const jobs = useObservable(news.jobs);
  const job = jobs.find(({ request }) => request.kind === 'demo');
  const running = job?.state === 'running';
  return (
    <div className="stack">
      <p>
        Marey films a simulated mouse, labels some frames, trains a network, tracks the video and measures the
        gait. Since the truth of a simulation is known, you see how far off the measurement is.
      </p>
      <TextField value={folder} onChange={setFolder} isDisabled={running}>
        <Label>Folder for the demo</Label>
        <Input spellCheck={false} autoComplete="off" />
        <Text slot="description">It is made where marey open was started, unless a whole path is given.</Text>
      </TextField>
      {running ? (
        <div className="stack" role="status">
          <Progress label="Making the demo" fraction={job.progress?.fraction} />
          <div className="row">
            <span>{progressText(job)}</span>
            <StopButton job={job} />
          </div>
        </div>
      ) : (
        <div>
          <Button
            data-kind="primary"
            isDisabled={busy || folder.trim() === ''}
            onPress={() => onStart({ door: 'demo', folder: folder.trim() })}
          >
            Make the demo
          </Button>
        </div>
      )}
      {job?.error ? (
        <Failure error={{ facts: job.error, message: job.error.message }} title="The demo stopped" />
      ) : null}
    </div>
  );
}

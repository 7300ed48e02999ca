/** The frame around everything: waits for the session, then shows the start or the project. */
import { useCallback, useEffect, useState } from 'react';
import { client, listen } from '../core/client.ts';
import { hearKeys } from '../core/keys.ts';
import { decodeState, StateStore, useStore } from '../core/state.ts';
import { ServerNews, useObservable, Workbench } from '../core/workbench.ts';
import type { JobState, Session } from '../../server/api.ts';
import { Start } from '../pages/start/start.tsx';
import { fitting, followAddress } from './address.ts';
import { Boundary } from './boundary.tsx';
import { EmptyPage } from './empty-page.tsx';
import { Failure } from './failure.tsx';
import { Header } from './header.tsx';
import { pages } from './pages.ts';
import './app.css';

const store = new StateStore(decodeState(location.hash));
const news = new ServerNews();

/** The list with this job as it is now; the newest first. */
function withJob(jobs: readonly JobState[], job: JobState): readonly JobState[] {
  const known = jobs.some(({ id }) => id === job.id);
  return known ? jobs.map((old) => (old.id === job.id ? job : old)) : [job, ...jobs];
}

const newestFirst = (jobs: readonly JobState[]): readonly JobState[] =>
  jobs.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));

export function App(): React.ReactNode {
  const [workbench, setWorkbench] = useState<Workbench>();
  const [version, setVersion] = useState<string>();
  const [failure, setFailure] = useState<unknown>();
  const page = useStore(store, (state) => state.page);

  const enter = useCallback(({ version, project }: Session): void => {
    setVersion(version);
    setWorkbench((old) => {
      if (!project) return undefined;
      // A server has one project: its start is over.
      store.set({
        ...fitting(store.state, project),
        ...(store.state.page === 'start' ? { page: 'home' } : {}),
      });
      if (old?.project.value.root !== project.root) return new Workbench(store, project, news);
      void old.refresh();
      return old;
    });
  }, []);

  const load = useCallback(async (): Promise<void> => {
    try {
      setFailure(undefined);
      const [session, jobs] = await Promise.all([client.session(), client.jobs()]);
      news.jobs.set(newestFirst(jobs));
      enter(session);
    } catch (error) {
      setFailure(error);
    }
  }, [enter]);

  useEffect(() => followAddress(store), []);
  useEffect(hearKeys, []);
  useEffect(() => void load(), [load]);
  useEffect(() => {
    let lost = false;
    return listen(
      {
        job: (job) => news.jobs.set(withJob(news.jobs.value, job)),
        project: () => void load(),
      },
      (connected) => {
        news.connected.set(connected);
        // What was said meanwhile was not heard.
        if (connected && lost) void load();
        lost = !connected;
      },
    );
  }, [load]);
  useEffect(() => {
    if (!workbench) return;
    const settle = (): void => store.set(fitting(store.state, workbench.project.value));
    const endings = [store.subscribe(settle), workbench.project.subscribe(settle)];
    return () => {
      for (const end of endings) end();
      workbench.dispose();
    };
  }, [workbench]);

  if (version === undefined) {
    return (
      <main className="page">
        {failure === undefined ? (
          <p className="dim">Asking the server&hellip;</p>
        ) : (
          <Failure error={failure} title="The workbench cannot start" onRetry={() => void load()} />
        )}
      </main>
    );
  }
  const started = (session: Session, next: string): void => {
    store.set({ page: next, video: null, track: null, frame: 0, selection: null, labelFrame: null });
    enter(session);
  };
  return (
    <div className="app">
      <a className="skip" href="#main" onClick={skip}>
        Skip to the page
      </a>
      <Header store={store} news={news} workbench={workbench} version={version} />
      <main id="main" tabIndex={-1}>
        {workbench ? (
          <Shown key={`${workbench.project.value.root} ${page}`} workbench={workbench} page={page} />
        ) : (
          <Boundary name="The start page">
            <Start news={news} onStarted={started} />
          </Boundary>
        )}
      </main>
    </div>
  );
}

// The address holds the state: the link must not write its own name there.
function skip(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function Shown({
  workbench,
  page: id,
}: {
  readonly workbench: Workbench;
  readonly page: string;
}): React.ReactNode {
  const project = useObservable(workbench.project);
  const page = pages.find((p) => p.id === id);
  useEffect(() => {
    document.title = `${page?.title ?? 'Not found'}: ${project.name} (Marey)`;
  }, [page, project.name]);
  if (!page) {
    return (
      <EmptyPage
        title={`There is no page "${id}"`}
        empty={{
          what: 'The address names a page that this workbench does not have.',
          next: { title: 'Go to the start of the project', page: 'home' },
        }}
        store={workbench.store}
      />
    );
  }
  const empty = page.empty?.(project);
  if (empty) return <EmptyPage title={page.title} empty={empty} store={workbench.store} />;
  return (
    <Boundary name={page.title}>
      <page.Component workbench={workbench} />
    </Boundary>
  );
}

/** Name of the project, pages, what runs, and what stands in the way of work: no server, no right to write. */
import { Button, Tooltip, TooltipTrigger } from 'react-aria-components';
import { encodeState, useStore, type StateStore } from '../core/state.ts';
import { theme, toggleTheme } from '../core/theme.ts';
import { useObservable, type ServerNews, type Workbench } from '../core/workbench.ts';
import { JobsButton } from './jobs-button.tsx';
import { KeysHelp } from './keys-help.tsx';
import { pages } from './pages.ts';

interface Props {
  readonly store: StateStore;
  readonly news: ServerNews;
  readonly workbench: Workbench | undefined;
  readonly version: string;
}

export function Header({ store, news, workbench, version }: Props): React.ReactNode {
  const connected = useObservable(news.connected);
  return (
    <div>
      <header className="header">
        {workbench ? (
          <ProjectName workbench={workbench} />
        ) : (
          <div className="header-name">
            <span className="mark">Marey</span>
            <span className="dim">{version}</span>
          </div>
        )}
        {workbench ? <Pages store={store} /> : null}
        <div className="header-tools">
          <JobsButton news={news} store={store} />
          <ThemeButton />
          <KeysHelp />
        </div>
      </header>
      <div role="status">
        {connected ? null : (
          <div className="banner" data-kind="danger">
            <strong>The server does not answer.</strong>
            <span>
              It was stopped, or this machine lost the connection. What was saved is safe. The page goes on by
              itself as soon as it answers; if it was stopped, start <code>marey open</code> again.
            </span>
          </div>
        )}
        {workbench ? <ReadOnly workbench={workbench} /> : null}
      </div>
    </div>
  );
}

function ProjectName({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const { name, root } = useObservable(workbench.project);
  return (
    <div className="header-name" title={root}>
      <span className="mark">Marey</span>
      <span>{name}</span>
    </div>
  );
}

function ReadOnly({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const { readOnly } = useObservable(workbench.project);
  if (readOnly === undefined) return null;
  return (
    <div className="banner">
      <strong>Only to look at.</strong>
      <span>{readOnly} Labels cannot be changed and nothing can be run.</span>
    </div>
  );
}

function Pages({ store }: { readonly store: StateStore }): React.ReactNode {
  const current = useStore(store, (state) => state.page);
  return (
    <nav aria-label="Pages">
      <ul>
        {pages.map(({ id, title, summary }) => (
          <li key={id}>
            <a
              href={`#${encodeState({ ...store.state, page: id })}`}
              title={summary}
              data-title={title}
              aria-current={id === current ? 'page' : undefined}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                store.set({ page: id });
              }}
            >
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function ThemeButton(): React.ReactNode {
  const current = useObservable(theme);
  const other = current === 'dark' ? 'light' : 'dark';
  return (
    <TooltipTrigger>
      <Button data-kind="quiet" aria-label={`Change to ${other} colors`} onPress={toggleTheme}>
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" />
        </svg>
      </Button>
      <Tooltip>{`Change to ${other} colors`}</Tooltip>
    </TooltipTrigger>
  );
}

/** One view beside others: its title, a menu to move it, a button to close it. */
import {
  Button,
  Header,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components';
import type { View } from '../../core/view.ts';
import { useObservable, type Workbench } from '../../core/workbench.ts';
import { Boundary } from '../../shell/boundary.tsx';
import { Empty } from '../../shell/empty-page.tsx';
import type { Move } from './arrange.ts';

const moves: readonly { readonly id: Move; readonly title: string }[] = [
  { id: 'left', title: 'Left' },
  { id: 'right', title: 'Right' },
  { id: 'up', title: 'Up' },
  { id: 'down', title: 'Down' },
];

interface Props {
  readonly view: View;
  readonly workbench: Workbench;
  canMove(to: Move): boolean;
  onMove(to: Move): void;
  onClose(): void;
}

export function Panel({ view, workbench, canMove, onMove, onClose }: Props): React.ReactNode {
  const project = useObservable(workbench.project);
  const empty = view.empty?.(project);
  const title = `panel-${view.id}`;
  return (
    <section className="panel" data-panel={view.id} aria-labelledby={title}>
      <header className="panel-header">
        <h2 id={title} title={view.summary}>
          {view.title}
        </h2>
        <MenuTrigger>
          <Button data-kind="quiet" data-size="small" aria-label={`Move ${view.title}`}>
            Move
          </Button>
          <Popover>
            <Menu
              disabledKeys={moves.filter(({ id }) => !canMove(id)).map(({ id }) => id)}
              onAction={(key) => onMove(key as Move)}
            >
              <MenuSection>
                <Header className="visually-hidden">Move the panel</Header>
                {moves.map((move) => (
                  <MenuItem key={move.id} id={move.id}>
                    {move.title}
                  </MenuItem>
                ))}
              </MenuSection>
            </Menu>
          </Popover>
        </MenuTrigger>
        <TooltipTrigger>
          <Button data-kind="quiet" data-size="small" aria-label={`Close ${view.title}`} onPress={onClose}>
            <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
              <path d="M2 2l8 8M10 2l-8 8" stroke="currentColor" strokeWidth="1.6" />
            </svg>
          </Button>
          <Tooltip>Close</Tooltip>
        </TooltipTrigger>
      </header>
      <div className="panel-body">
        {empty ? (
          <div className="panel-empty">
            <Empty empty={empty} store={workbench.store} />
          </div>
        ) : (
          <Boundary name={view.title}>
            <view.Component workbench={workbench} />
          </Boundary>
        )}
      </div>
    </section>
  );
}

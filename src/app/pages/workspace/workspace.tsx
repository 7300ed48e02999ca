/** Views beside each other at one cursor. Which are shown, where, and how large they are is part of the address. */
import { useMemo } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover, Text } from 'react-aria-components';
import { useKeys } from '../../core/keys.ts';
import { speeds } from '../../core/player.ts';
import { useStore } from '../../core/state.ts';
import type { View } from '../../core/view.ts';
import type { Workbench } from '../../core/workbench.ts';
import { views, viewOf } from '../../views/registry.ts';
import { arranged, canMove, moved, readArrangement, type Arrangement } from './arrange.ts';
import { Panel } from './panel.tsx';
import { Split } from './split.tsx';
import { Transport } from './transport.tsx';
import './workspace.css';

const own = 'workspace';
const isPanel = (id: string): boolean => viewOf(id)?.place === 'panel';

export function Workspace({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const { store } = workbench;
  const chosen = useStore(store, (state) => state.panels);
  const kept = useStore(store, (state) => state.views[own]);
  const panels = chosen.filter(isPanel);
  const arrangement = arranged(panels, readArrangement(kept));
  const { rows, heights, widths } = arrangement;
  usePlaybackKeys(workbench);

  const arrange = (next: Arrangement): void =>
    store.setView(own, { rows: next.rows, heights: next.heights, widths: next.widths });
  const titleOf = (id: string): string => viewOf(id)?.title ?? id;
  const close = (id: string): void => store.set({ panels: chosen.filter((other) => other !== id) });

  const panelOf = (view: View): React.ReactElement => (
    <Panel
      key={view.id}
      view={view}
      workbench={workbench}
      canMove={(to) => canMove(arrangement, view.id, to)}
      onMove={(to) => arrange(moved(arrangement, view.id, to))}
      onClose={() => close(view.id)}
    />
  );

  return (
    <div className="workspace">
      <h1 className="visually-hidden">Look</h1>
      <div className="workspace-bar">
        <Transport workbench={workbench} />
        <PanelsMenu panels={panels} onChange={(ids) => store.set({ panels: ids })} />
      </div>
      {rows.length === 0 ? (
        <div className="empty workspace-empty">
          <p>No panel is shown. Choose some under &ldquo;Panels&rdquo;, at the right above.</p>
        </div>
      ) : (
        <Split
          direction="column"
          sizes={heights}
          onSizes={(sizes) => arrange({ ...arrangement, heights: sizes })}
          nameOf={(i) => `Height of ${rows[i].map(titleOf).join(' and ')}`}
        >
          {rows.map((row, r) => (
            <Split
              key={row.join(' ')}
              direction="row"
              sizes={widths?.[r]}
              onSizes={(sizes) =>
                arrange({
                  ...arrangement,
                  widths: rows.map((_, i) => (i === r ? sizes : (widths?.[i] ?? []))),
                })
              }
              nameOf={(i) => `Width of ${titleOf(row[i])}`}
            >
              {row.map((id) => panelOf(viewOf(id)!))}
            </Split>
          ))}
        </Split>
      )}
    </div>
  );
}

function PanelsMenu({
  panels,
  onChange,
}: {
  readonly panels: readonly string[];
  onChange(ids: readonly string[]): void;
}): React.ReactNode {
  const all = views.filter(({ place }) => place === 'panel');
  return (
    <MenuTrigger>
      <Button data-size="small">
        Panels <span aria-hidden="true">{'\u25be'}</span>
      </Button>
      <Popover placement="bottom end">
        <Menu
          aria-label="Panels"
          selectionMode="multiple"
          selectedKeys={panels}
          onSelectionChange={(keys) => {
            const wanted = keys === 'all' ? all.map(({ id }) => id) : [...keys].map(String);
            onChange([
              ...panels.filter((id) => wanted.includes(id)),
              ...wanted.filter((id) => !panels.includes(id)),
            ]);
          }}
        >
          {all.map(({ id, title, summary }) => (
            <MenuItem key={id} id={id} textValue={title}>
              <Text slot="label">{title}</Text>
              <Text slot="description">{summary}</Text>
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function usePlaybackKeys({ player, store }: Workbench): void {
  const group = useMemo(() => {
    const faster = (by: number): void => {
      const now = speeds.findIndex((speed) => speed === player.playback.value.speed);
      player.setSpeed(speeds[Math.min(Math.max(0, now + by), speeds.length - 1)]);
    };
    return {
      title: 'Playback',
      bindings: [
        { key: 'Space', what: 'Play or pause', run: () => player.toggle() },
        { key: 'ArrowLeft', what: 'One frame back', run: () => void player.step(-1) },
        { key: 'ArrowRight', what: 'One frame on', run: () => void player.step(1) },
        { key: 'Shift+ArrowLeft', what: 'Ten frames back', run: () => void player.step(-10) },
        { key: 'Shift+ArrowRight', what: 'Ten frames on', run: () => void player.step(10) },
        { key: 'Home', what: 'First frame', run: () => void player.seek(0) },
        { key: 'End', what: 'Last frame', run: () => void player.seek(Number.POSITIVE_INFINITY) },
        { key: '-', what: 'Slower', run: () => faster(-1) },
        { key: '+', what: 'Faster', run: () => faster(1) },
        { key: 'Escape', what: 'Choose no interval', run: () => store.set({ selection: null }) },
      ],
    };
  }, [player, store]);
  useKeys(group);
}

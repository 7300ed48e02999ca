/** Panels beside each other without the shell, on data of the test's server and lanes that are made here: too large to be sent. */
import '../../../src/app/shell/panel-bar.css';
import { createRoot } from 'react-dom/client';
import { client } from '../../../src/app/core/client.ts';
import { decodeState, StateStore } from '../../../src/app/core/state.ts';
import { Workbench } from '../../../src/app/core/workbench.ts';
import { laneSources, type LaneSource } from '../../../src/app/views/timeline/sources.ts';
import { SpacePanel } from '../../../src/app/views/space/space-panel.tsx';
import { TimelinePanel } from '../../../src/app/views/timeline/view.tsx';
import { ScatterPanel } from '../../../src/app/views/scatter/view.tsx';
import { viewOf } from '../../../src/app/views/registry.ts';
import { largeLanes } from './large-lanes.ts';
import { inventedSpace } from './invented-space.ts';
import { millionPoints } from './million-points.ts';

const store = new StateStore(decodeState(location.hash));
const workbench = new Workbench(store, await client.project());
const asked = new URLSearchParams(location.search);
const panels = (asked.get('panels') ?? 'timeline').split(',');
const sources: readonly LaneSource[] = asked.has('large')
  ? [...laneSources, { name: 'large', lanes: largeLanes }]
  : laneSources;

function Panel({ id }: { readonly id: string }): React.ReactNode {
  if (id === 'timeline') return <TimelinePanel workbench={workbench} sources={sources} />;
  if (id === 'scatter' && asked.has('million'))
    return <ScatterPanel workbench={workbench} sources={[millionPoints]} />;
  if (id === 'space' && asked.has('invented'))
    return <SpacePanel workbench={workbench} sources={[inventedSpace]} />;
  const view = viewOf(id)!;
  return <view.Component workbench={workbench} />;
}

declare global {
  interface Window {
    readonly marey: { readonly store: StateStore; readonly workbench: Workbench };
  }
}
Object.assign(window, { marey: { store, workbench } });
const root = createRoot(document.getElementById('root')!);
const shown = (ids: readonly string[]) =>
  root.render(
    <main style={{ gridTemplateColumns: `repeat(${Math.max(1, ids.length)}, 1fr)` }}>
      {ids.map((id) => (
        <div key={id}>
          <Panel id={id} />
        </div>
      ))}
    </main>,
  );
Object.assign(window, { showPanels: shown });
shown(panels);

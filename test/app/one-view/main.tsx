/** Views of the workbench and nothing around them; which ones says the address: `?view=label`, `?view=video,proofread`. */
import '../../../src/app/shell/panel-bar.css';
import { createRoot } from 'react-dom/client';
import { client } from '../../../src/app/core/client.ts';
import { hearKeys } from '../../../src/app/core/keys.ts';
import { decodeState, encodeState, StateStore } from '../../../src/app/core/state.ts';
import { Workbench } from '../../../src/app/core/workbench.ts';
import { viewOf } from '../../../src/app/views/registry.ts';

const store = new StateStore(decodeState(location.hash));
store.subscribe((state) => history.replaceState(null, '', `#${encodeState(state)}`));
const workbench = new Workbench(store, await client.project());
Object.assign(window, { store, workbench });
const ids = (new URLSearchParams(location.search).get('view') ?? '').split(',');
// A view alone hears its own keys.
if (ids.length > 1) hearKeys();
const shown = ids.map((id) => {
  const { Component, title } = viewOf(id)!;
  if (ids.length === 1) return <Component key={id} workbench={workbench} />;
  return (
    <section
      key={id}
      aria-label={title}
      style={{ height: '50%', width: `${id === ids[0] ? 60 : 40}%`, flex: 'auto', minWidth: 0 }}
    >
      <Component workbench={workbench} />
    </section>
  );
});
createRoot(document.getElementById('root')!).render(
  ids.length === 1 ? (
    shown[0]
  ) : (
    <div style={{ display: 'flex', flexWrap: 'wrap', height: '100%' }}>{shown}</div>
  ),
);

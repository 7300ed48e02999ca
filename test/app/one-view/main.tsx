/** One view of the workbench and nothing around it; which one says the address: `?view=label`. */
import { createRoot } from 'react-dom/client';
import { client } from '../../../src/app/core/client.ts';
import { decodeState, encodeState, StateStore } from '../../../src/app/core/state.ts';
import { Workbench } from '../../../src/app/core/workbench.ts';
import { viewOf } from '../../../src/app/views/registry.ts';

const store = new StateStore(decodeState(location.hash));
store.subscribe((state) => history.replaceState(null, '', `#${encodeState(state)}`));
const workbench = new Workbench(store, await client.project());
Object.assign(window, { store });
const { Component } = viewOf(new URLSearchParams(location.search).get('view') ?? '')!;
createRoot(document.getElementById('root')!).render(<Component workbench={workbench} />);

/** What people saw happen in the videos, as this page knows it: one model for all views of a page. */
import {
  applyBehaviorEdits,
  copyBehavior,
  noBehavior,
  type BehaviorEdit,
  type BehaviorState,
} from '../../project/behavior.ts';
import { client, listen, pageName } from './client.ts';
import { EditsModel, type Done } from './edits-model.ts';
import type { Workbench } from './workbench.ts';

/** What was marked: in words, and where, so that it can be shown again. */
export interface Marked extends Done {
  /** Id of the video and frame; none where the behaviors themselves were changed. */
  readonly at?: { readonly video: string; readonly frame: number };
}

export class BehaviorModel extends EditsModel<BehaviorState, BehaviorEdit, Marked> {
  constructor() {
    super(
      {
        async load() {
          const { revision, behaviors, bouts } = await client.behavior();
          const state: BehaviorState = {
            behaviors: new Map(behaviors.map((behavior) => [behavior.name, behavior])),
            bouts: new Map(bouts.map((bout) => [bout.id, bout])),
          };
          return { revision, state };
        },
        send: (edits, by) => client.editBehavior(edits, by),
        empty: noBehavior,
        copy: copyBehavior,
        apply: (state, edits) => applyBehaviorEdits(state, edits).undo,
      },
      { page: pageName },
    );
    const load = (): void => void this.load().catch((error: Error) => this.failedToLoad(error));
    let wasAway = false;
    // Listens as long as the page lives: nothing that another page does is missed.
    listen({ behavior: (event) => this.heard(event) }, (connected) => {
      if (connected && wasAway) load();
      wasAway = !connected;
    });
    load();
  }
}

const models = new WeakMap<Workbench, BehaviorModel>();

export function behaviorOf(workbench: Workbench): BehaviorModel {
  let model = models.get(workbench);
  if (!model) models.set(workbench, (model = new BehaviorModel()));
  return model;
}

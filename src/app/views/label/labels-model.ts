/** The labels as this page knows them. */
import type { LabelsAnswer, LabelsReceipt } from '../../../server/api.ts';
import {
  applyEdits,
  labelsIn,
  type Edit,
  type FrameLabels,
  type LabelState,
} from '../../../project/edits.ts';
import { EditsModel } from '../../core/edits-model.ts';

export type { SaveState } from '../../core/edits-model.ts';

/** What the model needs of the server; `client` is one. */
export interface LabelsServer {
  labels(): Promise<LabelsAnswer>;
  edit(edits: readonly Edit[], by?: string): Promise<LabelsReceipt>;
}

/** One thing that a person did: in words, and the frame that it was done to. */
export interface Done {
  readonly what: string;
  readonly frame: string;
}

export class LabelsModel extends EditsModel<LabelState, Edit, Done> {
  /** @param page Name under which this page's own edits come back by the events. */
  constructor(server: LabelsServer, names: { readonly page?: string; readonly by?: string } = {}) {
    const load = async (): Promise<{ revision: number; state: LabelState }> => {
      const { revision, frames } = await server.labels();
      return { revision, state: new Map(frames.map((edit) => [edit.frame, labelsIn(edit)])) };
    };
    const send = (edits: readonly Edit[], by?: string): Promise<LabelsReceipt> => server.edit(edits, by);
    const copy = (state: LabelState): LabelState => new Map(state);
    super({ load, send, empty: () => new Map(), copy, apply: applyEdits }, names);
  }

  frame(key: string): FrameLabels | undefined {
    return this.state.get(key);
  }

  /** Does the edits, all or none, as one step. Throws `UsageError` (and changes nothing) where one does not fit the labels. */
  edit(what: string, edits: readonly Edit[]): void {
    if (edits.length > 0) this.perform({ what, frame: edits[0].frame }, edits);
  }
}

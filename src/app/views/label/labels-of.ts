/** The labels of a project: one model for all views of a page. */
import { client, listen, pageName } from '../../core/client.ts';
import type { Workbench } from '../../core/workbench.ts';
import { LabelsModel } from './labels-model.ts';

const models = new WeakMap<Workbench, LabelsModel>();

export function labelsOf(workbench: Workbench): LabelsModel {
  const known = models.get(workbench);
  if (known) return known;
  const model = new LabelsModel(client, { page: pageName });
  models.set(workbench, model);
  const load = (): void => void model.load().catch((error: Error) => model.failedToLoad(error));
  let wasAway = false;
  // Listens as long as the page lives, as the model does: nothing that another page does is missed.
  listen({ labels: (event) => model.heard(event) }, (connected) => {
    if (connected && wasAway) load();
    wasAway = !connected;
  });
  load();
  return model;
}

/** A view is one record: adding one is a folder in `views/` and a line in `views/registry.ts`. */
import type { ComponentType } from 'react';
import type { ProjectOverview } from '../../server/api.ts';
import type { Workbench } from './workbench.ts';

export interface View {
  readonly id: string;
  readonly title: string;
  /** One line: what it shows, for tooltips and for the list of views. */
  readonly summary: string;
  /** Where it can be shown: as a page of its own, or as a panel beside others. */
  readonly place: 'page' | 'panel';
  /** Why there is nothing to show yet and what to do, or undefined where there is something. */
  empty?(project: ProjectOverview): EmptyState | undefined;
  /** Canvas and WebGL live in classes of the view's folder; this component gives them an element and takes it away again. */
  readonly Component: ComponentType<{ readonly workbench: Workbench }>;
}

export interface EmptyState {
  readonly what: string;
  /** The next step: a page to go to, under this name. */
  readonly next?: { readonly title: string; readonly page: string };
}

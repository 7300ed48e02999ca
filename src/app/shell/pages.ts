/** The pages of the navigation, in the order of the work. Pages of views come from the registry. */
import type { ComponentType } from 'react';
import type { EmptyState } from '../core/view.ts';
import type { ProjectOverview } from '../../server/api.ts';
import type { Workbench } from '../core/workbench.ts';
import { Home } from '../pages/home/home.tsx';
import { Workspace } from '../pages/workspace/workspace.tsx';
import { views } from '../views/registry.ts';

export interface Page {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly Component: ComponentType<{ readonly workbench: Workbench }>;
  empty?(project: ProjectOverview): EmptyState | undefined;
}

const home: Page = {
  id: 'home',
  title: 'Home',
  summary: 'The project at a glance, and what to do next',
  Component: Home,
};

const workspace: Page = {
  id: 'workspace',
  title: 'Look',
  summary: 'Video, tracks and measures beside each other, at one cursor',
  Component: Workspace,
};

const order = ['home', 'label', 'training', 'workspace', 'run', 'claims', 'models'];
const place = ({ id }: Page): number => (order.includes(id) ? order.indexOf(id) : order.length);

export const pages: readonly Page[] = [
  home,
  workspace,
  ...views.filter((view) => view.place === 'page'),
].toSorted((a, b) => place(a) - place(b));

import type { Hono } from 'hono';
import type { Project } from '../project/index.ts';
import { planRun, stepRecords, type StepState } from '../project/run/index.ts';
import type { StepOverview } from './api.ts';
import type { OpenedProject } from './opened-project.ts';

/** Reasons that are named one by one. */
const namedReasons = 3;

/** Each step of `marey run` with the state of all that it makes. */
export async function stepOverviews(project: Project): Promise<StepOverview[]> {
  const states = (await planRun(project)).map(({ state }) => state);
  return stepRecords.map(({ name, needs }) => {
    const own = states.filter(({ step }) => step === name);
    return { name, needs, state: together(own), why: reasons(own) };
  });
}

/** The state of a step that makes several things: what is to be done counts before what stands in the way of single ones. */
function together(states: readonly StepState[]): StepOverview['state'] {
  const some = (status: StepState['status']): boolean => states.some((s) => s.status === status);
  if (some('missing')) return 'missing';
  if (some('stale')) return 'stale';
  return some('blocked') || states.length === 0 ? 'blocked' : 'done';
}

function reasons(states: readonly StepState[]): string {
  const said = states.flatMap(({ item, why }) =>
    why === undefined ? [] : [item === undefined ? why : `${item}: ${why}`],
  );
  const more = said.length - namedReasons;
  const text = said.slice(0, namedReasons).join('; ');
  if (text === '') return states.length === 0 ? 'there is nothing to make it from' : 'up to date';
  return more > 0 ? `${text}; and ${more} more` : text;
}

/** `GET /api/steps` */
export function stepRoutes(app: Hono, opened: () => OpenedProject): void {
  app.get('/api/steps', async (c) => {
    await opened().refresh();
    return c.json(await stepOverviews(opened().project));
  });
}

import type { Hono } from 'hono';
import { z } from 'zod';
import type { Project } from '../project/index.ts';
import { planRun, stepRecords, type StepRecord, type StepState } from '../project/run/index.ts';
import { UsageError } from '../signal/error.ts';
import { stepOptionsRequest, type JsonSchema, type StepItem, type StepOverview } from './api.ts';
import { MissingError } from './failure.ts';
import type { OpenedProject } from './opened-project.ts';
import { jsonBody } from './request.ts';

/** Reasons that are named one by one. */
const namedReasons = 3;

/** Each step of `marey run` with the state of all that it makes. */
export async function stepOverviews(project: Project): Promise<StepOverview[]> {
  const states = (await planRun(project)).map(({ state }) => state);
  return stepRecords.map(({ name, makes, needs, options }) => {
    const own = states.filter(({ step }) => step === name);
    return {
      name,
      makes,
      needs,
      state: together(own),
      why: reasons(own),
      items: own.map(({ item, status, why }) => ({ item, state: stateNames[status], why })),
      schema: options && schemaOf(options),
      stated: project.config.steps[name] ?? {},
    };
  });
}

const stateNames = {
  'up to date': 'done',
  stale: 'stale',
  missing: 'missing',
  blocked: 'blocked',
} as const satisfies Record<StepState['status'], StepItem['state']>;

function schemaOf(options: z.ZodObject): JsonSchema {
  return z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
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

/**
 * Writes what `marey.yaml` says of a step; nothing where all is as by default. Throws `UsageError` where it does not fit the step's
 * options, `MissingError` for a step there is not.
 */
async function stateOptions(
  project: Project,
  name: string,
  asked: Readonly<Record<string, unknown>>,
): Promise<void> {
  const record = stepRecords.find((r) => r.name === name);
  if (!record?.options) throw new MissingError('there is no step with options of this name', { got: name });
  checkOptions(record, record.options, asked);
  const value = Object.keys(asked).length === 0 ? undefined : asked;
  if (value === undefined && project.config.steps[name] === undefined) return;
  await project.editConfig(() => [[['steps', name], value]]);
}

function checkOptions({ name }: StepRecord, options: z.ZodObject, asked: unknown): void {
  const parsed = options.safeParse(asked);
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  throw new UsageError('this option does not fit', {
    where: [`steps.${name}`, ...issue.path].join('.'),
    got: issue.message,
  });
}

/** `/api/steps` */
export function stepRoutes(app: Hono, opened: () => OpenedProject): void {
  app.get('/api/steps', async (c) => {
    await opened().refresh();
    return c.json(await stepOverviews(opened().project));
  });
  app.post('/api/steps/:name/options', async (c) => {
    const { options } = await jsonBody(c, stepOptionsRequest);
    const project = await opened().writable();
    await stateOptions(project, c.req.param('name'), options);
    opened().events.publish('project', {});
    return c.json(await stepOverviews(project));
  });
}

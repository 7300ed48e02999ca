import type { Context } from 'hono';
import type { z } from 'zod';
import { UsageError } from '../signal/error.ts';

/** The body of a request, checked. Throws `UsageError` where it is no JSON or does not fit. */
export async function jsonBody<S extends z.ZodType>(c: Context, schema: S): Promise<z.output<S>> {
  let value: unknown;
  try {
    value = await c.req.json();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError('the request is no JSON', { where: c.req.path, got: error.message });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError('the request does not fit', {
    where: [c.req.path, ...issue.path].join(' '),
    got: issue.message,
  });
}

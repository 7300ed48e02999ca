import type { Hono } from 'hono';
import type { VideoBody } from '../project/index.ts';
import type { BodyOverview } from './api.ts';
import { MissingError } from './failure.ts';
import type { OpenedProject } from './opened-project.ts';
import { binary } from './videos.ts';

/** `/api/videos/:id/body` */
export function bodyRoutes(app: Hono, opened: () => OpenedProject): void {
  const bodyOf = async (id: string): Promise<VideoBody> => {
    const { name } = await opened().videos.find(id);
    const body = await opened().project.bodies.read(name);
    if (body) return body;
    throw new MissingError('no body was fitted to this video', {
      got: name,
      fix: `Fit one: marey fit-body POINTS --body BODY --out FOLDER --video "${name}".`,
    });
  };
  app.get('/api/videos/:id/body', async (c) => {
    const { times, shapes, muscles, points, activity } = await bodyOf(c.req.param('id'));
    return c.json({
      times: [...times],
      shapes,
      muscles,
      points,
      activity: activity?.what,
    } satisfies BodyOverview);
  });
  app.get('/api/videos/:id/body/values', async (c) => {
    const { places, paths, activity } = await bodyOf(c.req.param('id'));
    const parts = [places, paths, activity?.values ?? new Float32Array(0)];
    const bytes = Buffer.concat(parts.map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)));
    return binary(c, Uint8Array.from(bytes));
  });
}

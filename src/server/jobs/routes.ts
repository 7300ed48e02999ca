import type { Hono } from 'hono';
import { UsageError } from '../../signal/error.ts';
import { jobRequest } from '../api.ts';
import { jsonBody } from '../request.ts';
import type { ServerState } from '../state.ts';

/** `/api/jobs` */
export function jobRoutes(app: Hono, state: ServerState): void {
  app.get('/api/jobs', (c) => c.json(state.jobs.list()));
  app.post('/api/jobs', async (c) => {
    const request = await jsonBody(c, jobRequest);
    if (request.kind !== 'demo') {
      const opened = state.opened();
      await opened.refresh();
      const { root, layout, pass } = opened.project;
      const videos = await opened.videos.list();
      return c.json(await state.jobs.start(request, { root, videos, logs: layout.logs, pass }));
    }
    if (state.current) {
      throw new UsageError('the demo makes a project of its own', {
        fix: 'Start "marey open" outside a project, or type "marey demo".',
      });
    }
    return c.json(await state.startDemo('marey-demo'));
  });
  app.post('/api/jobs/:id/cancel', (c) => c.json(state.jobs.cancel(c.req.param('id'))));
  app.get('/api/jobs/:id/log', async (c) => c.text(await state.jobs.log(c.req.param('id'))));
}

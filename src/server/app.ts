import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { behaviorRoutes } from './behavior.ts';
import { bodyRoutes } from './bodies.ts';
import { evaluationRoutes } from './evaluation.ts';
import { claimRoutes } from './claims.ts';
import { controllerRoutes } from './controllers.ts';
import { correctionRoutes } from './corrections.ts';
import { failureAnswer } from './failure.ts';
import { folderRoutes } from './folders.ts';
import { jobRoutes } from './jobs/routes.ts';
import { labelFileRoutes } from './label-files.ts';
import { labelRoutes } from './labels.ts';
import { pageRoutes } from './page.ts';
import { guard, type Secrets } from './security.ts';
import { startRoutes } from './start.ts';
import type { ServerState } from './state.ts';
import { stepRoutes } from './steps.ts';
import { suggestionRoutes } from './suggestions.ts';
import { recordedRoutes } from './recorded/routes.ts';
import { trackRoutes } from './tracks.ts';
import { trainingRoutes } from './training.ts';
import { Uploads, uploadRoutes } from './uploads.ts';
import { videoRoutes } from './videos.ts';

/** Bytes of a request: labels of many frames at once fit in, a mistake or an attack does not. Videos are streamed to the disk. */
const mostBytes = 16 << 20;

export interface AppOptions {
  readonly state: ServerState;
  readonly secrets: Secrets;
  readonly port: () => number;
  /** The folder of the built page. */
  readonly page: string;
}

/** Every route of `api.ts` and the page's files, all behind the guard. */
export function makeApp({ state, secrets, port, page }: AppOptions): Hono {
  const app = new Hono();
  app.onError((thrown, c) => {
    const { status, error } = failureAnswer(thrown);
    if (status === 500 && error.message.startsWith('This is a fault')) console.error(thrown);
    return c.json({ error }, status);
  });
  app.use('*', guard(secrets, port));
  const limit = bodyLimit({
    maxSize: mostBytes,
    onError: (c) =>
      c.json({ error: { message: 'the request is too large', expected: '16 MB at most' } }, 400),
  });
  app.use('*', (c, next) => (c.req.method === 'PUT' ? next() : limit(c, next)));
  const opened = () => state.opened();
  app.get('/api/session', async (c) => c.json(await state.session()));
  app.get('/api/project', async (c) => {
    opened();
    return c.json((await state.session()).project);
  });
  app.get('/api/events', (c) => state.events.stream(c));
  videoRoutes(app, opened);
  trackRoutes(app, opened);
  recordedRoutes(app, opened);
  correctionRoutes(app, opened);
  behaviorRoutes(app, opened);
  labelRoutes(app, opened);
  labelFileRoutes(app, opened);
  suggestionRoutes(app, opened);
  jobRoutes(app, state);
  trainingRoutes(app, state);
  evaluationRoutes(app, opened);
  stepRoutes(app, opened);
  bodyRoutes(app, opened);
  claimRoutes(app, opened);
  controllerRoutes(app, opened, state.work);
  const uploads = new Uploads(state);
  startRoutes(app, state, uploads);
  uploadRoutes(app, uploads);
  folderRoutes(app, state);
  pageRoutes(app, page);
  return app;
}

import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import { z } from 'zod';
import { eventsIn } from '../formats/index.ts';
import { writeBoris, writeBoutTable } from '../formats/boris/tabular.ts';
import { behaviorImport, boutEvents, timedBouts } from '../project/behavior-events.ts';
import { behaviorEditSchema, videoKey, type BehaviorEdit } from '../project/behavior.ts';
import { baseName } from '../project/edits.ts';
import { UsageError } from '../signal/error.ts';
import { soleIndividual } from '../signal/labels.ts';
import {
  behaviorReadRequest,
  behaviorRequest,
  type BehaviorAnswer,
  type BehaviorReading,
  type BehaviorReceipt,
} from './api.ts';
import type { OpenedProject } from './opened-project.ts';
import { jsonBody } from './request.ts';

/** Behavior of people's eyes: every edit is in the journal, on the disk, before it is answered; then every page hears of it. */
export function behaviorRoutes(app: Hono, opened: () => OpenedProject): void {
  app.get('/api/behavior', async (c) => {
    await opened().refresh();
    const { behavior } = opened().project;
    const { behaviors, bouts } = behavior.state;
    return c.json({
      revision: behavior.recordCount,
      behaviors: [...behaviors.values()],
      bouts: [...bouts.values()],
    } satisfies BehaviorAnswer);
  });

  app.post('/api/behavior', async (c) => {
    const { edits: sent, by, page } = await jsonBody(c, behaviorRequest);
    const edits = editsOf(sent);
    const current = opened();
    const project = await current.writable();
    const videos = (await current.videos.list()).map(({ recording, named }) => videoKey(recording, named));
    for (const one of edits) {
      if (one.op !== 'bout' || videos.includes(one.video)) continue;
      throw new UsageError('the project has no such video', { expected: videos.join(', '), got: one.video });
    }
    const { sequence, undo } = await project.behavior.edit(edits, { by });
    current.events.publish('behavior', { revision: sequence, edits, page });
    return c.json({ revision: sequence, undo } satisfies BehaviorReceipt);
  });

  app.get('/api/behavior/export', async (c) => {
    await opened().refresh();
    const { state } = opened().project.behavior;
    const { key, name, times, framesPerSecond, durationSeconds } = await videoOf(
      opened(),
      c.req.query('video') ?? '',
    );
    const bouts = timedBouts(state, key, times);
    const format = c.req.query('format') ?? 'boris';
    if (format !== 'boris' && format !== 'csv')
      throw new UsageError('there is no such format', { expected: 'boris or csv', got: format });
    const subject = opened().project.config.individuals[0] ?? soleIndividual;
    const text =
      format === 'csv'
        ? writeBoutTable(bouts)
        : writeBoris(boutEvents(bouts), {
            observation: name,
            video: name,
            durationSeconds,
            framesPerSecond,
            subject,
          });
    c.header('content-type', 'text/csv; charset=utf-8');
    const file = `${name.replaceAll(/[^\p{L}\p{N}._-]/gu, '-')}-behavior.csv`;
    c.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file)}`);
    return c.body(text);
  });

  app.post('/api/behavior/read', async (c) => {
    await opened().refresh();
    const { video: id, file, text } = await jsonBody(c, behaviorReadRequest);
    const { key: video, name, times } = await videoOf(opened(), id);
    const events = await eventsIn(file, new TextEncoder().encode(text), { video: name });
    const { state } = opened().project.behavior;
    return c.json(
      behaviorImport(state, events, { video, times, newId: randomUUID }) satisfies BehaviorReading,
    );
  });
}

async function videoOf({ videos }: OpenedProject, id: string) {
  const { recording, named } = await videos.find(id);
  const { times } = (await videos.reader(id)).info;
  const { framesPerSecond, durationSeconds } = await videos.info(id);
  return {
    key: videoKey(recording, named),
    name: baseName(named),
    times,
    framesPerSecond,
    durationSeconds,
  };
}

function editsOf(sent: readonly unknown[]): BehaviorEdit[] {
  const parsed = z.array(behaviorEditSchema).min(1).safeParse(sent);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError('this is no edit of behavior', {
    where: `edit ${issue.path.join('.')}`,
    got: issue.message,
  });
}

import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import { z } from 'zod';
import { readBoris, writeBoris, writeBoutTable } from '../formats/boris/tabular.ts';
import { behaviorEditSchema, videoKey, type BehaviorEdit, type Bout } from '../project/behavior.ts';
import { baseName } from '../project/edits.ts';
import { UsageError } from '../signal/error.ts';
import { Events } from '../signal/events.ts';
import { soleIndividual } from '../signal/labels.ts';
import { behaviorRequest, type BehaviorAnswer, type BehaviorReceipt } from './api.ts';
import type { OpenedProject } from './opened-project.ts';
import { jsonBody } from './request.ts';

/** Colors and keys of behaviors that came with a file: Okabe & Ito (2008). */
const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#f0e442'];
const keys = 'qwertyuasdfghjkzxcvbnmp1234567890';

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
    return c.json(await edit(opened(), editsOf(sent), by, page));
  });

  app.get('/api/behavior/export', async (c) => {
    const video = await videoOf(opened(), c.req.query('video') ?? '');
    const format = c.req.query('format') ?? 'boris';
    if (format !== 'boris' && format !== 'csv')
      throw new UsageError('there is no such format', { expected: 'boris or csv', got: format });
    const { behaviors, bouts } = opened().project.behavior.state;
    const own = [...bouts.values()]
      .filter((bout) => bout.video === video.key)
      .map((bout) => {
        const kind = behaviors.get(bout.behavior)?.kind ?? 'state';
        const startSeconds = video.times[Math.min(bout.first, video.times.length - 1)];
        const endSeconds = kind === 'point' ? startSeconds : endOf(video.times, bout.last);
        return { ...bout, kind, startSeconds, endSeconds };
      })
      .sort((a, b) => a.first - b.first || a.last - b.last);
    const events = new Events(
      own.map(({ startSeconds, endSeconds, behavior: label, kind }) =>
        kind === 'point'
          ? { startSeconds, label, source: 'person' }
          : { startSeconds, endSeconds, label, source: 'person' },
      ),
      { name: 'behavior', provenance: { step: 'behavior', source: 'behavior/journal.jsonl' } },
    );
    const { info } = video;
    const text =
      format === 'csv'
        ? writeBoutTable(own)
        : writeBoris(events, {
            observation: video.name,
            video: video.name,
            durationSeconds: info.durationSeconds,
            framesPerSecond: info.framesPerSecond,
            subject: opened().project.config.individuals[0] ?? soleIndividual,
          });
    c.header('content-type', 'text/csv; charset=utf-8');
    const file = `${video.name.replaceAll(/[^\p{L}\p{N}._-]/gu, '-')}-behavior.csv`;
    c.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file)}`);
    return c.body(text);
  });

  app.post('/api/behavior/import', async (c) => {
    const current = opened();
    const project = await current.writable();
    const video = await videoOf(current, c.req.query('video') ?? '');
    const events = readBoris(await c.req.text(), 'the file');
    const { behaviors } = project.behavior.state;
    const taken = new Set([...behaviors.values()].map(({ key }) => key));
    const edits: BehaviorEdit[] = events.vocabulary.flatMap((name, i): BehaviorEdit[] => {
      if (behaviors.has(name)) return [];
      const key = [name[0]?.toLowerCase() ?? '', ...keys].find((k) => /^[^\s+]$/u.test(k) && !taken.has(k));
      if (key === undefined) throw new UsageError('no key is left for another behavior', { got: name });
      taken.add(key);
      const kind = [...events].some((e) => e.label === name && e.endSeconds !== undefined)
        ? 'state'
        : 'point';
      const color = colors[(behaviors.size + i) % colors.length];
      return [{ op: 'define', name, key, color, kind }];
    });
    for (const { startSeconds, endSeconds, label } of events) {
      const first = nearest(video.times, startSeconds);
      // A bout ends where the frame after its last one begins.
      const last = endSeconds === undefined ? first : Math.max(first, nearest(video.times, endSeconds) - 1);
      const reachesEnd = endSeconds !== undefined && endSeconds > video.times[video.times.length - 1];
      const bout: Bout = {
        id: randomUUID(),
        video: video.key,
        behavior: label,
        first,
        last: reachesEnd ? video.times.length - 1 : last,
      };
      edits.push({ op: 'bout', ...bout });
    }
    if (edits.length > 0) await edit(current, edits, c.req.query('by'), undefined);
    return c.json({ bouts: events.count });
  });
}

async function edit(
  current: OpenedProject,
  edits: readonly BehaviorEdit[],
  by: string | undefined,
  page: string | undefined,
): Promise<BehaviorReceipt> {
  const project = await current.writable();
  const videos = (await current.videos.list()).map(({ recording, named }) => videoKey(recording, named));
  for (const one of edits) {
    if (one.op !== 'bout' || videos.includes(one.video)) continue;
    throw new UsageError('the project has no such video', { expected: videos.join(', '), got: one.video });
  }
  const { sequence, undo } = await project.behavior.edit(edits, { by });
  current.events.publish('behavior', { revision: sequence, edits, page });
  return { revision: sequence, undo };
}

async function videoOf({ videos }: OpenedProject, id: string) {
  const { recording, named } = await videos.find(id);
  const { times } = (await videos.reader(id)).info;
  return { key: videoKey(recording, named), name: baseName(named), times, info: await videos.info(id) };
}

function endOf(times: Float64Array, frame: number): number {
  const at = Math.min(frame, times.length - 1);
  if (at + 1 < times.length) return times[at + 1];
  return times[at] + (at > 0 ? times[at] - times[at - 1] : 0);
}

function nearest(times: Float64Array, seconds: number): number {
  let best = 0;
  for (let i = 1; i < times.length; i++)
    if (Math.abs(times[i] - seconds) < Math.abs(times[best] - seconds)) best = i;
  return best;
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

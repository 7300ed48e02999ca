import type { Hono } from 'hono';
import { z } from 'zod';
import type { Change } from '../measure/pose/correct.ts';
import { correctionEditSchema, type CorrectionEdit, type CorrectionState } from '../project/corrections.ts';
import { UsageError } from '../signal/error.ts';
import {
  correctionsRequest,
  type CorrectionsAnswer,
  type CorrectionsReceipt,
  type TrackOverview,
} from './api.ts';
import type { OpenedProject } from './opened-project.ts';
import { jsonBody } from './request.ts';

/** Corrections of tracks: every edit is in the journal, on the disk, before it is answered; then every page hears of it. */
export function correctionRoutes(app: Hono, opened: () => OpenedProject): void {
  app.get('/api/corrections', async (c) => {
    await opened().refresh();
    return c.json(answerOf(opened()));
  });

  app.get('/api/tracks/:id/corrections', async (c) => {
    await opened().refresh();
    const { overview } = await opened().tracks.find(c.req.param('id'));
    return c.json(answerOf(opened(), overview.corrections));
  });

  app.post('/api/tracks/:id/corrections', async (c) => {
    const { edits: sent, by, page } = await jsonBody(c, correctionsRequest);
    const edits = editsOf(sent);
    const current = opened();
    const project = await current.writable();
    const { overview } = await current.tracks.find(c.req.param('id'));
    const individuals = await current.tracks.individuals(overview.corrections);
    checkNames(edits, overview, [
      ...individuals,
      ...madeBySplits(edits, project.corrections.state, overview),
    ]);
    const { sequence, undo } = await project.corrections.edit(edits, { by });
    current.events.publish('corrections', { revision: sequence, edits, page });
    return c.json({ revision: sequence, undo } satisfies CorrectionsReceipt);
  });
}

function answerOf({ project: { corrections } }: OpenedProject, only?: string): CorrectionsAnswer {
  const tracks = [...corrections.state].filter(([track]) => only === undefined || track === only);
  return {
    revision: corrections.recordCount,
    tracks: Object.fromEntries(tracks.map(([track, all]) => [track, [...all.values()]])),
  };
}

function editsOf(sent: readonly unknown[]): CorrectionEdit[] {
  const parsed = z.array(correctionEditSchema).min(1).safeParse(sent);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError('this is no correction of a track', {
    where: `edit ${issue.path.join('.')}`,
    got: issue.message,
  });
}

/** Throws `UsageError` where an edit is of another track, or names an animal, a point or a frame that the track does not have. */
function checkNames(
  edits: readonly CorrectionEdit[],
  { corrections, keypoints, frames }: TrackOverview,
  individuals: readonly string[],
): void {
  for (const edit of edits) {
    if (edit.track !== corrections)
      throw new UsageError('this correction is of another track', { expected: corrections, got: edit.track });
    if (edit.op !== 'correct') continue;
    const named = namesOf(edit.change);
    const check = (kind: string, names: readonly string[], known: readonly string[]): void => {
      const name = names.find((n) => !known.includes(n));
      if (name === undefined) return;
      const expected = `one of ${known.join(', ')}`;
      throw new UsageError(`the track has no ${kind} "${name}"`, { where: corrections, expected });
    };
    check('individual', named.individuals, individuals);
    check('keypoint', named.keypoints, keypoints);
    if (named.first < frames) continue;
    const expected = `0 to ${frames - 1}`;
    throw new UsageError('the track has no such frame', {
      where: corrections,
      expected,
      got: `${named.first}`,
    });
  }
}

function namesOf(change: Change): { individuals: string[]; keypoints: readonly string[]; first: number } {
  switch (change.kind) {
    case 'move':
      return { individuals: [change.individual], keypoints: [change.keypoint], first: change.frame };
    case 'delete':
      return { individuals: [change.individual], keypoints: change.keypoints, first: change.first };
    case 'check':
      return { individuals: [change.individual], keypoints: [], first: change.first };
    case 'interpolate':
      return { individuals: [change.individual], keypoints: [change.keypoint], first: change.to.frame };
    case 'swap keypoints':
      return { individuals: [change.individual], keypoints: change.pairs.flat(), first: change.first };
    case 'swap individuals':
      return { individuals: [...change.pair], keypoints: [], first: change.first };
    case 'split':
      return { individuals: [change.individual], keypoints: [], first: change.frame };
    case 'join':
      return { individuals: [change.individual, change.other], keypoints: [], first: 0 };
    default:
      return change satisfies never;
  }
}

function madeBySplits(
  edits: readonly CorrectionEdit[],
  state: CorrectionState,
  { corrections }: TrackOverview,
): string[] {
  const kept = [...(state.get(corrections)?.values() ?? [])].map(({ correction }) => correction.change);
  const sent = edits.flatMap((edit) => (edit.op === 'correct' ? [edit.change] : []));
  return [...kept, ...sent].flatMap((change) => (change.kind === 'split' ? [change.into] : []));
}
